import Dispatch
import Foundation

/// Sends systemd the state of the service (sd_notify(3)): a datagram to `$NOTIFY_SOCKET`.
struct Systemd: Sendable {
  private let address: [UInt8]

  /// - Returns: nil when the process was not started by systemd.
  init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@") else {
      return nil
    }
    var bytes = Array(path.utf8)
    // An abstract socket: its name begins with NUL and has exactly its own length.
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
    guard bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
    address = bytes
  }

  /// Sends one or more assignments such as `READY=1`.
  func notify(_ assignments: String...) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
    let isAbstract = address.first == 0
    let length = MemoryLayout<sa_family_t>.size + address.count + (isAbstract ? 0 : 1)
    let message = Array(assignments.joined(separator: "\n").utf8)
    _ = withUnsafePointer(to: name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        // A socket that is full or gone must not stop the work.
        sendto(
          descriptor, message, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
          address, socklen_t(length))
      }
    }
  }

  /// Says that the configuration is read again, until the next `READY=1`. systemd knows by the time to which
  /// of its requests this answers.
  func isReloading() {
    notify(
      "RELOADING=1", "MONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1_000)")
  }

  /// How long systemd waits for a sign of life before it kills the service; nil: for ever.
  static func watchdogInterval(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Duration? {
    guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0
    else { return nil }
    if let pid = environment["WATCHDOG_PID"], pid != String(getpid()) { return nil }
    return .microseconds(microseconds)
  }
}
