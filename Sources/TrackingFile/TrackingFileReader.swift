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
  private let layout: Layout
  // One of the two, by the layout's format.
  private var delimited: DelimitedParser?
  private var fixedWidth: FixedWidthParser?
  private var sink: LineSink

  private var input: [UInt8] = []
  private var inputOffset = 0
  private var inputEnded = false
  private var packing = Packing.unknown
  private var inflater: Inflater?

  /// The lines in hand: of `filled` bytes the first `done` are parsed.
  private var lines: LineBuffer
  private var filled = 0
  private var done = 0
  private var isAtStart = true
  /// The rest of a line that is too long is thrown away up to its line feed.
  private var isSkippingLine = false
  private var phase = Phase.reading
  private var leavesCutLine = false

  /// How many bytes of lines a batch has at most.
  public static let batchSize = 256 * 1024

  private enum Packing { case unknown, plain, gzip }
  private enum Phase { case reading, parsed, ended }

  public init(layout: Layout) {
    self.layout = layout
    lines = LineBuffer(capacity: Self.capacity)
    sink = LineSink(layout: layout, buffer: lines.start)
    switch layout.format {
    case .delimited(let separator, let quote, let names):
      delimited = DelimitedParser(separator: separator, quote: quote, names: names)
    case .fixedWidth(let spans):
      fixedWidth = FixedWidthParser(spans: spans, encoding: layout.encoding)
    }
  }

  private static var capacity: Int { RecordBuilder.room(for: batchSize) }

  private var buffer: UnsafeMutableRawPointer { lines.start }

  /// The header line of the file, once it was read; of several the last one so far. Lines kept for later
  /// are parsed again with that of their batch.
  public private(set) var header: [UInt8] {
    get { sink.builder.header }
    set { sink.builder.header = newValue }
  }

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
    isSkippingLine = false
    phase = .reading
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
    let isPlain = packing == .plain && inputOffset == input.count
    let room = isPlain ? min(count, Self.batchSize - filled) : count
    guard isPlain, room > 0 else {
      let chunk = LineBuffer(capacity: count)
      let written = try write(UnsafeMutableRawBufferPointer(start: chunk.start, count: count))
      supply(Array(UnsafeRawBufferPointer(start: chunk.start, count: max(0, written))))
      return written
    }
    let written = try write(UnsafeMutableRawBufferPointer(start: buffer + filled, count: room))
    filled += max(0, written)
    return written
  }

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
      guard filled == Self.batchSize || isFinal else { return nil }
      // What a cut-off gzip file ends with is no line, even if it looks like one.
      let isWhole = isFinal && (inflater?.isComplete ?? true)
      if isAtStart { try readStart(isWhole: isWhole && !leavesCutLine) }
      if isAtStart, !isFinal { continue }
      // The first time without the rest that may be cut off; if it is not, once more with it.
      let leavesRest = isWhole && leavesCutLine
      done = parse(isFinal: isWhole && !leavesRest)
      if leavesRest, !leaveRest() {
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
      let (taken, written) = try move()
      inputOffset += taken
      filled += written
      if taken == 0, written == 0 { break }
    }
    return inputEnded && inputOffset == input.count && filled < Self.batchSize
  }

  /// Moves one piece of input.
  private mutating func move() throws(FileFailure) -> (taken: Int, written: Int) {
    let room = UnsafeMutableRawBufferPointer(
      start: buffer + filled, count: Self.batchSize - filled)
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

  /// Takes the byte order mark and the header line from the start of the file.
  private mutating func readStart(isWhole: Bool) throws(FileFailure) {
    let start = UnsafeRawBufferPointer(start: buffer, count: filled)
    if start.starts(with: [0xfe, 0xff]) || start.starts(with: [0xff, 0xfe]) {
      throw .notATrackingFile("it is UTF-16, and layouts read UTF-8 or Windows-1252")
    }
    if start.starts(with: [0xef, 0xbb, 0xbf]) { drop(3) }
    while delimited?.hasHeader == false, filled > 0 {
      let lines = UnsafeRawBufferPointer(start: buffer, count: filled)
      let end = lines.firstIndex(of: lineFeed)
      guard (end ?? filled) <= Layout.longestLine else {
        throw .notATrackingFile(
          "its first line (\(shape(of: lines))) is longer than \(Layout.longestLine) bytes")
      }
      // The header is not whole: blank lines filled the buffer, or a gzip file is cut off there.
      if end == nil, !isWhole { return }
      let line = UnsafeRawBufferPointer(
        rebasing: lines[..<withoutCarriageReturn(buffer, 0, end ?? filled)])
      if !trimmed(buffer, 0, line.count).isEmpty {
        try delimited?.readHeader(line)
        header = Array(line)
      }
      sink.builder.line += 1
      drop(end.map { $0 + 1 } ?? filled)
    }
    isAtStart = delimited?.hasHeader == false
  }

  /// Parses the lines in the buffer.
  /// - Returns: how many bytes are done with; the rest is no whole line yet.
  private mutating func parse(isFinal: Bool) -> Int {
    if isSkippingLine {
      let lines = UnsafeRawBufferPointer(start: buffer, count: filled)
      let end = lines.firstIndex(of: lineFeed)
      drop(end.map { $0 + 1 } ?? filled)
      isSkippingLine = end == nil
    }
    if isFinal, filled > 0, buffer.load(fromByteOffset: filled - 1, as: UInt8.self) != lineFeed {
      buffer.storeBytes(of: lineFeed, toByteOffset: filled, as: UInt8.self)
      filled += 1
    }
    let (bytes, length) = (lines.start, filled)
    sink.begin(bytes, length: length)
    let done =
      delimited?.parse(bytes, length: length, isFinal: isFinal, into: &sink)
      ?? fixedWidth?.parse(bytes, length: length, into: &sink) ?? length
    if done == 0, filled >= Self.batchSize {
      sink.reject(.lineTooLong, ByteRange(start: 0, count: filled))
      isSkippingLine = true
      return filled
    }
    return done
  }

  /// Leaves the lines that were not parsed, for the file's end may be missing.
  /// - Returns: false when they are no cut line.
  private mutating func leaveRest() -> Bool {
    let rest = trimmed(buffer, done, filled)
    guard !rest.isEmpty else { return false }
    if delimited?.hasHeader != false, sink.isTrailer(rest, separator: delimited?.syntax.separator) {
      return false
    }
    cutLineBytes = filled - done
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
    }
    done = 0
  }

  /// Forgets the first bytes of the buffer.
  private mutating func drop(_ count: Int) {
    buffer.copyMemory(from: buffer + count, byteCount: filled - count)
    filled -= count
  }

  /// Checks that the file ended as it should.
  private mutating func checkEnd() throws(FileFailure) {
    if inflater?.isComplete == false {
      throw .incomplete("its gzip data end before their end")
    }
    guard let marker = layout.trailer?.marker else { return }
    switch sink.trailer {
    case .none: throw .incomplete("it has no closing line \(marker)")
    case .seen(let count?) where count == sink.rows: return
    case .seen(let count?): throw .trailerMismatch(declared: count, read: sink.rows)
    case .seen(nil): throw .notATrackingFile("its closing line \(marker) has no count")
    }
  }
}
