import Status

/// Which parcels a list has.
public struct ParcelFilter: Sendable {
  public var status: ParcelStatus?
  public var accountID: String?
  /// Only parcels whose status began at this instant or later: seconds since 1970.
  public var since: Int64?
  public var limit: Int

  public init(
    status: ParcelStatus? = nil, accountID: String? = nil, since: Int64? = nil, limit: Int = 100
  ) {
    self.status = status
    self.accountID = accountID
    self.since = since
    self.limit = limit
  }
}
