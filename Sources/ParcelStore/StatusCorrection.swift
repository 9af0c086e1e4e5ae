import Carrier
import Status

/// A current status that changed without a new event, because the status map learnt.
public struct StatusCorrection: Sendable, Hashable {
  /// In the same order as those of events.
  public var seq: Int64
  public var parcel: ParcelOfAccount
  /// Seconds since 1970.
  public var at: Int64
  /// The version of the map that decided.
  public var map: String
  public var previous: ParcelStatus
  public var status: ParcelStatus
  public var reason: StatusReason?
  public var mode: DeliveryMode?

  /// - Parameter change: the status before, and what the parcel's status means now.
  package init(
    seq: Int64, parcel: ParcelOfAccount, at: Int64, map: String,
    change: (previous: ParcelStatus, meaning: Meaning)
  ) {
    self.seq = seq
    self.parcel = parcel
    self.at = at
    self.map = map
    previous = change.previous
    status = change.meaning.status
    reason = change.meaning.reason
    mode = change.meaning.mode
  }
}
