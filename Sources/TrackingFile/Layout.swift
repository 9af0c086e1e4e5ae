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

    /// A file without one of these columns is no tracking file, and a line without such a value is rejected.
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

  public enum Format: Sendable, Equatable {
    /// Delimited text with a header line. Columns are found by name, in any order and letter case; other
    /// columns are ignored.
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
  /// How the path of a file names the account of its rows; nil: it does not.
  public let path: PathPattern?

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

  /// The same layout for kept lines, none of which is a trailer.
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
      // Only if the literals above are wrong, which any test would show.
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
  /// The key in the layout's document that is wrong.
  public var key: String
  public var reason: String

  public init(key: String, reason: String) {
    self.key = key
    self.reason = reason
  }

  public var description: String { "\(key) \(reason)" }
}
