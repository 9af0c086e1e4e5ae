import GRDB
import ParcelStore

/// What is recorded of searches (looks) for known parcels among held rows.
///
/// A row that a look has left held can only come in after a parcel of its pair was added, and that
/// deletes the record of the look in the same transaction. So a recorded look still holds, however
/// a process ended.
enum HeldLook {
  /// Records that a file brought rows of a pair that were held.
  static func rowsCame(_ db: Database, account: Int64, file: Int64) throws {
    try db.run(
      "UPDATE held_look SET from_file = min(ifnull(from_file, ?1), ?1) WHERE account = ?2",
      [file, account])
  }

  /// Deletes the looks at accounts that have new parcels.
  static func forget(_ db: Database, ofAccounts accounts: Set<UInt32>) throws {
    for account in accounts {
      try db.run("DELETE FROM held_look WHERE account = ?", [Int64(account)])
    }
  }

  /// Where the next look at a pair begins; nil when there is nothing to look at.
  static func start(_ db: Database, account: Int64) throws -> HeldCursor? {
    let look = try db.row("SELECT is_whole, from_file FROM held_look WHERE account = ?", [account])
    guard let look, look["is_whole"] else { return HeldCursor() }
    return (look["from_file"] as Int64?).map { HeldCursor(file: $0, line: 0) }
  }

  /// - Parameter reader: the number of the writer that looks.
  static func begin(_ db: Database, account: Int64, reader: Int64) throws {
    try db.run(
      """
      INSERT INTO held_look(account, reader) VALUES(?, ?)
      ON CONFLICT DO UPDATE SET is_whole = 0, from_file = NULL, reader = excluded.reader
      """, [account, reader])
  }

  /// Of two that look at once, the one that began last sees all rows, so only its end counts.
  static func end(_ db: Database, account: Int64, reader: Int64) throws {
    try db.run(
      "UPDATE held_look SET is_whole = 1 WHERE account = ? AND reader = ?", [account, reader])
  }
}
