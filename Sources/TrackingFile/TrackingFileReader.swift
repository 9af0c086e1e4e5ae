/// Reads tracking files as streams, one after the other: bytes in, batches of records and malformed
/// lines out.
///
/// Memory is bounded whatever the file's size, a line's length or the compression, and what comes
/// out does not depend on where the bytes were cut.
///
/// ```swift
/// var reader = TrackingFileReader(layout: .colisPrive)
/// for chunk in chunks {
///   reader.supply(chunk)
///   while let batch = try reader.next() { use(batch) }
/// }
/// reader.finish()
/// while let batch = try reader.next() { use(batch) }
/// reader.restart()  // for the next file, with the memory of this one
/// ```
public struct TrackingFileReader: ~Copyable {
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
  private var leavesCutLine = false

  /// How many bytes of lines a batch has at most.
  public static let batchSize = 256 * 1024

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

  public init(layout: Layout) {
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

  /// The header line of the file, once it was read; of several the last one so far. Lines kept for later
  /// are parsed again with that of their batch.
  public internal(set) var header: [UInt8] {
    get { sink.builder.header }
    set { sink.builder.header = newValue }
  }

  /// Where the bytes of the file went so far.
  public var byteSum: ByteSum { sink.sum }

  /// Data lines so far: records and malformed ones.
  public var rows: Int { sink.rows }

  /// Forgets the file and begins another one of the same layout.
  public mutating func restart() {
    text = FileText()
    filled = 0
    done = 0
    isAtStart = true
    lineEnd = .unknown
    translated = 0
    skipping = .nothing
    phase = .reading
    read(as: layout.encoding)
    leavesCutLine = false
    cutLineBytes = 0
    header = []
    delimited?.forgetHeader()
    sink.restart()
  }

  /// Gives the reader the file's next bytes, once `next` has asked for them by returning nil.
  public mutating func supply(_ chunk: [UInt8]) {
    text.supply(chunk)
  }

  /// Lets the closure write the file's next bytes where they are parsed, once `next` has asked for them
  /// by returning nil.
  /// - Parameter count: how many bytes at most.
  /// - Returns: what the closure returns: how many bytes it wrote; below 0: none.
  @inline(__always)
  public mutating func supply<E: Error>(
    atMost count: Int, _ write: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) -> Int {
    dropDone()
    let room = text.isPlain ? min(count, Self.batchSize - filled) : 0
    guard room > 0 else {
      let chunk = LineBuffer(capacity: count)
      let written = try write(UnsafeMutableRawBufferPointer(start: chunk.start, count: count))
      supply(Array(UnsafeRawBufferPointer(start: chunk.start, count: max(0, written))))
      return written
    }
    let written = try write(UnsafeMutableRawBufferPointer(start: buffer + filled, count: room))
    filled += max(0, written)
    sink.sum.all += max(0, written)
    return written
  }

  private var isFull: Bool { text.isFull(filled, of: Self.batchSize) }

  /// Tells the reader that the file has no more bytes.
  /// - Parameter leavingCutLine: leave what may be cut off unread: a last line without its line end, and
  ///   a record with a quote still open. The rows before it come out; `cutLineBytes` tells of the rest.
  ///   A blank rest and a closing line are not cut.
  public mutating func finish(leavingCutLine: Bool = false) {
    text.end()
    leavesCutLine = leavingCutLine
  }

  /// How many bytes at the file's end were left unread, once the last batch was asked for; 0: none.
  public private(set) var cutLineBytes = 0

  /// The next batch.
  /// - Returns: nil when more bytes are needed, or when the file is finished and read.
  /// - Throws: when the file as a whole can't be read (any further).
  public mutating func next() throws(FileFailure) -> RecordBatch? {
    dropDone()
    while phase == .reading {
      let isFinal = try text.fill(buffer, &filled, limit: Self.batchSize, &sink.sum)
      // UTF-16 was made UTF-8, whatever the layout says of other files.
      if text.isUTF16, layout.encoding == .windows1252 { read(as: .auto) }
      guard isFull || isFinal else { return nil }
      // What a cut-off gzip file ends with is no line, even if it looks like one.
      let isWhole = isFinal && text.isComplete
      let isMarked = isWhole && dropFiller()
      if isMarked { leavesCutLine = false }
      if isAtStart {
        try readStart(isWhole: isWhole && !leavesCutLine, isFull: isFull)
      }
      if isAtStart, !isFinal { continue }
      try translateLineEnds()
      // The first time without the rest that may be cut off; if it is not, once more with it.
      let leavesRest = isWhole && leavesCutLine
      done = parse(isFinal: isWhole && !leavesRest)
      if sink.isAtHeader {
        sink.isAtHeader = false
        isAtStart = true
        delimited?.forgetHeader()
      } else if leavesRest, !leaveRest() {
        leavesCutLine = false
      } else if isFinal {
        phase = .parsed
      }
      if sink.builder.rows > 0 { return sink.builder.finish(lines) }
      dropDone()
    }
    if phase == .parsed {
      phase = .ended
      try checkEnd()
    }
    return nil
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
    if !text.isUnpacked {
      throw .incomplete("its gzip data end before their end")
    }
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
