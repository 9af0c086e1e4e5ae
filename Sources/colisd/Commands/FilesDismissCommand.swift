import ArgumentParser
import Glibc
import Logging
import ParcelStore
import Views

/// `colisd files dismiss`: takes a file off the list of those that somebody has to look after.
struct FilesDismissCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dismiss",
    abstract:
      "Take a failed file, one with mostly rejected lines, or one that was gone before it was read, off the list.",
    discussion: """
      The ledger keeps it as dismissed, with who and when. A failed file stays on the server, and is \
      read again when it changes. One with mostly rejected lines is then moved or deleted as \
      after-ingest says. One that is gone is read when it comes back. May be given while the daemon runs.
      """)

  @OptionGroup var chosen: LedgerFileOptions

  func run() async throws {
    let (configuration, store, file) = try await chosen.find()
    let name = Self.user
    guard try await store.dismiss(file.id, by: name, at: currentTime()) else {
      throw NotFound(
        "\(chosen.name) is \(file.state.rawValue): there is nothing to dismiss; "
          + "only what failed, has mostly rejected lines, or was gone before it was read, can be dismissed"
      )
    }
    configuration.logger().notice(
      "file.dismissed", metadata: ["file": "\(chosen.path)", "by": "\(name)"])
    StandardOutput.writeLine("\(chosen.name) is dismissed")
  }

  /// The user who gives the command, also through sudo.
  private static var user: String {
    if let name = getenv("SUDO_USER"), geteuid() == 0 { return String(cString: name) }
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 4_096)
    guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let name = entry.pw_name
    else { return "user \(getuid())" }
    return String(cString: name)
  }
}
