/// What a part of a file adds to the copy of the file's bytes.
public struct RawPart: Sendable {
  /// In the order of their numbers.
  public var pieces: [RawPiece]
  /// Of all bytes of the file, with the last part of the copy; nil: more comes.
  public var sha256: [UInt8]?

  public init(pieces: [RawPiece], sha256: [UInt8]? = nil) {
    self.pieces = pieces
    self.sha256 = sha256
  }

  /// About how much memory it takes: bytes.
  package var memory: Int {
    pieces.reduce(0) { $0 + $1.packed.count + MemoryLayout<RawPiece>.stride }
  }
}
