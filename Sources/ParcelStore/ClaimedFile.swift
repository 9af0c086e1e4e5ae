/// A file that one worker reads and no other.
public struct ClaimedFile: Sendable, Hashable {
  public var file: FileSighting
  /// Is given once: whoever takes the file over gets another one, and what comes with this one is refused from then on.
  public var claim: Int64
  /// Whether it is to be read with no other file open.
  public var isAlone: Bool

  public init(_ file: FileSighting, claim: Int64, isAlone: Bool) {
    self.file = file
    self.claim = claim
    self.isAlone = isAlone
  }
}

/// How much one claim may take: a little, so that others get their share of what waits.
public struct ClaimLimits: Sendable {
  public var files: Int
  /// Bytes; a single file may have more.
  public var bytes: Int64

  public init(files: Int = 64, bytes: Int64 = 4 << 20) {
    self.files = files
    self.bytes = bytes
  }
}
