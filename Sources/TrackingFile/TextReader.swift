/// Reads the text of tracking files: bytes in, batches of records and malformed lines out.
struct TextReader: RecordReader, ~Copyable {
  let layout: Layout
  // One of the two, by the layout's format.
  var delimited: DelimitedParser?
  private var fixedWidth: FixedWidthParser?
  var sink: LineSink

  private var text = FileText()

  /// The lines in hand: of `filled` bytes the first `done` are parsed.
  private var lines: LineBuffer
  var filled = 0
  private var done = 0
  /// Whether a header line is expected, or at a file's start its line end is not known yet.
  var isAtStart = true
  var lineEnd = LineEnd.unknown
  /// How many bytes of the buffer have line feeds for the carriage returns of the file.
  var translated = 0
  private var skipping = Skipping.nothing
  private var phase = Phase.reading
  private var ending = InputEnding.whole

  /// How many bytes of lines a batch has at most.
  static let batchSize = 256 * 1024

  private enum Phase { case reading, parsed, ended }
  /// What ends the lines of the file; its first line tells.
  enum LineEnd { case unknown, lineFeed, carriageReturn }
  private enum Skipping {
    case nothing
    /// The rest of a line that is too long is thrown away up to its line feed.
    case line
    /// NULs, so many so far; as long as nothing follows they are the file's end.
    case filler(Int)
  }

  init(layout: Layout) {
    self.layout = layout
    lines = LineBuffer(capacity: Self.capacity)
    sink = LineSink(layout: layout, buffer: lines.start)
    switch layout.format {
    case .delimited(let separator, let quote, let names):
      delimited = DelimitedParser(separator: separator, quote: quote, names: names, layout: layout)
      sink.headers = delimited?.finder
    case .fixedWidth(let spans):
      fixedWidth = FixedWidthParser(spans: spans, encoding: layout.encoding)
    }
  }

  private static var capacity: Int { RecordBuilder.room(for: batchSize) }

  var buffer: UnsafeMutableRawPointer { lines.start }

  /// The header line of the file, once it was read; of several the last one so far.
  var header: [UInt8] {
    get { sink.builder.header }
    set { sink.builder.header = newValue }
  }

  /// Where the bytes of the text went so far.
  var byteSum: ByteSum { sink.sum }

  /// Data lines so far: records and malformed ones.
  var rows: Int { sink.rows }

  /// How many bytes at the end were left unread, once the file has ended; 0: none.
  private(set) var cutLineBytes = 0

  mutating func restart() {
    text = FileText()
    filled = 0
    done = 0
    isAtStart = true
    lineEnd = .unknown
    translated = 0
    skipping = .nothing
    phase = .reading
    read(as: layout.encoding)
    ending = .whole
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
    dropDone()
    while phase == .reading {
      let isFinal = text.fill(buffer, &filled, limit: Self.batchSize, &sink.sum)
      // UTF-16 was made UTF-8, whatever the layout says of other files.
      if text.isUTF16, layout.encoding == .windows1252 { read(as: .auto) }
      guard isFull || isFinal else { return .needsChunk }
      // What a text that is broken off ends with is no line, even if it looks like one.
      let isWhole = isFinal && text.hasWholeCharacters && !ending.isBrokenOff
      // Ctrl-Z says that the file is whole.
      if isWhole, dropFiller() { ending = .whole }
      let leavesRest = isWhole && ending == .mayBeCut
      if isAtStart {
        try readStart(isWhole: isWhole && !leavesRest, isFull: isFull)
      }
      if isAtStart, !isFinal { continue }
      try translateLineEnds()
      // The first time without the rest that may be cut off; if it is not, once more with it.
      done = parse(isFinal: isWhole && !leavesRest)
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

  /// How the texts of the file are read.
  private mutating func read(as encoding: TextEncoding) {
    sink.builder.encoding = encoding
    fixedWidth?.encoding = encoding
  }

  /// Parses the lines in the buffer.
  /// - Returns: how many bytes are done with; the rest is no whole line yet.
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

  /// How many of the bytes in the buffer are, from the first on, what may follow the last line.
  private func fillers() -> Int {
    UnsafeRawBufferPointer(start: buffer, count: filled).prefix { $0.isEndFiller }.count
  }

  /// Passes over the rest of what began in a buffer before.
  /// - Returns: whether NULs that were taken for the file's end were the start of a line.
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

  /// Takes NULs and Ctrl-Z from the end of the file; a file of nothing else stays as it is.
  /// - Returns: whether Ctrl-Z says that the file ends here.
  private mutating func dropFiller() -> Bool {
    let bytes = UnsafeRawBufferPointer(start: buffer, count: filled)
    let count = bytes.reversed().prefix { $0.isEndFiller }.count
    guard count > 0, count < filled || !isAtStart else { return false }
    let isMarked = bytes.suffix(count).contains(Blanks.endMark)
    filled -= count
    sink.sum.skipped += count
    return isMarked
  }

  /// Leaves the lines that were not parsed, for the file's end may be missing.
  /// - Returns: false when they are no cut line.
  private mutating func leaveRest() -> Bool {
    let rest = trimmed(buffer, done, filled)
    guard Blanks.line(buffer, done..<filled, layout.encoding) == nil else { return false }
    if delimited?.hasHeader != false,
      sink.trailerCount(rest, delimited?.syntax.separator) != nil
    {
      return false
    }
    cutLineBytes = filled - done
    sink.sum.left = cutLineBytes
    filled = done
    return true
  }

  /// Forgets the lines that are parsed. Whoever still holds their batch keeps the buffer with it.
  private mutating func dropDone() {
    if isKnownUniquelyReferenced(&lines) {
      drop(done)
    } else {
      let rest = LineBuffer(capacity: Self.capacity)
      rest.start.copyMemory(from: buffer + done, byteCount: filled - done)
      lines = rest
      filled -= done
      translated = max(0, translated - done)
    }
    done = 0
  }

  /// Forgets the first bytes of the buffer.
  mutating func drop(_ count: Int) {
    buffer.copyMemory(from: buffer + count, byteCount: filled - count)
    filled -= count
    translated = max(0, translated - count)
  }

  /// Checks that the file ended as it should.
  private mutating func checkEnd() throws(FileFailure) {
    if case .brokenOff(let failure) = ending { throw failure }
    if !text.hasWholeCharacters { throw .incomplete("its UTF-16 text ends within a character") }
    guard let marker = layout.trailer?.marker else { return }
    switch sink.trailer {
    case .none: throw .incomplete("it has no closing line \(marker)")
    case .seen(let count?) where count == sink.rows: return
    case .seen(let count?): throw .trailerMismatch(declared: count, read: sink.rows)
    case .seen(nil): throw .notATrackingFile("its closing line \(marker) has no count")
    }
  }
}
