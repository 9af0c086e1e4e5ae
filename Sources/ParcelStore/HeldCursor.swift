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
    guard let numbers = LineCursorText.numbers(in: text) else { return nil }
    self.init(file: numbers.file, line: numbers.line)
  }

  public var description: String { LineCursorText.of(file: file, line: line) }
}
