/// Where held rows come from.
public struct HeldOrigin: Sendable, Hashable {
  package var file: FileID
  /// The printable path of their file.
  public var path: String
  /// When they came: seconds since 1970. Their events keep that time, whenever they are released.
  package var receivedAt: Int64
  /// Whether they are from a reading that broke off, and the file is being read again.
  package var isStale: Bool

  package init(file: FileID, path: String, receivedAt: Int64, isStale: Bool) {
    self.file = file
    self.path = path
    self.receivedAt = receivedAt
    self.isStale = isStale
  }

  /// By bytes, as all paths.
  public static func == (left: Self, right: Self) -> Bool {
    left.file == right.file && left.receivedAt == right.receivedAt
      && left.isStale == right.isStale && left.path.utf8.elementsEqual(right.path.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    hasher.combine(Array(path.utf8))
    hasher.combine(receivedAt)
    hasher.combine(isStale)
  }
}
