/// Cuts delimited text into lines and fields.
struct DelimitedParser: ~Copyable {
  private(set) var syntax: Syntax
  let columns: Columns
  let layout: Layout
  let finder: HeaderFinder
  private(set) var scan = SeparatorScan()
  /// The fields of the current line with quotes, in the order of the file.
  private(set) var fields = RecordBuilder.Fields.allocate(capacity: 0)
  /// The header that was read last. The files of a drop mostly have the same one, and reading it costs as
  /// much as a hundred rows.
  var last: (line: [UInt8], names: [String], syntax: Syntax)?

  /// Where a layout's columns are.
  enum Columns {
    /// In the fields that a header line names so.
    case named([Layout.Column: [String]])
    /// In the fields with these numbers, counted from 1.
    case numbered([Layout.Column: [Int]])
  }

  /// What is the same for all lines of the file.
  struct Syntax {
    var separator: UInt8
    var quote: UInt8?
    /// How many fields a line has; known after the header was read, or the first line if there is none.
    var fieldCount = 0
    /// The index of the field of each column, in the order of the layout's columns. Below 0 it is a place in
    /// `GivenFields`. After the columns come the fields of those that are joined.
    var fieldOfColumn: [Int] = []
    var joins: [Join] = []
    var hasJoins = false
    /// Without a header: why a line of so few fields is rejected.
    var reasons: [MalformedLine.Reason] = []
  }

  /// A column that is joined of several fields.
  struct Join {
    var column: Int
    /// Places in `fieldOfColumn`.
    var parts: Range<Int>
  }

  /// A line that was cut into fields.
  struct Line {
    var raw: Range<Int>
    /// The place of its line feed.
    var end: Int
    var fieldCount: Int
    var lineFeeds: Int
  }

  init(separator: UInt8, quote: UInt8?, columns: Columns, layout: Layout) {
    syntax = Syntax(separator: separator, quote: quote)
    self.columns = columns
    self.layout = layout
    var names: [String] = []
    if case .named(let named) = columns { names = named.values.flatMap { $0 } }
    finder = HeaderFinder(
      separator: separator, quote: quote, names: names, encoding: layout.encoding.ofLines)
  }

  /// - Returns: nil if the layout's text is not delimited.
  init?(_ layout: Layout) {
    switch layout.format {
    case .delimited(let separator, let quote, let names):
      self.init(separator: separator, quote: quote, columns: .named(names), layout: layout)
    case .headerless(let separator, let quote, let numbers):
      self.init(separator: separator, quote: quote, columns: .numbered(numbers), layout: layout)
    case .fixedWidth: return nil
    }
  }

  deinit { fields.deallocate() }

  /// Whether it knows the columns.
  var hasHeader: Bool { syntax.fieldCount > 0 }

  mutating func forgetHeader() {
    syntax.fieldCount = 0
    syntax.hasJoins = false
  }

  /// Sets the columns for the next lines.
  mutating func use(_ syntax: Syntax) {
    self.syntax = syntax
    fields.deallocate()
    fields = .allocate(capacity: syntax.fieldCount)
    fields.initialize(repeating: .empty)
  }

  /// Parses the complete lines among `length` bytes.
  /// - Parameter isFinal: whether the file ends here, so that the last line is complete, too.
  /// - Returns: how many bytes were parsed; the rest is a line that is not complete yet.
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
    let checksBytes = scan.sawOddByte
    let syntax = syntax
    let given = out.builder.given.places
    let hasJoins = syntax.hasJoins
    // There are no columns if the file is cut off within its header.
    let last = max(0, syntax.fieldCount - 1)
    var start = 0
    var index = 0
    syntax.fieldOfColumn.withUnsafeBufferPointer { fieldOfColumn in
      while index < count {
        let first = places + index
        var end = last
        if index + last >= count || !syntax.endsLine(bytes, first, separators: last) {
          // The line has more or fewer fields than the header: look for its line feed.
          end = 0
          while bytes.load(fromByteOffset: Int(first[end]), as: UInt8.self) != lineFeed {
            end += 1
            if index + end == count { return }
          }
        }
        let foundPlace = first[end]
        let place = Int(foundPlace)
        let rawEnd = withoutCarriageReturn(bytes, start, place)
        // A carriage return before the line feed is no part of the last field.
        first[end] = UInt32(rawEnd)
        if hasJoins, end == last {
          syntax.join(&out.builder) { field in
            let from = first[field &- 1] &+ 1
            return ByteRange(start: from, count: first[field] &- from)
          }
        }
        let line = Line(raw: start..<rawEnd, end: place, fieldCount: end + 1, lineFeeds: 1)
        let isRow = syntax.add(line, of: bytes, checksBytes: checksBytes, &out) { column in
          let field = fieldOfColumn[column]
          guard field >= 0 else { return given[-1 &- field] }
          // The place before the first field is the previous line's line feed.
          let from = first[field &- 1] &+ 1
          return ByteRange(start: from, count: first[field] &- from)
        }
        first[end] = foundPlace
        guard isRow else { return }
        index += end + 1
        start = place + 1
      }
    }
    return start
  }
}

