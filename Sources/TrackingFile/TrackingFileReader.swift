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

  private var input: [UInt8] = []
  private var inputOffset = 0
  private var inputEnded = false
  private var packing = Packing.unknown
  private var inflater: Inflater?
  private var text = Text.unknown

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
  /// UTF-16 that is not converted yet.
  private var wide: [UInt8] = []
  private var leavesCutLine = false

  /// How many bytes of lines a batch has at most.
  public static let batchSize = 256 * 1024

  private enum Packing { case unknown, plain, gzip }
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
  /// What the unpacked bytes are.
  private enum Text {
    case unknown, bytes
    case utf16(UTF16Text)
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
    input = []
    inputOffset = 0
    inputEnded = false
    packing = .unknown
    inflater = nil
    filled = 0
    done = 0
    isAtStart = true
    text = .unknown
    wide = []
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
    if packing == .unknown {
      // The first two bytes tell; a first chunk of one byte waits here.
      input += chunk
    } else {
      precondition(inputOffset == input.count, "the chunk before was not used up")
      input = chunk
      inputOffset = 0
    }
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
    let isPlain = packing == .plain && isBytes && inputOffset == input.count
    let room = isPlain ? min(count, Self.batchSize - filled) : count
    guard isPlain, room > 0 else {
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

  /// Whether no more text fits into the buffer.
  private var isFull: Bool {
    if case .utf16 = text { return filled + UTF16Text.mostWritten > Self.batchSize }
    return filled >= Self.batchSize
  }

  private var isBytes: Bool { if case .bytes = text { true } else { false } }

  /// Tells the reader that the file has no more bytes.
  /// - Parameter leavingCutLine: leave what may be cut off unread: a last line without its line end, and
  ///   a record with a quote still open. The rows before it come out; `cutLineBytes` tells of the rest.
  ///   A blank rest and a closing line are not cut.
  public mutating func finish(leavingCutLine: Bool = false) {
    inputEnded = true
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
      let isFinal = try fill()
      guard isFull || isFinal else { return nil }
      // What a cut-off gzip file ends with is no line, even if it looks like one.
      let isWhole = isFinal && endsWhole()
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

  /// Moves input into the buffer, unpacked.
  /// - Returns: true when the buffer holds the last bytes of the file.
  private mutating func fill() throws(FileFailure) -> Bool {
    if packing == .unknown {
      guard input.count >= Inflater.magic.count || inputEnded else { return false }
      packing = input.starts(with: Inflater.magic) ? .gzip : .plain
      if packing == .gzip { inflater = Inflater() }
    }
    while filled < Self.batchSize {
      // The first two bytes tell whether it is UTF-16.
      let mark = UTF16Text.markLength
      if case .unknown = text, filled >= mark { recogniseText() }
      if case .utf16(var converter) = text {
        let moved = try convert(&converter)
        text = .utf16(converter)
        if moved { continue }
        return inputEnded && inputOffset == input.count && wide.isEmpty
      }
      let room = isBytes ? Self.batchSize : mark
      let (taken, written) = try move(
        UnsafeMutableRawBufferPointer(start: buffer + filled, count: room - filled))
      inputOffset += taken
      filled += written
      sink.sum.all += written
      if taken == 0, written == 0 { break }
    }
    return inputEnded && inputOffset == input.count && filled < Self.batchSize
  }

  /// Looks at the file's first bytes.
  private mutating func recogniseText() {
    guard let converter = UTF16Text(mark: UnsafeRawBufferPointer(start: buffer, count: filled))
    else {
      text = .bytes
      return
    }
    text = .utf16(converter)
    sink.sum.skipped += filled
    filled = 0
    read(as: layout.encoding == .windows1252 ? .auto : layout.encoding)
  }

  /// Converts a piece of UTF-16.
  /// - Returns: false when nothing can move.
  private mutating func convert(_ converter: inout UTF16Text) throws(FileFailure) -> Bool {
    if wide.isEmpty {
      let piece = LineBuffer(capacity: Self.widePiece)
      let (taken, written) = try move(
        UnsafeMutableRawBufferPointer(start: piece.start, count: Self.widePiece))
      inputOffset += taken
      wide = Array(UnsafeRawBufferPointer(start: piece.start, count: written))
      if taken == 0, written == 0 { return false }
    }
    let room = UnsafeMutableRawBufferPointer(
      start: buffer + filled, count: Self.batchSize - filled)
    let (taken, written) = wide.withUnsafeBytes { converter.convert($0, into: room) }
    wide.removeFirst(taken)
    filled += written
    sink.sum.all += written
    return taken > 0 || wide.isEmpty
  }

  private static let widePiece = 16 * 1024

  /// How the texts of the file are read.
  private mutating func read(as encoding: TextEncoding) {
    sink.builder.encoding = encoding
    fixedWidth?.encoding = encoding
  }

  /// Whether the file may end where the bytes that came so far end.
  private mutating func endsWhole() -> Bool {
    if case .utf16(let converter) = text, !converter.isComplete { return false }
    return inflater?.isComplete ?? true
  }

  /// Moves one piece of input, unpacked.
  private mutating func move(
    _ room: UnsafeMutableRawBufferPointer
  ) throws(FileFailure) -> (taken: Int, written: Int) {
    let offset = inputOffset
    let failureOrCount = input.withUnsafeBytes {
      input -> Result<(taken: Int, written: Int), FileFailure> in
      let rest = UnsafeRawBufferPointer(rebasing: input[offset...])
      if packing == .gzip {
        do throws(FileFailure) {
          return .success(try inflater?.inflate(rest, into: room) ?? (0, 0))
        } catch {
          return .failure(error)
        }
      }
      let count = min(rest.count, room.count)
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
      return .success((count, count))
    }
    return try failureOrCount.get()
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
    if inflater?.isComplete == false {
      throw .incomplete("its gzip data end before their end")
    }
    if !endsWhole() { throw .incomplete("its UTF-16 text ends within a character") }
    guard let marker = layout.trailer?.marker else { return }
    switch sink.trailer {
    case .none: throw .incomplete("it has no closing line \(marker)")
    case .seen(let count?) where count == sink.rows: return
    case .seen(let count?): throw .trailerMismatch(declared: count, read: sink.rows)
    case .seen(nil): throw .notATrackingFile("its closing line \(marker) has no count")
    }
  }
}
