import SSH

extension SFTPClient {
  private static let idleTime = Duration.seconds(15)

  /// Connects, logs in, and gives the body a client that works until the body returns.
  ///
  /// - Parameters:
  ///   - timeout: how long connecting and logging in may take together, and how long the server
  ///     may owe an answer.
  ///   - progress: called at the end of each step of connecting, and whenever the server has answered
  ///     what somebody asked, whatever the answer is; on the session's thread, so it must be quick.
  /// - Throws: `SSHError` when there is no connection, `SFTPError` when the server does not speak
  ///   SFTP, and what the body throws.
  public static func withConnection<R: Sendable>(
    to access: SSHAccess, timeout: Duration,
    progress: @escaping @Sendable () -> Void = {},
    isolation: isolated (any Actor)? = #isolation,
    _ body: (SFTPClient) async throws -> R
  ) async throws -> R {
    let client = try SFTPClient(server: access.endpoint, timeout: timeout, progress: progress)
    defer { client.executor.release() }
    do {
      try await withTaskCancellationHandler {
        try await client.connect(to: access)
      } onCancel: {
        client.interrupt.fire()
        client.executor.wake()
      }
    } catch {
      await client.finish(.closed)
      throw error
    }
    return try await withTaskGroup(of: Void.self) { group in
      group.addTask { await client.pump() }
      let result: Result<R, any Error>
      do {
        result = .success(try await body(client))
      } catch {
        result = .failure(error)
      }
      await client.finish(.closed)
      await group.waitForAll()
      return result
    }.get()
  }

  /// Blocks the session's own thread while it connects, which is there for nothing else.
  private func connect(to access: SSHAccess) async throws {
    let deadline = ContinuousClock.now + timeout
    let session = try SSHSession.connect(
      to: access, until: deadline, interrupt: interrupt, progress: progress)
    channel = try session.openSubsystem("sftp", until: deadline, interrupt: interrupt)
    machine.start()
    do throws(Failure) {
      while !machine.isReady {
        try exchange()
        guard !machine.isReady else { break }
        let ready = await executor.wait(
          for: session.pollEvents, on: session.descriptor, until: deadline)
        if Task.isCancelled { throw .cancelled }
        if ready == .timedOut || deadline <= .now { throw .timedOut(timeout) }
      }
    } catch {
      throw error.error("start SFTP with", nil, on: server)
    }
    progress()
  }

  /// Moves bytes both ways until the connection ends, and says to whoever waits what came.
  func pump() async {
    while ending == nil, let session = channel?.session {
      resumeCancelled()
      do throws(Failure) {
        let more = try exchange()
        let deadline = try nextDeadline()
        if more {
          // Others get their turn even while bytes never stop coming.
          await Task.yield()
        } else {
          _ = await executor.wait(
            for: session.pollEvents, on: session.descriptor, until: deadline)
        }
      } catch {
        finish(error)
      }
    }
    resumeCancelled()
  }

  /// Takes in what has come, asks what there is to ask, sends what can be sent.
  /// - Returns: whether there may be more to take in right now.
  @discardableResult
  private func exchange() throws(Failure) -> Bool {
    guard let channel else { throw .closed }
    channel.session.flush()
    let more = try takeIn(channel)
    askAhead()
    try sendOut(channel)
    return more
  }

  private func takeIn(_ channel: SSHChannel) throws(Failure) -> Bool {
    for _ in 0..<8 {
      let count: Int?
      do throws(SSHError) {
        count = try machine.fill(capacity: 262_144) { buffer throws(SSHError) in
          try channel.read(into: buffer)
        }
      } catch {
        throw .lost(error)
      }
      guard let count else { return false }
      do throws(SFTPProtocolError) {
        try deliver()
      } catch {
        throw .violation(error)
      }
      if count == 0 {
        throw Failure(
          kind: .connectionLost, reason: "the server ended the SFTP session",
          advice: "look into the server's log, or try again later")
      }
    }
    return true
  }

  private func sendOut(_ channel: SSHChannel) throws(Failure) {
    do throws(SSHError) {
      var written = 1
      while machine.hasOutput, written > 0 {
        try machine.withOutput { bytes throws(SSHError) in
          written = try channel.write(bytes)
          return written
        }
      }
      channel.session.flush()
    } catch {
      throw .lost(error)
    }
  }

  /// When to look again though nothing has come.
  private func nextDeadline() throws(Failure) -> ContinuousClock.Instant {
    if machine.inFlightCount > 0 {
      let deadline = clock.deadline(timeout)
      guard deadline > .now else { throw .timedOut(timeout) }
      return deadline
    }
    // A sign of life keeps firewalls from forgetting us and finds out that the server is gone. It
    // is a question of the file protocol, for libssh2 keeps every answer to its own keepalive in
    // memory until the session ends.
    if clock.isIdle(for: Self.idleTime) {
      send(.realpath(RemotePath(".")), .forgotten)
    }
    return .now + Self.idleTime
  }

  private func deliver() throws(SFTPProtocolError) {
    var hasAnswer = false
    var isAwaited = false
    while let reply = try machine.nextReply() {
      hasAnswer = true
      switch calls.removeValue(forKey: reply.id) {
      case .waiter(let token): resume(token, .success(reply.body))
      case .read(let file, let ask): deliver(reply.body, to: file, ask)
      case .open(let file): deliver(reply.body, opening: file)
      case .attributes(let file): deliver(reply.body, describing: file)
      case .check(let file): deliver(reply.body, checking: file)
      case .readdir(let directory): deliver(reply.body, to: directory)
      case .forgotten, nil:
        if case .handle(let handle) = reply.body { send(.close(handle), .forgotten) }
        continue
      }
      isAwaited = true
    }
    // Not of an answer to our own sign of life: it tells nothing of whether the work goes on.
    if isAwaited { progress() }
    if hasAnswer { clock.answered(oldest: machine.oldestRequest) }
  }
}
