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

  /// The lines of the next file that nobody reads: the copy of a file is not whole before its end.
  /// - Parameter isRead: whether a file that was not read to its end is still being read by the process with a number
  ///   (`ReaderNumber`).
  static func lines(
    _ db: Database, after file: Int64, isRead: (_ reader: Int64) -> Bool
  ) throws -> ErasedLines? {
    let files = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT e.file, iif(f.is_in_hand, f.reader, NULL) AS reader
          FROM erased_line e LEFT JOIN file f ON f.id = e.file WHERE e.file > ? ORDER BY e.file
          """), arguments: [file])
    while let next = try files.next() {
      if let reader: Int64 = next["reader"], isRead(reader) { continue }
      let id: Int64 = next["file"]
      let lines = try Int.fetchAll(
        db.cachedStatement(sql: "SELECT line FROM erased_line WHERE file = ?"), arguments: [id])
      return ErasedLines(file: FileID(rawValue: id), lines: Set(lines))
    }
    return nil
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
