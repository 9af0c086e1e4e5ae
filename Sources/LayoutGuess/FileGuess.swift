import TrackingFile

/// One file as it seems to be built.
struct FileGuess {
  enum Form {
    case table(SampleTable)
    case fixedWidth(FixedWidthCut)
  }

  let sample: FileSample
  let text: SampleText
  var form: Form
  var assignment: ColumnAssignment
  var doubts: [String] = []

  /// - Throws: if it has no rows that could be those of a tracking file.
  init(_ sample: FileSample) throws(GuessFailure) {
    self.sample = sample
    text = SampleText(sample)
    guard !text.lines.isEmpty else {
      throw GuessFailure(path: sample.path, reason: "has no lines; give a file with some rows")
    }
    let tables = Self.tables(text.lines)
    if let best = tables.first,
      best.assignment.choices[.parcel] != nil || best.assignment.choices[.date] != nil
    {
      form = .table(best.table)
      assignment = best.assignment
      if let other = tables.dropFirst().first, other.worth > best.worth * 0.9 {
        doubts.append(
          "the separator may be \(Self.name(other.table.split.separator)) instead of "
            + Self.name(best.table.split.separator))
      }
      return
    }
    guard let cut = FixedWidthCut(text.lines) else {
      throw GuessFailure(
        path: sample.path,
        reason: "has neither separated fields nor columns at fixed places with parcels and dates; "
          + "look whether it is a tracking file")
    }
    let found = ColumnAssignment(cut.rows, header: nil, places: cut.titles)
    guard found.choices[.parcel] != nil || found.choices[.date] != nil else {
      throw GuessFailure(
        path: sample.path,
        reason:
          "has neither a column of parcel numbers nor one of dates; look whether it is a tracking file"
      )
    }
    form = .fixedWidth(cut)
    assignment = found
    if cut.hasSeveralRecords {
      doubts.append(
        "label: a line seems to hold several records without a line end between them; only the first of each "
          + "would be read")
    }
  }

  var header: [String]? {
    if case .table(let table) = form { table.header } else { nil }
  }

  var rows: [[String]] {
    switch form {
    case .table(let table): table.rows
    case .fixedWidth(let cut): cut.rows
    }
  }

  /// Whether another file has the same columns at the same places.
  func isBuiltLike(_ other: FileGuess) -> Bool {
    switch (form, other.form) {
    case (.table(let one), .table(let two)):
      one.split.separator == two.split.separator && one.header == two.header
        && one.width == two.width
    default: false
    }
  }

  /// The lines that are no rows.
  var others: OtherLines {
    var parts: OtherLines.Parts
    switch form {
    case .table(let table):
      parts = OtherLines.Parts(others: table.others, rows: table.rowLines)
      parts.header = text.lines.first { $0.number == table.headerLine }?.text
      parts.separator = table.split.separator
    case .fixedWidth(let cut):
      parts = OtherLines.Parts(others: cut.others, rows: cut.rowLines)
    }
    parts.isWhole = sample.isWhole
    parts.leftOut = text.leftOut
    return OtherLines(parts)
  }

  static func name(_ separator: Character) -> String {
    separator == "\t" ? "a tabulator" : "\"\(separator)\""
  }

  private typealias Candidate = (table: SampleTable, assignment: ColumnAssignment, worth: Double)

  /// The ways of cutting the lines into fields, the best first.
  private static func tables(_ lines: [SampleText.Line]) -> [Candidate] {
    var found: [Candidate] = []
    for separator in FieldSplit.separators {
      guard lines.contains(where: { $0.text.contains(separator) }) else { continue }
      let quote = FieldSplit.quote(of: lines, separator: separator)
      guard let table = SampleTable(lines, split: .init(separator: separator, quote: quote)) else {
        continue
      }
      let assignment = ColumnAssignment(table.rows, header: table.header)
      found.append((table, assignment, assignment.worth + 2 * table.consistency))
    }
    return found.sorted { $0.worth > $1.worth }
  }
}
