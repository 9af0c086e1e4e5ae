extension Layout {
  /// The whole layout as text, so that a line that was kept can be read again as it was read then,
  /// whatever layout is in force by that time. Not a document of users: one `key=value` a line, with a
  /// line feed or a backslash in a value behind a backslash.
  public var written: String {
    var lines: [(String, String)] = [("name", name), ("version", version)]
    switch format {
    case .delimited(let separator, let quote, let names):
      lines.append(("separator", "\(separator)"))
      if let quote { lines.append(("quote", "\(quote)")) }
      for column in Column.allCases {
        if let name = names[column] { lines.append((Self.columnKey + column.rawValue, name)) }
      }
    case .fixedWidth(let spans):
      for column in Column.allCases {
        guard let span = spans[column] else { continue }
        lines.append((Self.spanKey + column.rawValue, "\(span.start)+\(span.width)"))
      }
    }
    lines.append(("encoding", encoding.rawValue))
    lines.append(("clock", clock.identifier))
    for format in timeFormats { lines.append(("time-format", format.text)) }
    if let trailer { lines.append(("trailer", trailer.marker)) }
    if let path { lines.append(("path", path.text)) }
    return lines.map { "\($0)=\(Self.escaped($1))\n" }.joined()
  }

  /// Reads what `written` gave.
  /// - Throws: when a later version wrote it, with keys or words that this one does not know.
  public init(written: String) throws(LayoutError) {
    var values: [String: String] = [:]
    var names: [Column: String] = [:]
    var spans: [Column: Span] = [:]
    var timeFormats: [TimeFormat] = []
    for line in written.utf8.split(separator: lineFeed) {
      guard let (key, value) = Self.pair(String(Substring(line))) else {
        throw LayoutError(key: "layout", reason: "has a line without =")
      }
      if let column = Self.column(key, Self.columnKey) {
        names[column] = value
      } else if let column = Self.column(key, Self.spanKey) {
        let numbers = value.split(separator: "+").compactMap { Int($0) }
        guard numbers.count == 2 else { throw LayoutError(key: key, reason: "is no span") }
        spans[column] = Span(start: numbers[0], width: numbers[1])
      } else if key == "time-format" {
        guard let format = TimeFormat(value) else {
          throw LayoutError(key: key, reason: "is not known")
        }
        timeFormats.append(format)
      } else if Self.keys.contains(key) {
        values[key] = value
      } else {
        throw LayoutError(key: key, reason: "is not known to this version")
      }
    }
    func byte(_ key: String) throws(LayoutError) -> UInt8? {
      guard let text = values[key] else { return nil }
      guard let byte = UInt8(text) else { throw LayoutError(key: key, reason: "is no byte") }
      return byte
    }
    let format: Format
    if let separator = try byte("separator") {
      format = .delimited(separator: separator, quote: try byte("quote"), names: names)
    } else {
      format = .fixedWidth(spans: spans)
    }
    guard let encoding = TextEncoding(rawValue: values["encoding"] ?? ""),
      let clock = WallClock(identifier: values["clock"] ?? "")
    else { throw LayoutError(key: "encoding", reason: "or the clock is not known") }
    var path: PathPattern?
    if let text = values["path"] { path = try PathPattern(text) }
    try self.init(
      name: values["name"] ?? "", version: values["version"] ?? "", format: format,
      encoding: encoding, clock: clock, timeFormats: timeFormats,
      trailer: values["trailer"].map { Trailer(marker: $0) }, path: path)
  }

  private static let keys: Set = [
    "name", "version", "separator", "quote", "encoding", "clock", "trailer", "path",
  ]
  private static let columnKey = "column."
  private static let spanKey = "span."

  private static func column(_ key: String, _ prefix: String) -> Column? {
    key.hasPrefix(prefix) ? Column(rawValue: String(key.dropFirst(prefix.count))) : nil
  }

  private static func escaped(_ value: String) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func pair(_ line: String) -> (key: String, value: String)? {
    let scalars = line.unicodeScalars
    guard let end = scalars.firstIndex(of: "=") else { return nil }
    var value = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in scalars[scalars.index(after: end)...] {
      if isEscaped {
        value.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        value.append(scalar)
      }
    }
    return (String(scalars[..<end]), String(value))
  }
}

extension TimeFormat {
  fileprivate var text: String {
    switch self {
    case .auto: "auto"
    case .pattern(let pattern): pattern.text
    }
  }
}
