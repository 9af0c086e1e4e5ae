import Carrier
import Contract
import ParcelStore
import Postgres

// Rows that may not come in yet.
extension PostgresEventStore {
  public func held() async throws(StoreError) -> [HeldSummary] {
    try await ask(
      "list the held rows",
      """
      SELECT a.account, a.account_id, a.hold_reason, h.rows, h.oldest
      FROM (SELECT account, count(*) AS rows, min(received_at) AS oldest FROM held GROUP BY account) h
      JOIN account a ON a.id = h.account ORDER BY a.account_id, a.account
      """
    ).compactMap { row in
      guard let account = HeldAccount(row) else { return nil }
      return HeldSummary(
        account: account.account, reason: account.reason, rows: Int(row.integer(3)),
        oldest: row.integer(4))
    }
  }

  public func hasRawLines() async throws(StoreError) -> (held: Bool, rejected: Bool) {
    let rows = try await ask(
      "look for held rows and rejected lines",
      "SELECT EXISTS(SELECT FROM held), EXISTS(SELECT FROM reject)")
    return rows.first.map { ($0.bool(0), $0.bool(1)) } ?? (false, false)
  }

  public func heldAccounts() async throws(StoreError) -> [HeldAccount] {
    // From pair to pair through the index; DISTINCT would visit every row.
    try await ask(
      "list the accounts of held rows",
      """
      WITH RECURSIVE pair(id) AS (
        SELECT min(account) FROM held
        UNION ALL
        SELECT (SELECT min(account) FROM held WHERE account > pair.id) FROM pair
        WHERE pair.id IS NOT NULL)
      SELECT a.account, a.account_id, a.hold_reason FROM pair JOIN account a ON a.id = pair.id
      CROSS JOIN LATERAL (
        SELECT file, line FROM held WHERE account = pair.id ORDER BY file, line LIMIT 1) first
      ORDER BY first.file, first.line
      """
    ).compactMap { HeldAccount($0) }
  }

  public func heldRows(of account: AccountPair) async throws(StoreError) -> Int {
    let rows = try await ask(
      "count held rows", "SELECT count(*) FROM held WHERE account = \(HeldRows.account)",
      HeldRows.pair(account))
    return rows.first.map { Int($0.integer(0)) } ?? 0
  }

  public func heldRun(
    of account: AccountPair, after cursor: HeldCursor, limit: Int
  ) async throws(StoreError) -> HeldRun? {
    try await read("read held rows", planning: .once) { db in
      try await HeldRows.run(db, of: account, after: cursor, limit: limit)
    }
  }

  public func setReason(
    _ reason: HoldReason, for account: AccountPair
  ) async throws(StoreError) {
    try await write("note why rows are held") { db in
      _ = try await db.run(
        """
        UPDATE account SET hold_reason = $3
        WHERE id = \(HeldRows.account) AND hold_reason IS DISTINCT FROM $3
        """, HeldRows.pair(account) + [.text(reason.rawValue)])
    }
  }

  /// Files that one transaction looks through.
  private static let filesAtOnce = 100

  public func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int {
    // Where they are written: a replica does not have the latest ones yet.
    var files = try await write("look for held rows") { db in
      try await HeldRows.files(db, selection)
    }[...]
    var discarded = 0
    var cursor = HeldCursor()
    // Some files after the other, so that a second run continues where the first one was ended, and in small steps,
    // because others write too.
    while !files.isEmpty {
      let (some, place) = (Array(files.prefix(Self.filesAtOnce)), cursor)
      let step = try await write("discard held rows") { db in
        try await HeldRows.discard(db, selection, of: some, after: place)
      }
      // Fewer than a step takes are also those of which another process took some, so only none are the end.
      if let step {
        discarded += step.rows
        cursor = step.last
      } else {
        files = files.dropFirst(some.count)
      }
    }
    return discarded
  }
}

extension HeldAccount {
  /// - Parameter row: account, account ID, reason.
  fileprivate init?(_ row: PostgresRows.Row) {
    guard let pair = AccountPair(account: row.text(0), accountID: row.text(1)) else { return nil }
    let reason = row.textIfAny(2).flatMap { HoldReason(rawValue: $0) }
    self.init(account: pair, reason: reason ?? .unknownAccount)
  }
}
