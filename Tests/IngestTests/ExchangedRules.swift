import Ingest
import Synchronization

/// Rules that are exchanged while somebody works by them.
final class ExchangedRules: RulesSource {
  private struct State {
    var rules: Rules
    /// The revisions by which rows were let in, one after the other; nil: given back.
    var taken: [Int?] = []
  }

  private let state: Mutex<State>

  init(_ rules: Rules) { state = Mutex(State(rules: rules)) }

  var current: Rules { state.withLock { $0.rules } }
  var revision: Int { current.revision }
  var taken: [Int?] { state.withLock { $0.taken } }

  func take() -> Rules {
    state.withLock { state in
      if state.taken.last != state.rules.revision { state.taken.append(state.rules.revision) }
      return state.rules
    }
  }

  func giveBack() { state.withLock { $0.taken.append(nil) } }

  func replace(by new: Rules) {
    state.withLock { state in
      let revision = state.rules.revision + 1
      state.rules = new
      state.rules.revision = revision
    }
  }
}

/// Does something once, when the work has come so far.
final class Interrupter: IngestObserver {
  private let isDue: @Sendable (IngestProgress) -> Bool
  private let body: @Sendable () -> Void
  private let isDone = Mutex(false)

  init(
    when isDue: @escaping @Sendable (IngestProgress) -> Bool,
    then body: @escaping @Sendable () -> Void
  ) {
    self.isDue = isDue
    self.body = body
  }

  func report(_ event: IngestEvent) {}

  func progress(_ progress: IngestProgress) {
    guard isDue(progress) else { return }
    let isFirst = isDone.withLock { isDone in
      defer { isDone = true }
      return !isDone
    }
    if isFirst { body() }
  }
}
