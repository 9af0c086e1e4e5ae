/// A data line that could not be read. It is stored and does not stop the file.
public struct MalformedLine: Hashable, Sendable {
  /// Why a line was rejected. Users see the raw values and use them in scripts, so they must not change.
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
    // Without a header: the line has fewer columns than the number of this one.
    case accountColumnMissing = "account-column-missing"
    case accountIDColumnMissing = "account-id-column-missing"
    case parcelColumnMissing = "parcel-column-missing"
    case orderColumnMissing = "order-column-missing"
    case codeColumnMissing = "code-column-missing"
    case labelColumnMissing = "label-column-missing"
    case dateColumnMissing = "date-column-missing"
    case siteColumnMissing = "site-column-missing"
    case postcodeColumnMissing = "postcode-column-missing"
    case countryColumnMissing = "country-column-missing"

    /// The reason that names a column whose number is past the line's end.
    static func columnMissing(_ column: Layout.Column) -> Reason {
      switch column {
      case .account: .accountColumnMissing
      case .accountID: .accountIDColumnMissing
      case .parcel: .parcelColumnMissing
      case .order: .orderColumnMissing
      case .code: .codeColumnMissing
      case .label: .labelColumnMissing
      case .date: .dateColumnMissing
      case .site: .siteColumnMissing
      case .postcode: .postcodeColumnMissing
      case .country: .countryColumnMissing
      }
    }
  }

  public var line: Int
  public var reason: Reason
  /// The line's original bytes, at most `longestRaw` of them.
  public var raw: [UInt8]

  /// How many bytes of a rejected line are kept.
  public static let longestRaw = 4096
}
