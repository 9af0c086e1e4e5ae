import Carrier
import ParcelStore
import Postgres

/// What is recorded of searches (looks) for known parcels among held rows.
///
/// A row that a look has left held can only come in after a parcel of its pair was added, and that
/// deletes the record of the look in the same transaction. A look begins while nobody else writes, so every
/// other transaction is either over then, and the look sees what it did, or it sees the record. So a recorded
/// look still holds, however a process ended.
enum HeldLook {
  /// Records that a file brought rows of pairs that were held.
  static func rowsCame(
    _ db: PostgresConnection, accounts: [Int64], file: Int64
  ) async throws(PostgresFault) {
    guard !accounts.isEmpty else { return }
    // What says so already is not written: the first file after a look is the lowest one.
    try await db.run(
      """
      UPDATE held_look h SET from_file = $1::int8 FROM (
        SELECT account FROM held_look
        WHERE account = ANY($2::int8[]) AND (from_file IS NULL OR from_file > $1::int8)
        ORDER BY account FOR UPDATE) changed
      WHERE h.account = changed.account
      """, [.integer(file), .integers(accounts)])
  }

  /// Deletes the looks at accounts that have new parcels.
  static func forget(
    _ db: PostgresConnection, ofAccounts accounts: [Int64]
  ) async throws(PostgresFault) {
    guard !accounts.isEmpty else { return }
    try await db.run(
      """
      DELETE FROM held_look WHERE account IN (
        SELECT account FROM held_look WHERE account = ANY($1::int8[]) ORDER BY account FOR UPDATE)
      """, [.integers(accounts)])
  }

  /// Where the next look at a pair begins; nil when there is nothing to look at.
  static func start(
    _ db: PostgresConnection, account: Int64
  ) async throws(PostgresFault) -> HeldCursor? {
    let look = try await db.row(
      "SELECT is_whole, from_file FROM held_look WHERE account = $1", [.integer(account)])
    guard let look, look.bool(0) else { return HeldCursor() }
    return look.integerIfAny(1).map { HeldCursor(file: $0, line: 0) }
  }

  /// - Parameter reader: the number of the worker that looks.
  static func begin(
    _ db: PostgresConnection, account: Int64, reader: Int64
  ) async throws(PostgresFault) {
    try await db.run(
      """
      INSERT INTO held_look(account, reader) VALUES($1, $2)
      ON CONFLICT (account) DO UPDATE
        SET is_whole = false, from_file = NULL, reader = excluded.reader
      """, [.integer(account), .integer(reader)])
  }

  /// Of two that look at once, the one that began last sees all rows, so only its end counts.
  static func end(
    _ db: PostgresConnection, account: Int64, reader: Int64
  ) async throws(PostgresFault) {
    try await db.run(
      "UPDATE held_look SET is_whole = true WHERE account = $1 AND reader = $2",
      [.integer(account), .integer(reader)])
  }

  /// The number of a pair; nil: the store does not have it.
  static func account(
    _ db: PostgresConnection, _ pair: AccountPair
  ) async throws(PostgresFault) -> Int64? {
    try await db.integer(
      """
      SELECT id FROM account
      WHERE (account || chr(1) || account_id) = $1::text || chr(1) || $2::text
      """, [.text(pair.account), .text(pair.accountID)])
  }
}
