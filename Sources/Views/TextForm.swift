import Carrier

/// How texts for people are shown: how wide, and by which clock. It holds for what is made within a task, so that every
/// table and sentence of an answer has the same.
public struct TextForm: Sendable {
  /// The width of the terminal; nil: it goes elsewhere, and nothing is shortened.
  public var columns: Int?
  /// Times in UTC; by the clock of Paris otherwise.
  public var isUTC: Bool
  /// Of a list that is printed page by page.
  public var widths: TableWidths?

  public init(columns: Int? = nil, isUTC: Bool = false) {
    self.columns = columns
    self.isUTC = isUTC
  }

  @TaskLocal public static var current = TextForm()

  /// An instant in RFC 3339.
  /// - Parameter seconds: since 1970.
  public static func time(_ seconds: Int64) -> String {
    current.isUTC ? WallClock.utc(seconds: seconds) : WallClock.paris.rfc3339(seconds: seconds)
  }

  /// Folds sentences between words, so that the terminal breaks none; lines of tables fit. What continues a line begins
  /// under its text.
  public static func folded(_ text: String) -> String {
    guard let columns = current.columns, columns >= 30 else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.utf8.count <= columns ? String($0) : folded(line: $0, columns) }
      .joined(separator: "\n")
  }

  private static func folded(line: Substring, _ columns: Int) -> String {
    let indent = String(repeating: " ", count: min(indentation(of: line), columns / 2))
    var lines: [String] = []
    var rest = line
    while true {
      let width = columns - (lines.isEmpty ? 0 : indent.count)
      guard rest.count > width else { break }
      // A word that is longer than a line stays whole, and can be copied.
      let end = rest.index(rest.startIndex, offsetBy: width)
      let least = rest.index(
        rest.startIndex, offsetBy: lines.isEmpty ? min(indent.count, width) : 0)
      let blank =
        rest[least...end].lastIndex(of: " ") ?? rest[end...].firstIndex(of: " ")
      guard let blank else { break }
      lines.append(String(rest[..<blank]))
      rest = rest[rest.index(after: blank)...]
    }
    lines.append(String(rest))
    return lines.joined(separator: "\n" + indent)
  }

  /// Where the text of a line begins: after the blanks that it begins with, a name and at least two blanks.
  private static func indentation(of line: Substring) -> Int {
    let blanks = line.prefix { $0 == " " }.count
    let name = line.dropFirst(blanks).prefix { $0 != " " }
    let gap = line.dropFirst(blanks + name.count).prefix { $0 == " " }.count
    return gap >= 2 ? blanks + name.count + gap : blanks + 2
  }
}
