import Postgres

/// Sessions that read: a bounded number, opened when they are needed.
actor SessionPool {
  private let settings: PostgresSettings
  private let most: Int
  private var idle: [PostgresConnection] = []
  /// Sessions that are open or being opened.
  private var count = 0
  private var waiting: ArraySlice<CheckedContinuation<Void, Never>> = []

  init(_ settings: PostgresSettings, most: Int) {
    self.settings = settings
    self.most = most
  }

  /// Lends a session. One that had broken while it lay idle is replaced, and the body is run once more.
  nonisolated func withSession<T: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    let (session, wasIdle) = try await take()
    do {
      let result = try await body(session)
      await giveBack(session)
      return result
    } catch {
      // In what state a failed transaction left the session is not worth a question.
      await drop()
      guard wasIdle, !Task.isCancelled, (error as? PostgresFault)?.isLostSession == true else {
        throw error
      }
      await closeIdle()
      return try await withSession(body)
    }
  }

  private func take() async throws -> (PostgresConnection, wasIdle: Bool) {
    while idle.isEmpty, count >= most {
      await withCheckedContinuation { waiting.append($0) }
    }
    if Task.isCancelled {
      // It may have been woken for a session that another one can take.
      waiting.popFirst()?.resume()
      throw CancellationError()
    }
    if let session = idle.popLast() { return (session, true) }
    count += 1
    do throws(PostgresFault) {
      let session = try await PostgresConnection.open(settings)
      // What is asked here goes by keys, or in pages that are told as they come: to compile it takes longer than it does.
      try await session.run("SET jit = off")
      return (session, false)
    } catch {
      drop()
      throw error
    }
  }

  private func giveBack(_ session: PostgresConnection) async {
    guard await session.isOpen else { return drop() }
    idle.append(session)
    waiting.popFirst()?.resume()
  }

  private func drop() {
    count -= 1
    waiting.popFirst()?.resume()
  }

  /// Ends the sessions that nobody uses.
  func closeIdle() {
    count -= idle.count
    idle = []
  }
}

extension PostgresFault {
  /// The server, or the way to it, was away.
  var isLostSession: Bool { kind == .unreachable || kind == .unavailable }
}
