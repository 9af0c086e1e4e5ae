import CZlib

/// Makes gzip files that are not compressed: a fuzzer does not find their checksum.
enum Gzip {
  /// One member, as RFC 1952 and RFC 1951 have it, of stored blocks.
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(Int(UInt16.max))
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      result.append(rest.isEmpty ? 1 : 0)
      append(length, to: &result)
      append(~length, to: &result)
      result += block
    } while !rest.isEmpty
    let sum = bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
    append(UInt32(truncatingIfNeeded: bytes.isEmpty ? 0 : sum), to: &result)
    append(UInt32(truncatingIfNeeded: bytes.count), to: &result)
    return result
  }

  private static func append<T: FixedWidthInteger>(_ value: T, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
