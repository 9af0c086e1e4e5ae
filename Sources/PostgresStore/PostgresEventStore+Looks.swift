import Carrier
import Contract
import ParcelStore
import Postgres

// Looks at held rows, and rows that were counted and not kept.
extension PostgresEventStore {
  public func beginLook(at account: AccountPair) async throws(StoreError) -> HeldCursor? {
    // Nearly every start finds nothing to look at, and should not write then.
    let isNeeded = try await read("ask for a look at held rows") { db in
      guard let id = try await HeldLook.account(db, account) else { return false }
      return try await HeldLook.start(db, account: id) != nil
    }
    guard isNeeded else { return nil }
    let reader = writer?.worker.id ?? 0
    // A commit that adds a parcel of the pair now would not find the record yet, and this look not the parcel.
    return try await writeAlone("begin a look at held rows", changes: []) { db in
      guard let id = try await HeldLook.account(db, account),
        let start = try await HeldLook.start(db, account: id)
      else { return nil }
      try await HeldLook.begin(db, account: id, reader: reader)
      return start
    }
  }

  public func endLook(at account: AccountPair) async throws(StoreError) {
    let reader = writer?.worker.id ?? 0
    try await write("note a look at held rows") { db in
      if let id = try await HeldLook.account(db, account) {
        try await HeldLook.end(db, account: id, reader: reader)
      }
    }
  }

  public func skipped() async throws(StoreError) -> [SkippedSummary] {
    // 0 stands for all pairs that are not counted by themselves.
    let rows = try await ask(
      "list the skipped rows",
      """
      SELECT a.account, a.account_id, s.rows, s.first_at, s.last_at
      FROM skipped s LEFT JOIN account a ON a.id = s.account WHERE s.rows > 0
      ORDER BY s.account = 0, s.rows DESC, a.account_id, a.account
      """)
    return rows.map { row in
      SkippedSummary(
        account: row.textIfAny(0).flatMap { account in
          row.textIfAny(1).flatMap { AccountPair(account: account, accountID: $0) }
        }, rows: Int(row.integer(2)), first: row.integer(3), latest: row.integer(4))
    }
  }
}
