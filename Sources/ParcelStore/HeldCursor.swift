/// The last held row that a reader of them has seen; they come in the order of files and lines.
public struct HeldCursor: Sendable, Hashable, CustomStringConvertible {
  package var file: Int64 = 0
  package var line: Int64 = 0

  /// Before the first row.
  public init() {}

  package init(file: Int64, line: Int64) {
    self.file = file
    self.line = line
  }

  /// Its text is opaque to users: `12.345`.
  /// - Returns: nil when the text is no cursor.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let file = Int64(parts[0]), let line = Int64(parts[1]), file >= 0,
      line >= 0
    else { return nil }
    self.init(file: file, line: line)
  }

  public var description: String { "\(file).\(line)" }
}
