import Postgres

/// The tables of months that hold the events by their time; what is in none of them is in `event_other`.
///
/// A month's table is there before its events come. Of months long ago only those that were made in their time have
/// one.
enum Partitions {
  private static let monthsBefore = 12
  private static let monthsAfter = 2

  /// Whoever can't have a lock that long leaves it for the next time: all who ask wait behind it.
  private static let wait = "SET LOCAL lock_timeout = '3s'"

  /// Makes the tables of the months (UTC) around an instant that are missing, in a transaction of its own.
  /// - Parameter now: seconds since 1970.
  static func make(_ session: PostgresConnection, around now: Int64) async throws {
    guard try await !missing(session, around: now).isEmpty else { return }
    try await session.run("BEGIN")
    try await add(session, around: now)
    try await session.run("COMMIT")
  }

  /// The same in a transaction of the caller, which does nothing else.
  static func add(_ db: PostgresConnection, around now: Int64) async throws {
    guard try await !missing(db, around: now).isEmpty else { return }
    try await unlessHeld(db) { () throws(PostgresFault) in
      try await db.run([
        PostgresStatement(wait),
        // The one of `Schema.migrate`: one process at a time.
        PostgresStatement("SELECT pg_advisory_xact_lock(7234190341)"),
        PostgresStatement("LOCK TABLE ONLY event IN SHARE UPDATE EXCLUSIVE MODE"),
        // Nobody may add a row of the month to it meanwhile.
        PostgresStatement("LOCK TABLE event_other IN ACCESS EXCLUSIVE MODE"),
      ])
      for month in try await missing(db, around: now) { try await add(month, db) }
    }
  }

  /// Does nothing where others hold what is needed, or where this role may not: a store without a month's table is
  /// slower and no less right.
  /// - Returns: whether it was done.
  @discardableResult
  private static func unlessHeld(
    _ db: PostgresConnection, _ body: () async throws(PostgresFault) -> Void
  ) async throws(PostgresFault) -> Bool {
    try await db.run("SAVEPOINT partitions")
    do {
      try await body()
      return true
    } catch {
      guard error.kind == .conflict || ["55P03", "42501"].contains(error.state) else { throw error }
      try await db.run("ROLLBACK TO SAVEPOINT partitions")
      return false
    }
  }

  private struct Month {
    let table: String
    let start: Int64
    let end: Int64
  }

  private static let thisMonth = "date_trunc('month', to_timestamp($1::int8) AT TIME ZONE 'UTC')"
  private static let name = "'\"event_\"YYYY_MM'"

  private static func missing(
    _ db: PostgresConnection, around now: Int64
  ) async throws(PostgresFault) -> [Month] {
    try await db.run(
      """
      SELECT to_char(m, \(name)), extract(epoch FROM m)::int8,
        extract(epoch FROM m + interval '1 month')::int8
      FROM generate_series(
        \(thisMonth) - interval '\(monthsBefore) months',
        \(thisMonth) + interval '\(monthsAfter) months', interval '1 month') AS m
      WHERE to_regclass(to_char(m, \(name))) IS NULL ORDER BY m
      """, [.integer(now)]
    ).map { Month(table: $0.text(0), start: $0.integer(1), end: $0.integer(2)) }
  }

  /// Makes the tables of the months of some instants, in a transaction of a caller who is alone.
  static func add(
    _ db: PostgresConnection, monthsOf instants: [Int64]
  ) async throws(PostgresFault) {
    let months = try await db.run(
      """
      SELECT to_char(m, \(name)), extract(epoch FROM m)::int8,
        extract(epoch FROM m + interval '1 month')::int8
      FROM (SELECT DISTINCT date_trunc('month', to_timestamp(t) AT TIME ZONE 'UTC') AS m
        FROM unnest($1::int8[]) t) d
      WHERE to_regclass(to_char(m, \(name))) IS NULL ORDER BY m
      """, [.integers(instants)])
    for row in months {
      try await add(Month(table: row.text(0), start: row.integer(1), end: row.integer(2)), db)
    }
  }

  /// Makes the table by itself first: events that came before it are moved, and readers wait for nothing but
  /// `event_other`.
  private static func add(_ month: Month, _ db: PostgresConnection) async throws(PostgresFault) {
    let (table, range) = (month.table, "\(month.start)) TO (\(month.end)")
    try await db.run("CREATE TABLE \(table) (LIKE event INCLUDING ALL)")
    try await db.run(
      """
      WITH moved AS (
        DELETE FROM event_other WHERE time >= \(month.start) AND time < \(month.end)
        RETURNING parcel, time, place, kind, site, wording)
      INSERT INTO \(table)(parcel, time, place, kind, site, wording) SELECT * FROM moved
      """)
    try await db.run("ALTER TABLE event ATTACH PARTITION \(table) FOR VALUES FROM (\(range))")
  }

  // MARK: Months without events

  /// A table that nothing needs any more.
  struct Empty: Sendable {
    let table: String
    let bytes: Int
  }

  /// Those of months long ago that have no event any more.
  static func empty(
    _ db: PostgresConnection, around now: Int64
  ) async throws(PostgresFault) -> [Empty] {
    let tables = try await db.run(
      """
      SELECT c.oid::regclass::text, pg_total_relation_size(c.oid)
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'event'::regclass AND c.relname LIKE 'event\\_____\\___'
        AND c.relname < to_char(\(thisMonth) - interval '\(monthsBefore) months', \(name))
      ORDER BY c.relname
      """, [.integer(now)])
    var empty: [Empty] = []
    for row in tables {
      let table = row.text(0)
      guard try await !db.bool("SELECT EXISTS(SELECT 1 FROM \(table))") else { continue }
      empty.append(Empty(table: table, bytes: Int(row.integer(1))))
    }
    return empty
  }

  /// Takes them away, while nobody else writes.
  /// - Returns: how many bytes they took.
  static func dropEmpty(_ db: PostgresConnection, around now: Int64) async throws -> Int {
    let empty = try await empty(db, around: now)
    guard !empty.isEmpty else { return 0 }
    let isDone = try await unlessHeld(db) { () throws(PostgresFault) in
      try await db.run(wait)
      // Whoever asks has its lock on this one first.
      try await db.run("LOCK TABLE ONLY event IN ACCESS EXCLUSIVE MODE")
      for table in empty { try await db.run("DROP TABLE \(table.table)") }
    }
    return isDone ? empty.reduce(0) { $0 + $1.bytes } : 0
  }
}
