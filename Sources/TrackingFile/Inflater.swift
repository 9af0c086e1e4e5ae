import CZlib

/// Unpacks gzip data piece by piece into a buffer of the caller's.
struct Inflater: ~Copyable {
  // zlib keeps a pointer to the struct, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isBetweenMembers = false
  /// How many bytes were taken so far.
  private var place = 0

  /// The first two bytes of every gzip file (RFC 1952).
  static let magic: [UInt8] = [0x1f, 0x8b]

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 + 16: the largest window, gzip header only. It can only fail for lack of memory.
    let code = colisd_inflateInit2(stream, 15 + 16)
    precondition(code == Z_OK, "zlib could not allocate its window")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Whether the data seen so far end where a gzip file may end.
  var isComplete: Bool { isBetweenMembers }

  /// Unpacks as much of `input` as fits into `output`.
  /// - Returns: how many bytes were taken and how many were written; both 0 when nothing can move.
  mutating func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(FileFailure) -> (taken: Int, written: Int) {
    if isBetweenMembers {
      guard let first = input.first else { return (0, 0) }
      // Tape blocks are padded with NULs.
      let padding = input.prefix { $0 == 0 }.count
      if padding > 0 {
        place += padding
        return (padding, 0)
      }
      guard first == Self.magic[0] else {
        throw .corruptGzip("at byte \(place) begins something that is no packed data")
      }
      inflateReset(stream)
      isBetweenMembers = false
    }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(output.count)
    let code = CZlib.inflate(stream, Z_NO_FLUSH)
    let taken = input.count - Int(stream.pointee.avail_in)
    let written = output.count - Int(stream.pointee.avail_out)
    place += taken
    switch code {
    case Z_STREAM_END: isBetweenMembers = true
    case Z_OK, Z_BUF_ERROR: break
    default:
      let message = stream.pointee.msg.map { String(cString: $0) }
      throw .corruptGzip(message ?? "zlib error \(code)")
    }
    return (taken, written)
  }
}
