import TrackingFile

/// Consecutive held rows of one account pair in one file, which came together and were read alike.
public struct HeldRun: Sendable {
  public var origin: HeldOrigin
  /// The header line with which they can be parsed again: that of `layout`, or else of their file.
  public var header: [UInt8]
  /// The layout by which they were read, as `Layout.written` gives it; nil: an older version held
  /// them, and did not keep it.
  public var layout: String?
  public var rows: [KeptRow]
  /// The place of the last line.
  public var last: HeldPlace

  package init(
    origin: HeldOrigin, header: [UInt8], layout: String?, rows: [KeptRow], last: HeldPlace
  ) {
    self.origin = origin
    self.header = header
    self.layout = layout
    self.rows = rows
    self.last = last
  }
}

/// Where held rows come from.
public struct HeldOrigin: Sendable, Hashable {
  package var file: FileID
  /// The printable path of their file.
  public var path: String
  /// When they came: seconds since 1970. They are events of that time, whenever they are let in.
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
