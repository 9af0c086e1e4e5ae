import Ingest
import ParcelStore
import Synchronization

/// Counts the polls that are running. When the last one has ended, the store frees its caches, which
/// sources that are still being read would need.
final class PollsInHand: Sendable {
  private struct State {
    var polls = 0
    var lastRest = ContinuousClock.now
  }

  private let state = Mutex(State())

  /// After so long the caches are freed although a source is still being read, so that one that takes very
  /// long keeps neither the memory nor the store's write-ahead log large.
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
