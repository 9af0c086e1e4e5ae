import Carrier
import Contract
import GRDB
import ParcelStore

/// Counts rows that are not kept, by account pair and file.
///
/// The counts of each file are stored, so that a reading that is done again first subtracts what
/// the one before has counted. The number of pairs that are counted by themselves is bounded; the
/// rest is one sum.
struct SkippedWriter {
  private struct Key: Hashable {
    var file: FileID
    var account: Int64
  }

  /// Stands for all pairs that are not counted by themselves.
  static let others: Int64 = 0

  private var counts: [Key: Int] = [:]

  mutating func add(
    _ db: Database, _ skipped: [SkippedRecords], of file: FileID, state: inout WriterState
  ) throws {
    for entry in skipped {
      let account = try Self.account(db, entry.account, &state)
      counts[Key(file: file, account: account), default: 0] += entry.rows
    }
  }

  private static func account(
    _ db: Database, _ pair: AccountPair, _ state: inout WriterState
  ) throws -> Int64 {
    if state.skippedAccounts == nil { state.skippedAccounts = try known(db) }
    if let known = state.skippedAccounts?[pair] { return known }
    guard let count = state.skippedAccounts?.count, count < SkippedSummary.mostAccounts else {
      return others
    }
    let id = try Ledger.accountID(db, pair, &state)
    state.skippedAccounts?[pair] = id
    state.recordChange(.skipped)
    return id
  }

  private static func known(_ db: Database) throws -> [AccountPair: Int64] {
    var known: [AccountPair: Int64] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT a.* FROM skipped s JOIN account a ON a.id = s.account")
    while let row = try rows.next() {
      if let pair = AccountPair(account: row["account"], accountID: row["account_id"]) {
        known[pair] = row["id"]
      }
    }
    return known
  }

  /// - Parameter at: when the rows came: seconds since 1970.
  mutating func write(_ db: Database, at: Int64) throws {
    for (key, rows) in counts {
      try db.run(
        """
        INSERT INTO skipped VALUES(?1, ?2, ?3, ?3) ON CONFLICT DO UPDATE SET
          rows = rows + excluded.rows, first_at = min(first_at, excluded.first_at),
          last_at = max(last_at, excluded.last_at)
        """, [key.account, rows, at])
      try db.run(
        """
        INSERT INTO skipped_file VALUES(?, ?, ?)
        ON CONFLICT DO UPDATE SET rows = rows + excluded.rows
        """, [key.file.rawValue, key.account, rows])
    }
    counts.removeAll(keepingCapacity: true)
  }

  /// Subtracts what a reading of a file has counted that is done again now.
  static func subtractReading(_ db: Database, of file: Int64) throws {
    try subtract(db, "SELECT account, rows FROM skipped_file WHERE file = ?1", [file])
    try db.run("DELETE FROM skipped_file WHERE file = ?", [file])
  }

  /// Subtracts what shorter generations of a file's name have counted, where the file has as many
  /// rows of the account: it grew, and has all of them.
  static func replaceFormer(_ db: Database, of file: FileID) throws {
    let former = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT former.id FROM file JOIN file former
            ON former.source = file.source AND former.path = file.path AND former.id < file.id
            AND former.size < file.size
          WHERE file.id = ? AND former.skipped > 0
          """), arguments: [file.rawValue])
    for former in former {
      let isKnown = """
        SELECT before.account, before.rows FROM skipped_file before
          JOIN skipped_file now ON now.account = before.account AND now.rows >= before.rows
        WHERE before.file = ?1 AND now.file = ?2
        """
      try subtract(db, isKnown, [former, file.rawValue])
      try db.run(
        """
        DELETE FROM skipped_file WHERE file = ?1 AND account IN (SELECT account FROM (\(isKnown)))
        """, [former, file.rawValue])
    }
  }

  /// - Parameter query: gives accounts with the rows that are subtracted.
  private static func subtract(
    _ db: Database, _ query: String, _ arguments: StatementArguments
  ) throws {
    try db.run(
      """
      UPDATE skipped SET rows = skipped.rows - off.rows FROM (\(query)) AS off
        WHERE off.account = skipped.account
      """, arguments)
  }
}
