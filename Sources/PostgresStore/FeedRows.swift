import Carrier
import Contract
import ParcelStore
import Postgres

/// Writes what a comparison of the contracts found.
struct FeedRows {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  func record(_ notes: FeedNotes) async throws(PostgresFault) {
    // Whoever else compares them at this moment waits, and then finds what is recorded here.
    try await db.run("LOCK TABLE contract_change IN SHARE ROW EXCLUSIVE MODE")
    try await db.run(notes.renamings.flatMap { Self.rename($0) })
    try await record(notes.changes, renamed: Set(notes.renamings.map(\.to)))
    try await recordNames(notes.named, at: notes.at)
    try await share(notes.shared)
  }

  private static func rename(_ renaming: FeedNotes.Renaming) -> [PostgresStatement] {
    let names: [PostgresValue] = [.text(renaming.from), .text(renaming.to)]
    return [
      PostgresStatement(
        """
        WITH gone AS (DELETE FROM feed WHERE contract = $1 RETURNING *)
        INSERT INTO feed(contract, service, account, named_since, first_named_at, named_until,
            first_row_at, last_row_at)
          SELECT $2, service, account, named_since, first_named_at, named_until, first_row_at,
            last_row_at FROM gone ORDER BY service, account
          ON CONFLICT (contract, service, account) DO UPDATE SET
            named_since = least(feed.named_since, excluded.named_since),
            first_named_at = least(feed.first_named_at, excluded.first_named_at),
            named_until = greatest(feed.named_until, excluded.named_until),
            first_row_at = least(feed.first_row_at, excluded.first_row_at),
            last_row_at = greatest(feed.last_row_at, excluded.last_row_at)
        """, names),
      PostgresStatement(
        """
        WITH gone AS (DELETE FROM feed_day WHERE contract = $1 RETURNING *)
        INSERT INTO feed_day SELECT $2, service, day, first_at FROM gone ORDER BY service, day
          ON CONFLICT (contract, service, day) DO UPDATE
          SET first_at = least(feed_day.first_at, excluded.first_at)
        """, names),
      PostgresStatement("UPDATE contract_change SET contract = $2 WHERE contract = $1", names),
    ]
  }

  // MARK: Changes

  /// A change as it is written; two are compared by that.
  private struct Written {
    var change: ContractChange
    var file: String?
    var sha256: [UInt8]?
    var services: String

    func isSame(as other: Self, withCause: Bool) -> Bool {
      file.map { Array($0.utf8) } == other.file.map { Array($0.utf8) }
        && sha256 == other.sha256 && services.utf8.elementsEqual(other.services.utf8)
        && (!withCause || change.cause.utf8.elementsEqual(other.change.cause.utf8))
    }
  }

  /// Records changes that another process has not recorded meanwhile. A new name is always recorded.
  private func record(
    _ changes: [ContractChange], renamed: Set<String>
  ) async throws(PostgresFault) {
    guard !changes.isEmpty else { return }
    let rows = try await db.run(
      """
      SELECT DISTINCT ON (c.contract) \(Self.columns) FROM contract_change c
      WHERE c.contract = ANY($1::text[]) ORDER BY c.contract, c.id DESC
      """, [.texts(changes.map(\.standing.contract))])
    var last: [String: Written] = [:]
    for row in rows {
      let change = Self.change(row)
      last[change.standing.contract] = Written(
        change: change, file: row.textIfAny(3), sha256: row.bytesIfAny(4), services: row.text(5))
    }
    var new: [Written] = []
    for change in changes {
      let contract = change.standing.contract
      let source = change.standing.source
      let written = Written(
        change: change, file: source?.path, sha256: source?.sha256,
        services: change.standing.servicesText)
      if last[contract]?.isSame(as: written, withCause: renamed.contains(contract)) == true {
        continue
      }
      last[contract] = written
      new.append(written)
    }
    guard !new.isEmpty else { return }
    try await db.run(
      """
      INSERT INTO contract_change(contract, at, cause, file, sha256, services)
        SELECT contract, at, cause, CASE WHEN has_source = 1 THEN file END,
          CASE WHEN has_source = 1 THEN sha256 END, services
        FROM unnest($1::text[], $2::int8[], $3::text[], $4::int8[], $5::text[], $6::bytea[],
          $7::text[]) WITH ORDINALITY
          n(contract, at, cause, has_source, file, sha256, services, place)
        ORDER BY place
      """,
      [
        .texts(new.map(\.change.standing.contract)), .integers(new.map(\.change.at)),
        .texts(new.map(\.change.cause)), .integers(new.map { $0.file == nil ? 0 : 1 }),
        .texts(new.map { $0.file ?? "" }), .blobs(new.map { $0.sha256 ?? [] }),
        .texts(new.map(\.services)),
      ])
  }

