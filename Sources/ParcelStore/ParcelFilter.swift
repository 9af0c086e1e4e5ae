import Status

/// Which parcels a list has, and which page of it. Nil: any.
public struct ParcelFilter: Sendable {
  /// Only with one of these as their current status.
  public var statuses: Set<ParcelStatus>?
  public var accountID: String?
  /// Only those whose account's rows came for this contract last.
  public var contract: String?
  /// The merchant's order reference; the case of ASCII letters does not count.
  public var order: String?
  /// As files and people write it: `75012`, `1000`, `B1000`, `B-1000`.
  public var postcode: String?
  /// Only with an event at this site.
  public var site: String?
  /// Only parcels whose status began at this instant or later, and before that one: seconds since 1970.
  public var since: Int64?
  public var until: Int64?
  /// Only parcels without an event in this time: seconds since 1970. An event without a date counts by
  /// when it was received.
  public var quiet: Range<Int64>?
  /// Only parcels after this place of the list.
  public var after: ParcelCursor?
  public var limit: Int

  public init(
    status: ParcelStatus? = nil, accountID: String? = nil, since: Int64? = nil, limit: Int = 100
  ) {
    statuses = status.map { [$0] }
    self.accountID = accountID
    self.since = since
    self.limit = limit
  }
}
