import Synchronization

/// Wakes followers when the journal has grown. Not every store hears of all that is written, so each waits for a bounded
/// time and looks again then.
package final class JournalBell: Sendable {
  private struct Follower {
    var after: Int64
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    /// The highest `seq` that was told.
    var last: Int64 = 0
    var waiting: [Int: Follower] = [:]
    var nextID = 0
  }

  private let state = Mutex(State())
  /// How long a follower waits at most before it looks again.
  private let patience: Duration

  package init(patience: Duration) { self.patience = patience }

  /// Waits until the journal has, or may have, entries after a `seq`.
  package func wait(after seq: Int64) async throws {
    try Task.checkCancellation()
    let id: Int? = state.withLock { state in
      if state.last > seq { return nil }
      state.nextID += 1
      return state.nextID
    }
    guard let id else { return }
    let patience = patience
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: patience) }
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
          state.waiting[id] = Follower(after: seq, continuation: continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.continuation.resume()
    }
  }

  /// Wakes those who wait for an entry up to a `seq`.
  /// - Parameter isAnew: whether what was told before counts no more, as the store may be another one with fewer
  ///   entries. Then all are woken.
  package func ring(_ seq: Int64, isAnew: Bool = false) {
    let woken = state.withLock { state in
      state.last = isAnew ? seq : max(state.last, seq)
      let woken = state.waiting.filter { isAnew || $0.value.after < state.last }
      for id in woken.keys { state.waiting[id] = nil }
      return woken.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }
}
