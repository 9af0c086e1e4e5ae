import Carrier

extension DelimitedParser {
  /// Learns the columns from a header line.
  /// - Parameters:
  ///   - later: the line's number, if it is not the first header of its file.
  ///   - titles: how many lines before it were taken for titles.
  ///   - isKept: whether the line is known to be a header, so that other columns in it don't matter.
  /// - Returns: the names in it.
  @discardableResult
  mutating func readHeader(
    _ line: UnsafeRawBufferPointer, later: Int? = nil, titles: Int = 0, isKept: Bool = false
  ) throws(FileFailure) -> [String] {
    guard case .named(let names) = columns else { return [] }
    if let last, last.line.elementsEqual(line) {
      use(last.syntax)
      return last.names
    }
    last = nil
    let found = finder.names(line)
    var indexOfName: [String: Int] = [:]
    for (index, name) in found.enumerated() where indexOfName[name] == nil {
      indexOfName[name] = index
    }
    func index(of name: String) -> Int? {
      indexOfName[HeaderFinder.key(name.unicodeScalars, quote: nil)]
    }
    let indexes = names.mapValues { $0.compactMap(index) }.filter { !$0.value.isEmpty }
    func isThere(_ column: Layout.Column) -> Bool {
      indexes[column] != nil || layout.given[column] != nil
    }
    // Without its time a date would be another one, so of these no part may be missing.
    var missing = Layout.Column.required.filter {
      !isThere($0) || indexes[$0].map { $0.count } != names[$0].map { $0.count }
    }
    if !isThere(.code), !isThere(.label) { missing += [.code, .label] }
    guard missing.isEmpty else {
      let columns = missing.compactMap { names[$0]?.joined(separator: " and ") }
        .joined(separator: ", ")
      if let later {
        throw .notATrackingFile("its further header in line \(later) has no column \(columns)")
      }
      let known = Set(names.values.joined().map { $0.lowercased() })
      let seen = found.filter(known.contains)
      let place = titles == 0 ? "first line" : "line after \(titles) without columns"
      throw .notATrackingFile(
        "its \(place) (\(shape(of: line, fields: found.count, known: seen))) has no column "
          + columns)
    }
    if !isKept {
      let columns = Layout.Column.allCases.flatMap { names[$0] ?? [] }
      try check(line, found, columns, place: later.map { "header in line \($0)" } ?? "header")
    }
    use(syntax(fieldCount: found.count, indexes))
    // One that is known to be a header was not checked like others.
    if !isKept { last = (Array(line), found, syntax) }
    return found
  }

  /// Whether files have no header line.
  var isHeaderless: Bool { if case .numbered = columns { true } else { false } }

  /// How many fields the first record has.
  /// - Parameter lines: the beginning of the file, of which only as much as a record may have matters.
  /// - Returns: nil if the record is not complete yet.
  func fieldCount(of lines: UnsafeRawBufferPointer, isWhole: Bool) -> Int? {
    guard let start = lines.baseAddress else { return nil }
    var count = 1
    var fieldStart = 0
    var isQuoted = false
    var wasQuoted = false
    var index = 0
    while index < min(lines.count, Layout.longestLine) {
      let byte = lines[index]
      if byte == syntax.quote {
        if isQuoted, index + 1 < lines.count, lines[index + 1] == byte {
          index += 1
        } else if isQuoted {
          (isQuoted, wasQuoted) = (false, true)
        } else if !wasQuoted,
          Blanks.trimmed(start, fieldStart..<index, layout.encoding.ofLines).isEmpty
        {
          isQuoted = true
        }
      } else if byte == lineFeed, !isQuoted {
        return count
      } else if byte == syntax.separator, !isQuoted {
        count += 1
        fieldStart = index + 1
        wasQuoted = false
      }
      index += 1
    }
    guard isWhole || lines.count >= Layout.longestLine else { return nil }
    guard isQuoted else { return count }
    // The quote is a stray one.
    let line = lines.prefix { $0 != lineFeed }
    return line.count { $0 == syntax.separator } + 1
  }

