/// The row that brought an event first: where it stands, and when it came.
public struct EventOrigin: Hashable, Sendable {
  /// The source of the file; nil: a file of this machine.
  public var source: String?
  /// The printable path of the file, and the line there.
  public var file: String
  public var line: Int
  /// Seconds since 1970.
  public var receivedAt: Int64

  package init(source: String?, file: String, line: Int, receivedAt: Int64) {
    self.source = source
    self.file = file
    self.line = line
    self.receivedAt = receivedAt
  }
}
