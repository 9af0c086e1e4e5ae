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
  /// The cursor of the last line.
  public var last: HeldCursor

  package init(
    origin: HeldOrigin, header: [UInt8], layout: String?, rows: [KeptRow], last: HeldCursor
  ) {
    self.origin = origin
    self.header = header
    self.layout = layout
    self.rows = rows
    self.last = last
  }
}
