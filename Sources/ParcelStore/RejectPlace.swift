/// Where a reader of rejected lines has come to; they come in the order of files and lines.
public struct RejectPlace: Sendable, Hashable {
  package let file: Int64
  package let line: Int64

  /// Before the first.
  public init() { self.init(file: 0, line: 0) }

  package init(file: Int64, line: Int64) {
    self.file = file
    self.line = line
  }
}
