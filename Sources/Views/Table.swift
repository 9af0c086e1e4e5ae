/// Lines in columns, for people.
public struct Table {
  private let header: [String]
  private var rows: [[String]] = []
  /// Columns of numbers, which are aligned to the right.
  private let numbers: Set<Int>
  /// False for the later pages of a table that is printed page by page.
  private let hasHeader: Bool

  public init(_ header: [String], numbers: Set<Int> = [], hasHeader: Bool = true) {
    self.header = header
    self.numbers = numbers
    self.hasHeader = hasHeader
  }

  public mutating func add(_ row: [String?]) {
    rows.append(row.map { $0.map(singleLine) ?? "-" })
  }

  public var isEmpty: Bool { rows.isEmpty }

  /// The header and the rows, each with its line feed.
  public var text: String {
    let all = hasHeader ? [header] + rows : rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        if column > 0 { line += "  " }
        line += numbers.contains(column) ? padding + cell : cell + padding
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
