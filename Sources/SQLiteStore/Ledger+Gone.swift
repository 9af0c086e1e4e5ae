import GRDB
import ParcelStore

// Files that listings do not show any more.
extension Ledger {
  /// The same as `LedgerFile.isLost`.
  static let isLost = "state = 'gone' AND (ingested_at IS NULL OR rejected > rows - rejected)"

  /// What is set when a file is seen.
  static let isThere = "is_awaited = 1, missing_since = NULL, gone_at = NULL"

  static func unseen(
    _ db: Database, of source: SourceID, besides seen: FileSet
  ) throws -> UnseenFiles {
    var unseen = UnseenFiles()
    // Nearly all of them are seen, so the rows of the others are read one by one.
    let awaited = try Int64.fetchCursor(
      db.cachedStatement(
        sql: "SELECT id FROM file INDEXED BY file_awaited WHERE source = ? AND is_awaited"),
      arguments: [source.rawValue])
    var ids: [Int64] = []
    while let id = try awaited.next() {
      if !seen.contains(FileID(rawValue: id)) { ids.append(id) }
    }
    for id in ids { try add(db, id, to: &unseen) }
    let missing = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id FROM file INDEXED BY file_missing
          WHERE source = ? AND missing_since IS NOT NULL AND gone_at IS NULL
          """), arguments: [source.rawValue])
    unseen.returned = missing.map { FileID(rawValue: $0) }.filter { seen.contains($0) }
    return unseen
  }

  private static func add(_ db: Database, _ id: Int64, to unseen: inout UnseenFiles) throws {
    let row = try db.row(
      """
      SELECT path, state, post_action, missing_since, EXISTS(SELECT 1 FROM file newer
        WHERE newer.source = file.source AND newer.path = file.path AND newer.id > file.id) AS is_former
      FROM file WHERE id = ?
      """, [id])
    guard let row else { return }
    let path: String = row["path"]
    let action = PostAction(text: row["post_action"]) ?? .leave
    // The poll looks by itself what became of it.
    if action.isPending { return }
    let isOver = ["gone", "dismissed"].contains(row["state"] as String) || action != .leave
    if try isOver || row["is_former"] || path.utf8.contains(UInt8(ascii: "!")) && isMember(db, id) {
      unseen.settled.append(FileID(rawValue: id))
    } else {
      unseen.missing.append(
        UnseenFiles.File(
          id: FileID(rawValue: id), path: path, wasMissing: row["missing_since"] as Int64? != nil))
    }
  }

  /// Records what a listing did not show.
  /// - Returns: those of the files that are gone now, and lost.
  static func note(
    _ db: Database, _ unseen: UnseenFiles, at time: Int64
  ) throws -> [LedgerFile] {
    for file in unseen.returned {
      try db.run("UPDATE file SET missing_since = NULL WHERE id = ?", [file.rawValue])
    }
    for file in unseen.settled {
      try db.run(
        "UPDATE file SET is_awaited = 0, missing_since = NULL WHERE id = ?", [file.rawValue])
    }
    return try unseen.missing.compactMap { try miss(db, $0, at: time) }
  }

  private static func miss(
    _ db: Database, _ unseen: UnseenFiles.File, at time: Int64
  ) throws -> LedgerFile? {
    let id = unseen.id
    // A command may have changed it since.
    let row = try db.row(
      "SELECT missing_since FROM file WHERE id = ? AND is_awaited AND state <> 'dismissed'",
      [id.rawValue])
    guard let row, let file = try file(db, id), file.postAction == .leave else { return nil }
    guard unseen.wasMissing, row["missing_since"] as Int64? != nil else {
      try db.run(
        "UPDATE file SET missing_since = coalesce(missing_since, ?) WHERE id = ?",
        [time, id.rawValue])
      return nil
    }
    try db.run(
      """
      UPDATE file SET state = 'gone', gone_at = ?, error = ?, is_final = 0, is_awaited = 0,
        is_in_hand = 0, read_again_at = NULL, read_by = NULL WHERE id = ?
      """, [time, file.errorOnceGone, id.rawValue])
    guard let gone = try Ledger.file(db, id), gone.isLost else { return nil }
    return gone
  }
}
