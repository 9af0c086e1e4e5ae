import Carrier
import Contract

/// A parcel under an account with all that is known of it.
public struct ParcelTimeline: Sendable {
  public var parcel: ParcelNumber
  public var account: AccountPair
  public var order: String?
  public var postcode: String?
  public var country: String?
  /// The contract and the service that brought its events.
  public var contract: String?
  public var service: ServiceKind?
  /// In the order of `Timeline`.
  public var events: [StoredEvent]

  package init(
    parcel: ParcelNumber, account: AccountPair, order: String?, postcode: String?, country: String?,
    contract: String?, service: ServiceKind?, events: [StoredEvent]
  ) {
    self.parcel = parcel
    self.account = account
    self.order = order
    self.postcode = postcode
    self.country = country
    self.contract = contract
    self.service = service
    self.events = events
  }

  /// The event that sets the current status.
  public var current: StoredEvent? {
    Timeline.current(of: events, \.place)
  }
}
