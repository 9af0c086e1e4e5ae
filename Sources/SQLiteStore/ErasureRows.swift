import Carrier
import GRDB
import ParcelStore

/// Reads erasures back.
enum ErasureRows {
  private static let select = """
    SELECT e.seq, e.number, e.at, a.account, a.account_id
    FROM erasure e LEFT JOIN account a ON a.id = e.account
    """

  static func erasures(
    _ db: Database, in range: ClosedRange<Int64>, limit: Int
  ) throws -> [Erasure] {
    try Row.fetchAll(
      db.cachedStatement(sql: "\(select) WHERE e.seq BETWEEN ? AND ? ORDER BY e.seq LIMIT ?"),
      arguments: [range.lowerBound, range.upperBound, limit]
    ).compactMap { erasure($0) }
  }

  static func unfinished(_ db: Database) throws -> [Erasure] {
    try Row.fetchAll(
      db.cachedStatement(sql: "\(select) WHERE e.is_open ORDER BY e.seq")
    ).compactMap { erasure($0) }
  }

  private static func erasure(_ row: Row) -> Erasure? {
    guard let number = ParcelNumber(any: row["number"] as String) else { return nil }
    let account: String? = row["account"]
    return Erasure(
      seq: row["seq"], number: number,
      account: account.flatMap { AccountPair(account: $0, accountID: row["account_id"]) },
      at: row["at"])
  }

  /// A file is left alone while it is read: its copy is not whole before its end.
  private static let isRead =
    "EXISTS(SELECT 1 FROM file WHERE file.id = erased_line.file AND NOT file.is_in_hand)"

  static func lines(_ db: Database, after file: Int64) throws -> ErasedLines? {
    let next: Int64? = try db.value(
      "SELECT file FROM erased_line WHERE file > ? AND \(isRead) ORDER BY file LIMIT 1", [file])
    guard let next else { return nil }
    let lines = try Int.fetchAll(
      db.cachedStatement(sql: "SELECT line FROM erased_line WHERE file = ?"), arguments: [next])
    return ErasedLines(file: FileID(rawValue: next), lines: Set(lines))
  }

  static func note(_ db: Database, _ lines: [(file: FileID, line: UInt32)]) throws {
    let insert = try RawStatement(db, "INSERT OR IGNORE INTO erased_line VALUES(?, ?)")
    for (file, line) in lines {
      insert.bind(1, file.rawValue)
      insert.bind(2, Int64(line))
      try insert.run()
    }
  }
}
