import GRDB
import ParcelStore

/// Writes the rows of a copy (see `CopiedTable`).
struct CopyWriting {
  private let db: Database

  init(_ db: Database) { self.db = db }

  func delete(_ range: ClosedRange<Int64>, of table: CopiedTable) throws {
    let number =
      table.form == .pieces
      ? "id BETWEEN ?1 << 24 AND (?2 << 24 | 16777215)"
      : table.number.map { "\($0) BETWEEN ?1 AND ?2" } ?? "?1 <= ?2"
    let condition = table.condition.map { " AND \($0)" } ?? ""
    try db.run(
      "DELETE FROM \(table.name) WHERE \(number)\(condition)",
      [range.lowerBound, range.upperBound])
  }

  func insert(_ rows: CopiedRows, into table: CopiedTable) throws {
    let insert = try RawStatement(db, Self.insert(table))
    var reader = CopiedReader(rows)
    try reader.bytes.withUnsafeBytes { bytes in
      for _ in 0..<rows.count {
        for (place, column) in table.columns.enumerated() {
          let index = Int32(place + 1)
          switch reader.next() {
          case .integer(let number): insert.bind(index, number)
          case .bytes(let range):
            insert.bind(
              index, copying: UnsafeRawBufferPointer(rebasing: bytes[range]),
              isText: column.kind == .text)
          case .null, nil: insert.bind(index, nil as Int64?)
          }
        }
        try insert.run()
      }
    }
  }

  private static func insert(_ table: CopiedTable) -> String {
    if table.form == .pieces {
      return "INSERT INTO raw_piece(id, size, packed) VALUES(?1 << 24 | ?2, ?3, ?4)"
    }
    let names = table.columns.map(\.name).joined(separator: ", ")
    let values = table.columns.map { _ in "?" }.joined(separator: ", ")
    return "INSERT INTO \(table.name)(\(names)) VALUES(\(values))"
  }
}
