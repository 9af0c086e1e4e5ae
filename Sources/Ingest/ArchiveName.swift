import SFTP

/// The names that a file may get in the archive, if its own name is already taken there.
package enum ArchiveName {
  /// The longest name that file systems accept, in bytes.
  private static let longest = 255

  /// How many numbered names are tried. They contain the file's number in the ledger, so nearly always the
  /// first one is free.
  private static let mostNumbers = 100

  /// The file's own name first, then names with longer and longer suffixes.
  /// - Parameters:
  ///   - digest: differs between files of different content.
  ///   - number: differs between files of the same content.
  package static func candidates(
    for name: RemoteName, digest: String, number: Int64
  ) -> [RemoteName] {
    let suffixes =
      [".\(digest)", ".\(digest).\(number)"]
      + (2...mostNumbers).map { ".\(digest).\(number).\($0)" }
    return [name] + suffixes.compactMap { suffixed(name, Array($0.utf8)) }
  }

  /// Adds a suffix to a name, and shortens the part before `.csv` and the like if it gets too long.
  private static func suffixed(_ name: RemoteName, _ suffix: [UInt8]) -> RemoteName? {
    let excess = name.bytes.count + suffix.count - longest
    guard excess > 0 else { return RemoteName(name.bytes + suffix) }
    let ending = ending(of: name.bytes)
    var stem = name.bytes.dropLast(ending.count).dropLast(excess)
    // Don't cut in the middle of a UTF-8 sequence.
    let isCutLetter = name.bytes[stem.endIndex] & 0xc0 == 0x80
    if isCutLetter {
      while let last = stem.last, last & 0xc0 == 0x80 { stem.removeLast() }
      if let last = stem.last, last >= 0xc0 { stem.removeLast() }
    }
    return RemoteName(Array(stem) + ending + suffix)
  }

  /// The end of a name that says what kind of file it is, such as `.csv.gz`.
  private static func ending(of name: [UInt8]) -> [UInt8] {
    let dot = UInt8(ascii: ".")
    var start = name.endIndex
    // No tracking file has more than two parts there.
    for _ in 0..<2 {
      guard let next = name[..<start].lastIndex(of: dot), next > 0, start - next <= 8 else { break }
      start = next
    }
    return Array(name[start...])
  }
}
