/// The text of a cursor among the lines of files: the numbers of a file and of a line in it, `12.345`. Users see no
/// more in it than where they go on.
enum LineCursorText {
  /// - Returns: nil when the text is no cursor.
  static func numbers(in text: String) -> (file: Int64, line: Int64)? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let file = Int64(parts[0]), let line = Int64(parts[1]), file >= 0,
      line >= 0
    else { return nil }
    return (file, line)
  }

  static func of(file: Int64, line: Int64) -> String { "\(file).\(line)" }
}
