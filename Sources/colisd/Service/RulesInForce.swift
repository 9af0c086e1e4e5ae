import Contract
import Ingest
import Synchronization

/// The rules in force. They are replaced as a whole, for all sources at once; new rules wake who waits.
final class RulesInForce: Sendable {
  private struct State {
    var rules: Rules
    /// The revisions by which rows are being let in, by the source that they come from.
    var inHand: [String: Int] = [:]
    var waiting: [Int: Waiting] = [:]
    var nextWaiting = 0

    /// Whether nothing comes in any more by rules before those of a revision.
    func isInForce(_ revision: Int) -> Bool { inHand.values.allSatisfy { $0 >= revision } }
  }

  private struct Waiting {
    let isOver: @Sendable (State) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private let state: Mutex<State>

  init(_ rules: Rules) { state = Mutex(State(rules: rules)) }

  var current: Rules { state.withLock { $0.rules } }
  var revision: Int { state.withLock { $0.rules.revision } }

  /// The contracts in force, with the rules' revision.
  var contracts: @Sendable () -> (ContractSet, revision: Int) {
    { [self] in
      let rules = current
      return (rules.contracts, rules.revision)
    }
  }

  /// The rules for the files of a source.
  func of(_ source: String) -> RulesOfSource { RulesOfSource(source: source, rules: self) }

  /// Hands out the rules in force, by which rows of a source are let in until `giveBack`.
  func take(for source: String) -> Rules {
    change { state in
      state.inHand[source] = state.rules.revision
      return state.rules
    }
  }

  func giveBack(for source: String) { change { $0.inHand[source] = nil } }

  /// - Returns: the revision of the new rules.
  func replace(by new: Rules) -> Int {
    change { state in
      let revision = state.rules.revision + 1
      state.rules = new
      state.rules.revision = revision
      return revision
    }
  }

  /// Marks the last reading as refused. An account that looks unknown may be in a file that could not be
  /// read, so no row of an unknown account is skipped until a later reading succeeds.
  func lookWasRefused() {
    change { state in
      guard state.rules.isLatestLookWhole else { return }
      state.rules.isLatestLookWhole = false
      // Where rows of unknown accounts are kept anyway, nothing changes.
      if state.rules.unknownAccounts == .skip { state.rules.revision += 1 }
    }
  }

  /// Waits until other rules than those of a revision are in force, or until it is cancelled.
  func changed(since revision: Int) async { await wait { $0.rules.revision != revision } }

  /// Waits until nothing comes in any more by rules before those of a revision, or until it is cancelled.
  func areInForce(_ revision: Int) async { await wait { $0.isInForce(revision) } }

  private func change<T: Sendable>(_ body: (inout State) -> T) -> T {
    let (result, woken) = state.withLock { state in
      let result = body(&state)
      let over = state.waiting.filter { $0.value.isOver(state) }
      for number in over.keys { state.waiting[number] = nil }
      return (result, over.values.map(\.continuation))
    }
    for continuation in woken { continuation.resume() }
    return result
  }

  private func wait(until isOver: @escaping @Sendable (State) -> Bool) async {
    let number = state.withLock { state in
      state.nextWaiting += 1
      return state.nextWaiting
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          guard !isOver(state), !Task.isCancelled else { return true }
          state.waiting[number] = Waiting(isOver: isOver, continuation: continuation)
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: number) }?.continuation.resume()
    }
  }
}
