import Crypto
import ParcelStore

/// Turns bytes that come one after the other into packed pieces.
struct RawPieces {
  private var buffer: [UInt8] = []
  private var packed: [RawPiece] = []
  private var number = 0
  private var hash = SHA256()
  /// How many bytes the pieces take that were not taken yet.
  private(set) var memory = 0

  mutating func add(_ chunk: [UInt8]) {
    chunk.withUnsafeBytes { hash.update(bufferPointer: $0) }
    buffer += chunk
    guard buffer.count >= RawPacking.pieceSize else { return }
    var offset = 0
    while buffer.count - offset >= RawPacking.pieceSize {
      pack(offset..<(offset + RawPacking.pieceSize))
      offset += RawPacking.pieceSize
    }
    buffer.removeFirst(offset)
  }

  /// Packs what is left; nothing may be added after it.
  /// - Returns: the SHA-256 of all bytes.
  mutating func finish() -> [UInt8] {
    if !buffer.isEmpty { pack(buffer.startIndex..<buffer.endIndex) }
    buffer = []
    return Array(hash.finalize())
  }

  /// The pieces that are packed and were not taken yet.
  mutating func take() -> [RawPiece] {
    defer {
      packed = []
      memory = 0
    }
    return packed
  }

  private mutating func pack(_ range: Range<Int>) {
    let piece = buffer.withUnsafeBytes {
      RawPacking.pack(UnsafeRawBufferPointer(rebasing: $0[range]), number: number)
    }
    number += 1
    memory += piece.packed.count
    packed.append(piece)
  }
}
