import Carrier
import Status

/// A parcel in a list.
public struct ParcelSummary: Sendable {
  public var parcel: ParcelNumber
  public var account: AccountPair
  public var order: String?
  public var postcode: String?
  public var country: String?
  public var meaning: Meaning
  /// When the current status began: seconds since 1970.
  public var since: Int64

  package init(
    parcel: ParcelNumber, account: AccountPair, order: String?, postcode: String?, country: String?,
    meaning: Meaning, since: Int64
  ) {
    self.parcel = parcel
    self.account = account
    self.order = order
    self.postcode = postcode
    self.country = country
    self.meaning = meaning
    self.since = since
  }
}