  /// Learns from a file without a header how many fields its lines have.
  /// - Parameter count: how many the first line has.
  mutating func readFieldCount(_ count: Int) {
    guard case .numbered(let numbers) = columns else { return }
    let indexes = numbers.mapValues { $0.map { $0 - 1 } }
    let needed = (indexes.values.joined().max() ?? 0) + 1
    var syntax = syntax(fieldCount: max(count, needed), indexes)
    syntax.reasons = (0..<needed).map { count in
      // The first column that such a line has not.
      let missing = indexes.compactMapValues { $0.filter { $0 >= count }.min() }
      let first = Layout.Column.allCases.filter { missing[$0] != nil }
        .min { (missing[$0] ?? 0) < (missing[$1] ?? 0) }
      return first.map { .columnMissing($0) } ?? .fieldCount
    }
    use(syntax)
  }

  /// - Parameter indexes: the fields of each column, counted from 0.
  private func syntax(fieldCount: Int, _ indexes: [Layout.Column: [Int]]) -> Syntax {
    var syntax = Syntax(separator: syntax.separator, quote: syntax.quote, fieldCount: fieldCount)
    var parts: [Int] = []
    for (number, column) in Layout.Column.allCases.enumerated() {
      let fields = indexes[column] ?? []
      if fields.count == 1 {
        syntax.fieldOfColumn.append(fields[0])
      } else if fields.isEmpty, layout.given[column] == nil {
        syntax.fieldOfColumn.append(GivenFields.none)
      } else {
        syntax.fieldOfColumn.append(GivenFields.place(of: number))
      }
      guard fields.count > 1 else { continue }
      let start = Layout.Column.allCases.count + parts.count
      syntax.joins.append(Join(column: number, parts: start..<start + fields.count))
      parts += fields
    }
    syntax.fieldOfColumn += parts
    syntax.hasJoins = !syntax.joins.isEmpty
    return syntax
  }

  /// Checks a header line: it must be a single line, with each column of the layout once.
  func check(
    _ line: UnsafeRawBufferPointer, _ found: [String], _ columns: [String], place: String
  ) throws(FileFailure) {
    for name in columns {
      let key = HeaderFinder.key(name.unicodeScalars, quote: nil)
      let places = found.indices.filter { found[$0] == key }.map { $0 + 1 }
      guard places.count < 2 else {
        let list = places.map(String.init).joined(separator: " and ")
        throw .notATrackingFile("its \(place) has the column \(name) more than once, as \(list)")
      }
    }
    let text = TextEncoding.auto.decode(Array(line)[...])
    for scalar in text.unicodeScalars where isLineEndOrControl(scalar) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      throw .notATrackingFile("its \(place) contains the control character U+\(code)")
    }
    if let index = indexOfValue(line) {
      throw .notATrackingFile(
        "its \(place) goes on as a row: column \(index + 1) is a value and no name")
    }
  }

  private func isLineEndOrControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\t"
      || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  /// The first field that looks like a value, as it is a time or a parcel number: no column has such a name.
  private func indexOfValue(_ line: UnsafeRawBufferPointer) -> Int? {
    var times = TimeReader(clock: layout.clock, formats: layout.timeFormats)
    let fields = line.split(separator: syntax.separator, omittingEmptySubsequences: false)
    return fields.firstIndex { field in
      let value = field.filter { !$0.isBlank && $0 != syntax.quote }
      if value.isEmpty { return false }
      let text = TextEncoding.auto.decode(field.filter { $0 != syntax.quote }[...])
      let digits = value.count(where: \.isASCIIDigit)
      // With any number, a name such as Status2026 would be one, too.
      if digits >= 8, TrackingKey(String(decoding: value, as: UTF8.self)) != nil { return true }
      return digits > 0
        && Array(text.utf8).withUnsafeBytes { bytes in
          bytes.baseAddress.map { base in
            let range = trimmed(base, 0, bytes.count).offsets
            return times.read(UnsafeRawBufferPointer(rebasing: bytes[range])) != nil
          } ?? false
        }
    }
  }
}
