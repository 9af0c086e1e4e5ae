import Carrier
import Contract

/// What is known of all feeds apart from the contracts: with these, enough to say how each feed
/// stands.
public struct FeedKnowledge: Sendable {
  /// Which account pairs services had, and when rows came under them.
  public var past: FeedPast
  /// The usual time of day of feeds that have one.
  public var rhythms: [ServiceReference: DailyRhythm] = [:]
  /// Services that are in no contract any more while rows of theirs are held.
  public var lost: [(record: FeedRecord, feed: Feed)] = []
  /// When the drop was listed last: seconds since 1970; nil: it never was.
  public var lookedAt: Int64?
  /// Seconds since 1970.
  public var now: Int64

  public init(past: FeedPast = FeedPast(), lookedAt: Int64? = nil, now: Int64) {
    self.past = past
    self.lookedAt = lookedAt
    self.now = now
  }
}
