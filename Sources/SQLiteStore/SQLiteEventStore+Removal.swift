import GRDB
import ParcelStore

// Files that wait, and the folders that they were moved to.
extension SQLiteEventStore {
  public func seenAt(_ sighting: FileSighting) async throws(StoreError) -> Int64? {
    try await read("look up the file \(sighting.path)") { db in
      try Int64.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT seen_at FROM file WHERE source = ? AND path = ? AND size IS ? AND mtime IS ?
            ORDER BY id DESC LIMIT 1
            """),
        arguments: [
          sighting.source.rawValue, sighting.path, sighting.size, sighting.mtime,
        ])
    }
  }

  public func noteSeen(_ files: [FileID], at time: Int64) async throws(StoreError) {
    try await write("note since when \(files.count) files are seen") { db in
      for file in files {
        try db.run("UPDATE file SET seen_at = ? WHERE id = ?", [time, file.rawValue])
      }
    }
  }

  /// If the clock was set back, files would wait too long: those that were seen in the future are
  /// read as well.
  private static let isToBeWoken =
    "read_again_at IS NOT NULL AND is_final AND (read_again_at <= ?1 OR seen_at > ?1)"

  public func wake(at time: Int64) async throws(StoreError) {
    // Nearly every poll has none, and should not write then.
    let isAny = try await read("look up files to read again") { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS(SELECT 1 FROM file WHERE \(Self.isToBeWoken))",
        arguments: [time]) ?? false
    }
    guard isAny else { return }
    try await write("note files to read again") { db in
      try db.execute(
        sql: "UPDATE file SET is_final = 0 WHERE \(Self.isToBeWoken)", arguments: [time])
    }
  }

  public func files(at path: String) async throws(StoreError) -> [LedgerFile] {
    try await read("look up the file \(path)") { db in
      try Ledger.files(
        db,
        """
        WHERE file.id IN (SELECT max(id) FROM file WHERE path = ? GROUP BY source)
        ORDER BY file.id
        """, [path])
    }
  }

  public func readAgain(_ file: FileID) async throws(StoreError) -> Bool {
    try await write("note a file to read again") { db in
      if try Ledger.isInRemovedArchive(db, file.rawValue) { return false }
      try db.execute(
        sql: """
          UPDATE file SET state = 'settling', is_final = 0, read_again_at = NULL, read_by = NULL,
            error = 'it is read again at the next poll, as somebody asked for it',
            post_action = 'leave', post_action_error = NULL,
            dismissed_at = NULL, dismissed_by = NULL
          WHERE id = ? AND is_final OR id = ? AND state = 'failed'
          """, arguments: [file.rawValue, file.rawValue])
      let isAny = db.changesCount > 0
      if isAny { try Ledger.readAgainTogether(db, with: file.rawValue) }
      return isAny
    }
  }

  private static let wantsOtherLayout = """
    read_by IS NOT NULL AND is_final AND source = ?2 AND state IN ('failed', 'ingested')
      AND read_by IS NOT (SELECT id FROM reading WHERE layout = ?1 AND header = x'')
    """

  public func readAgain(
    unlessReadBy layout: String, of source: SourceID
  ) async throws(StoreError) -> Int {
    // By the named index, so that no ledger is searched from end to end for the few files of it.
    let isAny = try await read("look up files for another layout") { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS(SELECT 1 FROM file INDEXED BY file_hardly_read
            WHERE \(Self.wantsOtherLayout))
          """, arguments: [layout, source.rawValue]) ?? false
    }
    guard isAny else { return 0 }
    return try await write("note files for another layout") { db in
      let files = try Int64.fetchAll(
        db,
        sql: "SELECT id FROM file INDEXED BY file_hardly_read WHERE \(Self.wantsOtherLayout)",
        arguments: [layout, source.rawValue])
      // The state stays: it still says what became of files that are not in the drop any more.
      try db.execute(
        sql: """
          UPDATE file INDEXED BY file_hardly_read
          SET is_final = 0, post_action = 'leave', post_action_error = NULL
          WHERE \(Self.wantsOtherLayout)
          """, arguments: [layout, source.rawValue])
      let count = db.changesCount
      for file in files { try Ledger.readAgainTogether(db, with: file) }
      return count
    }
  }

  public func dismiss(
    _ file: FileID, by name: String, at time: Int64
  ) async throws(StoreError) -> Bool {
    try await write("dismiss a file") { db in
      try db.execute(
        sql: """
          UPDATE file SET state = 'dismissed', is_final = state <> 'gone',
            dismissed_at = ?, dismissed_by = ?
          WHERE id = ? AND (state = 'failed' OR state = 'ingested' AND rejected > rows - rejected
            OR \(Ledger.isLost))
          """, arguments: [time, name, file.rawValue])
      return db.changesCount > 0
    }
  }

  public func notePostActions(
    _ files: [FileID], error: String?
  ) async throws(StoreError) {
    try await write("note why \(files.count) post-actions are pending") { db in
      for file in files {
        try db.run(
          "UPDATE file SET post_action_error = ? WHERE id = ?", [error, file.rawValue])
      }
    }
  }

  public func archives() async throws(StoreError) -> [ArchiveFolder] {
    try await read("list the archives") { db in
      try Row.fetchAll(db, sql: "SELECT * FROM archive").map { row in
        let (server, directory): (String, String) = (row["server"], row["directory"])
        return ArchiveFolder(
          server: server.isEmpty ? nil : server, directory: server.isEmpty ? nil : directory,
          path: row["path"])
      }
    }
  }

  public func noteArchive(_ folder: ArchiveFolder) async throws(StoreError) {
    try await write("note the archive \(folder.path)") { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO archive VALUES(?, ?, ?)",
        arguments: [folder.server ?? "", folder.directory ?? "", folder.path])
    }
  }
}
