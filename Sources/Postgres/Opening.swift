import Synchronization

/// An attempt to connect, which ends once.
final class Opening: Sendable {
  typealias Outcome = Result<PostgresConnection, PostgresFault>

  private enum State {
    case idle
    case waiting(CheckedContinuation<Outcome, Never>)
    case over(Outcome)
    case told
  }

  private let state = Mutex(State.idle)

  func begin(_ continuation: CheckedContinuation<Outcome, Never>) {
    let outcome = state.withLock { state -> Outcome? in
      if case .over(let outcome) = state {
        state = .told
        return outcome
      }
      state = .waiting(continuation)
      return nil
    }
    if let outcome { continuation.resume(returning: outcome) }
  }

  func end(_ outcome: Outcome) {
    let continuation = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      switch state {
      case .idle: state = .over(outcome)
      case .waiting(let continuation):
        state = .told
        return continuation
      case .over, .told: break
      }
      return nil
    }
    continuation?.resume(returning: outcome)
  }
}
