/// Cuts delimited text into lines and fields.
struct DelimitedParser: ~Copyable {
  private(set) var syntax: Syntax
  private let names: [Layout.Column: String]
  private(set) var scan = SeparatorScan()
  /// The fields of the quoted line in hand, as the file orders them.
  private(set) var fields = RecordBuilder.Fields.allocate(capacity: 0)

  /// What holds for every line of the file.
  struct Syntax {
    var separator: UInt8
    var quote: UInt8?
    /// How many fields a line has; known once the header was read.
    var fieldCount = 0
    /// The field of each column in the order of the layout's columns; -1: the file has none.
    var fieldOfColumn: [Int] = []
  }

  init(separator: UInt8, quote: UInt8?, names: [Layout.Column: String]) {
    syntax = Syntax(separator: separator, quote: quote)
    self.names = names
  }

  deinit { fields.deallocate() }

  var hasHeader: Bool { syntax.fieldCount > 0 }

  mutating func forgetHeader() { syntax.fieldCount = 0 }

  /// Learns the columns from a header line.
  mutating func readHeader(_ line: UnsafeRawBufferPointer) throws(FileFailure) {
    let found = headerNames(line)
    var indexOfName: [String: Int] = [:]
    for (index, name) in found.enumerated() where indexOfName[name] == nil {
      indexOfName[name] = index
    }
    func index(of column: Layout.Column) -> Int? {
      names[column].flatMap { indexOfName[$0.lowercased()] }
    }
    var missing = Layout.Column.required.filter { index(of: $0) == nil }
    if index(of: .code) == nil, index(of: .label) == nil { missing += [.code, .label] }
    guard missing.isEmpty else {
      let columns = missing.compactMap { names[$0] }.joined(separator: ", ")
      let known = Set(names.values.map { $0.lowercased() })
      let seen = found.filter(known.contains)
      throw .notATrackingFile(
        "its first line (\(shape(of: line, fields: found.count, known: seen))) has no column "
          + columns)
    }
    syntax.fieldCount = found.count
    syntax.fieldOfColumn = Layout.Column.allCases.map { index(of: $0) ?? -1 }
    fields.deallocate()
    fields = .allocate(capacity: found.count)
    fields.initialize(repeating: .empty)
  }

  private func headerNames(_ line: UnsafeRawBufferPointer) -> [String] {
    line.split(separator: syntax.separator, omittingEmptySubsequences: false).map { field in
      let name = field.filter { !$0.isBlank && $0 != syntax.quote }
      return TextEncoding.auto.decode(name[...]).lowercased()
    }
  }

  /// Parses the whole lines among `length` bytes.
  /// - Parameter isFinal: no byte follows, so nothing is left for later.
  /// - Returns: how many bytes are done with; the rest is a line that is not whole yet.
  mutating func parse(
    _ bytes: UnsafeRawPointer, length: Int, isFinal: Bool, into out: inout LineSink
  ) -> Int {
    scan.scan(bytes, length: length, separator: syntax.separator, quote: syntax.quote)
    return scan.hasQuotes
      ? parseQuoted(bytes, length, isFinal, &out) : parsePlain(bytes, &out)
  }

  /// The fast path: no quote in the buffer, so every line feed ends a line.
  private func parsePlain(_ bytes: UnsafeRawPointer, _ out: inout LineSink) -> Int {
    let count = scan.count
    let places = scan.places
    let checksNUL = scan.sawNUL
    let syntax = syntax
    // A file that is cut off within its header has no columns.
    let last = max(0, syntax.fieldCount - 1)
    var start = 0
    var index = 0
    syntax.fieldOfColumn.withUnsafeBufferPointer { fieldOfColumn in
      while index < count {
        let first = places + index
        var end = last
        if index + last >= count || !syntax.endsLine(bytes, first, separators: last) {
          // Not as many fields as the header: the line ends at the next line feed, wherever that is.
          end = 0
          while bytes.load(fromByteOffset: Int(first[end]), as: UInt8.self) != lineFeed {
            end += 1
            if index + end == count { return }
          }
        }
        let place = Int(first[end])
        let rawEnd = withoutCarriageReturn(bytes, start, place)
        syntax.add(
          bytes, found: end + 1, raw: start..<rawEnd, lineFeeds: 1, checksNUL: checksNUL, &out
        ) { column in
          let field = fieldOfColumn[column]
          guard field >= 0 else { return .empty }
          // Before the first field stands the line feed of the line before; a carriage return behind
          // the last one is none of it.
          let from = first[field &- 1] &+ 1
          let to = min(first[field], UInt32(truncatingIfNeeded: rawEnd))
          return ByteRange(start: from, count: to &- from)
        }
        index += end + 1
        start = place + 1
      }
    }
    return start
  }
}

