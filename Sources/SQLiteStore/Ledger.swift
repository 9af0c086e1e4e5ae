import Carrier
import Foundation
import GRDB
import ParcelStore

/// The statements on the ledger of files.
enum Ledger {
  /// The number of an account pair, made when it is new.
  static func accountID(
    _ db: Database, _ pair: AccountPair, _ state: inout WriterState
  ) throws -> Int64 {
    if let id = state.accounts[pair] { return id }
    let id = try accountID(db, pair)
    state.accounts.append(id, for: pair)
    return id
  }

  static func accountID(_ db: Database, _ pair: AccountPair) throws -> Int64 {
    try db.run(
      "INSERT OR IGNORE INTO account(account, account_id) VALUES(?, ?)",
      [pair.account, pair.accountID])
    let id: Int64? = try db.value(
      "SELECT id FROM account WHERE account = ? AND account_id = ?", [pair.account, pair.accountID])
    guard let id else { throw DatabaseError(message: "the account just written is not there") }
    return id
  }

  static func look(_ db: Database, for sightings: [FileSighting]) throws -> LedgerLook {
    // Through SQLite's own functions: a poll asks for each file of the drop.
    let select = try RawStatement(
      db,
      """
      SELECT id, size IS ?3 AND mtime IS ?4 AND is_final FROM file
      WHERE source = ?1 AND path = ?2
      """)
    var look = LedgerLook()
    for sighting in sightings {
      var path = sighting.path
      var isFinal = false
      try path.withUTF8 { path in
        select.bind(1, sighting.source.rawValue)
        select.bind(2, text: UnsafeRawBufferPointer(path))
        select.bind(3, sighting.size)
        select.bind(4, sighting.mtime)
        defer { select.reset() }
        while try select.step() {
          look.rows.append(FileID(rawValue: select.integer(0)))
          if select.integer(1) != 0 { isFinal = true }
        }
      }
      if !isFinal { look.unfinished.append(sighting) }
    }
    return look
  }

  /// Records that a file is not read yet, and why.
  /// - Returns: false when that was known.
  static func recordUnread(
    _ db: Database, _ sighting: FileSighting, _ state: FileState, _ reason: String
  ) throws -> Bool {
    guard let unfinished: Int64 = try unfinishedRow(db, sighting)?["id"] else {
      try db.run(
        "INSERT INTO file(source, path, size, mtime, state, error) VALUES(?, ?, ?, ?, ?, ?)",
        [
          sighting.source.rawValue, sighting.path, sighting.size, sighting.mtime, state.rawValue,
          reason,
        ])
      return true
    }
    let isKnown: Bool? = try db.value(
      "SELECT state = ? AND error IS ? FROM file WHERE id = ?",
      [state.rawValue, reason, unfinished])
    try db.run(
      """
      UPDATE file SET
        seen_at = CASE WHEN size IS ?1 AND mtime IS ?2 AND gone_at IS NULL THEN seen_at END,
        size = ?1, mtime = ?2, state = ?3, is_final = 0, read_again_at = NULL, read_by = NULL,
        error = ?4, dismissed_at = NULL, dismissed_by = NULL, \(isThere)
      WHERE id = ?5
      """, [sighting.size, sighting.mtime, state.rawValue, reason, unfinished])
    return isKnown != true
  }

  /// Whether `recordUnread` would change nothing.
  static func isRecordedUnread(
    _ db: Database, _ sighting: FileSighting, _ state: FileState, _ reason: String
  ) throws -> Bool {
    try db.value(
      """
      SELECT EXISTS(SELECT 1 FROM file WHERE source = ? AND path = ? AND size IS ? AND mtime IS ?
        AND NOT is_final AND state = ? AND error = ? AND is_awaited)
      """,
      [
        sighting.source.rawValue, sighting.path, sighting.size, sighting.mtime, state.rawValue,
        reason,
      ]) ?? false
  }

  /// What a file's row counts.
  enum Count: String { case held, rejected }

