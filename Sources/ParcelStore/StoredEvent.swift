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
  /// Seconds since 1970.
  public var receivedAt: Int64
  public var wording: Wording
  public var meaning: Meaning
  public var site: String?
  /// The source of the file that brought it first; nil: a file of this machine.
  public var source: String?
  /// The printable path of that file, and the line there.
  public var file: String
  public var line: Int
  /// Nil: an older version stored it, and did not note it.
  public var effect: StatusEffect?

  package init(
    seq: Int64, parcel: ParcelNumber, account: AccountPair, time: EventTime, timeText: String?,
    receivedAt: Int64, wording: Wording, meaning: Meaning, site: String?, source: String? = nil,
    file: String, line: Int, effect: StatusEffect? = nil
  ) {
    self.seq = seq
    self.parcel = parcel
    self.account = account
    self.time = time
    self.timeText = timeText
    self.receivedAt = receivedAt
    self.wording = wording
    self.meaning = meaning
    self.site = site
    self.source = source
    self.file = file
    self.line = line
    self.effect = effect
  }
}

extension StoredEvent {
  /// What the order of a timeline needs to know of it.
  public var place: Timeline.Place {
    Timeline.Place(time: time, receivedAt: receivedAt, status: meaning.status, seq: seq)
  }
}
