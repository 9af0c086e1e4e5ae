import ParcelStore
import Postgres

// Sources, and how their polls went.
extension PostgresEventStore {
  public func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange]) {
    // At nearly every start they are as before, which should not write then.
    let known = try await read("list the sources") { try await SourceTable.rows($0) }
    let registration = SourceRegistration(sources, known: known)
    if registration.rows == known { return (registration.ids.map { SourceID(rawValue: $0) }, []) }
    return try await write("note \(sources.count) sources") { db in
      // Two processes would give the same numbers.
      try await db.run("LOCK TABLE source IN SHARE ROW EXCLUSIVE MODE")
      let registration = SourceRegistration(sources, known: try await SourceTable.rows(db))
      try await db.run(
        registration.steps.map { SourceTable.statement($0) } + [
          PostgresStatement(
            "UPDATE source SET is_configured = NOT is_configured WHERE is_configured <> (id = ANY($1::int8[]))",
            [.integers(registration.rows.filter(\.isConfigured).map(\.id))])
        ])
      var changes: [SourceChange] = []
      for event in registration.events {
        if let change = try await SourceTable.change(db, event) { changes.append(change) }
      }
      return (registration.ids.map { SourceID(rawValue: $0) }, changes)
    }
  }

  public func sources() async throws(StoreError) -> [KnownSource] {
    try await ask(
      "list the sources",
      "SELECT \(KnownSource.columns) FROM source WHERE NOT is_former ORDER BY id"
    ).map { KnownSource(row: $0) }
  }

  public func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError) {
    try await write("note how a poll went") { db in
      let row = try await db.row(
        "SELECT \(KnownSource.columns) FROM source WHERE id = $1 FOR UPDATE",
        [.integer(source.rawValue)])
      guard var known = row.map({ KnownSource(row: $0) }) else { return }
      known.record(outcome, at: time, next: next)
      try await db.run(
        """
        UPDATE source SET last_poll_at = $2::int8, last_success_at = $3::int8,
          next_poll_at = $4::int8, is_reachable = $5::bool, error = $6::text, own_error = $7::text
        WHERE id = $1
        """,
        [
          .integer(source.rawValue), PostgresValue(known.lastPollAt),
          PostgresValue(known.lastSuccessAt), PostgresValue(known.nextPollAt),
          known.isReachable.map { .bool($0) } ?? .null, PostgresValue(known.error),
          PostgresValue(known.ownError),
        ])
    }
  }

  public func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace] {
    try await ask(
      "list the places with pending post-actions",
      """
      SELECT s.name, s.place, count(*) FROM file f JOIN source s ON s.id = f.source
      WHERE \(Ledger.isPending("f.")) AND NOT s.is_configured AND s.name <> ''
      GROUP BY s.id ORDER BY s.id
      """
    ).map { AbandonedPlace(name: $0.text(0), place: $0.text(1), files: Int($0.integer(2))) }
  }
}

/// The statements on the table of sources.
enum SourceTable {
  static func rows(
    _ db: PostgresConnection
  ) async throws(PostgresFault) -> [SourceRegistration.Row] {
    try await db.run(
      "SELECT id, name, place, is_former, is_configured FROM source ORDER BY id"
    ).map { row in
      SourceRegistration.Row(
        id: row.integer(0), name: row.text(1), place: row.text(2), isFormer: row.bool(3),
        isConfigured: row.bool(4))
    }
  }

  static func statement(_ step: SourceRegistration.Step) -> PostgresStatement {
    switch step {
    case .add(let row):
      PostgresStatement(
        "INSERT INTO source(id, name, place, is_former) VALUES($1, $2, $3, $4)",
        [.integer(row.id), .text(row.name), .text(row.place), .bool(row.isFormer)])
    case .movePending(let from, let to):
      PostgresStatement(
        "UPDATE file SET source = $2::int8 WHERE source = $1::int8 AND \(Ledger.isPending())",
        [.integer(from), .integer(to)])
    case .rename(let from, let to):
      PostgresStatement(
        "UPDATE source SET name = $2::text WHERE name = $1::text", [.text(from), .text(to)])
    case .setPlace(let id, let place):
      // What lay at the former place is not missing at this one. An older version did not note the place.
      PostgresStatement(
        """
        WITH former AS (
          UPDATE file SET is_awaited = false, missing_since = NULL
          WHERE source = $1::int8 AND is_awaited
            AND (SELECT place FROM source WHERE id = $1::int8) <> '')
        UPDATE source SET place = $2::text WHERE id = $1::int8
        """, [.integer(id), .text(place)])
    case .delete(let id):
      PostgresStatement("DELETE FROM source WHERE id = $1", [.integer(id)])
    }
  }

  /// What is reported of an event; nil: it is not worth a report.
  static func change(
    _ db: PostgresConnection, _ event: SourceRegistration.Event
  ) async throws(PostgresFault) -> SourceChange? {
    func place(_ id: Int64) async throws(PostgresFault) -> (name: String, place: String) {
      let row = try await db.row("SELECT name, place FROM source WHERE id = $1", [.integer(id)])
      return (row?.text(0) ?? "", row?.text(1) ?? "")
    }
    func pending(_ id: Int64) async throws(PostgresFault) -> Int {
      let count = try await db.integer(
        "SELECT count(*) FROM file WHERE source = $1 AND \(Ledger.isPending())", [.integer(id)])
      return Int(count ?? 0)
    }
    switch event {
    case .adopted(let id):
      let files = try await db.integer(
        "SELECT count(*) FROM file WHERE source = $1", [.integer(id)])
      guard let files, files > 0 else { return nil }
      return .adopted(name: try await place(id).name, files: Int(files))
    case .renamed(let from, let to): return .renamed(from: from, to: to)
    case .moved(let id, let former):
      let (now, before) = (try await place(id), try await place(former))
      return .moved(
        name: now.name, from: before.place, to: now.place, pending: try await pending(former))
    case .returned(let id):
      let now = try await place(id)
      return .returned(name: now.name, to: now.place, pending: try await pending(id))
    case .removed(let id):
      let now = try await place(id)
      return .removed(name: now.name, place: now.place, pending: try await pending(id))
    }
  }
}

extension KnownSource {
  /// In the order in which `init(row:)` reads them.
  static let columns = """
    id, name, place, is_configured, last_poll_at, last_success_at, next_poll_at, is_reachable,
    error, own_error
    """

  init(row: PostgresRows.Row) {
    self.init(
      id: SourceID(rawValue: row.integer(0)), name: row.text(1), place: row.text(2),
      isConfigured: row.bool(3))
    lastPollAt = row.integerIfAny(4)
    lastSuccessAt = row.integerIfAny(5)
    nextPollAt = row.integerIfAny(6)
    isReachable = row.isNull(7) ? nil : row.bool(7)
    error = row.textIfAny(8)
    ownError = row.textIfAny(9)
  }
}
