import GRDB
import ParcelStore

// An archive and its members are read together or not at all.
extension Ledger {
  /// Has an archive and all its members read again, if a file is one of them; the states stay.
  static func readAgainTogether(_ db: Database, with file: Int64) throws {
    guard
      let row = try db.row("SELECT source, path, layout FROM file WHERE id = ?", [file])
    else { return }
    let source: Int64 = row["source"]
    let isArchive = row["layout"] == LedgerFile.archiveLayout
    // `drop.zip` of `drop.zip!folder/member.csv`. Both parts may have further exclamation marks.
    let paths = isArchive ? [row["path"]] : beginnings(of: row["path"])
    for path in paths {
      let archive = try db.row(
        """
        SELECT id, mtime FROM file WHERE source = ?1 AND path = ?2 AND layout = ?3
        ORDER BY id DESC LIMIT 1
        """, [source, path, LedgerFile.archiveLayout])
      guard let archive else { continue }
      try db.run(
        """
        UPDATE file SET is_final = 0, post_action = 'leave', post_action_error = NULL
        WHERE id = ?
        """, [archive["id"] as Int64])
      // All paths that begin with the archive's and an exclamation mark. Members of an older archive of this
      // name are left alone: they are not in it any more. The size is learnt at the end of a reading.
      try db.run(
        """
        UPDATE file SET is_final = 0, read_by = NULL, size = NULL
        WHERE source = ?1 AND path > ?2 || '!' AND path < ?2 || '"' AND mtime IS ?3
        """, [source, path, archive["mtime"] as Int64?])
    }
  }

  /// What stands before each exclamation mark.
  private static func beginnings(of path: String) -> [String] {
    let bytes = Array(path.utf8)
    return bytes.indices.filter { bytes[$0] == UInt8(ascii: "!") }.map {
      String(decoding: bytes[..<$0], as: UTF8.self)
    }
  }
}
