/// What a header says of a member: the local one before its content, or the one in the directory.
struct ZIPEntry: Equatable {
  var name: [UInt8]
  var flags: Int
  var method: Int
  var checksum: Int
  var packedSize: Int
  var size: Int
  /// Where its local header begins: bytes from the start of the archive.
  var offset: Int

  var isEncrypted: Bool { flags & 0x2041 != 0 }
  /// Whether checksum and sizes stand after the content and not in the local header.
  var hasSizesAfterContent: Bool { flags & 8 != 0 }

  private static let localMark: [UInt8] = Array("PK".utf8) + [3, 4]
  private static let directoryMark: [UInt8] = Array("PK".utf8) + [1, 2]
  /// This instead of a size means that the size stands among the extra fields, in 64 bits.
  private static let elsewhere = 0xffff_ffff

  /// Reads a local header.
  /// - Parameters:
  ///   - bytes: from its first one on.
  ///   - offset: where it begins.
  /// - Returns: nil if there is none, or not to its end.
  init?(local bytes: ArraySlice<UInt8>, offset: Int) {
    guard bytes.count >= 30, bytes.starts(with: Self.localMark) else { return nil }
    self.init(
      bytes, fields: 6, nameAt: 30, nameLength: bytes.number16(at: 26),
      extraLength: bytes.number16(at: 28))
    self.offset = offset
  }

  /// Reads a header of the directory, and removes it from the front of the bytes.
  /// - Returns: nil if there is none, or not to its end.
  init?(takenFrom bytes: inout ArraySlice<UInt8>) {
    guard bytes.count >= 46, bytes.starts(with: Self.directoryMark) else { return nil }
    let lengths = (name: bytes.number16(at: 28), extra: bytes.number16(at: 30))
    let length = 46 + lengths.name + lengths.extra + bytes.number16(at: 32)
    guard bytes.count >= length else { return nil }
    self.init(
      bytes, fields: 8, nameAt: 46, nameLength: lengths.name, extraLength: lengths.extra)
    bytes = bytes.dropFirst(length)
  }

  /// - Parameter fields: where the fields begin that both kinds of header have in common.
  private init?(
    _ bytes: ArraySlice<UInt8>, fields: Int, nameAt: Int, nameLength: Int, extraLength: Int
  ) {
    guard bytes.count >= nameAt + nameLength + extraLength else { return nil }
    name = Array(bytes.dropFirst(nameAt).prefix(nameLength))
    flags = bytes.number16(at: fields)
    method = bytes.number16(at: fields + 2)
    checksum = bytes.number32(at: fields + 8)
    packedSize = bytes.number32(at: fields + 12)
    size = bytes.number32(at: fields + 16)
    // A local header has no offset.
    offset = nameAt == 46 ? bytes.number32(at: 42) : 0
    let extra = bytes.dropFirst(nameAt + nameLength).prefix(extraLength)
    guard takeLargeNumbers(from: extra) else { return nil }
  }

  /// Takes the numbers of 64 bits from the extra fields, in their order.
  /// - Returns: false if one of them is missing or too large.
  private mutating func takeLargeNumbers(from extra: ArraySlice<UInt8>) -> Bool {
    var rest = extra
    var large = rest.prefix(0)
    while rest.count >= 4 {
      let (kind, length) = (rest.number16(at: 0), rest.number16(at: 2))
      if kind == 1 { large = rest.dropFirst(4).prefix(length) }
      rest = rest.dropFirst(4 + length)
    }
    func take(_ number: inout Int) -> Bool {
      guard number == Self.elsewhere else { return true }
      guard large.count >= 8, let value = large.number64(at: 0) else { return false }
      number = value
      large = large.dropFirst(8)
      return true
    }
    return take(&size) && take(&packedSize) && take(&offset)
  }
}
