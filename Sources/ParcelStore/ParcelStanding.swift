import Status

/// How a parcel stands now: what is sent with each of its events. Later it may be more, or be erased.
public struct ParcelStanding: Sendable, Hashable {
  public var details = ParcelDetails()
  /// The ID of the contract that brought its events.
  public var contract: String?
  /// Of its current status; nil: it has none.
  public var meaning: Meaning?
  /// When its current status began: seconds since 1970; nil: it has none.
  public var since: Int64?

  /// Of a parcel of which nothing is known.
  public init() {}

  public init(_ timeline: ParcelTimeline) {
    details = timeline.details
    contract = timeline.contract
    let current = timeline.current
    meaning = current?.meaning
    since = current?.timelineEntry.since()
  }
}
