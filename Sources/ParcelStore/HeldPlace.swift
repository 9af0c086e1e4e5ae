/// Where a reader of held rows has come to; they come in the order of files and lines.
public struct HeldPlace: Sendable, Hashable {
  package var file: Int64 = 0
  package var line: Int64 = 0

  /// Before the first.
  public init() {}

  package init(file: Int64, line: Int64) {
    self.file = file
    self.line = line
  }
}
