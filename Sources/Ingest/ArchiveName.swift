import SFTP

/// The names that a file may get in the archive, where another one may have its own already.
package enum ArchiveName {
  /// What file systems take: bytes.
  private static let longest = 255

  /// How many names are tried; the number of the file in the ledger makes nearly all of them free.
  private static let mostNumbers = 100

  /// The file's own name first, then names with more and more behind it.
  /// - Parameters:
  ///   - digest: what tells files of other bytes apart.
  ///   - number: what tells files of the same bytes apart.
  package static func candidates(
    for name: RemoteName, digest: String, number: Int64
  ) -> [RemoteName] {
    let suffixes =
      [".\(digest)", ".\(digest).\(number)"]
      + (2...mostNumbers).map { ".\(digest).\(number).\($0)" }
    return [name] + suffixes.compactMap { suffixed(name, Array($0.utf8)) }
  }

  /// Puts a suffix behind a name; a name that is too long with it loses the end of its stem.
  private static func suffixed(_ name: RemoteName, _ suffix: [UInt8]) -> RemoteName? {
    let excess = name.bytes.count + suffix.count - longest
    guard excess > 0 else { return RemoteName(name.bytes + suffix) }
    let ending = ending(of: name.bytes)
    var stem = name.bytes.dropLast(ending.count).dropLast(excess)
    // Not in the middle of a letter of UTF-8.
    let isCutLetter = name.bytes[stem.endIndex] & 0xc0 == 0x80
    if isCutLetter {
      while let last = stem.last, last & 0xc0 == 0x80 { stem.removeLast() }
      if let last = stem.last, last >= 0xc0 { stem.removeLast() }
    }
    return RemoteName(Array(stem) + ending + suffix)
  }

  /// What tells the kind of a file, such as `.csv.gz`.
  private static func ending(of name: [UInt8]) -> [UInt8] {
    let dot = UInt8(ascii: ".")
    var start = name.endIndex
    // No ending of a tracking file is longer than its two parts.
    for _ in 0..<2 {
      guard let next = name[..<start].lastIndex(of: dot), next > 0, start - next <= 8 else { break }
      start = next
    }
    return Array(name[start...])
  }
}
