import TrackingFile

/// What would happen to a file, row by row.
public struct FileCheckReport: Sendable {
  public var file: String
  /// Name and version.
  public var layout: String
  public var columns: [FoundColumn] = []
  /// Names of the file's columns that the layout does not use.
  public var unused: [String] = []
  /// The first rows of the file.
  public var rows: [CheckedRow] = []
  /// Of all rows.
  public var counts = CheckedCounts()
  /// Why the file would fail, or wait.
  public var failure: String?
  /// What else would decide, one sentence each.
  public var notes: [String] = []

  public init(file: String, layout: String) {
    self.file = file
    self.layout = layout
  }

  /// Whether nothing of the file would be lost.
  public var isGood: Bool { failure == nil && counts.rejected == 0 }

  public var json: JSON {
    .object([
      ("ok", .bool(isGood)), ("file", .string(file)), ("layout", .string(layout)),
      (
        "columns",
        .array(
          columns.map {
            .object([("column", .string($0.column.rawValue)), ("found", JSON($0.place))])
          })
      ), ("unused_columns", .array(unused.map { .string($0) })),
      ("failure", JSON(failure)), ("notes", .array(notes.map { .string($0) })),
      (
        "counts",
        .object([
          ("rows", JSON(counts.rows)), ("new", JSON(counts.new)), ("stored", JSON(counts.stored)),
          ("repeated", JSON(counts.repeated)), ("held", JSON(counts.held)),
          ("skipped", JSON(counts.skipped)), ("rejected", JSON(counts.rejected)),
          ("unmapped", JSON(counts.unmapped)),
        ])
      ), ("rows", .array(objects)),
    ])
  }

  package static let keys = CheckedRow.keys

  /// One object per row.
  public var objects: [JSON] { rows.map(\.json) }

  public var text: String {
    var text = "file     \(singleLine(file))\nlayout   \(singleLine(layout))\n"
    let found = columns.compactMap { column in
      column.place.map { "\(column.column.rawValue) \($0)" }
    }
    let missing = columns.filter { $0.place == nil }.map(\.column.rawValue)
    if !found.isEmpty { text += "columns  \(singleLine(found.joined(separator: ", ")))\n" }
    if !missing.isEmpty { text += "missing  \(missing.joined(separator: ", "))\n" }
    if !unused.isEmpty { text += "unused   \(singleLine(unused.joined(separator: ", ")))\n" }
    for note in notes { text += "note     \(singleLine(note))\n" }
    if !rows.isEmpty { text += "\n" + table }
    text += "\n\(counts.sentence)\n"
    if let failure { text += "error  \(singleLine(failure))\n" }
    return text
  }

  /// The rows alone.
  public var table: String {
    var table = Table(
      ["line", "parcel", "account", "when", "status", "rule", "gate", "store"], numbers: [0])
    for row in rows { table.add(row.cells) }
    return table.text
  }
}

extension CheckedCounts {
  /// `8 rows: 6 new, …`
  public var sentence: String {
    "\(rows) \(rows == 1 ? "row" : "rows"): \(new) new, \(stored) in the store already, \(repeated) repeated, "
      + "\(held) held, \(skipped) skipped, \(rejected) rejected"
      + (unmapped > 0 ? "; \(unmapped) unmapped" : "")
  }
}
