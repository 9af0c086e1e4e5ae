/// Unpacks a file: it takes chunks, and gives pieces of the unpacked content. A file that is not packed is passed
/// on unchanged.
///
/// The kind of file is recognised by its first bytes, not by its name. For another kind of packing, add a type
/// such as `GzipUnpacker` and a case here.
struct Unpacker: ~Copyable {
  private var packing = Packing.unknown
  private var gzip: GzipUnpacker?
  /// Bytes that have come and were not passed on yet.
  private var chunk: [UInt8] = []
  private var hasInputEnded = false

  private enum Packing { case unknown, plain, gzip }

  enum Step {
    case piece([UInt8])
    /// All bytes so far are used; the next chunk is needed.
    case needsChunk
    /// There are no more pieces; with a failure if the packed data end too early.
    case ended(FileFailure?)
  }

  mutating func supply(_ bytes: [UInt8]) {
    // Two bytes are needed to recognise the packing, so a first chunk of one byte waits.
    if chunk.isEmpty { chunk = bytes } else { chunk += bytes }
  }

  /// Called after the last bytes of the file.
  mutating func finish() { hasInputEnded = true }

  mutating func next() throws(FileFailure) -> Step {
    if packing == .unknown {
      guard chunk.count >= GzipUnpacker.magic.count || hasInputEnded else { return .needsChunk }
      packing = chunk.starts(with: GzipUnpacker.magic) ? .gzip : .plain
      if packing == .gzip { gzip = GzipUnpacker() }
    }
    if !chunk.isEmpty {
      var bytes: [UInt8] = []
      swap(&bytes, &chunk)
      guard packing == .gzip else { return .piece(bytes) }
      gzip?.supply(bytes)
    }
    if let piece = try gzip?.next() { return .piece(piece) }
    return hasInputEnded ? .ended(gzip?.failureAtEnd ?? nil) : .needsChunk
  }
}
