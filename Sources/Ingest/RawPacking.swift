import CZlib
import ParcelStore

/// How the pieces of copies are packed: zlib, each piece by itself.
enum RawPacking {
  /// How many bytes of a file a piece has; the last one has fewer. What repeats stands close together in these
  /// files, so larger pieces save little.
  static let pieceSize = 256 << 10

  /// The fastest level: the usual one saves a fifth of the space and takes four times as long.
  private static let level: Int32 = 1

  static func pack(_ bytes: UnsafeRawBufferPointer, number: Int) -> RawPiece {
    RawPiece(number: number, size: bytes.count, packed: deflated(bytes))
  }

  /// The bytes in zlib's form (RFC 1950).
  static func deflated(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let room = compressBound(UInt(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(room)) { buffer, count in
      var length = room
      let code = compress2(
        buffer.baseAddress, &length, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
        UInt(bytes.count), level)
      precondition(code == Z_OK, "zlib could not allocate its tables")
      count = Int(length)
    }
  }

  /// - Returns: nil if the piece is damaged.
  static func unpack(_ piece: RawPiece) -> [UInt8]? {
    var code = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: max(1, piece.size)) { buffer, count in
      var length = UInt(piece.size)
      code = piece.packed.withUnsafeBufferPointer {
        uncompress(buffer.baseAddress, &length, $0.baseAddress, UInt($0.count))
      }
      count = code == Z_OK ? Int(length) : 0
    }
    return code == Z_OK && bytes.count == piece.size ? bytes : nil
  }
}
