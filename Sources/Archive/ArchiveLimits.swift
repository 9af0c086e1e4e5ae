/// What an archive may have. They keep a small file from filling memory, disk and time.
public struct ArchiveLimits: Sendable {
  public var members = 10_000
  /// Unpacked, all members together: bytes.
  public var bytes = 4 << 30
  /// How many times larger it may become. Counted from `freeBytes` on, as small texts pack very well.
  public var ratio = 200
  public var freeBytes = 16 << 20

  public init() {}

  /// The longest name of a member, with its folders: bytes.
  static let longestName = 1_000

  /// The largest directory at the end of the file: bytes.
  static let largestDirectory = 2 << 20

  /// - Parameter packed: how many bytes were unpacked to that.
  func check(unpacked: Int, packed: Int) throws(ArchiveFailure) {
    if unpacked > bytes {
      throw .refused(
        "it unpacks to more than \(bytes) bytes; ask for several smaller archives, or unpack it")
    }
    if unpacked > freeBytes, unpacked / ratio > packed {
      throw .refused(
        "its content is more than \(ratio) times as large as itself, which no tracking file is; "
          + "if it is one all the same, unpack it")
    }
  }
}