extension DelimitedParser.Syntax {
  /// Whether the next places are that many separators and then a line feed.
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

  /// Passes a line's fields to the sink, or keeps the line as malformed.
  /// - Parameter field: gives the place of a column in the line.
  /// - Returns: false if the line is a header for the lines after it, so that the parser has to stop.
  @inline(__always)
  func add(
    _ line: DelimitedParser.Line, of bytes: UnsafeRawPointer, checksBytes: Bool,
    _ out: inout LineSink, field: (_ column: Int) -> ByteRange
  ) -> Bool {
    let (raw, lineFeeds) = (line.raw, line.lineFeeds)
    let range = ByteRange(start: raw.lowerBound, count: raw.count)
    let size = line.end &+ 1 &- raw.lowerBound
    if out.isNoRow(range, size: size, separator: separator) { return true }
    if line.fieldCount == fieldCount, !checksBytes || oddByte(bytes, raw) == nil,
      out.addUsual(raw: range, size: size, lineFeeds: lineFeeds, field: field)
    {
      return true
    }
    if line.fieldCount == 1, let blank = Blanks.line(bytes, raw, out.builder.encoding) {
      out.skip(blank, size: size)
      return true
    } else if raw.count > Layout.longestLine {
      out.reject(.lineTooLong, range, size: size)
      return true
    } else if checksBytes, let reason = oddByte(bytes, raw) {
      return out.rejectUnlessHeader(reason, range, size: size, lineFeeds: lineFeeds)
    } else if line.fieldCount != fieldCount {
      let reason =
        line.fieldCount < reasons.count ? reasons[line.fieldCount] : MalformedLine.Reason.fieldCount
      return out.rejectUnlessHeader(reason, range, size: size, lineFeeds: lineFeeds)
    }
    return out.add(raw: range, size: size, lineFeeds: lineFeeds, field: field)
  }

  /// Joins the columns that consist of several fields, before a line is added.
  ///
  /// It is apart from `add`, which is only inlined as a whole if it uses `field` in few places.
  /// - Parameter field: gives the place of a field, with blanks around it.
  @inline(never)
  func join(_ builder: inout RecordBuilder, field: (_ index: Int) -> ByteRange) {
    for join in joins {
      var joined = ByteRange.empty
      for part in join.parts { joined = builder.join(field(fieldOfColumn[part]), to: joined) }
      builder.given.set(joined, for: join.column)
    }
  }
}

/// Why a line with a NUL byte, or with a carriage return that is no part of a line end, is rejected.
func oddByte(_ bytes: UnsafeRawPointer, _ raw: Range<Int>) -> MalformedLine.Reason? {
  let line = UnsafeRawBufferPointer(start: bytes + raw.lowerBound, count: raw.count)
  if line.contains(0) { return .nulByte }
  var rest = line[...]
  while let place = rest.firstIndex(of: carriageReturn) {
    rest = rest[(place + 1)...].drop { $0 == carriageReturn }
    if rest.first != lineFeed { return .carriageReturn }
  }
  return nil
}

/// Where a line's text ends; some programs write more than one carriage return before the line feed.
@inline(__always)
func withoutCarriageReturn(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
  var end = end
  while end > start, bytes.load(fromByteOffset: end - 1, as: UInt8.self) == carriageReturn {
    end -= 1
  }
  return end
}

/// Describes some bytes for an error message: the kind of file if its beginning shows it, otherwise the size.
/// The bytes themselves must not be in the message, as a file without a header begins with a recipient's data,
/// and messages go to logs.
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
