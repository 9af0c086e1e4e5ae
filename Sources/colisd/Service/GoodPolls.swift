import Synchronization

/// Knows how the last poll of each source went, and tells each good one after which all of them are good.
final class GoodPolls: Sendable {
  /// Whoever is busy meanwhile hears of several as one.
  let moments: AsyncStream<Void>
  private let told: AsyncStream<Void>.Continuation
  private let good: Mutex<Set<String>>
  private let sources: Int

  /// - Parameter sources: how many there are.
  init(sources: Int) {
    self.sources = sources
    good = Mutex([])
    (moments, told) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Notes how a poll of a source went.
  func polled(_ source: String, isGood: Bool) {
    let areAll = good.withLock { good in
      guard isGood else {
        good.remove(source)
        return false
      }
      good.insert(source)
      return good.count == sources
    }
    if areAll { told.yield() }
  }
}
