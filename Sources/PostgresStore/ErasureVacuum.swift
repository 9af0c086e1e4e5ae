import ParcelStore
import Postgres

/// Has the server take erased rows out of its tables. The server leaves them there until a VACUUM, and also after one
/// as long as somebody reads at an instant when they were still there.
///
/// Writers and readers go on meanwhile. After a kill or a failure it is still owed, and begins again.
struct ErasureVacuum {
  /// The row of the table `note` that is there while a VACUUM is owed. Its value is another one for each transaction
  /// that erased something.
  static let note = "erasure.vacuum-owed"

  /// The last two have hashes of orders and postcodes.
  private static let tables = [
    "parcel", "held", "reject", "raw_piece", "open_delivery", "parcel_lookup", "parcel_late",
  ]

  /// How long it waits for those who read or write: so many times a tenth of a second.
  private static let patience = 20

  /// Notes that it is owed: in the transaction that erases.
  static let owe = PostgresStatement(
    """
    INSERT INTO note(key, value) VALUES('\(note)', pg_current_xact_id()::text)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
    """)

  /// What is owed.
  struct Debt: Sendable {
    /// The value of the note.
    var value: String
    /// Whatever was erased before the note was read has a lower transaction number.
    var horizon: String

    init?(_ db: PostgresConnection) async throws(PostgresFault) {
      let row = try await db.row(
        """
        SELECT value, pg_snapshot_xmax(pg_current_snapshot())::text FROM note
        WHERE key = '\(ErasureVacuum.note)'
        """)
      guard let row else { return nil }
      (value, horizon) = (row.text(0), row.text(1))
    }
  }

  private let db: PostgresConnection

  /// - Parameter db: a session of its own, outside of a transaction.
  init(_ db: PostgresConnection) { self.db = db }

  /// - Returns: nil when it is done; otherwise why it could not be done now, in words.
  func run(_ debt: Debt) async throws -> String? {
    do {
      var attempts = 0
      while try await isSeen(debt) {
        guard attempts < Self.patience else { return "somebody reads the store" }
        attempts += 1
        try await Task.sleep(for: .milliseconds(100))
      }
      return try await vacuum()
    } catch let fault as PostgresFault {
      switch fault.kind {
      case .exhausted: return "the server has not enough room"
      case .cancelled where fault.state != nil: return "the server was told to end it"
      case .other where fault.state == "55P03": return "somebody works on the store's tables"
      default: throw fault
      }
    }
  }

  /// Whether anybody may still see what was erased. Once nobody does, nobody will: a later snapshot has no older
  /// transactions than those that run now.
  private func isSeen(_ debt: Debt) async throws(PostgresFault) -> Bool {
    try await db.bool(
      """
      WITH h AS (SELECT age(($1::text)::xid8::xid) AS age)
      SELECT EXISTS(SELECT FROM pg_stat_activity a, h WHERE a.pid <> pg_backend_pid()
          AND (age(a.backend_xid) > h.age OR age(a.backend_xmin) > h.age
            AND (a.datid IS NULL OR a.datname = current_database())))
        OR EXISTS(SELECT FROM pg_prepared_xacts p, h WHERE age(p.transaction) > h.age)
        OR EXISTS(SELECT FROM pg_replication_slots s, h WHERE age(s.xmin) > h.age)
      """, [.text(debt.horizon)])
  }

  private func vacuum() async throws(PostgresFault) -> String? {
    // It may take longer than what a role allows its statements.
    try await db.run("SET statement_timeout = 0")
    try await db.run("SET lock_timeout = '5s'")
    let start = try await db.text("SELECT clock_timestamp()::text")
    // Of few rows an index would keep its part otherwise, and there postcodes stand.
    try await db.run("VACUUM (INDEX_CLEANUP ON) \(Self.tables.joined(separator: ", "))")
    // Tables that a role may not vacuum are passed over with a warning.
    let names = Self.tables.map { "'\($0)'::regclass" }.joined(separator: ", ")
    let done = try await db.integer(
      """
      SELECT count(*) FROM pg_stat_user_tables
      WHERE relid IN (\(names)) AND last_vacuum >= ($1::text)::timestamptz
      """, [PostgresValue(start)])
    return done == Int64(Self.tables.count)
      ? nil : "this role may not VACUUM the tables; their owner may"
  }
}
