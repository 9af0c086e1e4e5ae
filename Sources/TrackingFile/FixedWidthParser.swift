/// Cuts lines whose columns stand at fixed places.
///
/// Places count characters: in a line of valid UTF-8 code points, otherwise (and where the layout
/// declares Windows-1252) bytes.
struct FixedWidthParser {
  /// The span of each column in the order of the layout's columns, from 0; nil: no such column.
  private let spans: [Range<Int>?]
  /// A line must reach the start of each of these.
  private let requiredStart: Int
  var encoding: TextEncoding
  /// How many characters the columns reach.
  private let width: Int

  init(spans: [Layout.Column: Layout.Span], encoding: TextEncoding) {
    self.spans = Layout.Column.allCases.map { column in
      spans[column].map { $0.start - 1..<$0.start - 1 + $0.width }
    }
    requiredStart = Layout.Column.required.compactMap { spans[$0]?.start }.max() ?? 1
    self.encoding = encoding
    width = spans.values.map { $0.start - 1 + $0.width }.max() ?? 0
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
      let size = place + 1 - start
      if let blank = Blanks.line(bytes, start..<end, encoding) {
        out.skip(blank, size: size)
      } else if out.isTrailer(raw, size: size, separator: nil) {
        // Counted by the sink.
      } else if line.count > Layout.longestLine {
        out.reject(.lineTooLong, raw, size: size)
      } else if let reason = oddByte(bytes, start..<end) {
        out.reject(reason, raw, size: size)
      } else {
        out.add(raw: raw, size: size) { columns in cut(bytes, line, start, columns) }
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
    if characters > width {
      // What stands behind the last column would be lost: two records without a line end between them.
      let rest = start + (places?[width] ?? width)..<start + line.count
      guard Blanks.trimmed(bytes, rest, encoding).isEmpty else { return .lineTooLong }
    }
    for (column, span) in spans.enumerated() {
      guard let span, span.lowerBound < characters else {
        columns[column] = .empty
        continue
      }
      let upper = min(span.upperBound, characters)
      let from = start + (places?[span.lowerBound] ?? span.lowerBound)
      columns[column] = Blanks.trimmed(
        bytes, from..<start + (places?[upper] ?? upper), encoding)
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
