/// The directory at the end of a ZIP archive. Programs that unpack by it, and those that read an archive from its
/// start, must see the same members; an archive that shows them different ones is refused.
struct ZIPDirectory {
  /// In the order of the archive.
  let entries: [ZIPEntry]

  private static let endMark: [UInt8] = Array("PK".utf8) + [5, 6]
  private static let endLength = 22

  /// - Parameters:
  ///   - tail: the last bytes of the archive.
  ///   - length: of the whole archive, bytes.
  init(tail: ArraySlice<UInt8>, length: Int) throws(ArchiveFailure) {
    guard let end = Self.end(in: tail) else {
      throw .incomplete("its directory, which ends a ZIP archive, is not there")
    }
    let (disk, firstDisk) = (end.number16(at: 4), end.number16(at: 6))
    let (here, all) = (end.number16(at: 8), end.number16(at: 10))
    let (size, offset) = (end.number32(at: 12), end.number32(at: 16))
    guard all != 0xffff, size != 0xffff_ffff, offset != 0xffff_ffff else {
      throw .refused(
        "it has more members or bytes than a plain ZIP archive can have; ask for smaller ones")
    }
    guard disk == 0, firstDisk == 0, here == all else {
      throw .refused("it is one of several parts; ask for one archive, or put the parts together")
    }
    let start = tail.endIndex - length
    guard size <= ArchiveLimits.largestDirectory, start + offset >= tail.startIndex,
      start + offset + size <= end.startIndex
    else {
      throw .damaged("its directory is not where its end says")
    }
    var rest = tail[(start + offset)..<(start + offset + size)]
    var entries: [ZIPEntry] = []
    while !rest.isEmpty {
      guard let entry = ZIPEntry(takenFrom: &rest) else {
        throw .damaged("entry \(entries.count + 1) of its directory can't be read")
      }
      entries.append(entry)
    }
    guard entries.count == all else {
      throw .damaged("its directory has \(entries.count) entries and declares \(all)")
    }
    self.entries = entries.sorted { $0.offset < $1.offset }
  }

  /// The last record, which ends where the file ends.
  private static func end(in tail: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var start = tail.endIndex - endLength
    let first = max(tail.startIndex, start - 0xffff)
    while start >= first {
      let record = tail[start...]
      if record.starts(with: endMark), record.number16(at: 20) == record.count - endLength {
        return record
      }
      start -= 1
    }
    return nil
  }

  /// Compares the directory with what was read from the archive's start.
  /// - Parameter members: in their order.
  func check(_ members: [ReadMember]) throws(ArchiveFailure) {
    guard entries.count == members.count else {
      throw .damaged(
        "its directory has \(entries.count) members, and the archive itself \(members.count)")
    }
    for (index, pair) in zip(entries, members).enumerated() {
      let (entry, member) = pair
      guard let difference = Self.difference(entry, member) else { continue }
      throw .damaged(
        "its directory says something else of member \(index + 1) than the member itself: "
          + difference)
    }
  }

  private static func difference(_ entry: ZIPEntry, _ member: ReadMember) -> String? {
    let local = member.local
    if entry.offset != local.offset {
      return "it begins at byte \(entry.offset), and at byte \(local.offset)"
    }
    if entry.name != local.name { return "another name" }
    if entry.isEncrypted != local.isEncrypted { return "whether it is encrypted" }
    if entry.method != local.method { return "packing \(entry.method), and \(local.method)" }
    if entry.size != member.size { return "\(entry.size) bytes, and \(member.size)" }
    if entry.checksum != member.checksum { return "another checksum" }
    if local.hasSizesAfterContent { return nil }
    if entry.size != local.size || entry.packedSize != local.packedSize { return "another size" }
    return entry.checksum == local.checksum ? nil : "another checksum"
  }

  /// A member that was read to its end.
  struct ReadMember {
    var local: ZIPEntry
    /// Of its content: bytes, and CRC-32.
    var size = 0
    var checksum = 0
  }
}
