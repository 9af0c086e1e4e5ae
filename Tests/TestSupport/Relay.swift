import Foundation
import Synchronization

/// A port of loopback through which another one is reached, until the network fails on purpose.
///
/// ```swift
/// let relay = try Relay(to: server.port)
/// relay.fault = NetworkFault(.reset, after: 1_234)   // for connections to come
/// ```
public final class Relay: Sendable {
  fileprivate enum Mode { case open, frozen, closed }

  fileprivate struct State {
    var mode = Mode.open
    /// Nil once nobody listens any more.
    var listener: Int32?
    var connections = 0
    var open = 0
    var fault: NetworkFault?
    var preamble: [UInt8] = []
    var longest = BytesPassed()
  }

  public let port: UInt16
  private let target: UInt16
  /// Has the port too, and never listens: while the relay is closed, nobody else gets it.
  private let keeper: Int32
  private let state = Mutex(State())

  /// - Parameter target: the port that it relays to.
  public init(to target: UInt16) throws {
    self.target = target
    (keeper, port) = try Self.bound(to: 0)
    try open()
  }

  deinit { Foundation.close(keeper) }

  /// How many have connected so far.
  public var connections: Int { state.withLock { $0.connections } }

  /// How many are connected now.
  public var openConnections: Int { state.withLock { $0.open } }

  /// What goes wrong on each connection from now on; those that are there keep theirs.
  public var fault: NetworkFault? {
    get { state.withLock { $0.fault } }
    set { state.withLock { $0.fault = newValue } }
  }

  /// What each client gets from now on before anything of the server's.
  public var preamble: [UInt8] {
    get { state.withLock { $0.preamble } }
    set { state.withLock { $0.preamble = newValue } }
  }

  /// The most bytes that one connection passed so far in each direction.
  public var longest: BytesPassed { state.withLock { $0.longest } }

  /// Takes connections in, again on the same port where it was closed.
  public func open() throws {
    // The thread that listened ends within one turn of its loop.
    while state.withLock({ $0.listener != nil }) { usleep(1_000) }
    let (listener, _) = try Self.bound(to: port)
    guard Foundation.listen(listener, 64) == 0 else { throw Self.failure(listener) }
    state.withLock { state in
      state.mode = .open
      state.listener = listener
    }
    Thread.detachNewThread { self.accept(listener) }
  }

  /// Cuts every connection and takes no new one in, as a server that is down. Tests also end so: the
  /// threads go with it.
  public func close() { state.withLock { $0.mode = .closed } }

  /// Lets nothing through any more, while connections stay and new ones are taken in: a dead peer.
  public func freeze() { state.withLock { $0.mode = .frozen } }

  private func accept(_ listener: Int32) {
    defer {
      // A program that is just being started has it too until it runs, and would go on listening.
      shutdown(listener, Int32(SHUT_RDWR))
      Foundation.close(listener)
      state.withLock { $0.listener = nil }
    }
    while state.withLock({ $0.mode != .closed }) {
      guard isReadable(listener) else { continue }
      let client = Foundation.accept(listener, nil, nil)
      guard client >= 0 else { continue }
      // Programs that a test starts meanwhile must not keep it open.
      _ = fcntl(client, F_SETFD, FD_CLOEXEC)
      let fault = state.withLock { state in
        state.connections += 1
        state.open += 1
        return state.fault
      }
      Thread.detachNewThread {
        self.forward(client, fault)
        self.state.withLock { $0.open -= 1 }
      }
    }
  }

  private func forward(_ client: Int32, _ fault: NetworkFault?) {
    guard let server = Self.connect(target) else {
      Foundation.close(client)
      return
    }
    // Whoever goes away meanwhile is noticed below.
    _ = preamble.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    var passage = Passage(client: client, server: server, fault: fault)
    while true {
      switch state.withLock({ $0.mode }) {
      case .closed: passage.isOver = true
      case .frozen: usleep(10_000)
      case .open: passage.pass()
      }
      state.withLock { $0.longest.include(passage.passed) }
      if passage.isOver { break }
    }
    passage.close()
  }

  /// A socket that has a port. Several may have the same one, as long as one of them listens at most.
  /// - Parameter port: 0: the system chooses one that nobody has.
  private static func bound(to port: UInt16) throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    guard withAddress(port, { bind(descriptor, $0, $1) }) == 0 else { throw failure(descriptor) }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0 else { throw failure(descriptor) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  /// What the last call on a socket said, which is given up.
  private static func failure(_ descriptor: Int32) -> TestSupportError {
    let reason = String(cString: strerror(errno))
    Foundation.close(descriptor)
    return TestSupportError("the relay cannot listen: \(reason)")
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

private func isReadable(_ descriptor: Int32) -> Bool {
  var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  return poll(&entry, 1, 20) == 1
}
