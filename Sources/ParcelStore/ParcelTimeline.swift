import Carrier
import Contract

/// A parcel under an account with all that is known of it.
public struct ParcelTimeline: Sendable {
  public var parcel: ParcelNumber
  public var account: AccountPair
  public var details: ParcelDetails
  /// The contract and the service that brought its events.
  public var contract: String?
  public var service: ServiceKind?
  /// In the order of `Timeline`.
  public var events: [StoredEvent]

  package init(
    parcel: ParcelNumber, account: AccountPair, details: ParcelDetails, events: [StoredEvent]
  ) {
    self.parcel = parcel
    self.account = account
    self.details = details
    self.events = events
  }

  /// Of a number of which all rows are held: without events.
  public init(parcel: ParcelNumber, heldUnder account: AccountPair) {
    self.init(parcel: parcel, account: account, details: ParcelDetails(), events: [])
  }

  /// The event that sets the current status.
  public var current: StoredEvent? {
    Timeline.current(of: events, \.timelineEntry)
  }
}
