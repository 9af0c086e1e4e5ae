import Carrier
import Contract

/// The questions on contracts and their feeds.
public protocol FeedReader: Sendable {
  /// What is remembered of every account pair that a contract named or rows came under.
  func feeds() async throws(StoreError) -> [FeedRecord]

  /// The days, from one on, on which a service's feed brought rows.
  func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay]

  /// How each contract stood after its last change; of those that are no more, that too.
  func standings() async throws(StoreError) -> [ContractStanding]

  /// The changes of a contract, the oldest first.
  func changes(of contract: String) async throws(StoreError) -> [ContractChange]

  /// Grows when it is noticed that another process changed what is remembered of feeds, which is at the
  /// next write. Whoever decides by `feeds()` compares it before each batch, so it must be cheap.
  var feedChangesElsewhere: Int { get }
}

extension FeedReader {
  /// Of a store that only one process writes.
  public var feedChangesElsewhere: Int { 0 }
}
