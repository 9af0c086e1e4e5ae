import ParcelStore

/// A file of which the store keeps the bytes, packed while it is read.
final class CopiedFile: ChunkSource {
  let sighting: FileSighting
  private let file: any ChunkSource
  private let writer: GroupWriter
  private let claim: Int64?
  private var pieces = RawPieces()
  /// Of all bytes; nil before the end.
  private var sha256: [UInt8]?
  private var hasEnded = false
  /// Whether a part of the file went to the writer: more of the copy may follow by itself then.
  private var hasBegun = false

  /// How many packed bytes wait for the next rows at most.
  private static let mostWaiting = 1 << 20

  /// - Parameter claim: by which this worker reads the file.
  init(
    _ file: any ChunkSource, of sighting: FileSighting, to writer: GroupWriter, claim: Int64?
  ) {
    self.claim = claim
    self.file = file
    self.sighting = sighting
    self.writer = writer
  }

  /// Whether the next part of the file should not wait for rows: there may be none, and memory has an end.
  var isFull: Bool { pieces.memory >= Self.mostWaiting }

  func next() async throws -> [UInt8]? {
    guard !hasEnded else { return nil }
    guard let chunk = try await file.next() else {
      hasEnded = true
      sha256 = pieces.finish()
      return nil
    }
    pieces.add(chunk)
    if isFull, hasBegun {
      var part = FilePart(copying: sighting, RawPart(pieces: pieces.take()))
      part.claim = claim
      try await writer.append(part)
    }
    return chunk
  }

  /// What a part of a file adds to the copy. The part has to go to the writer before more is read.
  ///
  /// The first part begins the copy also where no piece is packed yet: the store must know of the copy before it has
  /// rows of which the bytes are still to come; see `RawErasure`.
  /// - Parameter isEnd: whether the file's end goes with the part. The SHA-256 goes with that only, though the last
  ///   rows may come after the last byte: with it the copy counts as whole, and a kill may come between.
  /// - Returns: nil if it is another file, or there is nothing new.
  func give(with file: FileSighting, isEnd: Bool) -> RawPart? {
    guard file == sighting else { return nil }
    let isFirst = !hasBegun
    hasBegun = true
    let part = RawPart(pieces: pieces.take(), sha256: isEnd ? sha256.take() : nil)
    return part.pieces.isEmpty && part.sha256 == nil && !isFirst ? nil : part
  }
}
