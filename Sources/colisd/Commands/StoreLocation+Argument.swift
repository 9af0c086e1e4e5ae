import ArgumentParser
import Foundation

// The URL of a store on the command line.
extension Configuration.StoreLocation {
  /// - Parameter option: such as `--from`, for messages.
  init(argument text: String, of option: String) throws(ValidationError) {
    if PostgreSQLURL.isMeant(by: text) {
      do throws(PostgreSQLURL.Fault) {
        self = .postgresql(.init(url: try PostgreSQLURL(text)))
        return
      } catch {
        // The URL may have a password, so the sentence does not repeat it.
        switch error {
        case .form:
          throw ValidationError(
            "\(option) must be a URL such as postgresql://colisd@db.example.net/colisd, without blanks"
          )
        case .unreadable(let words): throw ValidationError("\(option) can't be read: \(words)")
        case .password:
          throw ValidationError(
            "\(option) has a password, which all users of this machine can see: put it into PGPASSWORD or ~/.pgpass"
          )
        }
      }
    }
    let prefix = "sqlite:"
    var path = String(text.dropFirst(prefix.count))
    if path.hasPrefix("//") { path = String(path.dropFirst(2)) }
    guard text.hasPrefix(prefix), !path.isEmpty, !path.hasSuffix("/") else {
      throw ValidationError("\(option) must be sqlite:PATH or postgresql://HOST/DATABASE")
    }
    self = .sqlite(path: path.path(relativeTo: FileManager.default.currentDirectoryPath))
  }

  /// The same with the password of the configuration, where that is about the same server.
  func withPassword(of configured: Self?) -> Self {
    guard case .postgresql(var store) = self, case .postgresql(let known)? = configured,
      store.url == known.url
    else { return self }
    store.password = known.password
    return .postgresql(store)
  }
}
