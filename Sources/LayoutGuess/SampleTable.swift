import Status
import TrackingFile

/// The lines of a sample as rows with the same number of fields, and what is no row.
struct SampleTable {
  var split: FieldSplit
  /// The names of the columns; nil: there is no header.
  var header: [String]?
  var headerLine = 0
  var rows: [[String]] = []
  /// The lines of the rows.
  var rowLines: [SampleText.Line] = []
  /// Lines before the header or the first row, and others that are no rows, in the order of the file.
  var others: [SampleText.Line] = []
  /// How sure the separator is: from 0 to 1.
  var consistency = 0.0

  var width: Int { header?.count ?? rows.first?.count ?? 0 }

  /// The fewest columns: a parcel, a date, and a code or a label.
  private static let fewest = 3

  /// - Returns: nil if the lines don't have the same number of fields.
  init?(_ lines: [SampleText.Line], split: FieldSplit) {
    self.split = split
    let cut = lines.map { split.fields(of: $0.text) }
    var counts: [Int: Int] = [:]
    for fields in cut where fields.count >= Self.fewest { counts[fields.count, default: 0] += 1 }
    guard let usual = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
      return nil
    }
    consistency = Double(counts[usual] ?? 0) / Double(lines.count)
    let first = Self.headerIndex(cut, usual: usual)
    if let first {
      header = cut[first]
      headerLine = lines[first].number
    }
    var order: [Int]?
    for (index, fields) in cut.enumerated() where index != first {
      // A header may come again, also with the columns in another order.
      if let header, index > first ?? 0, let places = Self.order(of: fields, like: header) {
        order = places
        continue
      }
      // A separator at the end of the rows or of the header makes one field more.
      let isRow = fields.count == usual && index > first ?? -1
      if isRow, fields.contains(where: { !$0.isEmpty }) {
        rows.append(order.map { $0.map { fields[$0] } } ?? fields)
        rowLines.append(lines[index])
      } else {
        others.append(lines[index])
      }
    }
    moveOtherRecords()
    guard !rows.isEmpty else { return nil }
  }

  /// The line with the most known names, if it has several; otherwise the first, if none of its values looks like
  /// those below.
  private static func headerIndex(_ cut: [[String]], usual: Int) -> Int? {
    func known(_ fields: [String]) -> Int { fields.count { ColumnWord.isKnown($0) } }
    let start = cut.prefix(50).enumerated()
    let best = start.filter { abs($0.element.count - usual) <= 1 || $0.element.count >= 5 }
      .max { (known($0.element), $1.offset) < (known($1.element), $0.offset) }
    if let best, known(best.element) >= min(3, max(2, usual / 2)) { return best.offset }
    guard let first = cut.firstIndex(where: { $0.count == usual }), cut.count > first + 1 else {
      return nil
    }
    // Names have no digits to speak of, while rows have dates and numbers.
    func isWordy(_ fields: [String]) -> Bool {
      fields.allSatisfy { field in
        field.utf8.count <= 40 && !ValueShape.isParcel(field) && !ValueShape.isAnyNumber(field)
          && field.utf8.count { $0 >= 0x30 && $0 <= 0x39 } <= 2
      } && Set(fields).count == fields.count && fields.filter(\.isEmpty).count <= 1
    }
    let isDifferent = cut[(first + 1)...].prefix(5).allSatisfy { !isWordy($0) }
    return isWordy(cut[first]) && isDifferent ? first : nil
  }

  /// Where the names of a header stand in a later one.
  /// - Returns: nil if it is no header, or has other names.
  private static func order(of fields: [String], like header: [String]) -> [Int]? {
    guard fields.count == header.count, Set(fields) == Set(header) else { return nil }
    return header.map { fields.firstIndex(of: $0) ?? 0 }
  }

  /// Rows of another record type: their first field is not the one that nearly all have.
  private mutating func moveOtherRecords() {
    guard header == nil, rows.count >= 3 else { return }
    var counts: [String: Int] = [:]
    for row in rows { counts[row[0], default: 0] += 1 }
    guard let usual = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      usual.value * 5 >= rows.count * 3, usual.value < rows.count, usual.key.count <= 4,
      !usual.key.isEmpty
    else { return }
    for index in rows.indices.reversed() where rows[index][0] != usual.key {
      // Only what is at the begin or the end, and has no parcel; another account is a row as well.
      guard !rows[index].contains(where: ValueShape.isParcel) else { continue }
      others.append(rowLines[index])
      rows.remove(at: index)
      rowLines.remove(at: index)
    }
    others.sort { $0.number < $1.number }
  }

  /// The values of a column, without empty ones.
  func values(_ column: Int) -> [String] {
    rows.compactMap { column < $0.count && !$0[column].isEmpty ? $0[column] : nil }
  }
}
