import Synchronization

/// Lets one task in at a time, in the order in which they came.
final class Turn: Sendable {
  private struct State {
    var isTaken = false
    var waiting: ArraySlice<CheckedContinuation<Void, Never>> = []
  }

  private let state = Mutex(State())

  func during<T>(_ body: () async throws -> T) async rethrows -> T {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isTaken {
          state.waiting.append(continuation)
          return false
        }
        state.isTaken = true
        return true
      }
      if isFree { continuation.resume() }
    }
    defer { giveBack() }
    return try await body()
  }

  private func giveBack() {
    let next = state.withLock { state in
      let next = state.waiting.popFirst()
      if next == nil { state.isTaken = false }
      return next
    }
    next?.resume()
  }
}
