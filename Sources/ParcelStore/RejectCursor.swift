/// The last rejected line that a reader of them has seen; they come in the order of files and lines.
public struct RejectCursor: Sendable, Hashable {
  package let file: Int64
  package let line: Int64

  /// Before the first line.
  public init() { self.init(file: 0, line: 0) }

  package init(file: Int64, line: Int64) {
    self.file = file
    self.line = line
  }
}
