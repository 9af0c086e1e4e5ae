import TrackingFile

extension LayoutDraft {
  /// The layout that the draft describes; its file says the same.
  /// - Throws: if something is missing that every layout needs, which is a doubt as well.
  public func layout() throws(LayoutError) -> Layout {
    var names: [Layout.Column: [String]] = [:]
    var numbers: [Layout.Column: [Int]] = [:]
    var spans: [Layout.Column: [Layout.Span]] = [:]
    var options = Layout.Options(
      encoding: TextEncoding(rawValue: encodingWord) ?? .auto,
      trailer: trailer.map { Layout.Trailer(marker: $0) })
    for column in columns {
      switch column.origin {
      case .constant(let value): options.given[column.column] = .value(value)
      case .path: options.given[column.column] = .path
      case .columns(let places):
        for place in places {
          switch place {
          case .name(let name): names[column.column, default: []].append(name)
          case .number(let number): numbers[column.column, default: []].append(number)
          case .span(let span): spans[column.column, default: []].append(span)
          }
        }
      }
    }
    if let path { options.path = try PathPattern(path) }
    options.timeFormats = []
    for text in timeFormats { options.timeFormats.append(try TimeFormat(checking: text)) }
    options.skip = skip
    options.number = isAnyNumber ? .any : .colisPrive
    return try Layout(
      name: Self.name, version: "1", format: try layoutFormat(names, numbers, spans),
      options: options)
  }

  /// The name of a guessed layout.
  public static let name = "guessed"

  private func layoutFormat(
    _ names: [Layout.Column: [String]], _ numbers: [Layout.Column: [Int]],
    _ spans: [Layout.Column: [Layout.Span]]
  ) throws(LayoutError) -> Layout.Format {
    switch format {
    case .fixedWidth: return .fixedWidth(spans: spans)
    case .delimited(let separator, let quote, let hasHeader):
      guard let byte = separator.asciiValue else {
        throw LayoutError(key: "separator", reason: "must be one ASCII character")
      }
      let quote = quote?.asciiValue
      return hasHeader
        ? .delimited(separator: byte, quote: quote, names: names)
        : .headerless(separator: byte, quote: quote, numbers: numbers)
    }
  }
}
