/// Reads the fields of a packet. If bytes are missing, it throws and does not trap.
struct PacketReader {
  private let bytes: [UInt8]
  private(set) var position: Int
  let end: Int
  let type: UInt8

  /// - Precondition: the range lies within the bytes.
  init(_ bytes: [UInt8], _ range: Range<Int>, type: UInt8) {
    self.bytes = bytes
    self.position = range.lowerBound
    self.end = range.upperBound
    self.type = type
  }

  var isAtEnd: Bool { position >= end }

  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws(SFTPProtocolError) -> T {
    let size = MemoryLayout<T>.size
    guard end - position >= size else { throw .truncated(type: type) }
    var value: T = 0
    for index in position..<position + size { value = value << 8 | T(bytes[index]) }
    position += size
    return value
  }

  /// The place of a string.
  mutating func range() throws(SFTPProtocolError) -> Range<Int> {
    let length = Int(try integer(UInt32.self))
    guard end - position >= length else { throw .truncated(type: type) }
    defer { position += length }
    return position..<position + length
  }

  mutating func string() throws(SFTPProtocolError) -> [UInt8] {
    Array(bytes[try range()])
  }

  mutating func attributes() throws(SFTPProtocolError) -> FileAttributes {
    let flags = try integer(UInt32.self)
    var attributes = FileAttributes()
    if flags & 0x1 != 0 { attributes.size = try integer(UInt64.self) }
    if flags & 0x2 != 0 { _ = try integer(UInt64.self) }  // uid and gid
    if flags & 0x4 != 0 { attributes.permissions = try integer(UInt32.self) }
    if flags & 0x8 != 0 {
      _ = try integer(UInt32.self)  // time of last access
      attributes.mtime = try integer(UInt32.self)
    }
    if flags & 0x8000_0000 != 0 {
      let count = try integer(UInt32.self)
      // Each pair takes bytes, so with a wrong count this soon throws.
      for _ in 0..<count {
        _ = try range()
        _ = try range()
      }
    }
    return attributes
  }

  mutating func names() throws(SFTPProtocolError) -> [SFTPName] {
    let count = Int(try integer(UInt32.self))
    var names: [SFTPName] = []
    // An entry has at least 12 bytes, so a wrong count can't reserve much memory.
    names.reserveCapacity(min(count, (end - position) / 12))
    for _ in 0..<count {
      let name = try string()
      _ = try range()  // the line that `ls -l` would print
      names.append(SFTPName(name: name, attributes: try attributes()))
    }
    return names
  }

  /// Some old servers send no message.
  mutating func status() throws(SFTPProtocolError) -> SFTPStatus {
    let code = try integer(UInt32.self)
    guard !isAtEnd else { return SFTPStatus(code: code, message: "") }
    let message = try range()
    return SFTPStatus(code: code, message: printable(bytes[message].prefix(512)))
  }
}
