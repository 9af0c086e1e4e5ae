import Postgres
import Synchronization

/// Wakes followers when the journal has grown: a session of its own listens to what commits tell.
///
/// A follower also looks again after a second, as some ways to a server carry no notifications: poolers that change the
/// session between two transactions, and replicas.
final class JournalBell: Sendable {
  private struct State {
    /// The highest `seq` that was told.
    var last: Int64 = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var nextID = 0
    var listening: Task<Void, Never>?
  }

  private let settings: PostgresSettings
  private let state = Mutex(State())

  /// How long a follower waits at most before it looks again.
  private static let patience = Duration.seconds(1)

  init(_ settings: PostgresSettings) { self.settings = settings }

  deinit { state.withLock { $0.listening?.cancel() } }

  /// Waits until the journal has, or may have, entries after a `seq`.
  func wait(after seq: Int64) async throws {
    listen()
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: Self.patience) }
      group.addTask { await self.rung(id, after: seq) }
      await group.next()
      group.cancelAll()
    }
    try Task.checkCancellation()
  }

  private func rung(_ id: Int, after seq: Int64) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.last > seq || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
  }

  /// - Parameter isNew: whether the session has just begun: the server may be another one, with fewer entries.
  private func ring(_ seq: Int64, isNew: Bool) {
    let waiting = state.withLock { state in
      state.last = isNew ? seq : max(state.last, seq)
      defer { state.waiting = [:] }
      return state.waiting.values.map { $0 }
    }
    for continuation in waiting { continuation.resume() }
  }

  // MARK: Listening

  private func listen() {
    state.withLock { state in
      guard state.listening == nil else { return }
      state.listening = Task { [weak self, settings] in
        while !Task.isCancelled {
          try? await Self.hear(settings) { self?.ring($0, isNew: $1) }
          try? await Task.sleep(for: Self.patience)
        }
      }
    }
  }

  /// Until the session breaks.
  private static func hear(
    _ settings: PostgresSettings, _ told: (Int64, _ isNew: Bool) -> Void
  ) async throws {
    let session = try await PostgresConnection.open(settings)
    let incarnation = try await session.text("SELECT incarnation FROM store")
    guard let incarnation else { return }
    // An identifier: letters and digits alone.
    try await session.run("LISTEN \"colisd_\(incarnation)\"")
    // What was told before it listened.
    told(try await session.integer("SELECT sequence FROM store") ?? 0, true)
    while true {
      if let seq = Int64(try await session.notification()) { told(seq, false) }
    }
  }
}
