import CMalloc
import Foundation

/// Gives memory back between two polls, so that a waiting daemon needs little.
enum IdleMemory {
  static func release() {
    // glibc keeps what the poll freed for later use.
    malloc_trim(0)
    releaseCode()
  }

  /// Takes the pages of program code out of the process: the page cache keeps them, and those that
  /// waiting needs come back by themselves. Code is never written to, so nothing is lost.
  private static func releaseCode() {
    guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
    for line in maps.split(separator: "\n") {
      // address-address permissions offset device inode path
      let fields = line.split(separator: " ", maxSplits: 5)
      guard fields.count == 6, fields[1] == "r-xp", fields[5].contains("/") else { continue }
      let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard bounds.count == 2, let start = UnsafeMutableRawPointer(bitPattern: bounds[0]) else {
        continue
      }
      madvise(start, Int(bounds[1] - bounds[0]), MADV_DONTNEED)
    }
  }
}
