import Synchronization

/// How many answers are looked for at once. Others wait in their order; too many are turned away.
package final class ReadTurns: Sendable {
  private struct State {
    var free: Int
    var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    var next = 0
  }

  private let state: Mutex<State>
  private let mostWaiting: Int

  package init(reads: Int, waiting: Int) {
    state = Mutex(State(free: reads))
    mostWaiting = waiting
  }

  /// Runs the body when it is its turn.
  /// - Throws: `Problem` when too many wait already; `CancellationError`; what the body throws.
  package func run<T>(_ body: () async throws -> T) async throws -> T {
    guard await take() else { throw Problem.busy }
    defer { giveBack() }
    try Task.checkCancellation()
    return try await body()
  }

  private func take() async -> Bool {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isTaken: Bool? = state.withLock { state in
          if state.free > 0 {
            state.free -= 1
            return true
          }
          guard state.waiting.count < mostWaiting, !Task.isCancelled else { return false }
          state.waiting.append((number, continuation))
          return nil
        }
        if let isTaken { continuation.resume(returning: isTaken) }
      }
    } onCancel: {
      let found = state.withLock { state in
        state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
      }
      found?.continuation.resume(returning: false)
    }
  }

  private func giveBack() {
    let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
