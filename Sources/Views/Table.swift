/// Lines in columns, for people.
///
/// On a terminal that is too narrow the least important columns are shortened, with an ellipsis; then times lose their
/// seconds; then columns are shortened further or left out, so that no line is broken.
public struct Table {
  private let header: [String]
  private var rows: [[String]] = []
  /// Columns of numbers, which are aligned to the right.
  private let numbers: Set<Int>
  /// False for the later pages of a table that is printed page by page.
  private let hasHeader: Bool
  /// The names of columns that may be shortened, the least important first.
  private let least: [String]

  /// A column is shortened to so many characters before anything else is lost.
  private static let readable = 20
  /// A column is shortened to so many characters before the next one is.
  private static let shortest = 8
  /// `2026-08-28 11:42`
  private static let shortTime = 16
  /// Columns of paths, of which the end says most.
  private static let paths: Set<String> = ["file", "from"]

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

  /// The header and the rows, each with its line feed.
  public var text: String {
    let all = hasHeader ? [header] + rows : rows
    let width = TextForm.current.columns
    let former = TextForm.current.widths?[header]
    let widths = former ?? widths(of: all, into: width)
    TextForm.current.widths?[header] = widths
    return all.map { row in
      var line = line(row, widths)
      if let width, line.count > width || former == nil {
        line = self.line(
          row.indices.map { shortened(row[$0], to: widths[$0], column: $0) }, widths)
        line = cut(line, to: width)
      }
      return line + "\n"
    }.joined()
  }

  /// A row in columns; cells that are longer than their column push the next ones to the right.
  private func line(_ row: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in row.enumerated() where widths[column] > 0 {
      let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
      if !line.isEmpty { line += "  " }
      line += numbers.contains(column) ? padding + cell : cell + padding
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  // MARK: Widths

  /// The width of each column; 0: it is left out.
  private func widths(of rows: [[String]], into width: Int?) -> [Int] {
    let needed = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    guard let width else { return needed }
    var widths = needed
    var excess: Int {
      let shown = widths.filter { $0 > 0 }
      return shown.reduce(0, +) + 2 * max(0, shown.count - 1) - width
    }
    func shorten(_ columns: [Int], to least: Int) {
      for column in columns where excess > 0 && widths[column] > least {
        widths[column] = max(least, widths[column] - excess)
      }
    }
    let named = least.compactMap { header.firstIndex(of: $0) }
    let times = header.indices.reversed().filter { column in
      rows.contains { Self.isTime($0[column]) }
    }
    // Of the others the last ones are the less important; numbers mean nothing when they are cut, and without the
    // first column nobody knows what a line is about.
    let others = header.indices.dropFirst().reversed().filter { !named.contains($0) }
    let words = others.filter { !numbers.contains($0) && !times.contains($0) }
    shorten(named.filter { !times.contains($0) }, to: Self.readable)
    shorten(times, to: Self.shortTime)
    shorten(named, to: Self.shortest)
    func leaveOut(_ columns: [Int]) {
      for column in columns where excess > 0 && column > 0 { widths[column] = 0 }
    }
    if named.isEmpty { shorten(words, to: Self.shortest) }
    leaveOut(named)
    for column in others where excess > 0 {
      // One after the other, so that what matters more stays whole.
      if words.contains(column) { shorten([column], to: Self.shortest) }
      leaveOut([column])
    }
    // Later pages may need more; at the end of a line nobody sees it.
    if TextForm.current.widths != nil, excess < 0,
      let last = widths.lastIndex(where: { $0 > 0 }), !numbers.contains(last)
    {
      widths[last] -= excess
    }
    return widths
  }

  // MARK: Cells

  private func shortened(_ text: String, to width: Int, column: Int) -> String {
    guard text.count > width, width > 0 else { return text }
    if Self.isTime(text), width >= Self.shortTime {
      return String(text.prefix(Self.shortTime)).replacing("T", with: " ")
    }
    if Self.paths.contains(header[column]) { return "…" + String(text.suffix(max(0, width - 1))) }
    return cut(text, to: width)
  }

  private func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
  }

  /// Whether a cell is a time as `TextForm` writes it.
  private static func isTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8.prefix(26))
    return (bytes.count == 25 || bytes.count == 20) && bytes[10] == UInt8(ascii: "T")
      && bytes[4] == UInt8(ascii: "-") && bytes[13] == UInt8(ascii: ":")
  }
}
