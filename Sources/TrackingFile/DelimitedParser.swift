/// Cuts delimited text into lines and fields.
struct DelimitedParser {
  private var syntax: Syntax
  private let names: [Layout.Column: String]
  private var scan = SeparatorScan()
  /// The fields of the line in hand, as the file orders them.
  private var fields: [ByteRange] = []

  /// What holds for every line of the file.
  fileprivate struct Syntax {
    var separator: UInt8
    var quote: UInt8?
    /// How many fields a line has, and the field of each column (-1: the file has none); known once
    /// the header was read.
    var fieldCount = 0
    var fieldOfColumn: [Int] = []
  }

  init(separator: UInt8, quote: UInt8?, names: [Layout.Column: String]) {
    syntax = Syntax(separator: separator, quote: quote)
    self.names = names
  }

  var hasHeader: Bool { syntax.fieldCount > 0 }

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
      throw .notATrackingFile("its first line, \(excerpt(line)), has no column \(columns)")
    }
    syntax.fieldCount = found.count
    syntax.fieldOfColumn = Layout.Column.allCases.map { index(of: $0) ?? -1 }
    fields = Array(repeating: .empty, count: found.count)
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
    return scan.sawQuote
      ? parseQuoted(bytes, length, isFinal, &out) : parsePlain(bytes, length, &out)
  }

  /// The fast path: no quote in the buffer, so every line feed ends a line.
  private mutating func parsePlain(
    _ bytes: UnsafeRawPointer, _ length: Int, _ out: inout LineSink
  ) -> Int {
    var start = 0
    var index = 0
    let count = scan.count
    let checksNUL = scan.sawNUL
    let syntax = syntax
    let last = syntax.fieldCount - 1
    scan.places.withUnsafeBufferPointer { places in
      fields.withUnsafeMutableBufferPointer { fields in
        while index < count {
          var field = 0
          var fieldStart = start
          var place = Int(places[index])
          while bytes.load(fromByteOffset: place, as: UInt8.self) != lineFeed {
            if field < last { fields[field] = trimmed(bytes, fieldStart, place) }
            fieldStart = place + 1
            field += 1
            index += 1
            if index == count { return }
            place = Int(places[index])
          }
          index += 1
          let end = withoutCarriageReturn(bytes, start, place)
          if field == last { fields[field] = trimmed(bytes, fieldStart, max(end, fieldStart)) }
          syntax.add(
            bytes, fields, found: field + 1, raw: start..<end, lineFeeds: 1,
            checksNUL: checksNUL, &out)
          start = place + 1
        }
      }
    }
    return start
  }

  /// The general path: a field that begins with a quote ends at the next single one, whatever stands
  /// between; the line feeds in it do not end the line.
  private mutating func parseQuoted(
    _ bytes: UnsafeRawPointer, _ length: Int, _ isFinal: Bool, _ out: inout LineSink
  ) -> Int {
    let syntax = syntax
    let quote = syntax.quote ?? lineFeed
    var record = QuotedRecord(start: 0, copies: out.builder.copies)
    func byte(_ place: Int) -> UInt8 { bytes.load(fromByteOffset: place, as: UInt8.self) }

    var index = 0
    while index < scan.count {
      let place = Int(scan.places[index])
      index += 1
      switch byte(place) {
      case quote:
        if record.isQuoted {
          if place + 1 < length, byte(place + 1) == quote {
            // Two quotes are one quote of the text; the second is the next place.
            record.hasDoubledQuotes = true
            index += 1
          } else {
            record.isQuoted = false
            record.quoteEnd = place
          }
        } else if record.quoteEnd == nil,
          trimmed(bytes, record.fieldStart, place).isEmpty
        {
          record.isQuoted = true
          record.fieldStart = place + 1
        }
      case lineFeed where record.isQuoted:
        let first = record.noteLineFeed(place, next: index)
        guard
          place - record.start > Layout.longestLine || record.lineFeeds >= Layout.mostLinesOfRecord
        else { break }
        index = reject(first, of: record, .quoteNotClosed, bytes, &out)
        record = QuotedRecord(start: first.place + 1, copies: out.builder.copies)
      case lineFeed:
        let first = record.noteLineFeed(place, next: index)
        let end = withoutCarriageReturn(bytes, record.start, place)
        endField(bytes, &record, max(end, record.fieldStart), &out)
        if record.lineFeeds > 1, place - record.start > Layout.longestLine {
          index = reject(first, of: record, .quoteNotClosed, bytes, &out)
        } else if record.hasTextAfterQuote {
          index = reject(first, of: record, .textAfterQuote, bytes, &out)
        } else {
          fields.withUnsafeMutableBufferPointer { fields in
            syntax.add(
              bytes, fields, found: record.field, raw: record.start..<end,
              lineFeeds: record.lineFeeds, checksNUL: true, &out)
          }
        }
        record = QuotedRecord(start: Int(scan.places[index - 1]) + 1, copies: out.builder.copies)
      default:
        if !record.isQuoted {
          endField(bytes, &record, place, &out)
          record.fieldStart = place + 1
        }
      }
      // The bytes are used up: either no more will come, or too many came already.
      if index == scan.count, let first = record.firstLineFeed,
        length - record.start > Layout.longestLine || isFinal && record.isQuoted
      {
        index = reject(first, of: record, .quoteNotClosed, bytes, &out)
        record = QuotedRecord(start: first.place + 1, copies: out.builder.copies)
      }
    }
    return record.start
  }

  /// Ends a field of a quoted record at `end`.
  private mutating func endField(
    _ bytes: UnsafeRawPointer, _ record: inout QuotedRecord, _ end: Int, _ out: inout LineSink
  ) {
    var range: ByteRange
    if let quoteEnd = record.quoteEnd {
      if !trimmed(bytes, quoteEnd + 1, end).isEmpty { record.hasTextAfterQuote = true }
      range = trimmed(bytes, record.fieldStart, quoteEnd)
      if record.hasDoubledQuotes, let quote = syntax.quote {
        var previousWasQuote = false
        range = out.builder.copy(range) { _, byte in
          previousWasQuote = byte == quote && !previousWasQuote
          return !previousWasQuote
        }
      }
    } else {
      range = trimmed(bytes, record.fieldStart, end)
    }
    if record.field < fields.count { fields[record.field] = range }
    record.field += 1
    record.quoteEnd = nil
    record.hasDoubledQuotes = false
  }

  /// Gives up on a record and keeps its first physical line as malformed: what follows is read anew,
  /// so one stray quote costs one line.
  /// - Returns: the index of the place behind that line.
  private func reject(
    _ first: QuotedRecord.LineFeed, of record: QuotedRecord, _ reason: MalformedLine.Reason,
    _ bytes: UnsafeRawPointer, _ out: inout LineSink
  ) -> Int {
    // The same fields may be copied again, and there is room for each of them once.
    out.builder.dropCopies(since: record.copies)
    let end = withoutCarriageReturn(bytes, record.start, first.place)
    let count = end - record.start
    out.reject(
      count > Layout.longestLine ? .lineTooLong : reason,
      ByteRange(start: record.start, count: count))
    return first.next
  }
}

