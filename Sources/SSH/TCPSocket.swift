import Glibc

/// The one owner of a connected, non-blocking TCP socket.
struct TCPSocket: ~Copyable {
  let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Looks the host up and tries its addresses in the resolver's order.
  ///
  /// An address that swallows packets must not use up the time of the next one, so each gets an
  /// equal share of what is left.
  ///
  /// - Parameter progress: called when the host is looked up, and when an address was tried.
  static func connect(
    to endpoint: SSHEndpoint, until deadline: ContinuousClock.Instant, interrupt: Interrupt,
    progress: () -> Void
  ) throws(SSHError) -> TCPSocket {
    let addresses = try lookUp(endpoint, until: deadline, interrupt: interrupt)
    progress()
    var refusal: SSHError?
    for (index, address) in addresses.enumerated() {
      let now = ContinuousClock.now
      let share = now.duration(to: deadline) / (addresses.count - index)
      defer { progress() }
      do throws(SSHError) {
        return try connect(
          to: address, of: endpoint, until: now + share, interrupt: interrupt)
      } catch {
        if error.kind == .cancelled || error.kind == .outOfResources { throw error }
        refusal = refusal ?? error
      }
    }
    throw refusal ?? .timedOut("connect to", endpoint)
  }

  private static func lookUp(
    _ endpoint: SSHEndpoint, until deadline: ContinuousClock.Instant, interrupt: Interrupt
  ) throws(SSHError) -> [SocketAddress] {
    do throws(NameLookup.Failure) {
      return try NameLookup.addresses(
        of: endpoint.host, port: endpoint.port, until: deadline, interrupt: interrupt)
    } catch {
      switch error {
      case .interrupted: throw .cancelled("look up", endpoint)
      case .timedOut: throw .timedOut("look up", endpoint)
      case .noResources(let code): throw .outOfResources("look up", endpoint, code)
      case .notFound(let reason):
        throw SSHError(
          .unreachable, "look up", endpoint, reason: reason,
          advice: "check the host's name and this machine's resolver")
      }
    }
  }

  private static func connect(
    to address: SocketAddress, of endpoint: SSHEndpoint, until deadline: ContinuousClock.Instant,
    interrupt: Interrupt
  ) throws(SSHError) -> TCPSocket {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = Glibc.socket(address.family, type, 0)
    let socketCode = errno
    guard descriptor >= 0 else { throw unreachable(endpoint, socketCode) }
    let socket = TCPSocket(descriptor: descriptor)
    let started = address.bytes.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) {
        let result = Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count))
        return result == 0 ? 0 : errno
      }
    }
    if started != 0 {
      guard started == EINPROGRESS || started == EINTR else { throw unreachable(endpoint, started) }
      switch waitFor(Int16(POLLOUT), on: descriptor, until: deadline, interrupt: interrupt) {
      case .woken: throw .cancelled("connect to", endpoint)
      case .timedOut: throw .timedOut("connect to", endpoint)
      case .ready: break
      }
      var code: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
      guard code == 0 else { throw unreachable(endpoint, code) }
    }
    // Requests are small and must not wait for one another.
    socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    socket.set(SOL_SOCKET, SO_KEEPALIVE, 1)
    return socket
  }

  /// Best effort: without the option the connection works too.
  private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func unreachable(_ endpoint: SSHEndpoint, _ code: Int32) -> SSHError {
    if SSHError.isLack(code) { return .outOfResources("connect to", endpoint, code) }
    return SSHError(
      .unreachable, "connect to", endpoint, reason: systemMessage(code),
      advice: "check host, port and firewall, and that the server is running")
  }
}
