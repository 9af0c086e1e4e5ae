import Foundation

/// A port of loopback that was free a moment ago.
public func freePort() throws -> UInt16 {
  let listener = try SilentPeer(backlog: 0)
  return listener.port
}

/// Whether somebody takes connections at a port of loopback. It may be anybody.
public func isListening(_ port: UInt16) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  var own = sockaddr_in()
  let isConnected = withUnsafePointer(to: address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      connect(descriptor, generic, length) == 0
    }
  }
  let isKnown = withUnsafeMutablePointer(to: &own) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
      getsockname(descriptor, generic, &length) == 0
    }
  }
  // Where nobody listens, the kernel may give this socket the very port, and it connects to itself.
  return isConnected && isKnown && own.sin_port != address.sin_port
}

/// Listens on loopback and never says a word: the kernel accepts the connections.
public final class SilentPeer: Sendable {
  public let port: UInt16
  fileprivate let descriptor: Int32

  public init(backlog: Int32 = 16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        if bind(descriptor, generic, length) != 0 { return Int32(-1) }
        if backlog > 0, listen(descriptor, backlog) != 0 { return Int32(-1) }
        return getsockname(descriptor, generic, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard code == 0 else {
      throw TestSupportError("cannot listen on loopback: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }
}

extension SilentPeer {
  /// Whether somebody has connected.
  public var hasConnection: Bool {
    // A listener is readable once a connection waits to be accepted, which here nobody does.
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) == 1
  }
}
