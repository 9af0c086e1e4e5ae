import ParcelStore
import Postgres

// Files that wait, and the folders that they were moved to.
extension PostgresEventStore {
  public func seenAt(_ sighting: FileSighting) async throws(StoreError) -> Int64? {
    // The sum keeps the server from going through all files backwards.
    let rows = try await ask(
      "look up the file \(sighting.path)",
      """
      SELECT f.seen_at FROM \(SightingList.table) JOIN file f ON \(SightingList.isFile)
        AND \(SightingList.isUnchanged)
      ORDER BY f.id + 0 DESC LIMIT 1
      """, SightingList([sighting]).values)
    return rows.first?.integerIfAny(0)
  }

  public func noteSeen(_ files: [FileID], at time: Int64) async throws(StoreError) {
    try await write("note since when \(files.count) files are seen") { db in
      _ = try await db.run(
        "UPDATE file SET seen_at = $2::int8 WHERE id = ANY($1::int8[])",
        [.integers(files.map(\.rawValue)), .integer(time)])
    }
  }

  /// If the clock was set back, files would wait too long: those that were seen in the future are
  /// read as well.
  private static let isToBeWoken = """
    read_again_at IS NOT NULL AND is_final AND (read_again_at <= $1::int8 OR seen_at > $1::int8)
    """

  public func wake(at time: Int64) async throws(StoreError) {
    // Nearly every poll has none, and should not write then.
    let isAny = try await ask(
      "look up files to read again",
      "SELECT EXISTS(SELECT 1 FROM file WHERE \(Self.isToBeWoken))", [.integer(time)])
    guard isAny.first?.bool(0) == true else { return }
    try await write("note files to read again") { db in
      _ = try await db.run(
        "UPDATE file SET is_final = false WHERE \(Self.isToBeWoken)", [.integer(time)])
    }
  }

  public func files(at path: String) async throws(StoreError) -> [LedgerFile] {
    // There are few sources, and a file may be of one that the table has no more: each step goes to the next one in
    // the index.
    let rows = try await ask(
      "look up the file \(path)",
      Ledger.select(
        """
        WHERE file.id IN (
          WITH RECURSIVE every(source) AS (
            SELECT min(source) FROM file
            UNION ALL
            SELECT (SELECT min(f.source) FROM file f WHERE f.source > every.source)
            FROM every WHERE every.source IS NOT NULL)
          SELECT (
            SELECT max(f.id + 0) FROM file f WHERE f.source = every.source
              AND hashtextextended(f.path, 0) = hashtextextended($1, 0) AND f.path = $1)
          FROM every)
        ORDER BY file.id
        """), [.text(path)])
    return rows.map { LedgerFile(row: $0) }
  }

  public func readAgain(_ file: FileID) async throws(StoreError) -> Bool {
    try await write("note a file to read again") { db in
      let id = PostgresValue.integer(file.rawValue)
      if try await Ledger.isInRemovedArchive(db, file.rawValue) { return false }
      let changed = try await db.run(
        """
        UPDATE file SET state = 'settling', is_final = false, read_again_at = NULL, read_by = NULL,
          error = 'it is read again at the next poll, as somebody asked for it',
          post_action = 'leave', post_action_error = NULL,
          dismissed_at = NULL, dismissed_by = NULL
        WHERE id = $1 AND (is_final OR state = 'failed')
        """, [id]
      ).changed
      if changed > 0 { try await Ledger.readAgainTogether(db, with: [file.rawValue]) }
      return changed > 0
    }
  }

  private static let wantsOtherLayout = """
    read_by IS NOT NULL AND is_final AND source = $2 AND state IN ('failed', 'ingested')
      AND read_by IS DISTINCT FROM (SELECT id FROM reading
        WHERE (layout || chr(1) || encode(header, 'hex')) = $1::text || chr(1))
    """

  public func readAgain(
    unlessReadBy layout: String, of source: SourceID
  ) async throws(StoreError) -> Int {
    let values: [PostgresValue] = [.text(layout), .integer(source.rawValue)]
    let isAny = try await ask(
      "look up files for another layout",
      "SELECT EXISTS(SELECT 1 FROM file WHERE \(Self.wantsOtherLayout))", values)
    guard isAny.first?.bool(0) == true else { return 0 }
    return try await write("note files for another layout") { db in
      // The state stays: it still says what became of files that are not in the drop any more.
      let files = try await db.integers(
        """
        UPDATE file SET is_final = false, post_action = 'leave', post_action_error = NULL
        WHERE \(Self.wantsOtherLayout) RETURNING id
        """, values)
      try await Ledger.readAgainTogether(db, with: files)
      return files.count
    }
  }

  public func dismiss(
    _ file: FileID, by name: String, at time: Int64
  ) async throws(StoreError) -> Bool {
    try await write("dismiss a file") { db in
      try await db.run(
        """
        UPDATE file SET state = 'dismissed', is_final = state <> 'gone',
          dismissed_at = $2::int8, dismissed_by = $3::text
        WHERE id = $1 AND (state = 'failed' OR state = 'ingested' AND rejected > rows - rejected
          OR \(Ledger.isLost))
        """, [.integer(file.rawValue), .integer(time), .text(name)]
      ).changed > 0
    }
  }

  public func notePostAction(
    _ file: FileID, _ action: PostAction, error: String?
  ) async throws(StoreError) {
    try await write("note a post-action") { db in
      _ = try await db.run(
        "UPDATE file SET post_action = $2::text, post_action_error = $3::text WHERE id = $1",
        [.integer(file.rawValue), .text(action.text), PostgresValue(error)])
    }
  }

  public func notePostActions(
    _ files: [FileID], error: String?
  ) async throws(StoreError) {
    try await write("note why \(files.count) post-actions are pending") { db in
      _ = try await db.run(
        "UPDATE file SET post_action_error = $2::text WHERE id = ANY($1::int8[])",
        [.integers(files.map(\.rawValue)), PostgresValue(error)])
    }
  }

  public func archives() async throws(StoreError) -> [ArchiveFolder] {
    let rows = try await ask(
      "list the archives",
      "SELECT server, directory, path FROM archive ORDER BY server, directory, path")
    return rows.map { row in
      let isKnown = !row.text(0).isEmpty
      return ArchiveFolder(
        server: isKnown ? row.text(0) : nil, directory: isKnown ? row.text(1) : nil,
        path: row.text(2))
    }
  }

  public func noteArchive(_ folder: ArchiveFolder) async throws(StoreError) {
    try await write("note the archive \(folder.path)") { db in
      _ = try await db.run(
        "INSERT INTO archive(server, directory, path) VALUES($1, $2, $3) ON CONFLICT DO NOTHING",
        [.text(folder.server ?? ""), .text(folder.directory ?? ""), .text(folder.path)])
    }
  }
}
