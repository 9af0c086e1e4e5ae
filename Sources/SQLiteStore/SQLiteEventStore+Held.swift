import Carrier
import Contract
import Foundation
import GRDB
import ParcelStore
import TrackingFile

extension SQLiteEventStore {
  public func held() async throws(StoreError) -> [HeldSummary] {
    try await read("list the held rows") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT a.account, a.account_id, a.hold_reason, count(*) AS rows,
            min(h.received_at) AS oldest
          FROM held h JOIN account a ON a.id = h.account
          GROUP BY h.account ORDER BY a.account_id, a.account
          """
      ).compactMap { row in
        guard let account = HeldAccount(row: row) else { return nil }
        return HeldSummary(
          account: account.account, reason: account.reason, rows: row["rows"],
          oldest: row["oldest"])
      }
    }
  }

  public func heldAccounts() async throws(StoreError) -> [HeldAccount] {
    try await read("list the accounts of held rows") { db in
      // From pair to pair through the index; DISTINCT would visit every row.
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            WITH RECURSIVE pair(id) AS (
              SELECT min(account) FROM held
              UNION ALL
              SELECT (SELECT min(account) FROM held WHERE account > pair.id) FROM pair
              WHERE pair.id IS NOT NULL)
            SELECT a.account, a.account_id, a.hold_reason,
              (SELECT file FROM held WHERE account = a.id ORDER BY file, line LIMIT 1) AS file,
              (SELECT line FROM held WHERE account = a.id ORDER BY file, line LIMIT 1) AS line
            FROM pair JOIN account a ON a.id = pair.id ORDER BY file, line
            """)
      ).compactMap { HeldAccount(row: $0) }
    }
  }

  public func heldRows(of account: AccountPair) async throws(StoreError) -> Int {
    try await read("count held rows") { db in
      try db.value(
        """
        SELECT count(*) FROM account a JOIN held h ON h.account = a.id
        WHERE a.account = ? AND a.account_id = ?
        """, [account.account, account.accountID]) ?? 0
    }
  }

  public func heldRun(
    of account: AccountPair, after cursor: HeldCursor, limit: Int
  ) async throws(StoreError) -> HeldRun? {
    try await read("read held rows") { db in
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT h.file, h.line, h.received_at, h.raw, h.is_stale, h.reading
            FROM account a JOIN held h ON h.account = a.id
            WHERE a.account = ?1 AND a.account_id = ?2 AND (h.file, h.line) > (?3, ?4)
            ORDER BY h.file, h.line LIMIT ?5
            """),
        arguments: [account.account, account.accountID, cursor.file, cursor.line, limit])
      var origin: HeldOrigin?
      var reading: Int64?
      var lines: [KeptRow] = []
      var size = 0
      while size < Self.largestRun, let row = try rows.next() {
        let next = HeldOrigin(
          file: FileID(rawValue: row["file"]), path: "", receivedAt: row["received_at"],
          isStale: row["is_stale"])
        if let origin, origin != next || reading != row["reading"] { break }
        let line = KeptRow(line: row["line"], raw: Array(row["raw"] as Data))
        origin = next
        reading = row["reading"]
        size += line.raw.count
        lines.append(line)
      }
      guard var origin, let last = lines.last else { return nil }
      let file = try db.row("SELECT path, header FROM file WHERE id = ?", [origin.file.rawValue])
      origin.path = file?["path"] ?? ""
      let read = try reading.flatMap {
        try db.row("SELECT layout, header FROM reading WHERE id = ?", [$0])
      }
      let header: Data? = (read ?? file)?["header"]
      return HeldRun(
        origin: origin, header: header.map { Array($0) } ?? [], layout: read?["layout"],
        rows: lines, last: HeldCursor(file: origin.file.rawValue, line: Int64(last.line)))
    }
  }

  /// Bytes of lines that a run has at most, but for its last line.
  private static let largestRun = 1 << 20

  public func setReason(
    _ reason: HoldReason, for account: AccountPair
  ) async throws(StoreError) {
    try await write("note why rows are held") { db in
      try db.run(
        "UPDATE account SET hold_reason = ? WHERE account = ? AND account_id = ?",
        [reason.rawValue, account.account, account.accountID])
    }
  }

  public func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int {
    let files = try await read("look for held rows") { db in
      // From file to file, because the rows of one file came at about the same time.
      try Int64.fetchAll(
        db,
        sql: """
          WITH RECURSIVE next(file) AS (
            SELECT min(file) FROM held
            UNION ALL
            SELECT (SELECT min(file) FROM held WHERE file > next.file) FROM next
            WHERE next.file IS NOT NULL)
          SELECT file FROM next WHERE file IS NOT NULL AND (?1 IS NULL OR (
            SELECT received_at FROM held WHERE file = next.file ORDER BY line LIMIT 1) < ?1)
          """, arguments: [selection.before])
    }
    var discarded = 0
    // File by file, so that a second run continues where the first one was ended, and in small
    // steps, because others write too.
    for file in files {
      while true {
        let rows = try await write("discard held rows") { db in
          try Self.discard(db, selection, file: file)
        }
        discarded += rows
        if rows < Self.mostDiscarded { break }
      }
    }
    return discarded
  }

  /// How many rows one transaction discards.
  private static let mostDiscarded = 20_000

  private static func discard(
    _ db: Database, _ selection: HeldSelection, file: Int64
  ) throws -> Int {
    let isSelected = """
      file = ?1 AND (?2 IS NULL OR received_at < ?2) AND account IN (
        SELECT id FROM account WHERE (?3 IS NULL OR account_id = ?3) AND (?4 IS NULL OR account = ?4))
      """
    let last: Int64? = try db.value(
      """
      SELECT max(line) FROM (
        SELECT line FROM held WHERE \(isSelected) ORDER BY line LIMIT \(mostDiscarded))
      """, [file, selection.before, selection.accountID, selection.account])
    guard let last else { return 0 }
    let isMeant = "\(isSelected) AND line <= ?5"
    let arguments: StatementArguments = [
      file, selection.before, selection.accountID, selection.account, last,
    ]
    // Rows of a reading that is being done again are counted by that one.
    let counted: Int =
      try db.value("SELECT count(*) FROM held WHERE NOT is_stale AND \(isMeant)", arguments) ?? 0
    try db.run("DELETE FROM held WHERE \(isMeant)", arguments)
    let discarded = db.changesCount
    try db.run(
      "UPDATE file SET held = held - ?1, skipped = skipped + ?1 WHERE id = ?2", [counted, file])
    return discarded
  }
}

extension HeldAccount {
  fileprivate init?(row: Row) {
    guard let pair = AccountPair(account: row["account"], accountID: row["account_id"]) else {
      return nil
    }
    let reason = (row["hold_reason"] as String?).flatMap { HoldReason(rawValue: $0) }
    self.init(account: pair, reason: reason ?? .unknownAccount)
  }
}
