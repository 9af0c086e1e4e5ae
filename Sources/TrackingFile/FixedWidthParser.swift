/// Cuts lines with columns at fixed places.
///
/// Places are counted in characters: code points if a line is valid UTF-8; bytes if it is not, or if the layout
/// names an encoding with one byte per character.
struct FixedWidthParser {
  /// The places of each column's parts, counted from 0, in the order of the layout's columns; none: it is
  /// given, or there is none.
  private let spans: [[Range<Int>]]
  /// How many characters a line must have at least, so that each required column begins in it.
  private let requiredStart: Int
  var encoding: TextEncoding
  /// Where the last column ends, in characters.
  private let width: Int

  init(spans: [Layout.Column: [Layout.Span]], encoding: TextEncoding) {
    self.spans = Layout.Column.allCases.map { column in
      (spans[column] ?? []).map { $0.start - 1..<$0.start - 1 + $0.width }
    }
    requiredStart = Layout.Column.required.compactMap { spans[$0]?.first?.start }.max() ?? 1
    self.encoding = encoding.ofLines
    width = spans.values.joined().map { $0.start - 1 + $0.width }.max() ?? 0
  }

  /// Parses the complete lines among `length` bytes.
  /// - Returns: how many bytes were parsed.
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
      } else if out.isNoRow(raw, size: size, separator: nil) {
        // The sink has counted it.
      } else if line.count > Layout.longestLine {
        out.reject(.lineTooLong, raw, size: size)
      } else if let reason = oddByte(bytes, start..<end) {
        out.reject(reason, raw, size: size)
      } else {
        out.add(raw: raw, size: size) { builder, columns in
          cut(bytes, line, start, &builder, columns)
        }
      }
      start = place + 1
    }
    return start
  }

  private func cut(
    _ bytes: UnsafeRawPointer, _ line: UnsafeRawBufferPointer, _ start: Int,
    _ builder: inout RecordBuilder, _ columns: RecordBuilder.Fields
  ) -> MalformedLine.Reason? {
    let places = characterPlaces(line)
    let characters = places.map { $0.count - 1 } ?? line.count
    guard characters >= requiredStart else { return .lineTooShort }
    if characters > width {
      // Anything but blanks after the last column may be a second record without a line end between them.
      let rest = start + (places?[width] ?? width)..<start + line.count
      guard Blanks.trimmed(bytes, rest, encoding).isEmpty else { return .lineTooLong }
    }
    for (column, spans) in spans.enumerated() {
      columns[column] = spans.isEmpty ? builder.given.place(for: column) : .empty
      for span in spans where span.lowerBound < characters {
        let upper = min(span.upperBound, characters)
        let from = start + (places?[span.lowerBound] ?? span.lowerBound)
        let part = Blanks.trimmed(bytes, from..<start + (places?[upper] ?? upper), encoding)
        columns[column] = builder.join(part, to: columns[column])
      }
    }
    return nil
  }

  /// Where each character of a line begins, and the line's end; nil if characters are bytes.
  private func characterPlaces(_ line: UnsafeRawBufferPointer) -> [Int]? {
    guard !encoding.isSingleByte, line.contains(where: { $0 >= 0x80 }),
      String(validating: line, as: UTF8.self) != nil
    else { return nil }
    return line.indices.filter { line[$0] & 0xc0 != 0x80 } + [line.count]
  }
}
