/// The last held row that a reader of them has seen; they come in the order of files and lines.
public struct HeldCursor: Sendable, Hashable {
  package var file: Int64 = 0
  package var line: Int64 = 0

  /// Before the first row.
  public init() {}

  package init(file: Int64, line: Int64) {
    self.file = file
    self.line = line
  }
}
