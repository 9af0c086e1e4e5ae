import Carrier
import Contract
import Foundation
import GRDB
import ParcelStore

extension SQLiteEventStore {
  public func feeds() async throws(StoreError) -> [FeedRecord] {
    try await read("list the feeds") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT f.*, a.account AS category, a.account_id FROM feed f
          JOIN account a ON a.id = f.account ORDER BY f.contract, f.service, a.account, a.account_id
          """
      ).compactMap { row in
        guard let pair = AccountPair(account: row["category"], accountID: row["account_id"]),
          let service = ServiceKind(rawValue: row["service"])
        else { return nil }
        var record = FeedRecord(
          contract: row["contract"], service: service, account: pair,
          namedSince: row["named_since"])
        if let firstNamedAt: Int64 = row["first_named_at"] { record.firstNamedAt = firstNamedAt }
        record.namedUntil = row["named_until"]
        record.firstRowAt = row["first_row_at"]
        record.lastRowAt = row["last_row_at"]
        return record
      }
    }
  }

  public func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay] {
    try await read("list the days of a feed") { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT day, first_at FROM feed_day
            WHERE contract = ? AND service = ? AND day >= ? ORDER BY day
            """), arguments: [service.contract, service.kind.rawValue, day.description]
      ).compactMap { row in
        CalendarDay(row["day"] as String).map { FeedDay(day: $0, firstAt: row["first_at"]) }
      }
    }
  }

  public func forgetDays(before day: CalendarDay) async throws(StoreError) {
    try await write("forget days of feeds") { db in
      try db.run("DELETE FROM feed_day WHERE day < ?", [day.description])
    }
  }

  public func standings() async throws(StoreError) -> [ContractStanding] {
    try await read("list the contracts' standings") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM contract_change
          WHERE id IN (SELECT max(id) FROM contract_change GROUP BY contract) ORDER BY contract
          """
      ).map { ContractChange(row: $0).standing }
    }
  }

  public func record(_ notes: FeedNotes) async throws(StoreError) {
    let memory = memory
    try await write("note how the contracts stand") { db in
      try memory.count(db, [.feeds])
      for renaming in notes.renamings { try Self.rename(db, renaming) }
      let renamed = Set(notes.renamings.map(\.to))
      for change in notes.changes
      where try !Self.isRecorded(db, change, isRenamed: renamed.contains(change.standing.contract))
      {
        try db.run(
          """
          INSERT INTO contract_change(contract, at, cause, file, sha256, services)
          VALUES(?, ?, ?, ?, ?, ?)
          """,
          [
            change.standing.contract, change.at, change.cause, change.standing.source?.path,
            change.standing.source.map { Data($0.sha256) }, change.standing.servicesText,
          ])
      }
      try Self.recordNames(db, notes.named, at: notes.at)
      for record in notes.shared { try Self.share(db, record) }
    }
  }

  /// Whether a change is recorded already, by another process meanwhile. A new name is always
  /// recorded.
  private static func isRecorded(
    _ db: Database, _ change: ContractChange, isRenamed: Bool
  ) throws -> Bool {
    // Compared as it is written: reading the last one back would cost as much as all else of a change.
    try db.value(
      """
      SELECT file IS ?2 AND sha256 IS ?3 AND services IS ?4 AND (NOT ?5 OR cause = ?6)
      FROM contract_change WHERE contract = ?1 ORDER BY id DESC LIMIT 1
      """,
      [
        change.standing.contract, change.standing.source?.path,
        change.standing.source.map { Data($0.sha256) }, change.standing.servicesText, isRenamed,
        change.cause,
      ]) ?? false
  }

  private static func rename(_ db: Database, _ renaming: FeedNotes.Renaming) throws {
    let names: StatementArguments = [renaming.from, renaming.to]
    try db.run(
      """
      INSERT INTO feed(contract, service, account, named_since, first_named_at, named_until,
          first_row_at, last_row_at)
        SELECT ?2, service, account, named_since, first_named_at, named_until, first_row_at,
          last_row_at FROM feed WHERE contract = ?1
        ON CONFLICT DO UPDATE SET
          named_since = min(ifnull(named_since, excluded.named_since),
            ifnull(excluded.named_since, named_since)),
          first_named_at = min(ifnull(first_named_at, excluded.first_named_at),
            ifnull(excluded.first_named_at, first_named_at)),
          named_until = max(ifnull(named_until, excluded.named_until),
            ifnull(excluded.named_until, named_until)),
          first_row_at = min(ifnull(first_row_at, excluded.first_row_at),
            ifnull(excluded.first_row_at, first_row_at)),
          last_row_at = max(ifnull(last_row_at, excluded.last_row_at),
            ifnull(excluded.last_row_at, last_row_at))
      """, names)
    try db.run("DELETE FROM feed WHERE contract = ?", [renaming.from])
    try db.run(
      """
      INSERT INTO feed_day SELECT ?2, service, day, first_at FROM feed_day WHERE contract = ?1
        ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at)
      """, names)
    try db.run("DELETE FROM feed_day WHERE contract = ?", [renaming.from])
    try db.run("UPDATE contract_change SET contract = ?2 WHERE contract = ?1", names)
  }

  private static func recordNames(
    _ db: Database, _ named: [ServiceReference: FeedNotes.Naming], at: Int64
  ) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT f.contract, f.service, f.account, a.account AS category, a.account_id
        FROM feed f JOIN account a ON a.id = f.account WHERE f.named_since IS NOT NULL
        """)
    let taken = Set(named.values.map(\.account))
    var unrecorded = named
    for row in rows {
      guard let kind = ServiceKind(rawValue: row["service"]),
        let pair = AccountPair(account: row["category"], accountID: row["account_id"])
      else { continue }
      let service = ServiceReference(contract: row["contract"], kind: kind)
      if named[service]?.account == pair {
        unrecorded[service] = nil
      } else if named[service] != nil || taken.contains(pair) {
        try db.run(
          """
          UPDATE feed SET named_since = NULL, named_until = ?
          WHERE contract = ? AND service = ? AND account = ?
          """, [at, service.contract, kind.rawValue, row["account"] as Int64])
      }
      // A service that is not named now may be only for the moment: nothing has taken its place.
    }
    for (service, naming) in unrecorded {
      try db.run(
        """
        INSERT INTO feed(contract, service, account, named_since, first_named_at)
        VALUES(?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET named_since = excluded.named_since, named_until = NULL,
          first_named_at = ifnull(first_named_at, excluded.first_named_at)
        """,
        [
          service.contract, service.kind.rawValue, try Ledger.accountID(db, naming.account), at,
          naming.editedAt,
        ])
    }
  }

  private static func share(_ db: Database, _ record: FeedRecord) throws {
    try db.run(
      """
      INSERT INTO feed(contract, service, account, first_row_at, last_row_at) VALUES(?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET first_row_at = ifnull(first_row_at, excluded.first_row_at),
        last_row_at = ifnull(last_row_at, excluded.last_row_at)
      """,
      [
        record.contract, record.service.rawValue, try Ledger.accountID(db, record.account),
        record.firstRowAt, record.lastRowAt,
      ])
  }

  public func changes(of contract: String) async throws(StoreError) -> [ContractChange] {
    try await read("list a contract's changes") { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM contract_change WHERE contract = ? ORDER BY id",
        arguments: [contract]
      ).map { ContractChange(row: $0) }
    }
  }
}

extension ContractChange {
  fileprivate init(row: Row) {
    let source = (row["file"] as String?).map { path in
      ContractSource(path: path, sha256: (row["sha256"] as Data?).map { Array($0) } ?? [])
    }
    self.init(
      at: row["at"], cause: row["cause"],
      standing: ContractStanding(
        contract: row["contract"], source: source,
        services: ContractStanding.services(row["services"])))
  }
}
