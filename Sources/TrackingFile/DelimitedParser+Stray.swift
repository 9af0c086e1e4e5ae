import Carrier

/// Recognises stray quotes. In a file without quoting, a field may begin with a quote by chance, and all rows up
/// to the next quote would become one field. So a record of several lines is rejected if one of these lines
/// looks like a whole row.
extension DelimitedParser {
  /// Whether a line of a record looks like a whole row: it has as many fields, parcel and date are valid, and
  /// at least one of the two is within quotes of the record.
  /// - Parameter end: the place of the record's last line feed.
  func holdsRow(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
    guard let quote = syntax.quote else { return false }
    let parcel = syntax.fields(of: RecordBuilder.Slot.parcel)
    let date = syntax.fields(of: RecordBuilder.Slot.date)
    var times = TimeReader(clock: layout.clock, formats: layout.timeFormats)
    var isQuoted = false
    // The fields of the current line if quotes mean nothing, and whether each begins within quotes.
    var fields: [(range: Range<Int>, isQuoted: Bool)] = []
    var fieldStart = start
    var startsQuoted = false
    var isOpen = true

    func text(_ field: Int) -> UnsafeRawBufferPointer {
      var range = fields[field].range
      while range.count > 0, [quote, carriageReturn].contains(byte(bytes, range.upperBound - 1)) {
        range = range.lowerBound..<range.upperBound - 1
      }
      while range.count > 0, byte(bytes, range.lowerBound) == quote {
        range = range.lowerBound + 1..<range.upperBound
      }
      return UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(start: bytes, count: end + 1)[
          Blanks.trimmed(bytes, range, layout.encoding).offsets])
    }

    for place in start...end {
      let next = byte(bytes, place)
      if next == quote {
        if isQuoted {
          // If a second quote follows, it opens again, as no field begins there.
          isQuoted = false
          isOpen = byte(bytes, place + 1) == quote
        } else if isOpen {
          isQuoted = true
        }
        continue
      }
      guard next == syntax.separator || next == lineFeed else {
        if !isQuoted, !next.isBlank { isOpen = false }
        continue
      }
      fields.append((fieldStart..<place, startsQuoted))
      fieldStart = place + 1
      startsQuoted = isQuoted
      isOpen = !isQuoted
      guard next == lineFeed else { continue }
      if fields.count == syntax.fieldCount,
        (parcel + date).contains(where: { fields[$0].isQuoted }),
        layout.isNumber(String(decoding: parcel.flatMap { Array(text($0)) }, as: UTF8.self))
      {
        let time = Array(date.map { Array(text($0)) }.joined(separator: [UInt8(ascii: " ")]))
        let isRow =
          time.allSatisfy(\.isBlank)
          ? parcel.contains { fields[$0].isQuoted }
          : time.withUnsafeBytes { times.read($0) } != nil
        if isRow { return true }
      }
      fields = []
    }
    return false
  }

  /// Keeps each line of a record as malformed.
  func rejectEach(
    _ bytes: UnsafeRawPointer, _ start: Int, _ end: Int, _ out: inout LineSink
  ) {
    var start = start
    for place in start...end where byte(bytes, place) == lineFeed {
      let raw = start..<withoutCarriageReturn(bytes, start, place)
      let size = place + 1 - start
      if let line = Blanks.line(bytes, raw, out.builder.encoding) {
        out.skip(line, size: size)
      } else {
        let reason: MalformedLine.Reason =
          raw.count > Layout.longestLine ? .lineTooLong : .quoteNotClosed
        out.reject(reason, ByteRange(start: raw.lowerBound, count: raw.count), size: size)
      }
      start = place + 1
    }
  }
}

extension DelimitedParser.Syntax {
  /// The fields of which a column consists; none if it is no column of the file.
  fileprivate func fields(of column: Int) -> [Int] {
    if fieldOfColumn[column] >= 0 { return [fieldOfColumn[column]] }
    return joins.first { $0.column == column }.map { Array(fieldOfColumn[$0.parts]) } ?? []
  }
}