  /// Former generations of a file's name that have held rows or rejected lines.
  static func formerIDs(_ db: Database, of file: FileID, with count: Count) throws -> [Int64] {
    try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT former.id FROM file JOIN file former
            ON former.source = file.source AND former.path = file.path AND former.id <> file.id
          WHERE file.id = ? AND former.\(count.rawValue) > 0 ORDER BY former.id DESC
          """), arguments: [file.rawValue])
  }

  /// Records that rows of a file which were held have come in, or were too old to be kept.
  /// - Parameter stale: those from a reading that broke off while the file is being read again. Its
  ///   counts began anew, and the rows come once more, as repeats: the new ones among them are
  ///   subtracted beforehand.
  static func release(
    _ db: Database, _ counts: FileCounts, stale: FileCounts, of file: FileID
  ) throws {
    try db.run(
      """
      UPDATE file SET events_new = events_new + ?, events_repeated = events_repeated + ?,
        held = held - ?, skipped = skipped + ? WHERE id = ?
      """,
      [
        counts.eventsNew + stale.eventsNew, counts.eventsRepeated - stale.eventsNew,
        counts.eventsNew + counts.eventsRepeated + counts.skipped, counts.skipped, file.rawValue,
      ])
  }

  /// Adds the counts of some lines of a file, and the file's end where they reach it.
  static func add(
    _ db: Database, _ counts: FileCounts, end: FileEnd?, to file: FileID, at receivedAt: Int64
  ) throws {
    try db.run(
      """
      UPDATE file SET rows = rows + ?, events_new = events_new + ?,
        events_repeated = events_repeated + ?, held = held + ?, rejected = rejected + ?,
        skipped = skipped + ? WHERE id = ?
      """,
      [
        counts.rows, counts.eventsNew, counts.eventsRepeated, counts.held, counts.rejected,
        counts.skipped, file.rawValue,
      ])
    guard let end else { return }
    try db.run(
      """
      UPDATE file SET state = ?1, is_final = ?2, sha256 = ?3, error = ?4, ingested_at = ?5,
        post_action = ?6, post_action_error = NULL, read_by = NULL,
        dismissed_at = NULL, dismissed_by = NULL, is_in_hand = 0,
        -- A time that lies ahead is of a clock that was wrong.
        seen_at = min(coalesce(seen_at, ?7), ?7),
        read_again_at = min(coalesce(seen_at, ?7), ?7) + ?8,
        size = coalesce(size, ?9), \(isThere)
      WHERE id = ?10
      """,
      [
        end.state.rawValue, end.isFinal, end.sha256.map { Data($0) }, end.error,
        end.state == .ingested ? receivedAt : nil, end.postAction.text, receivedAt,
        end.readAgainAfter, end.size, file.rawValue,
      ])
    if end.state == .ingested {
      try db.run("DELETE FROM held WHERE file = ? AND is_stale", [file.rawValue])
    }
  }

  /// Rows from which a `LedgerFile` is made. `file` is the file.
  private static let select = """
    SELECT file.*, nullif(source.name, '') AS source_name,
      CASE WHEN source.is_configured OR source.name = '' THEN NULL ELSE source.place END
        AS abandoned_place
    FROM file LEFT JOIN source ON source.id = file.source
    """

  /// A file with its counts, all readings together.
  static func file(_ db: Database, _ file: FileID) throws -> LedgerFile? {
    try files(db, "WHERE file.id = ?", [file.rawValue]).first
  }

  /// Files with their counts, all readings together.
  /// - Parameter rest: what comes after the FROM clause.
  static func files(
    _ db: Database, _ rest: String, _ arguments: StatementArguments
  ) throws -> [LedgerFile] {
    // A row that is not copied finds its columns at once.
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "\(select)\n\(rest)"), arguments: arguments)
    return try Array(rows.map { LedgerFile(row: $0) })
  }

  /// Records which layout could read little or nothing of a file.
  static func markHardlyRead(_ db: Database, _ file: FileID, by layout: String) throws {
    try db.run("INSERT OR IGNORE INTO reading(layout, header) VALUES(?, x'')", [layout])
    try db.run(
      """
      UPDATE file SET read_by = (SELECT id FROM reading WHERE layout = ? AND header = x'')
      WHERE id = ?
      """, [layout, file.rawValue])
  }

  static func setPostAction(
    _ db: Database, _ file: FileID, _ action: PostAction, error: String?
  ) throws {
    try db.run(
      "UPDATE file SET post_action = ?, post_action_error = ? WHERE id = ?",
      [action.text, error, file.rawValue])
  }
}
