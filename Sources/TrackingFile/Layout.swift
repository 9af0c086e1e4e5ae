import Carrier

/// The format of a tracking file, as data and not as code.
///
/// The carrier gives its specification only to merchants, so users can write a layout themselves.
/// `Layout.colisPrive` is built in.
public struct Layout: Sendable, Equatable {
  /// The meaning of a field.
  public enum Column: String, Sendable, CaseIterable {
    case account
    case accountID = "account-id"
    case parcel, order, code, label, date, site, postcode, country

    /// A layout must say where these come from, and a line without such a value is rejected.
    public static let required: [Column] = [.account, .accountID, .parcel, .date]
  }

  /// The place of a column in the lines of a fixed-width file.
  public struct Span: Sendable, Hashable {
    /// The first character, counted from 1.
    public var start: Int
    public var width: Int

    public init(start: Int, width: Int) {
      self.start = start
      self.width = width
    }
  }

  /// Where the columns are in a line. A column of several parts is these parts, joined by a blank.
  public enum Format: Sendable, Equatable {
    /// Delimited text with a header line. Columns are found by name, in any order and letter case; other
    /// columns are ignored.
    case delimited(separator: UInt8, quote: UInt8?, names: [Column: [String]])
    /// Delimited text without a header line. Columns are counted from 1.
    case headerless(separator: UInt8, quote: UInt8?, numbers: [Column: [Int]])
    /// Columns at fixed places, without a header line.
    case fixedWidth(spans: [Column: [Span]])
  }

  /// A value that is the same for all rows of a file, as the rows do not have it.
  public enum Given: Sendable, Hashable {
    case value(String)
    /// What the layout's path pattern finds in the path of the file; only for account and account ID.
    case path
  }

  /// What is taken for a parcel's number.
  public enum NumberForm: String, Sendable, CaseIterable {
    /// The carrier's own numbers and tracking keys.
    case colisPrive = "colisprive"
    /// 1 to 35 letters and digits.
    case any
  }

  /// A last line such as `FIN;1234` that closes a file, with the number of its data lines or alone.
  public struct Trailer: Sendable, Equatable {
    public var marker: String
    public init(marker: String) { self.marker = marker }
  }

  public let name: String
  public let version: String
  public let format: Format
  public let encoding: TextEncoding
  public let clock: WallClock
  public let timeFormats: [TimeFormat]
  public let trailer: Trailer?
  /// How the path of a file names the account of its rows; nil: it does not.
  public let path: PathPattern?
  /// The fields that are no columns of a line.
  public let given: [Column: Given]
  /// Lines that begin so are no rows.
  public let skip: [String]
  public let number: NumberForm

  /// The longest field, in bytes; a line with a longer one is rejected. So texts in the store stay small.
  public static let longestField = CarrierText.longest

  /// The longest line, in bytes; a longer one is rejected. So memory is bounded for any input.
  public static let longestLine = 64 * 1024

  /// The most lines of a record whose quoted fields have line feeds. A quote that is still open then is taken
  /// for a stray one.
  public static let mostLinesOfRecord = 128

  /// Settings that most layouts don't change.
  public struct Options: Sendable {
    public var encoding: TextEncoding
    public var clock: WallClock
    public var timeFormats: [TimeFormat]
    public var trailer: Trailer?
    public var path: PathPattern?

    public var given: [Column: Given] = [:]
    public var skip: [String] = []
    public var number = NumberForm.colisPrive

    public init(
      encoding: TextEncoding = .auto, clock: WallClock = .paris,
      timeFormats: [TimeFormat] = [.auto], trailer: Trailer? = nil, path: PathPattern? = nil
    ) {
      self.encoding = encoding
      self.clock = clock
      self.timeFormats = timeFormats
      self.trailer = trailer
      self.path = path
    }
  }

  public init(
    name: String, version: String, format: Format, options: Options = Options()
  ) throws(LayoutError) {
    self.init(name, version, format, unchecked: options)
    try validate()
  }

  private init(_ name: String, _ version: String, _ format: Format, unchecked options: Options) {
    self.name = name
    self.version = version
    self.format = format
    encoding = options.encoding
    clock = options.clock
    timeFormats = options.timeFormats
    trailer = options.trailer
    path = options.path
    given = options.given
    skip = options.skip
    number = options.number
  }

  /// The settings of this layout, to make another one of them.
  public var options: Options {
    var options = Options(
      encoding: encoding, clock: clock, timeFormats: timeFormats, trailer: trailer, path: path)
    options.given = given
    options.skip = skip
    options.number = number
    return options
  }

  /// The same layout for kept lines, which are all rows.
  var ofRows: Layout {
    var options = options
    options.trailer = nil
    options.skip = []
    return Layout(name, version, format, unchecked: options)
  }

  /// The columns of the carrier's public WSDL vocabulary, separated by semicolons.
  public static let colisPrive: Layout = {
    let names: [Column: [String]] = [
      .account: ["CPCustoID"], .accountID: ["AccountID"], .parcel: ["CPPclCode"],
      .order: ["OrderID"], .code: ["StsCode"], .label: ["StsDesc"], .date: ["StsDate"],
      .site: ["SiteCode"], .postcode: ["CsgZipCode"], .country: ["Country"],
    ]
    let format = Format.delimited(
      separator: UInt8(ascii: ";"), quote: UInt8(ascii: "\""), names: names)
    do {
      return try Layout(name: "colisprive", version: "1", format: format)
    } catch {
      // Only if the literals above are wrong, which any test would show.
      preconditionFailure("\(error)")
    }
  }()
}

/// Why a layout can't be used.
public struct LayoutError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The key in the layout's document that is wrong.
  public var key: String
  public var reason: String

  public init(key: String, reason: String) {
    self.key = key
    self.reason = reason
  }

  public var description: String { "\(key) \(reason)" }
}
