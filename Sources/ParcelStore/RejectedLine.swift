import TrackingFile

/// A line that could not be read.
public struct RejectedLine: Sendable, Hashable {
  /// Nil: a file of this machine.
  public var source: String?
  public var file: String
  public var line: Int
  public var reason: MalformedLine.Reason
  public var raw: [UInt8]

  package init(
    source: String? = nil, file: String, line: Int, reason: MalformedLine.Reason, raw: [UInt8]
  ) {
    self.source = source
    self.file = file
    self.line = line
    self.reason = reason
    self.raw = raw
  }
}
