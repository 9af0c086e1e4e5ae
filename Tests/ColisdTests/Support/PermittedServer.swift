import Foundation
import TestSupport
import Testing

extension OpenSSHServer {
  /// What `Subsystem sftp` has to be so that the modes of directories count: root may everything, so
  /// the file server runs as nobody there.
  static var unprivilegedSubsystem: String {
    let server = "/usr/lib/openssh/sftp-server"
    return geteuid() == 0
      ? "/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups \(server)" : server
  }

  /// Lets the file server do everything below the drop, whoever it is.
  func openDrop() throws { try chmod(0o777, drop.path) }
}

extension Trait where Self == OpenSSHTrait {
  /// A server whose file server may only what the modes of files and directories allow.
  static var unprivilegedOpenSSH: Self { .openSSH(subsystem: OpenSSHServer.unprivilegedSubsystem) }
}

extension TemporaryDirectory {
  /// Makes a directory in it.
  func makeDirectory(_ name: String, mode: mode_t = 0o777) throws {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
    try chmod(mode, file(name))
  }

  /// The names in a directory of it, sorted.
  func names(in folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: file(folder)).sorted()
  }

  func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}
