import CZlib

/// One member of a gzip file (RFC 1952).
enum GzipMember {
  private static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]

  /// Packs some bytes as a whole member; members one after the other are a gzip file.
  static func pack(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { raw in
      // What zlib's own form has around the data: two bytes before and four after.
      let data = RawPacking.deflated(raw).dropFirst(2).dropLast(4)
      let sum = crc32(0, raw.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(raw.count))
      return header + data + littleEndian(UInt32(truncatingIfNeeded: sum))
        + littleEndian(UInt32(truncatingIfNeeded: raw.count))
    }
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
