import CLibSSH2
import Glibc

/// One logged-in SSH connection.
///
/// Not Sendable: it belongs to the thread of its `SessionExecutor`. Every call that waits has a
/// deadline and ends early when its interrupt is fired. After the first fatal error the socket is
/// closed and everything else fails at once: nothing is said to a server that no longer listens.
public final class SSHSession {
  public let endpoint: SSHEndpoint
  let handle: SessionHandle
  let transport: Transport
  /// Called at the end of each step.
  let progress: @Sendable () -> Void

  init(
    _ endpoint: SSHEndpoint, until deadline: ContinuousClock.Instant, interrupt: Interrupt,
    progress: @escaping @Sendable () -> Void
  ) throws(SSHError) {
    let socket = try TCPSocket.connect(
      to: endpoint, until: deadline, interrupt: interrupt, progress: progress)
    let transport = Transport(socket)
    guard let handle = SessionHandle(transport) else {
      throw .outOfResources("start a session with", endpoint, ENOMEM)
    }
    self.endpoint = endpoint
    self.transport = transport
    self.handle = handle
    self.progress = progress
  }

  /// Connects, checks the host's key, and only then logs in.
  ///
  /// - Parameters:
  ///   - deadline: by when all of it has to be done.
  ///   - interrupt: ends the call with `cancelled` when fired.
  ///   - progress: called at the end of each step: the look-up, each address, the key exchange, the
  ///     check of the host's key, each question and proof of the login.
  public static func connect(
    to access: SSHAccess, until deadline: ContinuousClock.Instant, interrupt: Interrupt,
    progress: @escaping @Sendable () -> Void = {}
  ) throws(SSHError) -> SSHSession {
    let session = try verified(
      access, until: deadline, interrupt: interrupt, progress: progress)
    do throws(SSHError) {
      try session.logIn(access.credentials, until: deadline, interrupt: interrupt)
    } catch {
      session.transport.close()
      throw error
    }
    return session
  }

  /// Opens a channel and starts a subsystem of the server on it, such as `sftp`.
  public func openSubsystem(
    _ name: String, until deadline: ContinuousClock.Instant, interrupt: Interrupt
  ) throws(SSHError) -> SSHChannel {
    let operation = "open the \(name) subsystem of"
    var opened: OpaquePointer?
    let type = "session"
    var code = try drive(operation, until: deadline, interrupt: interrupt) { session in
      opened = libssh2_channel_open_ex(
        session, type, UInt32(type.utf8.count), SSHChannel.windowSize, SSHChannel.packetSize,
        nil, 0)
      return opened == nil ? libssh2_session_last_errno(session) : 0
    }
    guard let pointer = opened else {
      throw failure(code, operation, advice: "check that the account may open sessions")
    }
    // Text for a terminal would otherwise fill the window that the files need.
    libssh2_channel_handle_extended_data2(pointer, Int32(LIBSSH2_CHANNEL_EXTENDED_DATA_IGNORE))
    code = try drive(operation, until: deadline, interrupt: interrupt) { _ in
      libssh2_channel_process_startup(
        pointer, "subsystem", 9, name, UInt32(name.utf8.count))
    }
    guard code == 0 else {
      throw failure(
        code, operation, advice: "check that the server offers \(name) to this account")
    }
    return SSHChannel(session: self, pointer: pointer)
  }

  // MARK: Waiting

  /// The socket to poll; -1 once the connection is over.
  public var descriptor: Int32 { transport.descriptor }

  /// What to poll the socket for: input always, output while something is kept for it.
  public var pollEvents: Int16 { Int16(transport.hasUnsent ? POLLIN | POLLOUT : POLLIN) }

  /// Sends bytes that the socket did not take before.
  public func flush() { transport.flush() }

  /// Says goodbye if the server still listens, without waiting for it, and closes the socket.
  public func disconnect() {
    if transport.failure == nil {
      transport.beginCall()
      libssh2_session_disconnect_ex(
        handle.pointer, SSH_DISCONNECT_BY_APPLICATION, "done", "")
      transport.flush()
    }
    transport.close()
  }

  // MARK: For the other files of this room

  /// Calls the library until it no longer answers "not yet".
  func drive(
    _ operation: String, until deadline: ContinuousClock.Instant, interrupt: Interrupt,
    _ call: (OpaquePointer) -> Int32
  ) throws(SSHError) -> Int32 {
    while true {
      transport.beginCall()
      let code = call(handle.pointer)
      guard code == LIBSSH2_ERROR_EAGAIN else {
        progress()
        return code
      }
      transport.flush()
      switch waitFor(pollEvents, on: descriptor, until: deadline, interrupt: interrupt) {
      case .woken:
        transport.close()
        throw .cancelled(operation, endpoint)
      case .ready where deadline > .now: continue
      case .ready, .timedOut:
        transport.close()
        throw .timedOut(operation, endpoint)
      }
    }
  }

  /// The error for a code of the library; closes the socket where the connection is over.
  func failure(_ code: Int32, _ operation: String, advice: String) -> SSHError {
    if let farewell = transport.farewell {
      transport.close()
      return SSHError(
        .disconnected, operation, endpoint, reason: "the server \(farewell.sentence)",
        advice: advice)
    }
    if let socketCode = transport.failure {
      transport.close()
      let reason =
        socketCode == ECONNRESET || socketCode == EPIPE
        ? "the server closed the connection" : systemMessage(socketCode)
      return SSHError(
        .disconnected, operation, endpoint, reason: reason,
        advice: "look into the server's log, or try again later")
    }
    if code == LIBSSH2_ERROR_ALLOC { return .outOfResources(operation, endpoint, ENOMEM) }
    let words = handle.message(for: code) ?? "the SSH library gave no reason"
    let kind: SSHError.Kind =
      code == LIBSSH2_ERROR_SOCKET_DISCONNECT ? .disconnected : .protocolFailure
    return SSHError(
      kind, operation, endpoint, reason: "\(words) (libssh2 error \(code))", advice: advice)
  }
}
