import Foundation
import Synchronization
import TestSupport

/// A port of loopback through which another one is reached, until the network fails on purpose.
final class Relay: Sendable {
  private enum Mode { case open, frozen, closed }

  private struct State {
    var mode = Mode.open
    /// Nil once the port is given back.
    var listener: Int32?
    var connections = 0
  }

  let port: UInt16
  private let target: UInt16
  private let state = Mutex(State())

  /// - Parameter target: the port behind.
  init(to target: UInt16) throws {
    self.target = target
    port = try freePort()
    try open()
  }

  /// How many have connected so far.
  var connections: Int { state.withLock { $0.connections } }

  /// Takes connections in, again on the same port where it was closed.
  func open() throws {
    // The thread that listened gives the port back within one turn of its loop.
    while state.withLock({ $0.listener != nil }) { usleep(1_000) }
    let listener = try Self.listen(port)
    state.withLock { state in
      state.mode = .open
      state.listener = listener
    }
    Thread.detachNewThread { self.accept(listener) }
  }

  /// Cuts every connection and takes no new one in, as a server that is down. Tests also end so: the
  /// threads go with it.
  func close() { state.withLock { $0.mode = .closed } }

  /// Lets nothing through any more, while connections stay and new ones are taken in: a dead peer.
  func freeze() { state.withLock { $0.mode = .frozen } }

  private func accept(_ listener: Int32) {
    defer {
      Foundation.close(listener)
      state.withLock { $0.listener = nil }
    }
    while state.withLock({ $0.mode != .closed }) {
      guard Self.isReadable(listener) else { continue }
      let client = Foundation.accept(listener, nil, nil)
      guard client >= 0 else { continue }
      state.withLock { $0.connections += 1 }
      Thread.detachNewThread { self.forward(client) }
    }
  }

  private func forward(_ client: Int32) {
    defer { Foundation.close(client) }
    guard let server = Self.connect(target) else { return }
    defer { Foundation.close(server) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    func pass(_ source: Int32, _ sink: Int32) -> Bool {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0 else { return false }
      var sent = 0
      while sent < count {
        let part = buffer[sent..<count].withUnsafeBytes {
          send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard part > 0 else { return false }
        sent += part
      }
      return true
    }
    while true {
      switch state.withLock({ $0.mode }) {
      case .closed: return
      case .frozen: usleep(10_000)
      case .open:
        var entries = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&entries, 2, 20) > 0, state.withLock({ $0.mode == .open }) else { continue }
        if entries[0].revents != 0, !pass(client, server) { return }
        if entries[1].revents != 0, !pass(server, client) { return }
      }
    }
  }

  private static func isReadable(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 20) == 1
  }

  private static func listen(_ port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    let bound = withAddress(port) { bind(descriptor, $0, $1) }
    guard bound == 0, Foundation.listen(descriptor, 16) == 0 else {
      Foundation.close(descriptor)
      throw TestSupportError("the relay cannot listen: \(String(cString: strerror(errno)))")
    }
    return descriptor
  }

  private static func connect(_ port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard withAddress(port, { Foundation.connect(descriptor, $0, $1) }) == 0 else {
      Foundation.close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func withAddress<R>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) -> R {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
