import Carrier
import Contract

/// What can be asked about contracts and their feeds.
public protocol FeedReader: Sendable {
  /// What is remembered of every account pair that a contract named or rows came under.
  func feeds() async throws(StoreError) -> [FeedRecord]

  /// The days, from one on, on which a service's feed brought rows.
  func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay]

  /// How each contract stood after its last change; also contracts that do not exist any more.
  func standings() async throws(StoreError) -> [ContractStanding]

  /// The changes of a contract, the oldest first.
  func changes(of contract: String) async throws(StoreError) -> [ContractChange]

  /// A counter that grows when a write of this process notices that another process has changed the
  /// feeds. Whoever decides by `feeds()` compares it before each batch, so it must be cheap.
  var feedChangesElsewhere: Int { get }
}

extension FeedReader {
  /// Of a store that only one process writes.
  public var feedChangesElsewhere: Int { 0 }
}
