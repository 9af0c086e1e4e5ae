/// Reads the text of tracking files, after they were unpacked.
struct TextReader: RecordReader, ~Copyable {
  let layout: Layout
  // One of the two is set, by the layout's format.
  var delimited: DelimitedParser?
  private var fixedWidth: FixedWidthParser?
  var sink: LineSink

  private var text: FileText
  /// The layout with what the file's path gives.
  private var layoutOfFile: Layout
  /// Why the file can't be read by its path.
  private var pathFailure: FileFailure?
  /// Lines before the header that are none, and why the first of them is none.
  var titles = 0
  var titleFailure: FileFailure?
  private var doubts = TextDoubts()

  /// The current lines: `filled` bytes, of which the first `done` are parsed.
  private var lines: LineBuffer
  var filled = 0
  private var done = 0
  /// Whether a header line is expected, or the file's line end is not known yet.
  var isAtStart = true
  var lineEnd = LineEnd.unknown
  /// In how many bytes of the buffer carriage returns were replaced.
  var translated = 0
  private var skipping = Skipping.nothing
  private var phase = Phase.reading
  private var ending = InputEnding.whole

  /// The most bytes of lines in a batch.
  static let batchSize = 256 * 1024

  private enum Phase { case reading, parsed, ended }
  /// The line end of the file, which is that of its first line.
  enum LineEnd { case unknown, lineFeed, carriageReturn }
  private enum Skipping {
    case nothing
    /// The rest of a line that is too long, up to its line feed.
    case line
    /// NULs, and how many so far. If nothing follows, they are the end of the file.
    case filler(Int)
  }

  init(layout: Layout, path: String? = nil) {
    self.layout = layout
    layoutOfFile = layout
    capacity = RecordBuilder.room(for: Self.batchSize, layout)
    text = FileText(layout.encoding)
    lines = LineBuffer(capacity: capacity)
    sink = LineSink(layout: layout, buffer: lines.start)
    delimited = DelimitedParser(layout)
    sink.headers = delimited?.finder
    if case .fixedWidth(let spans) = layout.format {
      fixedWidth = FixedWidthParser(spans: spans, encoding: layout.encoding)
    }
    use(path: path)
  }

  /// The size of a buffer for lines.
  private let capacity: Int

  /// Takes from the path of the next file what the layout says.
  private mutating func use(path: String?) {
    guard layout.takesFromPath else { return }
    do throws(FileFailure) {
      layoutOfFile = try layout.reading(fileAt: path)
      sink.builder.given.use(layoutOfFile.givenBytes(in: sink.builder.encoding))
      pathFailure = nil
    } catch {
      pathFailure = error
    }
  }

  var buffer: UnsafeMutableRawPointer { lines.start }

  /// The last header line so far; empty before it was read.
  var header: [UInt8] {
    get { sink.builder.header }
    set { sink.builder.header = newValue }
  }

  /// What became of the bytes of the text so far.
  var byteSum: ByteSum { sink.sum }

  /// Data lines so far: records and malformed ones.
  var rows: Int { sink.rows }

  /// Lines so far that were skipped as the layout says, and titles before the header.
  var skippedLines: Int { sink.skippedLines }

  /// What may be wrong with the encoding, as far as the file's beginning shows.
  var doubt: TextDoubt? { doubts.found }

  /// After the end of the file: how many bytes at its end were not read; 0: all were.
  private(set) var cutLineBytes = 0

  mutating func restart(path: String?) {
    text = FileText(layout.encoding)
    filled = 0
    done = 0
    isAtStart = true
    lineEnd = .unknown
    translated = 0
    skipping = .nothing
    phase = .reading
    read(as: layout.encoding.ofLines)
    ending = .whole
    titles = 0
    titleFailure = nil
    doubts = TextDoubts()
    use(path: path)
    cutLineBytes = 0
    header = []
    delimited?.forgetHeader()
    sink.restart()
  }

  mutating func supply(_ chunk: [UInt8]) { text.supply(chunk) }

  mutating func finish(_ ending: InputEnding) {
    text.finish()
    self.ending = ending
  }

  private var isFull: Bool { text.isFull(filled, of: Self.batchSize) }

  mutating func next() throws(FileFailure) -> ReaderStep {
    if let pathFailure { throw pathFailure }
    dropDone()
    while phase == .reading {
      let isFinal = text.fill(buffer, &filled, limit: Self.batchSize, &sink.sum)
      // UTF-16 was turned into UTF-8, so the layout's encoding is wrong for this file.
      if text.isUTF16, layout.encoding.isSingleByte { read(as: .auto) }
      guard isFull || isFinal else { return .needsChunk }
      // If bytes are missing, the last line is not complete, even if it looks so.
      let isWhole = isFinal && text.hasWholeCharacters && !ending.isBrokenOff
      // Ctrl-Z marks the end of a complete file.
      if isWhole, dropFiller() { ending = .whole }
      let leavesRest = isWhole && ending == .mayBeCut
      if isAtStart {
        try readStart(isWhole: isWhole && !leavesRest, isFull: isFull)
      }
      if isAtStart, !isFinal { continue }
      try translateLineEnds()
      // First without a last line that may be cut off; if it turns out to be complete, once more with it.
      done = parse(isFinal: isWhole && !leavesRest)
      if doubts.isLooking { doubts.look(at: buffer, count: done, sink.builder.encoding) }
      if sink.isAtHeader {
        sink.isAtHeader = false
        isAtStart = true
        delimited?.forgetHeader()
      } else if leavesRest, !leaveRest() {
        ending = .whole
      } else if isFinal {
        phase = .parsed
      }
      if sink.builder.rows > 0 { return .batch(sink.builder.finish(lines)) }
      dropDone()
    }
    if phase == .parsed {
      phase = .ended
      try checkEnd()
    }
    return .ended
  }

