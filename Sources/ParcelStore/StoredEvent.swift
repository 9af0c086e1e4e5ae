import Carrier
import Contract
import Status
import TrackingFile

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

/// Which parcels a list shall have.
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

/// A line that could not be read.
public struct RejectedLine: Sendable, Hashable {
  /// Nil: a file of this machine.
  public var source: String?
  public var file: String
  public var line: Int
  public var reason: MalformedLine.Reason
  public var raw: [UInt8]

  package init(
    source: String? = nil, file: String, line: Int, reason: MalformedLine.Reason, raw: [UInt8]
  ) {
    self.source = source
    self.file = file
    self.line = line
    self.reason = reason
    self.raw = raw
  }
}

/// Where a reader of rejected lines has come to; they come in the order of files and lines.
public struct RejectPlace: Sendable, Hashable {
  package let file: Int64
  package let line: Int64

  /// Before the first.
  public init() { self.init(file: 0, line: 0) }

  package init(file: Int64, line: Int64) {
    self.file = file
    self.line = line
  }
}

/// A wording that the status map does not know, with how many events have it.
public struct UnmappedWording: Sendable, Hashable {
  public var wording: Wording
  public var events: Int

  package init(wording: Wording, events: Int) {
    self.wording = wording
    self.events = events
  }
}

/// How much the store holds.
public struct StoreCounts: Sendable, Hashable {
  public var events = 0
  public var parcels = 0
  public var held = 0
  public var rejected = 0
  public var files: [FileState: Int] = [:]
  /// Files that are to be moved or deleted, and are not yet.
  public var pendingPostActions = 0
  /// Those of them of which the last try failed.
  public var failedPostActions = 0
  /// Why the oldest of these did.
  public var postActionError: String?

  package init() {}
}