extension DelimitedParser.Syntax {
  /// Whether so many separators and then a line feed stand at a run of places.
  @inline(__always)
  func endsLine(
    _ bytes: UnsafeRawPointer, _ places: UnsafePointer<UInt32>, separators: Int
  ) -> Bool {
    var difference =
      bytes.load(fromByteOffset: Int(places[separators]), as: UInt8.self) ^ lineFeed
    for index in 0..<separators {
      difference |= bytes.load(fromByteOffset: Int(places[index]), as: UInt8.self) ^ separator
    }
    return difference == 0
  }

  /// Hands a line's fields on, or keeps the line as malformed.
  /// - Parameter field: the place of a column in the line.
  @inline(__always)
  func add(
    _ bytes: UnsafeRawPointer, found: Int, raw: Range<Int>, lineFeeds: Int, checksNUL: Bool,
    _ out: inout LineSink, field: (_ column: Int) -> ByteRange
  ) {
    let range = ByteRange(start: raw.lowerBound, count: raw.count)
    if out.isTrailer(range, separator: separator) {
      return
    } else if found == 1, trimmed(bytes, raw.lowerBound, raw.upperBound).isEmpty {
      out.skipBlankLine()
    } else if raw.count > Layout.longestLine {
      out.reject(.lineTooLong, range)
    } else if checksNUL,
      UnsafeRawBufferPointer(start: bytes + raw.lowerBound, count: raw.count)
        .contains(0)
    {
      out.reject(.nulByte, range, lineFeeds: lineFeeds)
    } else if found != fieldCount {
      out.reject(.fieldCount, range, lineFeeds: lineFeeds)
    } else {
      out.add(raw: range, lineFeeds: lineFeeds, field: field)
    }
  }
}

@inline(__always)
func withoutCarriageReturn(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
  end > start && bytes.load(fromByteOffset: end - 1, as: UInt8.self) == carriageReturn
    ? end - 1 : end
}

/// What some bytes look like, for an error message: what kind of file it is where its beginning tells,
/// otherwise how much there is. Never the bytes themselves: a file without a header begins with a
/// recipient's data, and error messages go to logs.
/// - Parameters:
///   - fields: into how many fields the layout's separator cuts them.
///   - known: names among them that the layout knows.
func shape(of bytes: UnsafeRawBufferPointer, fields: Int? = nil, known: [String] = []) -> String {
  func begins(_ text: StaticString) -> Bool {
    let start = bytes.drop { $0.isBlank }.prefix(text.utf8CodeUnitCount)
    return start.count == text.utf8CodeUnitCount
      && zip(start, UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        .allSatisfy { lowercased($0) == lowercased($1) }
  }
  let kinds: [(StaticString, String)] = [
    ("<!doctype", "a web page"), ("<html", "a web page"), ("<?xml", "XML"), ("<", "markup"),
    ("PK", "a ZIP archive or an Office document"), ("%PDF", "a PDF"), ("{", "JSON"), ("[", "JSON"),
    ("Rar!", "a RAR archive"), ("7z", "a 7-Zip archive"), ("SQLite format", "a database"),
  ]
  if let kind = kinds.first(where: { begins($0.0) }) { return "it looks like \(kind.1)" }
  if bytes.contains(where: { $0 < 0x20 && ![0x09, 0x0a, 0x0d, 0x1a].contains($0) }) {
    return "\(bytes.count) bytes that are no text"
  }
  var text = "\(bytes.count) \(bytes.count == 1 ? "byte" : "bytes")"
  if let fields { text += ", \(fields) \(fields == 1 ? "field" : "fields")" }
  if !known.isEmpty { text += ", of which " + known.joined(separator: ", ") + " is known" }
  return text
}

private func lowercased(_ byte: UInt8) -> UInt8 {
  (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
}
