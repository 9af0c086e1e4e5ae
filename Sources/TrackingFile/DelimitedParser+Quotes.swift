extension DelimitedParser {
  /// Parses lines with quotes. A field that begins with a quote ends at the next single quote; separators and
  /// line feeds between them are part of the field.
  mutating func parseQuoted(
    _ bytes: UnsafeRawPointer, _ length: Int, _ isFinal: Bool, _ out: inout LineSink
  ) -> Int {
    let syntax = syntax
    let quote = syntax.quote ?? lineFeed
    var record = QuotedRecord(start: 0, copies: out.builder.copies)

    var index = 0
    while index < scan.count {
      if record.isEmpty {
        var start = record.start
        while index < scan.count, let next = addUsual(bytes, syntax, start, index, &out) {
          if next < 0 { return start }
          index = next
          start = Int(scan.places[next - 1]) + 1
        }
        record = QuotedRecord(start: start, copies: out.builder.copies)
        if index == scan.count { break }
        // A quote in a line that is no row opens nothing.
        if let next = skipLine(bytes, start, index, &out) {
          index = next
          record = QuotedRecord(start: Int(scan.places[next - 1]) + 1, copies: record.copies)
          continue
        }
      }
      let place = Int(scan.places[index])
      index += 1
      switch byte(bytes, place) {
      case quote:
        if record.isQuoted {
          if place + 1 < length, byte(bytes, place + 1) == quote {
            // Two quotes stand for one in the text; the second one is the next place.
            record.hasDoubledQuotes = true
            index += 1
          } else {
            record.isQuoted = false
            record.quoteEnd = place
          }
        } else if record.quoteEnd == nil,
          Blanks.trimmed(bytes, record.fieldStart..<place, out.builder.encoding).isEmpty
        {
          record.isQuoted = true
          record.fieldStart = place + 1
        }
      case lineFeed where record.isQuoted:
        let first = record.countLineFeed(place, next: index)
        guard
          place - record.start > Layout.longestLine || record.lineFeeds >= Layout.mostLinesOfRecord
        else { break }
        index = reject(first, of: record, .quoteNotClosed, bytes, &out)
        record = QuotedRecord(start: first.place + 1, copies: out.builder.copies)
      case lineFeed:
        let first = record.countLineFeed(place, next: index)
        let end = withoutCarriageReturn(bytes, record.start, place)
        endField(bytes, &record, max(end, record.fieldStart), &out)
        if record.lineFeeds > 1, place - record.start > Layout.longestLine {
          index = reject(first, of: record, .quoteNotClosed, bytes, &out)
        } else if record.hasTextAfterQuote {
          index = reject(first, of: record, .textAfterQuote, bytes, &out)
        } else if record.lineFeeds > 1, holdsRow(bytes, record.start, place) {
          out.builder.dropCopies(since: record.copies)
          rejectEach(bytes, record.start, place, &out)
        } else if !add(
          Line(
            raw: record.start..<end, end: place, fieldCount: record.field,
            lineFeeds: record.lineFeeds),
          of: bytes, syntax, &out)
        {
          return record.start
        }
        record = QuotedRecord(start: Int(scan.places[index - 1]) + 1, copies: out.builder.copies)
      default:
        if !record.isQuoted {
          endField(bytes, &record, place, &out)
          record.fieldStart = place + 1
        }
      }
      // There are no more bytes: the file ends here, or the record is too long.
      if index == scan.count, let first = record.firstLineFeed,
        length - record.start > Layout.longestLine || isFinal && record.isQuoted
      {
        index = reject(first, of: record, .quoteNotClosed, bytes, &out)
        record = QuotedRecord(start: first.place + 1, copies: out.builder.copies)
      }
    }
    return record.start
  }

  /// The fast path for most records: one line, each field either without quotes or within two of them, and no
  /// quote in the text.
  /// - Returns: the index of the first place after the record; nil if it needs the slow path; -1 if it is a
  ///   header for the lines after it.
  @inline(__always)
  private mutating func addUsual(
    _ bytes: UnsafeRawPointer, _ syntax: Syntax, _ start: Int, _ index: Int,
    _ out: inout LineSink
  ) -> Int? {
    let quote = syntax.quote ?? lineFeed
    let last = syntax.fieldCount - 1
    let fields = fields
    // A field has three places at most.
    guard last >= 0, index + 3 * syntax.fieldCount <= scan.count else { return nil }
    var place = scan.places + index
    var fieldStart = start
    for field in 0...last {
      var end = Int(place[0])
      if end == fieldStart, byte(bytes, end) == quote {
        fieldStart += 1
        end = Int(place[1])
        guard byte(bytes, end) == quote else { return nil }
        place += 2
        let behind = Int(place[0]) - end
        let isLineEnd = field == last && behind == 2 && byte(bytes, end + 1) == carriageReturn
        guard behind == 1 || isLineEnd else { return nil }
      }
      guard byte(bytes, Int(place[0])) == (field == last ? lineFeed : syntax.separator) else {
        return nil
      }
      fields[field] = ByteRange(start: fieldStart, count: end - fieldStart)
      fieldStart = Int(place[0]) + 1
      place += 1
    }
    let end = withoutCarriageReturn(bytes, start, fieldStart - 1)
    // A carriage return after the last field is part of the line end.
    fields[last].count -= UInt32(max(0, fields[last].offsets.upperBound - end))
    let line = Line(
      raw: start..<end, end: fieldStart - 1, fieldCount: syntax.fieldCount, lineFeeds: 1)
    let isRow = add(line, of: bytes, syntax, &out)
    return isRow ? place - scan.places : -1
  }

  /// Skips a line that the layout says is no row.
  /// - Returns: the index of the first place after it; nil if it is another line or not complete.
  private func skipLine(
    _ bytes: UnsafeRawPointer, _ start: Int, _ index: Int, _ out: inout LineSink
  ) -> Int? {
    guard out.hasMarkers else { return nil }
    guard
      let end = (index..<scan.count).first(where: { byte(bytes, Int(scan.places[$0])) == lineFeed })
    else { return nil }
    let place = Int(scan.places[end])
    let raw = ByteRange(start: start, count: withoutCarriageReturn(bytes, start, place) - start)
    guard out.isSkipped(raw, size: place + 1 - start) else { return nil }
    return end + 1
  }

  /// Passes the line whose fields were collected to the sink.
  @inline(__always)
  private func add(
    _ line: Line, of bytes: UnsafeRawPointer, _ syntax: Syntax, _ out: inout LineSink
  ) -> Bool {
    let fields = fields
    let given = out.builder.given.places
    if syntax.hasJoins, line.fieldCount == syntax.fieldCount {
      syntax.join(&out.builder) { fields[$0] }
    }
    return syntax.fieldOfColumn.withUnsafeBufferPointer { fieldOfColumn in
      syntax.add(line, of: bytes, checksBytes: scan.sawOddByte, &out) { column in
        let field = fieldOfColumn[column]
        return field < 0 ? given[-1 &- field] : fields[field]
      }
    }
  }

  @inline(__always)
  func byte(_ bytes: UnsafeRawPointer, _ place: Int) -> UInt8 {
    bytes.load(fromByteOffset: place, as: UInt8.self)
  }

  /// Ends a field of a quoted record at `end`.
  private mutating func endField(
    _ bytes: UnsafeRawPointer, _ record: inout QuotedRecord, _ end: Int, _ out: inout LineSink
  ) {
    var range: ByteRange
    let encoding = out.builder.encoding
    if let quoteEnd = record.quoteEnd {
      if quoteEnd + 1 < end, !Blanks.trimmed(bytes, quoteEnd + 1..<end, encoding).isEmpty {
        record.hasTextAfterQuote = true
      }
      range = Blanks.trimmed(bytes, record.fieldStart..<quoteEnd, encoding)
      if record.hasDoubledQuotes, let quote = syntax.quote {
        var previousWasQuote = false
        range = out.builder.copy(range) { _, byte in
          previousWasQuote = byte == quote && !previousWasQuote
          return !previousWasQuote
        }
      }
    } else {
      range = Blanks.trimmed(bytes, record.fieldStart..<end, encoding)
    }
    if let quote = syntax.quote { range = Blanks.withoutFormula(bytes, range, quote, encoding) }
    if record.field < fields.count { fields[record.field] = range }
    record.field += 1
    record.quoteEnd = nil
    record.hasDoubledQuotes = false
  }

  /// Rejects only the first line of a record and goes on with the next one. So a single stray quote costs one
  /// line.
  /// - Returns: the index of the first place after that line.
  private func reject(
    _ first: QuotedRecord.LineFeed, of record: QuotedRecord, _ reason: MalformedLine.Reason,
    _ bytes: UnsafeRawPointer, _ out: inout LineSink
  ) -> Int {
    // The lines are parsed again, and there is room for one copy of each field only.
    out.builder.dropCopies(since: record.copies)
    let end = withoutCarriageReturn(bytes, record.start, first.place)
    let count = end - record.start
    out.reject(
      count > Layout.longestLine ? .lineTooLong : reason,
      ByteRange(start: record.start, count: count), size: first.place + 1 - record.start)
    return first.next
  }
}

/// The state of the record that `parseQuoted` is in.
private struct QuotedRecord {
  let start: Int
  /// Where copies of its fields begin.
  let copies: Int
  var fieldStart: Int
  var field = 0
  var isQuoted = false
  var quoteEnd: Int?
  var hasDoubledQuotes = false
  var hasTextAfterQuote = false
  private(set) var lineFeeds = 0
  private(set) var firstLineFeed: LineFeed?

  /// A line feed, and the index of the next place.
  struct LineFeed {
    var place: Int
    var next: Int
  }

  /// Whether nothing of the record was parsed yet.
  var isEmpty: Bool { field == 0 && !isQuoted && quoteEnd == nil && lineFeeds == 0 }

  init(start: Int, copies: Int) {
    self.start = start
    self.copies = copies
    fieldStart = start
  }

  /// Counts a line feed within a quoted field.
  /// - Returns: the record's first line feed.
  mutating func countLineFeed(_ place: Int, next: Int) -> LineFeed {
    lineFeeds += 1
    let first = firstLineFeed ?? LineFeed(place: place, next: next)
    firstLineFeed = first
    return first
  }
}
