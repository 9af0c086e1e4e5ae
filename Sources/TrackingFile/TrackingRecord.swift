import Carrier

/// Where some bytes stand in the buffer of a batch.
public struct ByteRange: Hashable, Sendable {
  public var start: UInt32
  public var count: UInt32

  @inlinable
  public init(start: Int, count: Int) {
    self.start = UInt32(start)
    self.count = UInt32(count)
  }

  @inline(__always)
  init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }

  /// What stands for an absent or empty field.
  public static let empty = ByteRange(start: 0, count: 0)

  @inlinable public var isEmpty: Bool { count == 0 }
  @inlinable public var offsets: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// One data line of a file, typed and validated; texts stay bytes in the batch that it belongs to.
public struct TrackingRecord: Sendable {
  public var parcel: ParcelNumber
  private var lineNumber: UInt32
  public var time: EventTime
  /// The account pair's place in the batch's list.
  public var account: UInt16
  /// The whole line without its line feed, for what is held or rejected.
  public var raw: ByteRange
  /// The texts, trimmed of blanks and unquoted; empty where the file has none.
  public var order = ByteRange.empty
  public var code = ByteRange.empty
  public var label = ByteRange.empty
  public var date = ByteRange.empty
  public var site = ByteRange.empty
  public var postcode = ByteRange.empty
  public var country = ByteRange.empty

  /// The line in the file, counted from 1; of a record over several lines, its first. The four
  /// billionth and all behind it have the same number.
  public internal(set) var line: Int {
    get { Int(lineNumber) }
    set { lineNumber = UInt32(clamping: newValue) }
  }

  @inline(__always)
  init(
    line: Int, account: UInt16, parcel: ParcelNumber, time: EventTime, raw: ByteRange
  ) {
    lineNumber = UInt32(clamping: line)
    self.account = account
    self.parcel = parcel
    self.time = time
    self.raw = raw
  }
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
    case carriageReturn = "carriage-return"
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
