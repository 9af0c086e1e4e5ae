import Carrier
import Contract
import GRDB
import ParcelStore

// Looks at held rows, and rows that were counted and not kept.
extension SQLiteEventStore {
  public func beginLook(at account: AccountPair) async throws(StoreError) -> HeldCursor? {
    // Nearly every start finds nothing to look at, and should not write then.
    let isNeeded = try await read("ask for a look at held rows") { db in
      try Self.id(of: account, db).map { try HeldLook.start(db, account: $0) != nil } ?? false
    }
    guard isNeeded else { return nil }
    let reader = readerNumber
    return try await write("begin a look at held rows") { db in
      guard let id = try Self.id(of: account, db), let start = try HeldLook.start(db, account: id)
      else { return nil }
      try HeldLook.begin(db, account: id, reader: reader)
      return start
    }
  }

  public func endLook(at account: AccountPair) async throws(StoreError) {
    let reader = readerNumber
    try await write("note a look at held rows") { db in
      if let id = try Self.id(of: account, db) {
        try HeldLook.end(db, account: id, reader: reader)
      }
    }
  }

  private static func id(of pair: AccountPair, _ db: Database) throws -> Int64? {
    try db.value(
      "SELECT id FROM account WHERE account = ? AND account_id = ?", [pair.account, pair.accountID])
  }

  public func skipped() async throws(StoreError) -> [SkippedSummary] {
    try await read("list the skipped rows") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT a.account, a.account_id, s.rows, s.first_at, s.last_at
          FROM skipped s LEFT JOIN account a ON a.id = s.account WHERE s.rows > 0
          ORDER BY s.account = \(SkippedWriter.others), s.rows DESC, a.account_id, a.account
          """
      ).map { row in
        let (account, id): (String?, String?) = (row["account"], row["account_id"])
        return SkippedSummary(
          account: account.flatMap { account in
            id.flatMap { AccountPair(account: account, accountID: $0) }
          }, rows: row["rows"], first: row["first_at"], latest: row["last_at"])
      }
    }
  }
}
