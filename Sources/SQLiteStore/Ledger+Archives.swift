import GRDB
import ParcelStore

// An archive and its members are read together or not at all.
extension Ledger {
  /// Whether a file is a member of an archive that was deleted or moved.
  static func isInRemovedArchive(_ db: Database, _ file: Int64) throws -> Bool {
    guard let archive = try archive(db, of: file), archive["id"] as Int64 != file else {
      return false
    }
    return isRemoved(archive)
  }

  /// Whether a file is a member of an archive; no listing shows it.
  static func isMember(_ db: Database, _ file: Int64) throws -> Bool {
    guard let archive = try archive(db, of: file) else { return false }
    return archive["id"] as Int64 != file
  }

  /// Has an archive and all its members read again, if a file is one of them; the states stay. Of an archive that
  /// was deleted or moved nothing changes.
  static func readAgainTogether(_ db: Database, with file: Int64) throws {
    guard let archive = try archive(db, of: file), !isRemoved(archive) else { return }
    try db.run(
      """
      UPDATE file SET is_final = 0, post_action = 'leave', post_action_error = NULL
      WHERE id = ?
      """, [archive["id"] as Int64])
    // All paths that begin with the archive's and an exclamation mark. Members of an older archive of this name
    // are left alone: they are not in it any more. The size is learnt at the end of a reading.
    try db.run(
      """
      UPDATE file SET is_final = 0, read_by = NULL, size = NULL
      WHERE source = ?1 AND path > ?2 || '!' AND path < ?2 || '"' AND mtime IS ?3
      """,
      [archive["source"] as Int64, archive["path"] as String, archive["mtime"] as Int64?])
  }

  private static func isRemoved(_ archive: Row) -> Bool {
    if archive["gone_at"] as Int64? != nil { return true }
    return switch PostAction(text: archive["post_action"]) {
    case .delete(isDone: true), .move(_, isDone: true): true
    default: false
    }
  }

  /// The row of the archive that a file is, or that it is a member of; nil: it has nothing to do with archives.
  private static func archive(_ db: Database, of file: Int64) throws -> Row? {
    guard
      let row = try db.row("SELECT source, path, layout FROM file WHERE id = ?", [file])
    else { return nil }
    let (source, path): (Int64, String) = (row["source"], row["path"])
    // `drop.zip` of `drop.zip!folder/member.csv`. Both parts may have further exclamation marks.
    let paths =
      (row["layout"] as String?) == LedgerFile.archiveLayout
      ? [path] : LedgerFile.archives(of: path)
    for path in paths {
      let archive = try db.row(
        """
        SELECT id, source, path, mtime, post_action, gone_at FROM file
        WHERE source = ?1 AND path = ?2 AND layout = ?3 ORDER BY id DESC LIMIT 1
        """, [source, path, LedgerFile.archiveLayout])
      if let archive { return archive }
    }
    return nil
  }
}
