/// Unpacks a file: chunks as they came in, pieces of its content out. A file that is not packed passes
/// through as it is.
///
/// What the file is its first bytes tell, not its name. Another kind of packing is a sibling of
/// `GzipUnpacker`, and one case more here.
struct Unpacker: ~Copyable {
  private var packing = Packing.unknown
  private var gzip: GzipUnpacker?
  /// What came and was not passed on yet.
  private var chunk: [UInt8] = []
  private var hasInputEnded = false

  private enum Packing { case unknown, plain, gzip }

  enum Step {
    case piece([UInt8])
    /// All bytes that were supplied are used.
    case needsChunk
    /// All pieces came; with a failure where the packed data end too early.
    case ended(FileFailure?)
  }

  mutating func supply(_ bytes: [UInt8]) {
    // The first two bytes tell the packing; a first chunk of one byte waits here.
    if chunk.isEmpty { chunk = bytes } else { chunk += bytes }
  }

  /// Tells that the file has no more bytes.
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