extension DelimitedParser.Syntax {
  /// Hands a line's fields on, or keeps the line as malformed.
  @inline(__always)
  fileprivate func add(
    _ bytes: UnsafeRawPointer, _ fields: UnsafeMutableBufferPointer<ByteRange>, found: Int,
    raw: Range<Int>, lineFeeds: Int, checksNUL: Bool, _ out: inout LineSink
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
      out.add(fields, fieldOfColumn, raw: range, lineFeeds: lineFeeds)
    }
  }
}

/// What is known of the record that the walk over quotes stands in.
private struct QuotedRecord {
  let start: Int
  /// Where the copies of its fields begin.
  let copies: Int
  var fieldStart: Int
  var field = 0
  var isQuoted = false
  var quoteEnd: Int?
  var hasDoubledQuotes = false
  var hasTextAfterQuote = false
  private(set) var lineFeeds = 0
  private(set) var firstLineFeed: LineFeed?

  /// A line feed, and the index of the place behind it.
  struct LineFeed {
    var place: Int
    var next: Int
  }

  init(start: Int, copies: Int) {
    self.start = start
    self.copies = copies
    fieldStart = start
  }

  /// - Returns: the record's first line feed.
  mutating func noteLineFeed(_ place: Int, next: Int) -> LineFeed {
    lineFeeds += 1
    let first = firstLineFeed ?? LineFeed(place: place, next: next)
    firstLineFeed = first
    return first
  }
}

@inline(__always)
func withoutCarriageReturn(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
  end > start && bytes.load(fromByteOffset: end - 1, as: UInt8.self) == carriageReturn
    ? end - 1 : end
}

/// The beginning of some bytes for an error message, with control characters escaped: enough to
/// recognise a web page or an archive, too little to put a recipient's data into a log.
func excerpt(_ bytes: UnsafeRawBufferPointer) -> String {
  let text = TextEncoding.auto.decode(Array(bytes.prefix(24))[...])
  return "\"\(text.unicodeScalars.map { $0.escaped(asASCII: false) }.joined())\""
    + (bytes.count > 24 ? "…" : "")
}
