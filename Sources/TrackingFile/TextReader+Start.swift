/// The beginning of a file: byte order mark, header, and the kind of line end.
extension TextReader {
  /// Takes the byte order mark and the header line from the start of the buffer.
  /// - Parameters:
  ///   - isWhole: whether the file ends here and nothing is missing.
  ///   - isFull: whether no more bytes fit into the buffer.
  mutating func readStart(isWhole: Bool, isFull: Bool) throws(FileFailure) {
    dropMark()
    guard filled > 0 else { return }
    if lineEnd == .unknown { lineEnd = firstLineEnd(isWhole: isWhole, isFull: isFull) }
    // Unknown only if more bytes are to come, or if the file is cut off within its header.
    guard lineEnd != .unknown else { return }
    try translateLineEnds()
    while delimited?.hasHeader == false, filled > 0 {
      if delimited?.isHeaderless == true {
        guard try readFirstRow(isWhole: isWhole) else { return }
        dropMark()
        continue
      }
      let lines = UnsafeRawBufferPointer(start: buffer, count: filled)
      let end = lines.firstIndex(of: lineFeed)
      guard (end ?? filled) <= Layout.longestLine else {
        throw .notATrackingFile(
          "its first line (\(shape(of: lines))) is longer than \(Layout.longestLine) bytes")
      }
      // The header is not complete: blank lines fill the buffer, or a gzip file is cut off there.
      if end == nil, !isWhole { return }
      let size = end.map { $0 + 1 } ?? filled
      let line = UnsafeRawBufferPointer(
        rebasing: lines[..<withoutCarriageReturn(buffer, 0, end ?? filled)])
      try readFirst(line, size: size)
      sink.builder.line += 1
      drop(size)
      dropMark()
    }
    isAtStart = delimited?.hasHeader == false
  }

  /// Reads a line before the first row.
  private mutating func readFirst(
    _ line: UnsafeRawBufferPointer, size: Int
  ) throws(FileFailure) {
    if try skipFirst(line, size: size) {
      // The sink counts lines that the parser finds.
      sink.builder.line -= 1
    } else {
      let later = header.isEmpty ? nil : sink.builder.line
      do throws(FileFailure) {
        sink.headers?.current = try delimited?.readHeader(line, later: later, titles: titles) ?? []
      } catch {
        guard later == nil, let syntax = delimited?.syntax, isTitle(line, syntax) else {
          throw titles == Self.mostTitles ? titleFailure ?? error : error
        }
        titles += 1
        titleFailure = titleFailure ?? error
        sink.sum.skipped += size
        sink.skippedLines += 1
        return
      }
      titleFailure = nil
      header = Array(line)
      sink.sum.headers += size
    }
  }

  /// The most lines before the header.
  private static let mostTitles = 20

  /// Whether a line before the header may be a title: it has one value at most. A row or a header has more.
  private func isTitle(
    _ line: UnsafeRawBufferPointer, _ syntax: DelimitedParser.Syntax
  ) -> Bool {
    guard titles < Self.mostTitles, line.count <= MalformedLine.longestRaw else { return false }
    let fields = line.split(separator: syntax.separator)
    return fields.count { field in field.contains { !$0.isBlank && $0 != syntax.quote } } <= 1
      && !line.contains { $0 < 0x20 && $0 != 0x09 }
  }

  /// Reads lines of a file without a header up to its first row, which shows how many fields rows have.
  /// - Returns: whether a line was complete.
  private mutating func readFirstRow(isWhole: Bool) throws(FileFailure) -> Bool {
    let lines = UnsafeRawBufferPointer(start: buffer, count: filled)
    let end = lines.firstIndex(of: lineFeed)
    guard end != nil || isWhole || filled > Layout.longestLine else { return false }
    let size = end.map { $0 + 1 } ?? filled
    let line = UnsafeRawBufferPointer(
      rebasing: lines[..<withoutCarriageReturn(buffer, 0, end ?? filled)])
    if end != nil || isWhole, try skipFirst(line, size: size) {
      drop(size)
      return true
    }
    guard let count = delimited?.fieldCount(of: lines, isWhole: isWhole) else { return false }
    let isTrailer = sink.trailer(line, delimited?.syntax.separator) != nil
    delimited?.readFieldCount(isTrailer ? 1 : count)
    return true
  }

  /// Skips a line that is neither header nor row.
  private mutating func skipFirst(
    _ line: UnsafeRawBufferPointer, size: Int
  ) throws(FileFailure) -> Bool {
    if let blank = Blanks.line(buffer, 0..<line.count, layout.encoding) {
      sink.skip(blank, size: size)
    } else if sink.isSkipped(line) {
      sink.builder.line += 1
      sink.sum.skipped += size
      sink.skippedLines += 1
    } else if delimited?.finder.isSeparatorLine(line, anySeparator: true) == true {
      guard delimited?.finder.isSeparatorLine(line) == true else {
        throw .notATrackingFile("its first line names another separator than the layout's")
      }
      sink.builder.line += 1
      sink.sum.skipped += size
    } else {
      return false
    }
    return true
  }

  private mutating func dropMark() {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    guard UnsafeRawBufferPointer(start: buffer, count: filled).starts(with: mark) else { return }
    drop(mark.count)
    sink.sum.skipped += mark.count
  }

  /// The end of the first line: a carriage return counts only if no line feed follows.
  private func firstLineEnd(isWhole: Bool, isFull: Bool) -> LineEnd {
    let bytes = UnsafeRawBufferPointer(start: buffer, count: filled)
    guard let first = bytes.firstIndex(where: { $0 == lineFeed || $0 == carriageReturn }) else {
      return isWhole || isFull ? .lineFeed : .unknown
    }
    let behind = bytes[first...].drop { $0 == carriageReturn }
    if let next = behind.first { return next == lineFeed ? .lineFeed : .carriageReturn }
    return isWhole || isFull ? .carriageReturn : .unknown
  }

  /// Replaces carriage returns by line feeds, so that the parsers need to know only one line end.
  mutating func translateLineEnds() throws(FileFailure) {
    guard lineEnd == .carriageReturn else { return }
    while translated < filled {
      switch buffer.load(fromByteOffset: translated, as: UInt8.self) {
      case carriageReturn:
        buffer.storeBytes(of: lineFeed, toByteOffset: translated, as: UInt8.self)
      case lineFeed:
        throw .notATrackingFile(
          "its first line ends in a carriage return alone, and a later one in a line feed")
      default: break
      }
      translated += 1
    }
  }
}
