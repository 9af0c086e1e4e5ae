/// A member of a ZIP archive, as the header before its content has it.
public struct ZIPMember: Hashable, Sendable {
  /// With its folders, parted by `/`; any bytes but control characters. It leads out of no folder, and no two
  /// members of an archive have the same.
  public var name: [UInt8]

  /// Whether it is a folder, which has no content.
  public var isFolder: Bool { name.last == UInt8(ascii: "/") }

  /// The parts of its name.
  public var components: [[UInt8]] { name.split(separator: UInt8(ascii: "/")).map { Array($0) } }

  public init(name: [UInt8]) { self.name = name }

  /// Checks a name from an archive.
  /// - Parameter number: which member it is, from 1 on; the sentences say it instead of the name.
  init(checking name: [UInt8], number: Int) throws(ArchiveFailure) {
    func refusal(_ reason: String) -> ArchiveFailure {
      .refused("the name of member \(number) \(reason); ask for an archive with plain names")
    }
    if name.isEmpty { throw refusal("is empty") }
    if name.count > ArchiveLimits.longestName {
      throw refusal("has more than \(ArchiveLimits.longestName) bytes")
    }
    if name.contains(where: { $0 < 0x20 || $0 == 0x7f }) { throw refusal("has control characters") }
    // Archives of Windows may have backslashes.
    let parts = name.split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
    }
    let hasDrive = name.count > 1 && name[1] == UInt8(ascii: ":")
    if parts[0].isEmpty || hasDrive { throw refusal("is an absolute path") }
    if parts.contains(where: { $0.elementsEqual(Array("..".utf8)) }) {
      throw refusal("leads out of its folder (..)")
    }
    self.name = name
  }
}
