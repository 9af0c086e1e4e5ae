/// Makes ZIP archives of files that are not packed, also such as no honest program makes.
public struct ZIPFile: Sendable {
  public struct Member: Sendable {
    public var name: [UInt8]
    public var content: [UInt8]
    /// 1: encrypted.
    public var flags = 0
    /// 0: not packed; another number only says so.
    public var method = 0
    /// What its local header says instead of its name.
    public var localName: [UInt8]?
    /// What the directory says instead of its size.
    public var listedSize: Int?
    /// Whether the directory leaves it out.
    public var isHidden = false

    public init(_ name: String, _ content: [UInt8]) {
      self.name = Array(name.utf8)
      self.content = content
    }

    public init(_ name: String, _ content: String) { self.init(name, Array(content.utf8)) }
  }

  public var members: [Member]

  public init(_ members: [Member]) { self.members = members }

  public var bytes: [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    var listed = 0
    for member in members {
      let offset = archive.count
      let sum = Self.checksum(member.content)
      let local = member.localName ?? member.name
      archive += [0x50, 0x4b, 3, 4] + Self.bytes(20, 2)
      archive += Self.fields(member, sum, size: member.content.count)
      archive += Self.bytes(local.count, 2) + Self.bytes(0, 2) + local + member.content
      guard !member.isHidden else { continue }
      listed += 1
      directory += [0x50, 0x4b, 1, 2] + Self.bytes(20, 2) + Self.bytes(20, 2)
      directory += Self.fields(member, sum, size: member.listedSize ?? member.content.count)
      directory += Self.bytes(member.name.count, 2) + [UInt8](repeating: 0, count: 12)
      directory += Self.bytes(offset, 4) + member.name
    }
    let end =
      [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + Self.bytes(listed, 2) + Self.bytes(listed, 2)
      + Self.bytes(directory.count, 4) + Self.bytes(archive.count, 4) + [0, 0]
    return archive + directory + end
  }

  /// What both kinds of header have in common: flags, method, a time, checksum and both sizes.
  private static func fields(_ member: Member, _ sum: UInt32, size: Int) -> [UInt8] {
    bytes(member.flags, 2) + bytes(member.method, 2) + [0, 0x60, 0x1c, 0x5d] + bytes(Int(sum), 4)
      + bytes(size, 4) + bytes(size, 4)
  }

  /// The lowest byte first.
  private static func bytes(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// CRC-32.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ 0xedb8_8320 : rest >> 1
      }
    }
  }
}
