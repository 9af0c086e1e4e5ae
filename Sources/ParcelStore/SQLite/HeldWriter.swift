import Contract
import GRDB
import TrackingFile

/// Keeps rows that may not come in, and takes them out once they may.
struct HeldWriter {
  private let db: Database
  private var insert: RawStatement?
  private var delete: RawStatement?
  /// The reasons that this transaction has noted, by account pair.
  private var reasons: [AccountPair: HoldReason] = [:]

  init(_ db: Database) { self.db = db }

  /// Keeps rows of a file; a line that is held already is held anew.
  mutating func keep(
    _ rows: [EventBatch.HeldLine], of file: FileID, receivedAt: Int64, state: inout WriterState
  ) throws {
    guard !rows.isEmpty else { return }
    let insert =
      try self.insert ?? RawStatement(db, "INSERT OR REPLACE INTO held VALUES(?, ?, ?, ?, ?, 0)")
    self.insert = insert
    for row in rows {
      let account = try Ledger.accountID(db, row.account, &state)
      if reasons[row.account] != row.reason {
        reasons[row.account] = row.reason
        try Self.note(db, row.reason, account: account)
      }
      insert.bind(1, file.rawValue)
      insert.bind(2, Int64(row.line))
      insert.bind(3, account)
      insert.bind(4, receivedAt)
      try row.raw.withUnsafeBytes { raw in
        insert.bind(5, blob: raw)
        try insert.run()
      }
    }
  }

  mutating func remove(_ line: Int64, of file: FileID) throws {
    let delete =
      try self.delete ?? RawStatement(db, "DELETE FROM held WHERE file = ? AND line = ?")
    self.delete = delete
    delete.bind(1, file.rawValue)
    delete.bind(2, line)
    try delete.run()
  }

  /// Notes why rows of a pair are held.
  static func note(_ db: Database, _ reason: HoldReason, account: Int64) throws {
    try db.run(
      "UPDATE account SET hold_reason = ?1 WHERE id = ?2 AND hold_reason IS NOT ?1",
      [reason.rawValue, account])
  }
}
