/// The bytes of a file on their way to the parser: unpacked where they are gzip, UTF-8 where they are
/// UTF-16.
struct FileText: ~Copyable {
  private var input: [UInt8] = []
  private var inputOffset = 0
  private var inputEnded = false
  private var packing = Packing.unknown
  private var inflater: Inflater?
  private var form = Form.unknown
  /// UTF-16 that is not converted yet.
  private var wide: [UInt8] = []

  private enum Packing { case unknown, plain, gzip }
  /// What the unpacked bytes are.
  private enum Form {
    case unknown, bytes
    case utf16(UTF16Text)
  }

  /// Gives the file's next bytes.
  mutating func supply(_ chunk: [UInt8]) {
    if packing == .unknown {
      // The first two bytes tell; a first chunk of one byte waits here.
      input += chunk
    } else {
      precondition(inputOffset == input.count, "the chunk before was not used up")
      input = chunk
      inputOffset = 0
    }
  }

  /// Tells that the file has no more bytes.
  mutating func end() { inputEnded = true }

  /// Whether the next bytes are text as they come, so that they may be written where text is wanted.
  var isPlain: Bool { packing == .plain && isBytes && inputOffset == input.count }

  private var isBytes: Bool { if case .bytes = form { true } else { false } }

  var isUTF16: Bool { if case .utf16 = form { true } else { false } }

  /// Whether no more text fits where `filled` bytes of `limit` are taken.
  func isFull(_ filled: Int, of limit: Int) -> Bool {
    isUTF16 ? filled + UTF16Text.mostWritten > limit : filled >= limit
  }

  /// Whether the file may end where the bytes that came so far end.
  var isComplete: Bool { isUnpacked && hasWholeCharacters }

  /// Whether no packed data are begun.
  private(set) var isUnpacked = true

  var hasWholeCharacters: Bool {
    if case .utf16(let converter) = form { converter.isComplete } else { true }
  }

  /// Moves text into a buffer.
  /// - Parameters:
  ///   - filled: how many bytes the buffer has.
  ///   - limit: how many it may have.
  /// - Returns: true when the buffer holds the last bytes of the file.
  mutating func fill(
    _ buffer: UnsafeMutableRawPointer, _ filled: inout Int, limit: Int, _ sum: inout ByteSum
  ) throws(FileFailure) -> Bool {
    if packing == .unknown {
      guard input.count >= Inflater.magic.count || inputEnded else { return false }
      packing = input.starts(with: Inflater.magic) ? .gzip : .plain
      if packing == .gzip {
        inflater = Inflater()
        isUnpacked = false
      }
    }
    while filled < limit {
      // The first two bytes tell whether it is UTF-16.
      let mark = UTF16Text.markLength
      if case .unknown = form, filled >= mark { recognise(buffer, &filled, &sum) }
      let room = UnsafeMutableRawBufferPointer(start: buffer + filled, count: limit - filled)
      if case .utf16(var converter) = form {
        let (hasMoved, written) = try convert(&converter, room)
        form = .utf16(converter)
        filled += written
        sum.all += written
        if hasMoved { continue }
        return inputEnded && inputOffset == input.count && wide.isEmpty
      }
      let (taken, written) = try move(
        isBytes
          ? room : UnsafeMutableRawBufferPointer(start: room.baseAddress, count: mark - filled))
      filled += written
      sum.all += written
      if taken == 0, written == 0 { break }
    }
    return inputEnded && inputOffset == input.count && filled < limit
  }

  /// Looks at the file's first bytes.
  private mutating func recognise(
    _ buffer: UnsafeMutableRawPointer, _ filled: inout Int, _ sum: inout ByteSum
  ) {
    guard let converter = UTF16Text(mark: UnsafeRawBufferPointer(start: buffer, count: filled))
    else {
      form = .bytes
      return
    }
    form = .utf16(converter)
    sum.skipped += filled
    filled = 0
  }

  /// Converts a piece of UTF-16.
  /// - Returns: whether anything moved, and how many bytes of text there are more.
  private mutating func convert(
    _ converter: inout UTF16Text, _ room: UnsafeMutableRawBufferPointer
  ) throws(FileFailure) -> (hasMoved: Bool, written: Int) {
    if wide.isEmpty {
      let piece = LineBuffer(capacity: Self.widePiece)
      let (taken, written) = try move(
        UnsafeMutableRawBufferPointer(start: piece.start, count: Self.widePiece))
      wide = Array(UnsafeRawBufferPointer(start: piece.start, count: written))
      if taken == 0, written == 0 { return (false, 0) }
    }
    let (taken, written) = wide.withUnsafeBytes { converter.convert($0, into: room) }
    wide.removeFirst(taken)
    return (taken > 0 || wide.isEmpty, written)
  }

  private static let widePiece = 16 * 1024

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
    let (taken, written) = try failureOrCount.get()
    inputOffset += taken
    if packing == .gzip { isUnpacked = inflater?.isComplete ?? true }
    return (taken, written)
  }
}
