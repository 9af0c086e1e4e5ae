/// Writes packets one after another into one buffer.
struct PacketWriter: Sendable {
  private(set) var bytes: [UInt8] = []
  private var start = 0

  mutating func begin(_ type: UInt8) {
    start = bytes.count
    append(UInt32(0))
    bytes.append(type)
  }

  /// Writes the packet's length into the place before it.
  mutating func end() {
    let length = UInt32(bytes.count - start - 4)
    for index in 0..<4 {
      bytes[start + index] = UInt8(length >> (24 - 8 * UInt32(index)) & 0xff)
    }
  }

  mutating func append<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ string: [UInt8]) {
    append(UInt32(string.count))
    bytes.append(contentsOf: string)
  }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
