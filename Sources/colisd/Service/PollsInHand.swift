import Ingest
import ParcelStore
import Synchronization

/// Brings the store to rest after polls, when no source is being read: what it keeps in memory to be quick
/// would be missed by the others.
final class PollsInHand: Sendable {
  private struct State {
    var polls = 0
    var lastRest = ContinuousClock.now
  }

  private let state = Mutex(State())

  /// A source that is read for very long must not keep memory and log of the store from coming to rest.
  private static let longest = Duration.seconds(300)

  func begin() { state.withLock { $0.polls += 1 } }

  func end(_ store: any EventStore) async {
    let isDue = state.withLock { state in
      state.polls -= 1
      guard state.polls == 0 || .now - state.lastRest > Self.longest else { return false }
      state.lastRest = .now
      return true
    }
    guard isDue else { return }
    await store.settle()
    IdleMemory.release()
  }
}
