import Carrier
import Foundation

/// A layout as text. It is stored with kept rows, so that they can be read by the layout with which they came,
/// even if that one has changed since.
extension Layout {
  /// All of the layout as one line of JSON with sorted keys: the same text for the same layout.
  public var written: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // This can't fail, as there are only texts and numbers.
    guard let data = try? encoder.encode(WrittenLayout(self)) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads the text that `written` gave.
  /// - Throws: if the text has another form, or something that this version does not know.
  public init(written text: String) throws(LayoutError) {
    let document: WrittenLayout
    do {
      document = try JSONDecoder().decode(WrittenLayout.self, from: Data(text.utf8))
    } catch {
      throw LayoutError(key: "layout", reason: "is not written as this version writes layouts")
    }
    self = try document.layout()
  }

  /// The same layout with another encoding (`RecordBatch.encoding`).
  public func reading(_ encoding: TextEncoding) throws(LayoutError) -> Layout {
    var options = options
    options.encoding = encoding
    return try Layout(name: name, version: version, format: format, options: options)
  }
}

/// The keys are those of a layout's document if it has such a key. One that came with a later version is left
/// out where it says nothing, so that the text of an older layout stays the same.
private struct WrittenLayout: Codable {
  var name: String
  var version: String
  /// Of delimited text; nil: columns are at fixed places.
  var separator: UInt8?
  var quote: UInt8?
  /// False: columns are numbers.
  var header: Bool?
  var columns: [String: Column]
  var encoding: String
  var timeZone: String
  var timeFormats: [String]
  var trailer: String?
  var path: String?
  var skip: [String]?
  var number: String?

  struct Column: Codable {
    var name: String?
    var number: Int?
    var start: Int?
    var width: Int?
    /// Of a column that is joined of several.
    var parts: [Column]?
    /// Of a value that is given.
    var value: String?
    /// True: the path gives it.
    var path: Bool?

    init(
      name: String? = nil, number: Int? = nil, start: Int? = nil, width: Int? = nil
    ) {
      self.name = name
      self.number = number
      self.start = start
      self.width = width
    }

    init(value: String) { self.value = value }

    init(path: Bool) { self.path = path }

    /// One part stands for itself, as earlier versions wrote it.
    init(_ parts: [Column]) {
      if parts.count == 1 { self = parts[0] } else { self.parts = parts }
    }

    var all: [Column] { parts ?? [self] }
  }

  init(_ layout: Layout) {
    name = layout.name
    version = layout.version
    columns = [:]
    switch layout.format {
    case .delimited(let separator, let quote, let names):
      self.separator = separator
      self.quote = quote
      for (column, parts) in names {
        columns[column.rawValue] = Column(parts.map { Column(name: $0) })
      }
    case .headerless(let separator, let quote, let numbers):
      self.separator = separator
      self.quote = quote
      header = false
      for (column, parts) in numbers {
        columns[column.rawValue] = Column(parts.map { Column(number: $0) })
      }
    case .fixedWidth(let spans):
      for (column, parts) in spans {
        columns[column.rawValue] = Column(
          parts.map { Column(start: $0.start, width: $0.width) })
      }
    }
    for (column, given) in layout.given {
      switch given {
      case .value(let text): columns[column.rawValue] = Column(value: text)
      case .path: columns[column.rawValue] = Column(path: true)
      }
    }
    encoding = layout.encoding.rawValue
    timeZone = layout.clock.identifier
    timeFormats = layout.timeFormats.map(\.text)
    trailer = layout.trailer?.marker
    path = layout.path?.text
    skip = layout.skip.isEmpty ? nil : layout.skip
    number = layout.number == .colisPrive ? nil : layout.number.rawValue
  }

  func layout() throws(LayoutError) -> Layout {
    guard let encoding = TextEncoding(rawValue: encoding) else {
      throw LayoutError(key: "encoding", reason: "is \(self.encoding), which is not known")
    }
    guard let clock = WallClock(identifier: timeZone) else {
      throw LayoutError(key: "time-zone", reason: "is \(timeZone), which the tz database has not")
    }
    var options = Layout.Options(
      encoding: encoding, clock: clock, timeFormats: [],
      trailer: trailer.map { Layout.Trailer(marker: $0) })
    for text in timeFormats { options.timeFormats.append(try TimeFormat(checking: text)) }
    if let path { options.path = try PathPattern(path) }
    options.skip = skip ?? []
    if let number {
      guard let form = Layout.NumberForm(rawValue: number) else {
        throw LayoutError(key: "number", reason: "is \(number), which is not known")
      }
      options.number = form
    }
    var parts: [Layout.Column: [Column]] = [:]
    for (key, value) in columns {
      guard let column = Layout.Column(rawValue: key) else {
        throw LayoutError(key: "columns", reason: "has \(key), which is not known")
      }
      if let text = value.value {
        options.given[column] = .value(text)
      } else if value.path == true {
        options.given[column] = .path
      } else {
        parts[column] = value.all
      }
    }
    return try Layout(
      name: name, version: version, format: format(of: parts), options: options)
  }

  private func format(of parts: [Layout.Column: [Column]]) -> Layout.Format {
    guard let separator else {
      return .fixedWidth(
        spans: parts.mapValues { columns in
          columns.map { Layout.Span(start: $0.start ?? 0, width: $0.width ?? 0) }
        })
    }
    if header == false {
      return .headerless(
        separator: separator, quote: quote,
        numbers: parts.mapValues { columns in columns.map { $0.number ?? 0 } })
    }
    return .delimited(
      separator: separator, quote: quote,
      names: parts.mapValues { columns in columns.map { $0.name ?? "" } })
  }
}
