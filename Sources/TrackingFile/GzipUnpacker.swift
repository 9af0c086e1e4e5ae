import CZlib

/// Unpacks gzip data of one or several members.
package struct GzipUnpacker: ~Copyable {
  // zlib keeps a pointer to the struct, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var inputOffset = 0
  private var isBetweenMembers = false
  /// How many bytes were taken so far.
  private var bytesTaken = 0
  private var bytesGiven = 0
  /// A fault in the data after the last piece that was handed out.
  private var failure: FileFailure?

  /// The first two bytes of every gzip file (RFC 1952).
  static let magic: [UInt8] = [0x1f, 0x8b]

  /// How many times larger a file may become, counted from `freeBytes` on, as small texts pack very well. So a
  /// small file can't keep the machine busy for hours.
  private static let ratio = 200
  private static let freeBytes = 16 << 20

  /// The largest piece, in bytes.
  private static let pieceSize = 64 * 1024

  package init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 + 16: the largest window, and gzip headers only. This fails only if memory is out.
    let code = colisd_inflateInit2(stream, 15 + 16)
    precondition(code == Z_OK, "zlib could not allocate its window")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Takes the next packed bytes; only after `next` has used up the ones before.
  package mutating func supply(_ chunk: [UInt8]) {
    precondition(inputOffset == input.count, "the chunk before was not used up")
    input = chunk
    inputOffset = 0
  }

  /// The failure if the file ends here; nil if it may end.
  package var failureAtEnd: FileFailure? {
    isBetweenMembers ? nil : .incomplete("its gzip data end before their end")
  }

  /// The next piece; nil if all bytes that were supplied are used.
  package mutating func next() throws(FileFailure) -> [UInt8]? {
    if let failure { throw failure }
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { room, count in
      fill(UnsafeMutableRawBufferPointer(room), &count)
    }
    if !piece.isEmpty { return piece }
    if let failure { throw failure }
    return nil
  }

  /// Unpacks until the room is full, the input is used up, or the data are found to be damaged.
  private mutating func fill(_ room: UnsafeMutableRawBufferPointer, _ count: inout Int) {
    while count < room.count, failure == nil {
      let (offset, written) = (inputOffset, count)
      // A copy, as a closure over `input` would access this value twice at the same time.
      let rest = input[inputOffset...]
      rest.withUnsafeBytes {
        inflate($0, into: UnsafeMutableRawBufferPointer(rebasing: room[count...]), &count)
      }
      if inputOffset == offset, count == written { break }
    }
    bytesGiven += count
    if bytesGiven > Self.freeBytes, bytesGiven / Self.ratio > bytesTaken {
      failure = .corruptGzip(
        "its content is more than \(Self.ratio) times as large as itself, which no tracking file is; if it is "
          + "one all the same, unpack it")
    }
  }

  /// Unpacks bytes as far as the result fits.
  private mutating func inflate(
    _ bytes: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer, _ count: inout Int
  ) {
    if isBetweenMembers {
      guard let first = bytes.first else { return }
      // Tape blocks are padded with NULs.
      let padding = bytes.prefix { $0 == 0 }.count
      if padding > 0 { return take(padding) }
      guard first == Self.magic[0] else {
        failure = .corruptGzip("at byte \(bytesTaken) begins something that is no packed data")
        return
      }
      inflateReset(stream)
      isBetweenMembers = false
    }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(bytes.count)
    stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room.count)
    let code = CZlib.inflate(stream, Z_NO_FLUSH)
    take(bytes.count - Int(stream.pointee.avail_in))
    count += room.count - Int(stream.pointee.avail_out)
    switch code {
    case Z_STREAM_END: isBetweenMembers = true
    case Z_OK, Z_BUF_ERROR: break
    default:
      failure = .corruptGzip(
        stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(code)")
    }
  }

  private mutating func take(_ count: Int) {
    inputOffset += count
    bytesTaken += count
  }
}
