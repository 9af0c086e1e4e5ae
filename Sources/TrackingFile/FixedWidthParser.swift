/// Cuts lines whose columns stand at fixed places.
///
/// Places count characters: in a line of valid UTF-8 code points, otherwise (and where the layout
/// declares Windows-1252) bytes.
struct FixedWidthParser {
  /// The span of each column in the order of the layout's columns, from 0; nil: no such column.
  private let spans: [Range<Int>?]
  /// A line must reach the start of each of these.
  private let requiredStart: Int
  private let encoding: TextEncoding

  init(spans: [Layout.Column: Layout.Span], encoding: TextEncoding) {
    self.spans = Layout.Column.allCases.map { column in
      spans[column].map { $0.start - 1..<$0.start - 1 + $0.width }
    }
    requiredStart = Layout.Column.required.compactMap { spans[$0]?.start }.max() ?? 1
    self.encoding = encoding
  }

  /// Parses the whole lines among `length` bytes.
  /// - Returns: how many bytes are done with.
  func parse(_ bytes: UnsafeRawPointer, length: Int, into out: inout LineSink) -> Int {
    let buffer = UnsafeRawBufferPointer(start: bytes, count: length)
    var start = 0
    while let place = buffer[start...].firstIndex(of: lineFeed) {
      let end = withoutCarriageReturn(bytes, start, place)
      let raw = ByteRange(start: start, count: end - start)
      let line = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
      if trimmed(bytes, start, end).isEmpty {
        out.skipBlankLine()
      } else if out.isTrailer(raw, separator: nil) {
        // Counted by the sink.
      } else if line.count > Layout.longestLine {
        out.reject(.lineTooLong, raw)
      } else if line.contains(0) {
        out.reject(.nulByte, raw)
      } else {
        out.add(raw: raw) { columns in cut(bytes, line, start, columns) }
      }
      start = place + 1
    }
    return start
  }

  private func cut(
    _ bytes: UnsafeRawPointer, _ line: UnsafeRawBufferPointer, _ start: Int,
    _ columns: RecordBuilder.Fields
  ) -> MalformedLine.Reason? {
    let places = characterPlaces(line)
    let characters = places.map { $0.count - 1 } ?? line.count
    guard characters >= requiredStart else { return .lineTooShort }
    for (column, span) in spans.enumerated() {
      guard let span, span.lowerBound < characters else {
        columns[column] = .empty
        continue
      }
      let upper = min(span.upperBound, characters)
      columns[column] = trimmed(
        bytes, start + (places?[span.lowerBound] ?? span.lowerBound),
        start + (places?[upper] ?? upper))
    }
    return nil
  }

  /// Where each character of a line begins, and its end; nil when characters are bytes.
  private func characterPlaces(_ line: UnsafeRawBufferPointer) -> [Int]? {
    guard encoding != .windows1252, line.contains(where: { $0 >= 0x80 }),
      String(validating: line, as: UTF8.self) != nil
    else { return nil }
    return line.indices.filter { line[$0] & 0xc0 != 0x80 } + [line.count]
  }
}
