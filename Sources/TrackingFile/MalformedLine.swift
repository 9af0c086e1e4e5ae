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
