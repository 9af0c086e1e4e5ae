import ParcelStore
import Postgres

/// The tables of the store, and how older ones become today's.
///
/// Identity is content, as in SQLite: an event's primary key is what the carrier said. What repeats (accounts, codes,
/// wordings, sites) is interned. `event` is parted by the month of the event's time. An event has no `seq` of its own:
/// it says in which commit it came and at which place (`EventPlace`), and the journal, which is written last, says
/// which `seq` that is.
///
/// A migration only adds what the version before does not miss, so that it may go on working on the store; what it
/// needs no more is taken away by a later one, which raises `store.oldest_writer`.
enum Schema {
  /// Each one in a transaction of its own with its number.
  static let migrations: [[String]] = [version1, version2]

  static var version: Int64 { Int64(migrations.count) }

  /// Whether a database has tables of ours. Asked of the search path, as all statements are.
  static func isThere(_ session: PostgresConnection) async throws(PostgresFault) -> Bool {
    try await session.run("SELECT to_regclass('schema_version') IS NOT NULL").first?.bool(0) == true
  }

  /// Brings the tables up to date, one process at a time.
  /// - Parameter goesOn: called before each migration.
  static func migrate(
    _ session: PostgresConnection, goesOn: (@Sendable () -> Void)?
  ) async throws {
    while true {
      goesOn?()
      try await session.run("BEGIN")
      // A number of our own: whoever migrates holds it.
      try await session.run("SELECT pg_advisory_xact_lock(7234190341)")
      var done: Int64 = 0
      if try await isThere(session) {
        done =
          try await session.run("SELECT max(version) FROM schema_version").first?.integer(0) ?? 0
      }
      guard done < version else {
        try await session.run("COMMIT")
        return
      }
      for sql in migrations[Int(done)] { try await session.run(sql) }
      try await session.run(
        "INSERT INTO schema_version(version) VALUES($1::int8)", [.integer(done + 1)])
      try await session.run("COMMIT")
    }
  }

  /// The server's timeline: a number that grows when a replica is promoted, or a backup restored up to some moment. What
  /// the lost server gave out last may be missing there, and its numbers come again.
  static let timeline =
    "('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int8"

  /// A new identity.
  static let incarnation = "substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)"

  /// Gives a store on another timeline another identity, so that nobody takes its numbers for those of before. Run by
  /// whoever begins to write. Whoever delivers for an endpoint begins again: its position may be one of entries that are
  /// missing there. Its epoch may be missing, too, so the next one is far ahead.
  static let newTimeline = """
    WITH moved AS (
      UPDATE store SET timeline = \(timeline), incarnation = \(incarnation)
      WHERE timeline <> \(timeline) RETURNING 1)
    UPDATE endpoint SET epoch = epoch + 1000000 WHERE EXISTS (SELECT 1 FROM moved)
    """

  /// Refuses a store that lacks tables of this version. Whoever opens it for writing makes them.
  /// - Parameter rows: of `StoreChange.select`.
  static func refuseOlder(_ rows: PostgresRows, _ name: String) throws(StoreError) {
    guard let row = rows.first, row.integer(3) < version else { return }
    throw StoreError(
      .unusable, operation: "read", store: name, reason: "its tables are of an older version",
      advice: "let colisd drain once, which brings them up to date")
  }

  /// Refuses a store whose tables a newer version has changed so that this one would do harm, or that was moved.
  /// - Parameters:
  ///   - rows: of `StoreChange.select`.
  ///   - isReading: a store that was moved may still be read.
  static func refuseNewer(_ rows: PostgresRows, isReading: Bool = false) throws(StoreError) {
    guard let row = rows.first, row.integer(2) > version else { return }
    switch StoreMark(oldestWriter: row.integer(2)) {
    case .moved? where isReading: return
    case let mark?: throw mark.error("write")
    case nil: break
    }
    throw StoreError(
      .unusable, operation: "open", store: "PostgreSQL", reason: "it was written by a newer colisd",
      advice: "use that version or a newer one")
  }
}
