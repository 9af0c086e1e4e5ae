import CLibArchive
import Dispatch

/// Unpacks an archive by libarchive.
///
/// libarchive fetches its bytes by a callback and can't be left in the middle of that, so it runs on a thread of
/// its own. The two threads take turns: while one of them runs, the other one waits, so nothing is ever touched
/// by both. Whoever calls `next` waits for as long as unpacking takes, and never for bytes.
final class MemberUnpacking: @unchecked Sendable {
  enum Step {
    /// `supply` or `finish` has to be called before `next`.
    case needsChunk
    /// A member begins; its header is at this byte, or a few bytes after it.
    case member(near: Int, isEncrypted: Bool)
    case piece([UInt8])
    case memberEnded
    /// There are no more members, and no more steps.
    case ended
    /// The text is libarchive's. There are no more steps.
    case failed(String)
  }

  private let unpacker = Handover()
  private let user = Handover()
  private var hasBegun = false
  private var hasEnded = false
  private var isAbandoned = false
  private var step = Step.ended
  /// What libarchive reads at present: it has to stay where it is.
  private var chunk = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var hasInputEnded = false

  deinit { chunk.deallocate() }

  // MARK: The user's side

  /// - Parameter bytes: at least one.
  func supply(_ bytes: [UInt8]) {
    chunk.deallocate()
    chunk = .allocate(byteCount: bytes.count, alignment: 1)
    chunk.copyBytes(from: bytes)
  }

  func finish() { hasInputEnded = true }

  /// Runs libarchive up to the next step.
  func next() -> Step {
    precondition(!hasEnded && !isAbandoned, "there are no more steps")
    if !hasBegun {
      hasBegun = true
      DispatchQueue(label: "archive").async { self.run() }
    } else {
      unpacker.give()
    }
    user.take()
    return step
  }

  /// Ends it without reading on. Nothing may be called after that.
  func abandon() {
    guard hasBegun, !hasEnded, !isAbandoned else { return }
    isAbandoned = true
    unpacker.give()
  }

  // MARK: The unpacking thread

  private func run() {
    guard let archive = archive_read_new() else { return end(.failed("no memory")) }
    archive_read_support_format_zip_streamable(archive)
    let last = unpack(archive)
    archive_read_free(archive)
    if !isAbandoned { end(last) }
  }

  private func end(_ step: Step) {
    hasEnded = true
    self.step = step
    user.give()
  }

  /// Gives a step, and waits until it is this thread's turn again.
  /// - Returns: false if nobody waits for further steps.
  private func give(_ step: Step) -> Bool {
    self.step = step
    user.give()
    unpacker.take()
    return !isAbandoned
  }

  private func unpack(_ archive: OpaquePointer) -> Step {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let opened = archive_read_open(
      archive, context, nil,
      { _, context, buffer in
        // It is what was given above.
        guard let context, let buffer else { return Int(ARCHIVE_FATAL) }
        return Unmanaged<MemberUnpacking>.fromOpaque(context).takeUnretainedValue().read(buffer)
      }, nil)
    guard opened == ARCHIVE_OK else { return failure(archive) }
    while true {
      var entry: OpaquePointer?
      let code = archive_read_next_header(archive, &entry)
      if code == ARCHIVE_EOF { return .ended }
      // A warning is about the name, which is taken from the header itself.
      guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let entry else { return failure(archive) }
      let member = Step.member(
        near: Int(archive_read_header_position(archive)),
        isEncrypted: archive_entry_is_encrypted(entry) != 0)
      guard give(member) else { return .ended }
      if let last = unpackMember(archive) { return last }
      guard give(.memberEnded) else { return .ended }
    }
  }

  /// - Returns: nil at the member's end.
  private func unpackMember(_ archive: OpaquePointer) -> Step? {
    while true {
      var (bytes, count, offset) = (UnsafeRawPointer?.none, 0, la_int64_t(0))
      let code = archive_read_data_block(archive, &bytes, &count, &offset)
      if code == ARCHIVE_EOF { return nil }
      // A warning here is about a wrong size or checksum.
      guard code == ARCHIVE_OK else { return failure(archive) }
      guard count > 0 else { continue }
      let piece = Array(UnsafeRawBufferPointer(start: bytes, count: count))
      guard give(.piece(piece)) else { return .ended }
    }
  }

  private func failure(_ archive: OpaquePointer) -> Step {
    .failed(archive_error_string(archive).map { String(cString: $0) } ?? "unknown")
  }

  /// libarchive's callback for the next bytes.
  private func read(_ buffer: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    guard !hasInputEnded else { return 0 }
    guard give(.needsChunk) else { return Int(ARCHIVE_FATAL) }
    guard !hasInputEnded else { return 0 }
    buffer.pointee = UnsafeRawPointer(chunk.baseAddress)
    return chunk.count
  }
}
