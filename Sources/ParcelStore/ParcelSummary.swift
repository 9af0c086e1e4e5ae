import Carrier
import Status

/// A parcel in a list.
public struct ParcelSummary: Sendable {
  public var parcel: ParcelNumber
  public var account: AccountPair
  public var details: ParcelDetails
  public var meaning: Meaning
  /// When the current status began: seconds since 1970.
  public var since: Int64
  /// With which the page after it begins.
  public package(set) var cursor: ParcelCursor

  package init(
    parcel: ParcelNumber, account: AccountPair, details: ParcelDetails, meaning: Meaning,
    since: Int64
  ) {
    self.parcel = parcel
    self.account = account
    self.details = details
    self.meaning = meaning
    self.since = since
    cursor = ParcelCursor(since: since, rank: meaning.status.timelineRank, parcel: 0)
  }
}
