import Foundation
import TestSupport

/// The socket on which systemd would listen (sd_notify(3)).
final class NotifySocket: Sendable {
  let path: String
  private let descriptor: Int32
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("notify")
    descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let descriptor = descriptor
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard code == 0 else {
      throw TestSupportError("cannot bind \(path): \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }

  /// The assignments that have come since the last call, such as `READY=1`.
  func receive() -> [String] {
    var assignments: [String] = []
    var buffer = [UInt8](repeating: 0, count: 8_192)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return assignments }
      let text = String(decoding: buffer[..<count], as: UTF8.self)
      assignments += text.split(separator: "\n").map(String.init)
    }
  }

  /// Waits until so many signs of life have come.
  func waits(forSigns count: Int) async throws {
    var signs = 0
    try await eventually("\(count) signs of life") {
      signs += receive().count { $0 == "WATCHDOG=1" }
      return signs >= count
    }
  }

  /// Waits until for so long no sign of life comes.
  func waits(forSilenceOf time: Duration) async throws {
    try await eventually("\(time) without a sign of life") {
      _ = receive()
      try await Task.sleep(for: time)
      return !receive().contains("WATCHDOG=1")
    }
  }
}
