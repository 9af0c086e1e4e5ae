/// Where some bytes stand in the buffer of a batch.
public struct ByteRange: Hashable, Sendable {
  public var start: UInt32
  public var count: UInt32

  @inlinable
  public init(start: Int, count: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  /// What stands for an absent or empty field.
  public static let empty = ByteRange(start: 0, count: 0)

  @inlinable public var isEmpty: Bool { count == 0 }
  @inlinable public var offsets: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// One data line of a file, typed and validated; texts stay bytes in the batch that it belongs to.
public struct TrackingRecord: Sendable {
  /// The line in the file, counted from 1; of a record over several lines, its first.
  public var line: Int
  public var account: AccountPair
  public var parcel: ParcelNumber
  public var time: EventTime
  /// The whole line without its line feed, for what is held or rejected.
  public var raw: ByteRange
  /// The texts, trimmed of blanks and unquoted; empty where the file has none.
  public var order: ByteRange
  public var code: ByteRange
  public var label: ByteRange
  public var date: ByteRange
  public var site: ByteRange
  public var postcode: ByteRange
  public var country: ByteRange
}

/// One data line that could not be read: a value that is kept, not an error that is thrown.
public struct MalformedLine: Hashable, Sendable {
  /// Why a line was rejected; the raw value is what users see and script against.
  public enum Reason: String, Sendable, CaseIterable {
    case fieldCount = "field-count"
    case lineTooLong = "line-too-long"
    case lineTooShort = "line-too-short"
    case fieldTooLong = "field-too-long"
    case quoteNotClosed = "quote-not-closed"
    case textAfterQuote = "text-after-quote"
    case notUTF8 = "not-utf-8"
    case nulByte = "nul-byte"
    case parcelMissing = "parcel-missing"
    case parcelMalformed = "parcel-malformed"
    case accountMissing = "account-missing"
    case accountMalformed = "account-malformed"
    case dateMalformed = "date-malformed"
  }

  public var line: Int
  public var reason: Reason
  /// The line's bytes as they came, at most `longestRaw` of them.
  public var raw: [UInt8]

  /// How many bytes of a rejected line are kept.
  public static let longestRaw = 4096
}

/// A run of consecutive lines of one file: records, the bytes they point into, and what was malformed.
///
/// Batches are about 256 KiB whatever the file's size, so a reader needs bounded memory.
public struct RecordBatch: Sendable {
  /// The bytes of the lines, and behind them the texts of fields that had to be changed.
  public let bytes: [UInt8]
  public let records: [TrackingRecord]
  public let malformed: [MalformedLine]
  /// How the texts of this file are encoded, as far as the layout says.
  public let encoding: TextEncoding

  /// How many data lines the batch accounts for.
  public var rows: Int { records.count + malformed.count }

  /// The text of a field, decoded; nil when it is empty.
  public func text(_ range: ByteRange) -> String? {
    range.isEmpty ? nil : encoding.decode(bytes[range.offsets])
  }
}
