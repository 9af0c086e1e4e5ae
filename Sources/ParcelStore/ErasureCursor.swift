/// How far an erasure has looked through held rows and then through rejected lines; each in the order of files and
/// lines.
public struct ErasureCursor: Sendable, Hashable {
  /// Whether all held rows were looked at.
  package var isAtRejects = false
  package var file: Int64 = 0
  package var line: Int64 = 0

  /// Before the first row.
  public init() {}

  package init(isAtRejects: Bool, file: Int64, line: Int64) {
    self.isAtRejects = isAtRejects
    self.file = file
    self.line = line
  }
}
