import Glibc
import Operators

extension Configuration {
  /// The daemon's socket, where this user can't read the store and has to ask the daemon; nil: the store is read.
  var daemonSocket: DaemonSocket? {
    guard isStoreClosed else { return nil }
    for case .unix(let socket) in http?.listeners ?? [] { return DaemonSocket(path: socket) }
    return nil
  }

  /// Whether this user may not open the store; of a server that is whoever can't read its password.
  private var isStoreClosed: Bool {
    switch store {
    case .sqlite(let path): Self.isClosed(path)
    case .postgresql(let store):
      switch store.password?.source {
      case .file(let path): Self.isClosed(path)
      // Only units have credentials.
      case .credential: store.password?.unseenSentence != nil
      case .environment, nil: false
      }
    }
  }

  private static func isClosed(_ path: String) -> Bool {
    access(path, R_OK) != 0 && errno == EACCES
  }
}
