/// Gives the text of a file to the parser: UTF-16 is turned into UTF-8, anything else is not changed.
struct FileText: ~Copyable {
  private var input: [UInt8] = []
  private var inputOffset = 0
  private var hasInputEnded = false
  private var form = Form.unknown
  private let encoding: TextEncoding

  private enum Form {
    case unknown, bytes
    case utf16(UTF16Text)
  }

  init(_ encoding: TextEncoding) { self.encoding = encoding }

  /// Takes the file's next bytes; only after the ones before are used up.
  mutating func supply(_ chunk: [UInt8]) {
    precondition(inputOffset == input.count, "the chunk before was not used up")
    input = chunk
    inputOffset = 0
  }

  /// Called after the last bytes of the file.
  mutating func finish() { hasInputEnded = true }

  private var isUsedUp: Bool { inputOffset == input.count }

  var isUTF16: Bool { if case .utf16 = form { true } else { false } }

  /// Whether no more text fits into a buffer of `limit` bytes that has `filled` bytes.
  func isFull(_ filled: Int, of limit: Int) -> Bool {
    isUTF16 ? filled + UTF16Text.mostWritten > limit : filled >= limit
  }

  /// Whether the bytes so far end with a complete character.
  var hasWholeCharacters: Bool {
    if case .utf16(let converter) = form { converter.isComplete } else { true }
  }

  /// Moves text into a buffer.
  /// - Parameters:
  ///   - filled: how many bytes the buffer has.
  ///   - limit: how many it may have.
  /// - Returns: true if the buffer now has the last bytes of the file.
  mutating func fill(
    _ buffer: UnsafeMutableRawPointer, _ filled: inout Int, limit: Int, _ sum: inout ByteSum
  ) -> Bool {
    while filled < limit {
      // The first four bytes show whether it is UTF-16.
      let looked = UTF16Text.looked
      if case .unknown = form, filled >= looked || hasInputEnded && isUsedUp {
        recognise(buffer, &filled, &sum)
      }
      let wanted = if case .unknown = form { looked } else { limit }
      let room = UnsafeMutableRawBufferPointer(start: buffer + filled, count: wanted - filled)
      let written = move(into: room)
      filled += written.count
      sum.all += written.count
      if !written.hasMoved { return hasInputEnded && isUsedUp }
    }
    return hasInputEnded && isUsedUp && filled < limit
  }

  /// Finds out by the file's first bytes whether it is UTF-16.
  private mutating func recognise(
    _ buffer: UnsafeMutableRawPointer, _ filled: inout Int, _ sum: inout ByteSum
  ) {
    let bytes = UnsafeRawBufferPointer(start: buffer, count: filled)
    guard let (converter, markLength) = UTF16Text.recognised(bytes, encoding) else {
      form = .bytes
      return
    }
    form = .utf16(converter)
    sum.skipped += markLength
    // What came after the mark is input again.
    sum.all -= filled - markLength
    input = Array(bytes.dropFirst(markLength)) + input[inputOffset...]
    inputOffset = 0
    filled = 0
  }

  /// How many bytes are copied at a time: for more the C library uses an instruction that is slow to start.
  private static let mostCopied = 2_048

  /// Moves as much input as fits into the buffer, or less.
  /// - Returns: how many bytes of text were added, and whether any byte of input was used.
  private mutating func move(
    into room: UnsafeMutableRawBufferPointer
  ) -> (count: Int, hasMoved: Bool) {
    let rest = input[inputOffset...]
    let (taken, written) = rest.withUnsafeBytes { rest in
      if case .utf16(var converter) = form {
        defer { form = .utf16(converter) }
        return converter.convert(rest, into: room)
      }
      let count = min(rest.count, room.count, Self.mostCopied)
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
      return (count, count)
    }
    inputOffset += taken
    return (written, taken > 0)
  }
}
