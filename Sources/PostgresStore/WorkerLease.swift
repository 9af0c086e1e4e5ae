import ParcelStore
import Synchronization

/// Until when a worker can be sure that the others take it to be alive, by the monotonic clock of its machine.
///
/// The database counts from when a renewal arrives, and this clock from when it was sent. So it ends here first.
package final class WorkerLease: Sendable {
  private struct State {
    var end: ContinuousClock.Instant
    /// How often it had run out before it was renewed. Others may have taken everything meanwhile.
    var lapses = 0
  }

  /// How long a worker is taken to be alive after it said so last.
  let time: Duration
  private let state: Mutex<State>

  package init(_ time: Duration) {
    self.time = time
    state = Mutex(State(end: .now + time))
  }

  var milliseconds: Int64 { Int64(time / .milliseconds(1)) }

  /// - Parameter asked: when the renewal was sent.
  package func renewed(_ asked: ContinuousClock.Instant) {
    state.withLock { state in
      if .now >= state.end { state.lapses += 1 }
      state.end = asked + time
    }
  }

  func end() { state.withLock { $0.end = .now } }

  /// What is taken now is held until the lease runs out for the first time.
  package func hold() -> DutyHold {
    let lapses = state.withLock { $0.lapses }
    return DutyHold { [self] in
      state.withLock { $0.lapses == lapses && .now < $0.end }
    }
  }
}
