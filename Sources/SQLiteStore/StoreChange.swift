import GRDB
import ParcelStore

// How often each kind of change happened, as the database has it.
extension StoreChange {
  typealias Counts = [StoreChange: Int64]

  static func counts(_ db: Database) throws -> Counts {
    var counts: Counts = [:]
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT kind, count FROM change_count"))
    while let row = try rows.next() {
      if let kind = StoreChange(rawValue: row["kind"]) { counts[kind] = row["count"] }
    }
    return counts
  }

  func count(_ db: Database) throws {
    try db.run(
      "INSERT INTO change_count VALUES(?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
      [rawValue])
  }
}