  /// What `change` reads, of the table `c`.
  static let columns = "c.contract, c.at, c.cause, c.file, c.sha256, c.services"

  static func change(_ row: PostgresRows.Row) -> ContractChange {
    let source = row.textIfAny(3).map { path in
      ContractSource(path: path, sha256: row.bytesIfAny(4) ?? [])
    }
    return ContractChange(
      at: row.integer(1), cause: row.text(2),
      standing: ContractStanding(
        contract: row.text(0), source: source, services: ContractStanding.services(row.text(5))))
  }

  // MARK: Names

  private func recordNames(
    _ named: [ServiceReference: FeedNotes.Naming], at: Int64
  ) async throws(PostgresFault) {
    guard !named.isEmpty else { return }
    let rows = try await db.run(
      """
      SELECT f.contract, f.service, f.account, a.account, a.account_id
      FROM feed f JOIN account a ON a.id = f.account WHERE f.named_since IS NOT NULL
      ORDER BY f.contract, f.service, f.account
      """)
    let taken = Set(named.values.map(\.account))
    var unrecorded = named
    var replaced: (contracts: [String], services: [String], accounts: [Int64]) = ([], [], [])
    for row in rows {
      guard let kind = ServiceKind(rawValue: row.text(1)),
        let pair = AccountPair(account: row.text(3), accountID: row.text(4))
      else { continue }
      let service = ServiceReference(contract: row.text(0), kind: kind)
      if named[service]?.account == pair {
        unrecorded[service] = nil
      } else if named[service] != nil || taken.contains(pair) {
        replaced.contracts.append(row.text(0))
        replaced.services.append(row.text(1))
        replaced.accounts.append(row.integer(2))
      }
      // A service that is not named now may be only for the moment: nothing has taken its place.
    }
    if !replaced.contracts.isEmpty {
      try await db.run(
        """
        UPDATE feed f SET named_since = NULL, named_until = $4
        FROM unnest($1::text[], $2::text[], $3::int8[]) r(contract, service, account)
        WHERE f.contract = r.contract AND f.service = r.service AND f.account = r.account
        """,
        [
          .texts(replaced.contracts), .texts(replaced.services), .integers(replaced.accounts),
          .integer(at),
        ])
    }
    let new = Array(unrecorded)
    guard !new.isEmpty else { return }
    let accounts = try await AccountResolver.ids(db, new.map(\.value.account))
    try await db.run(
      """
      INSERT INTO feed(contract, service, account, named_since, first_named_at)
        SELECT contract, service, account, $5, edited_at
        FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[])
          n(contract, service, account, edited_at)
        ORDER BY contract, service, account
      ON CONFLICT (contract, service, account) DO UPDATE
        SET named_since = excluded.named_since, named_until = NULL,
          first_named_at = coalesce(feed.first_named_at, excluded.first_named_at)
      """,
      [
        .texts(new.map(\.key.contract)), .texts(new.map(\.key.kind.rawValue)),
        .integers(accounts), .integers(new.map(\.value.editedAt)), .integer(at),
      ])
  }

  /// Records when rows came, where that is not known.
  private func share(_ records: [FeedRecord]) async throws(PostgresFault) {
    guard !records.isEmpty else { return }
    let accounts = try await AccountResolver.ids(db, records.map(\.account))
    // One by one, as one record may come after another of the same feed; there are few.
    try await db.run(
      zip(records, accounts).map { record, account in
        PostgresStatement(
          """
          INSERT INTO feed(contract, service, account, first_row_at, last_row_at)
          VALUES($1, $2, $3, $4::int8, $5::int8)
          ON CONFLICT (contract, service, account) DO UPDATE
            SET first_row_at = coalesce(feed.first_row_at, excluded.first_row_at),
              last_row_at = coalesce(feed.last_row_at, excluded.last_row_at)
          """,
          [
            .text(record.contract), .text(record.service.rawValue), .integer(account),
            PostgresValue(record.firstRowAt), PostgresValue(record.lastRowAt),
          ])
      })
  }
}