  /// Sets the encoding of the file's texts.
  private mutating func read(as encoding: TextEncoding) {
    guard sink.builder.encoding != encoding else { return }
    sink.builder.encoding = encoding
    sink.builder.given.use(layoutOfFile.givenBytes(in: encoding))
    fixedWidth?.encoding = encoding
  }

  /// Parses the lines in the buffer.
  /// - Returns: how many bytes were parsed; the rest is a line that is not complete yet.
  private mutating func parse(isFinal: Bool) -> Int {
    let isLine = skipRest()
    if isFinal, filled > 0, buffer.load(fromByteOffset: filled - 1, as: UInt8.self) != lineFeed {
      buffer.storeBytes(of: lineFeed, toByteOffset: filled, as: UInt8.self)
      filled += 1
      sink.sum.added += 1
    }
    let (bytes, length) = (lines.start, filled)
    sink.begin(bytes, length: length)
    if isLine { sink.reject(.lineTooLong, .empty, size: 0) }
    let done =
      delimited?.parse(bytes, length: length, isFinal: isFinal, into: &sink)
      ?? fixedWidth?.parse(bytes, length: length, into: &sink) ?? length
    if done == 0, !isFinal, isFull, !sink.isAtHeader {
      if fillers() == filled {
        skipping = .filler(filled)
        sink.sum.skipped += filled
      } else {
        sink.reject(.lineTooLong, ByteRange(start: 0, count: filled), size: filled)
        skipping = .line
      }
      return filled
    }
    return done
  }

  /// How many bytes at the start of the buffer are NULs or Ctrl-Z.
  private func fillers() -> Int {
    UnsafeRawBufferPointer(start: buffer, count: filled).prefix { $0.isEndFiller }.count
  }

  /// Skips the rest of a line or of NULs that began in an earlier buffer.
  /// - Returns: whether something follows NULs that seemed to be the end, so that they begin a line.
  private mutating func skipRest() -> Bool {
    var isLine = false
    if case .filler(let before) = skipping {
      let count = fillers()
      sink.sum.skipped += count
      isLine = count < filled
      drop(count)
      skipping = isLine ? .line : .filler(before + count)
      if isLine {
        sink.sum.skipped -= before + count
        sink.sum.rows += before + count
      }
    }
    if case .line = skipping {
      let lines = UnsafeRawBufferPointer(start: buffer, count: filled)
      let end = lines.firstIndex(of: lineFeed)
      let count = end.map { $0 + 1 } ?? filled
      sink.sum.rows += count
      drop(count)
      skipping = end == nil ? .line : .nothing
    }
    return isLine
  }

  /// Removes NULs and Ctrl-Z from the end of the file, unless it has nothing else.
  /// - Returns: whether there was a Ctrl-Z.
  private mutating func dropFiller() -> Bool {
    let bytes = UnsafeRawBufferPointer(start: buffer, count: filled)
    let count = bytes.reversed().prefix { $0.isEndFiller }.count
    guard count > 0, count < filled || !isAtStart else { return false }
    let isMarked = bytes.suffix(count).contains(Blanks.endMark)
    filled -= count
    sink.sum.skipped += count
    return isMarked
  }

  /// Leaves out the rest that was not parsed, as it may be cut off.
  /// - Returns: false if the rest is no line that is cut off.
  private mutating func leaveRest() -> Bool {
    let rest = trimmed(buffer, done, filled)
    guard Blanks.line(buffer, done..<filled, layout.encoding) == nil else { return false }
    if delimited?.hasHeader != false,
      sink.trailer(rest, delimited?.syntax.separator) != nil
    {
      return false
    }
    cutLineBytes = filled - done
    sink.sum.left = cutLineBytes
    filled = done
    return true
  }

  /// Forgets the lines that are parsed. If somebody still holds their batch, a new buffer is made.
  private mutating func dropDone() {
    if isKnownUniquelyReferenced(&lines) {
      drop(done)
    } else {
      let rest = LineBuffer(capacity: capacity)
      rest.start.copyMemory(from: buffer + done, byteCount: filled - done)
      lines = rest
      filled -= done
      translated = max(0, translated - done)
    }
    done = 0
  }

  /// Removes the first bytes of the buffer.
  mutating func drop(_ count: Int) {
    buffer.copyMemory(from: buffer + count, byteCount: filled - count)
    filled -= count
    translated = max(0, translated - count)
  }

  /// Checks the end of the file: nothing is missing, and the trailer fits.
  private mutating func checkEnd() throws(FileFailure) {
    if case .brokenOff(let failure) = ending { throw failure }
    if !text.hasWholeCharacters { throw .incomplete("its UTF-16 text ends within a character") }
    if let titleFailure, isAtStart, cutLineBytes == 0 { throw titleFailure }
    guard let marker = layout.trailer?.marker else { return }
    switch sink.trailer {
    case .none: throw .incomplete("it has no closing line \(marker)")
    case .seenAlone: return
    case .seen(let count):
      guard count == sink.rows else { throw .trailerMismatch(declared: count, read: sink.rows) }
    case .unreadable:
      throw .notATrackingFile("its closing line \(marker) has a count that is no number")
    }
  }
}
