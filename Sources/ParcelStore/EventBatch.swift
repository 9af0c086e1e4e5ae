import Carrier
import Contract
import Status
import TrackingFile

/// A gated batch, packed to wait for its transaction: admitted rows as events, and held rows and
/// rejected lines as they came.
///
/// A row takes about 65 bytes here, a quarter of what it takes in the reader, and the reader's
/// memory is free for its next batch. Only `EventPacker` makes event batches, and only admitted
/// records become events, so that no row gets past the gate.
public struct EventBatch: Sendable {
  /// One admitted row. `account`, `wording` and `site` are indexes into the batch's lists.
  package struct Event: Sendable {
    package var parcel: ParcelNumber
    package var line: UInt32
    /// Since 1970; 0 without a date.
    package var seconds: Int64
    /// Where the parcel's order reference, postcode and country stand in `texts`.
    package var attributes: UInt32
    /// A digest of these three texts: while it stays the same, none of them has changed.
    package var digest: UInt32
    package var account: UInt16
    package var wording: UInt16
    package var site: UInt16
    package var precision: EventTime.Precision
    package var isAmbiguous: Bool

    package var time: EventTime {
      EventTime(seconds: seconds, precision: precision, isAmbiguous: isAmbiguous)
    }
  }

  /// A row that must not become an event yet.
  package struct HeldLine: Sendable {
    package var line: Int
    package var account: AccountPair
    package var reason: HoldReason
    package var raw: [UInt8]
    package var parcel: ParcelNumber
    package var time: EventTime
  }

  /// An account pair that rows named, and the service that they are admitted for.
  package struct AdmittedAccount: Sendable {
    package var service: ServiceReference
    package var account: AccountPair
  }

  /// Code and label, each empty where there is none.
  package struct CodeAndLabel: Sendable {
    package var code: ByteRange
    package var label: ByteRange
  }

  /// All data lines of the batch: rows = events + held + rejected + skipped + expired.
  package let rows: Int
  package let skipped: [SkippedRecords]
  package internal(set) var events: [Event] = []
  package internal(set) var wordings: [CodeAndLabel] = []
  /// The meaning of each of `wordings`, and the version of the status map that gave them.
  package internal(set) var meanings: [Meaning] = []
  package internal(set) var mapVersion = ""
  package internal(set) var sites: [ByteRange] = []
  /// `Event.account` is an index into it.
  package internal(set) var accounts: [AdmittedAccount] = []
  /// What the file wrote where a rule had to decide which instant it means, by line.
  package internal(set) var ambiguousTimes: [UInt32: String] = [:]
  package internal(set) var held: [HeldLine] = []
  package internal(set) var rejected: [MalformedLine] = []
  /// The lines of admitted rows that are older than events are kept: they are counted and not stored.
  package internal(set) var expired: [UInt32] = []
  package internal(set) var texts: [UInt8] = []
  package let encoding: TextEncoding
  /// The header line under which the rows stand; nil: that of the part.
  package var header: [UInt8]?

  init(rows: Int, skipped: [SkippedRecords], encoding: TextEncoding) {
    self.rows = rows
    self.skipped = skipped
    self.encoding = encoding
  }

  /// About how much memory it takes: bytes.
  package var size: Int {
    let lines =
      held.reduce(0) { $0 + $1.raw.count + MemoryLayout<HeldLine>.stride }
      + rejected.reduce(0) { $0 + $1.raw.count + MemoryLayout<MalformedLine>.stride }
    return lines + events.count * MemoryLayout<Event>.stride + texts.count
      + meanings.count * MemoryLayout<Meaning>.stride
      + accounts.count * MemoryLayout<AdmittedAccount>.stride + ambiguousTimes.count * 64
      + skipped.count * MemoryLayout<SkippedRecords>.stride
      + expired.count * MemoryLayout<UInt32>.stride
  }

  /// The same batch with some of its events only.
  package func with(_ events: [Event]) -> EventBatch {
    var batch = self
    batch.events = events
    return batch
  }

  /// A text of the batch, decoded; nil when it is empty.
  package func text(_ range: ByteRange) -> String? {
    range.isEmpty ? nil : encoding.decode(texts[range.offsets])
  }

  package func wording(_ wording: CodeAndLabel) -> Wording {
    Wording(code: text(wording.code), label: text(wording.label))
  }
}
