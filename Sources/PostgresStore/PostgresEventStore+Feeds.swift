import Carrier
import Contract
import ParcelStore
import Postgres

// Contracts and their feeds.
extension PostgresEventStore {
  public func feeds() async throws(StoreError) -> [FeedRecord] {
    try await ask(
      "list the feeds",
      """
      SELECT f.contract, f.service, a.account, a.account_id, f.named_since, f.first_named_at,
        f.named_until, f.first_row_at, f.last_row_at
      FROM feed f JOIN account a ON a.id = f.account
      ORDER BY f.contract, f.service, a.account, a.account_id
      """
    ).compactMap { row in
      guard let service = ServiceKind(rawValue: row.text(1)),
        let pair = AccountPair(account: row.text(2), accountID: row.text(3))
      else { return nil }
      var record = FeedRecord(
        contract: row.text(0), service: service, account: pair, namedSince: row.integerIfAny(4))
      if let firstNamedAt = row.integerIfAny(5) { record.firstNamedAt = firstNamedAt }
      record.namedUntil = row.integerIfAny(6)
      record.firstRowAt = row.integerIfAny(7)
      record.lastRowAt = row.integerIfAny(8)
      return record
    }
  }

  public func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay] {
    try await ask(
      "list the days of a feed",
      """
      SELECT day, first_at FROM feed_day
      WHERE contract = $1 AND service = $2 AND day >= $3 ORDER BY day
      """, [.text(service.contract), .text(service.kind.rawValue), .text(day.description)]
    ).compactMap { row in
      CalendarDay(row.text(0)).map { FeedDay(day: $0, firstAt: row.integer(1)) }
    }
  }

  public func forgetDays(before day: CalendarDay) async throws(StoreError) {
    try await write("forget days of feeds") { db in
      _ = try await db.run("DELETE FROM feed_day WHERE day < $1", [.text(day.description)])
    }
  }

  public func standings() async throws(StoreError) -> [ContractStanding] {
    try await ask(
      "list the contracts' standings",
      """
      SELECT DISTINCT ON (c.contract) \(FeedRows.columns) FROM contract_change c
      ORDER BY c.contract, c.id DESC
      """
    ).map { FeedRows.change($0).standing }
  }

  public func changes(of contract: String) async throws(StoreError) -> [ContractChange] {
    try await ask(
      "list a contract's changes",
      "SELECT \(FeedRows.columns) FROM contract_change c WHERE c.contract = $1 ORDER BY c.id",
      [.text(contract)]
    ).map { FeedRows.change($0) }
  }

  public func record(_ notes: FeedNotes) async throws(StoreError) {
    try await write("note how the contracts stand", changes: [.feeds]) { db in
      try await FeedRows(db).record(notes)
    }
  }
}
