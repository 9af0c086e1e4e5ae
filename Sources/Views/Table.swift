/// Lines in columns, for people.
///
/// On a terminal that is too narrow the least important column is shortened first, down to a few characters and an
/// ellipsis; then the next one. What still does not fit is left out, so that no line is broken.
public struct Table {
  private let header: [String]
  private var rows: [[String]] = []
  /// Columns of numbers, which are aligned to the right.
  private let numbers: Set<Int>
  /// False for the later pages of a table that is printed page by page.
  private let hasHeader: Bool
  /// The names of columns that may be shortened, the least important first.
  private let least: [String]

  /// A column is shortened to so many characters before the next one is.
  private static let shortest = 8

  public init(
    _ header: [String], numbers: Set<Int> = [], hasHeader: Bool = true, least: [String] = []
  ) {
    self.header = header
    self.numbers = numbers
    self.hasHeader = hasHeader
    self.least = least
  }

  public mutating func add(_ row: [String?]) {
    rows.append(row.map { $0.map(singleLine) ?? "-" })
  }

  public var isEmpty: Bool { rows.isEmpty }

  /// The header and the rows, each with its line feed.
  public var text: String {
    let all = hasHeader ? [header] + rows : rows
    let needed = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let width = TextForm.current.columns
    let widths = width.map { fitting(needed, into: $0) } ?? needed
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() where widths[column] > 0 {
        let cell = shortened(cell, to: widths[column])
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        if !line.isEmpty { line += "  " }
        line += numbers.contains(column) ? padding + cell : cell + padding
      }
      while line.last == " " { line.removeLast() }
      return (width.map { shortened(line, to: $0) } ?? line) + "\n"
    }.joined()
  }

  /// The width of each column on a terminal; 0: it is left out.
  private func fitting(_ needed: [Int], into width: Int) -> [Int] {
    var widths = needed
    var excess: Int {
      let shown = widths.filter { $0 > 0 }
      return shown.reduce(0, +) + 2 * max(0, shown.count - 1) - width
    }
    let named = least.compactMap { header.firstIndex(of: $0) }
    // Of the others the last ones are the less important; numbers mean nothing when they are cut, and without the
    // first column nobody knows what a line is about.
    let others = header.indices.dropFirst().reversed().filter {
      !named.contains($0) && !numbers.contains($0)
    }
    for column in named + others where excess > 0 {
      widths[column] = min(widths[column], max(Self.shortest, widths[column] - excess))
    }
    let droppable = named + header.indices.dropFirst().reversed().filter { !named.contains($0) }
    for column in droppable where excess > 0 && column > 0 { widths[column] = 0 }
    return widths
  }

  private func shortened(_ text: String, to width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
  }
}
