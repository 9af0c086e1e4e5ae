/// The last rejected line that a reader of them has seen; they come in the order of files and lines.
public struct RejectCursor: Sendable, Hashable, CustomStringConvertible {
  package let file: Int64
  package let line: Int64

  /// Before the first line.
  public init() { self.init(file: 0, line: 0) }

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
