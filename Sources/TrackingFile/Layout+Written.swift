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
    try Layout(
      name: name, version: version, format: format,
      options: .init(
        encoding: encoding, clock: clock, timeFormats: timeFormats, trailer: trailer, path: path))
  }
}

/// The keys are those of a layout's document if it has such a key.
private struct WrittenLayout: Codable {
  var name: String
  var version: String
  /// Of delimited text; nil: columns are at fixed places.
  var separator: UInt8?
  var quote: UInt8?
  var columns: [String: Column]
  var encoding: String
  var timeZone: String
  var timeFormats: [String]
  var trailer: String?
  var path: String?

  struct Column: Codable {
    var name: String?
    var start: Int?
    var width: Int?
  }

  init(_ layout: Layout) {
    name = layout.name
    version = layout.version
    columns = [:]
    switch layout.format {
    case .delimited(let separator, let quote, let names):
      self.separator = separator
      self.quote = quote
      for (column, name) in names { columns[column.rawValue] = Column(name: name) }
    case .fixedWidth(let spans):
      for (column, span) in spans {
        columns[column.rawValue] = Column(start: span.start, width: span.width)
      }
    }
    encoding = layout.encoding.rawValue
    timeZone = layout.clock.identifier
    timeFormats = layout.timeFormats.map(\.text)
    trailer = layout.trailer?.marker
    path = layout.path?.text
  }

  func layout() throws(LayoutError) -> Layout {
    guard let encoding = TextEncoding(rawValue: encoding) else {
      throw LayoutError(key: "encoding", reason: "is \(self.encoding), which is not known")
    }
    guard let clock = WallClock(identifier: timeZone) else {
      throw LayoutError(key: "time-zone", reason: "is \(timeZone), which the tz database has not")
    }
    var formats: [TimeFormat] = []
    for text in timeFormats {
      guard let format = TimeFormat(text) else {
        throw LayoutError(key: "time-formats", reason: "has \(text), which is not known")
      }
      formats.append(format)
    }
    var pattern: PathPattern?
    if let path { pattern = try PathPattern(path) }
    return try Layout(
      name: name, version: version, format: try format(),
      options: .init(
        encoding: encoding, clock: clock, timeFormats: formats,
        trailer: trailer.map { Layout.Trailer(marker: $0) }, path: pattern))
  }

  private func format() throws(LayoutError) -> Layout.Format {
    var names: [Layout.Column: String] = [:]
    var spans: [Layout.Column: Layout.Span] = [:]
    for (key, value) in columns {
      guard let column = Layout.Column(rawValue: key) else {
        throw LayoutError(key: "columns", reason: "has \(key), which is not known")
      }
      names[column] = value.name
      if let start = value.start, let width = value.width {
        spans[column] = Layout.Span(start: start, width: width)
      }
    }
    guard let separator else { return .fixedWidth(spans: spans) }
    return .delimited(separator: separator, quote: quote, names: names)
  }
}
