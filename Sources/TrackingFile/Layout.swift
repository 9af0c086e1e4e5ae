import Carrier

/// How a tracking file is read: the carrier's format as data, not code.
///
/// The carrier gives its specification to merchants privately, so a layout is a document that users
/// can write themselves; `Layout.colisPrive` is the built-in one.
public struct Layout: Sendable, Equatable {
  /// What a field of a line means to us.
  public enum Column: String, Sendable, CaseIterable {
    case account
    case accountID = "account-id"
    case parcel, order, code, label, date, site, postcode, country

    /// Without these a line can't be read; their absence makes a file no tracking file.
    public static let required: [Column] = [.account, .accountID, .parcel, .date]
  }

  /// The bytes of a line that a column occupies in a fixed-width file.
  public struct Span: Sendable, Hashable {
    /// The first character, counted from 1.
    public var start: Int
    public var width: Int

    public init(start: Int, width: Int) {
      self.start = start
      self.width = width
    }
  }

  public enum Format: Sendable, Equatable {
    /// Delimited text with a header line; columns are found by name, in any order, whatever the
    /// letter case; columns that are not named here are ignored.
    case delimited(separator: UInt8, quote: UInt8?, names: [Column: String])
    /// Columns at fixed places, without a header line.
    case fixedWidth(spans: [Column: Span])
  }

  /// A last line such as `FIN;1234` that closes a file with the number of its data lines.
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
  /// How a file's path names the account whose rows it has; nil: it does not.
  public let path: PathPattern?

  /// A line with a longer text is rejected, so that what the store interns stays small: bytes.
  public static let longestField = CarrierText.longest

  /// A longer line is rejected, so memory stays bounded whatever the input: bytes.
  public static let longestLine = 64 * 1024

  /// A quoted field may hold line feeds, but a record has no more lines than this: a quote that is not
  /// closed by then is taken for a stray one.
  public static let mostLinesOfRecord = 128

  /// What most layouts leave as it is.
  public struct Options: Sendable {
    public var encoding: TextEncoding
    public var clock: WallClock
    public var timeFormats: [TimeFormat]
    public var trailer: Trailer?
    public var path: PathPattern?

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
    self.name = name
    self.version = version
    self.format = format
    encoding = options.encoding
    clock = options.clock
    timeFormats = options.timeFormats
    trailer = options.trailer
    path = options.path
    try validate()
  }

  private init(_ other: Layout, trailer: Trailer?) {
    name = other.name
    version = other.version
    format = other.format
    encoding = other.encoding
    clock = other.clock
    timeFormats = other.timeFormats
    path = other.path
    self.trailer = trailer
  }

  /// The same for lines that stand in no file any more, so that none of them closes it.
  var withoutTrailer: Layout { Layout(self, trailer: nil) }

  /// The columns of the carrier's public WSDL vocabulary, separated by semicolons.
  public static let colisPrive: Layout = {
    let names: [Column: String] = [
      .account: "CPCustoID", .accountID: "AccountID", .parcel: "CPPclCode", .order: "OrderID",
      .code: "StsCode", .label: "StsDesc", .date: "StsDate", .site: "SiteCode",
      .postcode: "CsgZipCode", .country: "Country",
    ]
    let format = Format.delimited(
      separator: UInt8(ascii: ";"), quote: UInt8(ascii: "\""), names: names)
    do {
      return try Layout(name: "colisprive", version: "1", format: format)
    } catch {
      // A fault in the literals above, which the first test would show.
      preconditionFailure("\(error)")
    }
  }()

  private func validate() throws(LayoutError) {
    let columns: Set<Column>
    switch format {
    case .delimited(let separator, let quote, let names):
      columns = Set(names.keys)
      guard separator < 0x80, separator != quote, separator != 0x0a, separator != 0x0d else {
        throw LayoutError(
          key: "separator", reason: "must be one ASCII character other than the quote")
      }
      if let quote {
        guard quote < 0x80, quote != 0x0a, quote != 0x0d else {
          throw LayoutError(key: "quote", reason: "must be one ASCII character of a line")
        }
      }
      var seen: [String: Column] = [:]
      for column in Column.allCases {
        guard let name = names[column]?.lowercased() else { continue }
        guard !name.isEmpty else {
          throw LayoutError(key: column.rawValue, reason: "needs the name of a column")
        }
        if let other = seen.updateValue(column, forKey: name) {
          throw LayoutError(
            key: column.rawValue,
            reason: "names the column of \(other.rawValue) a second time")
        }
      }
    case .fixedWidth(let spans):
      columns = Set(spans.keys)
      for column in Column.allCases {
        guard let span = spans[column] else { continue }
        guard span.start >= 1, span.width >= 1, span.start + span.width <= Self.longestLine else {
          throw LayoutError(
            key: column.rawValue,
            reason: "needs a start and a width of at least 1, within \(Self.longestLine) bytes")
        }
      }
    }
    for column in Column.required where !columns.contains(column) {
      throw LayoutError(key: "columns", reason: "has no column for \(column.rawValue)")
    }
    guard columns.contains(.code) || columns.contains(.label) else {
      throw LayoutError(key: "columns", reason: "has a column neither for code nor for label")
    }
    guard !timeFormats.isEmpty else {
      throw LayoutError(key: "time-formats", reason: "needs at least one format")
    }
    if let trailer, trailer.marker.isEmpty {
      throw LayoutError(key: "trailer", reason: "needs a marker")
    }
  }
}

/// Why a layout can't be used.
public struct LayoutError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The key of the layout's document that is at fault.
  public var key: String
  public var reason: String

  public init(key: String, reason: String) {
    self.key = key
    self.reason = reason
  }

  public var description: String { "\(key) \(reason)" }
}
