import Contract
import Foundation
import GRDB
import TrackingFile

extension SQLiteStore {
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
        return FeedRecord(
          contract: row["contract"], service: service, account: pair,
          namedSince: row["named_since"], firstRowAt: row["first_row_at"],
          lastRowAt: row["last_row_at"])
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

  public func note(
    _ changes: [ContractChange], named: [ServiceReference: AccountPair], at: Int64
  ) async throws(StoreError) {
    try await write("note how the contracts stand") { db in
      for change in changes {
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
      try Self.note(db, named: named, at: at)
    }
  }

  private static func note(
    _ db: Database, named: [ServiceReference: AccountPair], at: Int64
  ) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT f.contract, f.service, f.account, a.account AS category, a.account_id
        FROM feed f JOIN account a ON a.id = f.account WHERE f.named_since IS NOT NULL
        """)
    var unnoted = named
    for row in rows {
      guard let kind = ServiceKind(rawValue: row["service"]) else { continue }
      let service = ServiceReference(contract: row["contract"], kind: kind)
      // A service that is not named now may be only for the moment: no other pair has taken the place.
      guard let pair = named[service] else { continue }
      if pair.account == row["category"], pair.accountID == row["account_id"] {
        unnoted[service] = nil
      } else {
        try db.run(
          "UPDATE feed SET named_since = NULL WHERE contract = ? AND service = ? AND account = ?",
          [service.contract, kind.rawValue, row["account"] as Int64])
      }
    }
    for (service, pair) in unnoted {
      try db.run(
        """
        INSERT INTO feed(contract, service, account, named_since) VALUES(?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET named_since = excluded.named_since
        """,
        [service.contract, service.kind.rawValue, try Ledger.accountID(db, pair), at])
    }
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

extension ContractStanding {
  /// One service a line: its name, account, account ID and feed.
  fileprivate var servicesText: String {
    services.map { service in
      [
        service.kind.rawValue, service.account ?? "", service.accountID ?? "",
        service.feed.rawValue,
      ]
      // A malformed account may hold anything.
      .map { $0.map { $0.isWhitespace ? " " : String($0) }.joined() }
      .joined(separator: "\t")
    }.joined(separator: "\n")
  }

  fileprivate static func services(_ text: String) -> [Service] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 4, let kind = ServiceKind(rawValue: words[0]),
        let feed = FeedState(rawValue: words[3])
      else { return nil }
      return Service(
        kind: kind, account: words[1].isEmpty ? nil : words[1],
        accountID: words[2].isEmpty ? nil : words[2], feed: feed)
    }
  }
}
