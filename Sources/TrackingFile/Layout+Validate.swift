import Carrier

// What a layout must not say, as it contradicts itself or could read nothing.
extension Layout {
  func validate() throws(LayoutError) {
    let columns = try validateFormat()
    for column in Column.allCases {
      guard let given = given[column] else { continue }
      guard !columns.contains(column) else {
        throw LayoutError(
          key: column.rawValue, reason: "is a column of the file and given as well: choose one")
      }
      try validate(given, of: column)
    }
    let known = columns.union(given.keys)
    for column in Column.required where !known.contains(column) {
      throw LayoutError(key: "columns", reason: "has no column for \(column.rawValue)")
    }
    guard known.contains(.code) || known.contains(.label) else {
      throw LayoutError(key: "columns", reason: "has a column neither for code nor for label")
    }
    if let path {
      for column in [Column.account, .accountID] where !path.names(column) {
        if case .value? = given[column] { continue }
        throw LayoutError(
          key: "path",
          reason: "must name {\(column.rawValue)}, too, such as {account}_{account-id}_*, "
            + "unless columns gives it as { value: … }")
      }
    }
    guard !timeFormats.isEmpty else {
      throw LayoutError(key: "time-formats", reason: "needs at least one format")
    }
    try validateMarkers()
  }

  private func validateMarkers() throws(LayoutError) {
    if let trailer, trailer.marker.isEmpty {
      throw LayoutError(key: "trailer", reason: "needs a marker")
    }
    for prefix in skip {
      guard !prefix.isEmpty else {
        throw LayoutError(key: "skip", reason: "has an empty text, with which every line begins")
      }
      guard !prefix.utf8.contains(where: { $0 == lineFeed || $0 == carriageReturn }) else {
        throw LayoutError(key: "skip", reason: "has a text with a line end: a line has none in it")
      }
      if let trailer, trailer.marker.hasPrefix(prefix) {
        throw LayoutError(
          key: "skip",
          reason: "has \(prefix), with which the closing line \(trailer.marker) begins, too: "
            + "it would never be found")
      }
    }
  }

  /// - Returns: the columns of a line.
  private func validateFormat() throws(LayoutError) -> Set<Column> {
    switch format {
    case .delimited(let separator, let quote, let names):
      try validate(separator, quote)
      try validateParts(names.mapValues { $0.map { $0.lowercased() } }, what: "name")
      for column in Column.allCases where names[column]?.contains("") == true {
        throw LayoutError(key: column.rawValue, reason: "needs the name of a column")
      }
      return Set(names.keys)
    case .headerless(let separator, let quote, let numbers):
      try validate(separator, quote)
      try validateParts(numbers, what: "number")
      for column in Column.allCases {
        guard numbers[column]?.allSatisfy((1...Self.longestLine).contains) != false else {
          throw LayoutError(
            key: column.rawValue, reason: "needs the number of a column, counted from 1")
        }
      }
      return Set(numbers.keys)
    case .fixedWidth(let spans):
      try validateParts(spans, what: "place", allowsSharing: true)
      for span in Column.allCases.flatMap({ column in (spans[column] ?? []).map { (column, $0) } })
      where span.1.start < 1 || span.1.width < 1
        || span.1.start > Self.longestLine || span.1.width > Self.longestLine
        || span.1.start + span.1.width > Self.longestLine
      {
        throw LayoutError(
          key: span.0.rawValue,
          reason: "needs a start and a width of at least 1, within \(Self.longestLine) bytes")
      }
      return Set(spans.keys)
    }
  }

  private func validate(_ separator: UInt8, _ quote: UInt8?) throws(LayoutError) {
    guard separator < 0x80, separator != quote, separator != lineFeed, separator != carriageReturn
    else {
      throw LayoutError(
        key: "separator", reason: "must be one ASCII character other than the quote")
    }
    guard let quote else { return }
    guard quote < 0x80, quote != lineFeed, quote != carriageReturn else {
      throw LayoutError(key: "quote", reason: "must be one ASCII character of a line")
    }
  }

  /// The most parts of one column.
  static let mostParts = 4

  /// Checks the parts of each column. Only a column that is joined of several may have one that another
  /// column has, too.
  private func validateParts<Part: Hashable>(
    _ columns: [Column: [Part]], what: String, allowsSharing: Bool = false
  ) throws(LayoutError) {
    var owners: [Part: Column] = [:]
    for column in Column.allCases {
      guard let parts = columns[column] else { continue }
      guard (1...Self.mostParts).contains(parts.count) else {
        throw LayoutError(
          key: column.rawValue,
          reason: "is joined of 1 to \(Self.mostParts) columns, not of \(parts.count)")
      }
      guard Set(parts).count == parts.count else {
        throw LayoutError(key: column.rawValue, reason: "has the same \(what) twice")
      }
      guard parts.count == 1, !allowsSharing else { continue }
      if let other = owners.updateValue(column, forKey: parts[0]) {
        throw LayoutError(
          key: column.rawValue, reason: "names the column of \(other.rawValue) a second time")
      }
    }
  }

  private func validate(_ given: Given, of column: Column) throws(LayoutError) {
    guard column != .parcel else {
      throw LayoutError(
        key: column.rawValue, reason: "must come from a column: every row has another one")
    }
    switch given {
    case .path:
      guard column == .account || column == .accountID else {
        throw LayoutError(
          key: column.rawValue, reason: "cannot come from the path, which gives the account only")
      }
      guard path?.names(column) == true else {
        throw LayoutError(
          key: column.rawValue,
          reason: "comes from the path, but the layout's path does not name {\(column.rawValue)}: "
            + "write path: \"{account}_{account-id}_*\" as the files are named")
      }
    case .value(let text):
      try validate(value: text, of: column)
    }
  }

  private func validate(value text: String, of column: Column) throws(LayoutError) {
    func refuse(_ reason: String) -> LayoutError {
      LayoutError(key: column.rawValue, reason: reason)
    }
    guard let bytes = encoding.ofLines.encode(text) else {
      throw refuse("has a character in its value that \(encoding.rawValue) has not")
    }
    let isOdd = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard !bytes.isEmpty, bytes.count <= Self.longestField, !isOdd else {
      throw refuse("needs a value of 1 to \(Self.longestField) bytes without control characters")
    }
    switch column {
    case .account where AccountPair(account: text, accountID: "X") == nil:
      throw refuse("must be 1 to \(AccountPair.longestAccount) printable characters of ASCII")
    case .accountID where AccountPair(account: "X", accountID: text) == nil:
      throw refuse("must be 1 to \(AccountPair.longestAccountID) printable characters of ASCII")
    case .date:
      var times = TimeReader(clock: clock, formats: timeFormats)
      guard bytes.withUnsafeBytes({ times.read($0) }) != nil else {
        throw refuse("is \(text), which none of time-formats can read")
      }
    default: break
    }
  }
}
