import Ingest
import Synchronization

/// The rules in force, exchanged as a whole; who waits is woken by new ones.
final class RulesInForce: Sendable {
  private struct State {
    var rules: Rules
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var nextWaiting = 0
  }

  private let state: Mutex<State>

  init(_ rules: Rules) { state = Mutex(State(rules: rules)) }

  var current: Rules { state.withLock { $0.rules } }

  func replace(by new: Rules) {
    let woken = state.withLock { state in
      let revision = state.rules.revision + 1
      state.rules = new
      state.rules.revision = revision
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Waits until other rules than those of a revision are in force, or until it is cancelled.
  func changed(since revision: Int) async {
    let number = state.withLock { state in
      state.nextWaiting += 1
      return state.nextWaiting
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          guard state.rules.revision == revision, !Task.isCancelled else { return true }
          state.waiting[number] = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
    }
  }
}
