import Carrier
import Status

/// One event as the store gives it back.
public struct StoredEvent: Sendable {
  /// Strictly increasing in the order of commits.
  public var seq: Int64
  public var parcel: ParcelNumber
  public var account: AccountPair
  public var time: EventTime
  /// What the file wrote, kept where a rule had to decide which instant it means.
  public var timeText: String?
  public var wording: Wording
  public var meaning = Meaning.unmapped
  public var site: String?
  public var origin: EventOrigin
  /// Nil: an older version stored the event, and did not record it.
  public var effect: StatusEffect?

  package init(
    seq: Int64, parcel: ParcelOfAccount, time: EventTime, wording: Wording, origin: EventOrigin
  ) {
    self.seq = seq
    self.parcel = parcel.number
    account = parcel.account
    self.time = time
    self.wording = wording
    self.origin = origin
  }

  /// When the row came that brought it: seconds since 1970.
  public var receivedAt: Int64 { origin.receivedAt }
}

extension StoredEvent {
  /// What the order of a timeline needs to know of the event.
  public var timelineEntry: Timeline.Entry {
    Timeline.Entry(time: time, receivedAt: receivedAt, status: meaning.status, seq: seq)
  }
}
