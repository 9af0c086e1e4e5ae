import ParcelStore
import Postgres

// An archive and its members are read together or not at all.
extension Ledger {
  /// The row of an archive.
  struct Archive: Sendable {
    var id: Int64
    var source: Int64
    var path: String
    var mtime: Int64?
    /// Whether it was deleted or moved.
    var isRemoved: Bool
  }

  /// Whether a file is a member of an archive that was deleted or moved.
  static func isInRemovedArchive(
    _ db: PostgresConnection, _ file: Int64
  ) async throws(PostgresFault) -> Bool {
    guard let archive = try await archives(db, of: [file])[file], archive.id != file else {
      return false
    }
    return archive.isRemoved
  }

  /// Those of some files that are members of an archive; no listing shows them.
  static func members(
    _ db: PostgresConnection, among files: [Int64]
  ) async throws(PostgresFault) -> Set<Int64> {
    Set(try await archives(db, of: files).filter { $0.value.id != $0.key }.keys)
  }

  /// Has archives and all their members read again, if files are one of them; the states stay. Of an archive that
  /// was deleted or moved nothing changes.
  static func readAgainTogether(
    _ db: PostgresConnection, with files: [Int64]
  ) async throws(PostgresFault) {
    var archives: [Int64: Archive] = [:]
    for archive in try await self.archives(db, of: files).values where !archive.isRemoved {
      archives[archive.id] = archive
    }
    guard !archives.isEmpty else { return }
    let all = archives.values.sorted { $0.id < $1.id }
    try await db.run([
      PostgresStatement(
        """
        UPDATE file SET is_final = false, post_action = 'leave', post_action_error = NULL
        WHERE id = ANY($1::int8[])
        """, [.integers(all.map(\.id))]),
      // The writer's session has it off, and each file would be compared with each archive.
      PostgresStatement("SET LOCAL enable_hashjoin = on"),
      PostgresStatement(
        readMembersAgain,
        [
          .integers(all.map(\.source)), .texts(all.map(\.path)),
          .integers(all.map { SightingList.number($0.mtime) }),
        ]),
      PostgresStatement("SET LOCAL enable_hashjoin = off"),
    ])
  }

  /// Of all paths that begin with an archive's and an exclamation mark. Members of an older archive of this name are
  /// left alone: they are not in it any more. The size is learnt at the end of a reading.
  private static let readMembersAgain = """
    UPDATE file SET is_final = false, read_by = NULL, size = NULL WHERE id IN (
      SELECT m.id FROM file m
      CROSS JOIN LATERAL string_to_array(m.path, '!') parts
      CROSS JOIN LATERAL generate_series(1, cardinality(parts) - 1) part
      JOIN unnest($1::int8[], $2::text[], $3::int8[]) AS a(source, path, mtime)
        ON a.source = m.source AND a.path = array_to_string(parts[:part], '!')
          AND m.mtime IS NOT DISTINCT FROM \(SightingList.orNull("a.mtime"))
          AND m.path <> a.path || '!'
      WHERE m.path LIKE '%!%')
    """

  /// The archives that files are, or that they are members of, by file; those that have nothing to do with archives
  /// have none.
  private static func archives(
    _ db: PostgresConnection, of files: [Int64]
  ) async throws(PostgresFault) -> [Int64: Archive] {
    guard !files.isEmpty else { return [:] }
    let rows = try await db.run(
      """
      SELECT id, source, path, layout IS NOT DISTINCT FROM $2::text FROM file
      WHERE id = ANY($1::int8[])
      """, [.integers(files), .text(LedgerFile.archiveLayout)])
    let names = rows.map { row in
      let path = row.text(2)
      // `drop.zip` of `drop.zip!folder/member.csv`. Both parts may have further exclamation marks.
      let paths = row.bool(3) ? [path] : LedgerFile.archives(of: path)
      return (
        file: row.integer(0),
        archives: paths.map { path in
          FileSighting(
            source: SourceID(rawValue: row.integer(1)), path: path, size: nil, mtime: nil)
        }
      )
    }
    let found = try await archives(db, named: Array(Set(names.flatMap(\.archives))))
    var archives: [Int64: Archive] = [:]
    for name in names {
      for archive in name.archives where archives[name.file] == nil {
        archives[name.file] = found[archive]
      }
    }
    return archives
  }

  /// The newest archives of some names.
  private static func archives(
    _ db: PostgresConnection, named names: [FileSighting]
  ) async throws(PostgresFault) -> [FileSighting: Archive] {
    guard !names.isEmpty else { return [:] }
    // The sum keeps the server from going through all files backwards.
    let rows = try await db.run(
      """
      SELECT seen.n, a.id, a.mtime, a.post_action, a.gone_at IS NOT NULL
      FROM \(SightingList.table) CROSS JOIN LATERAL (
        SELECT * FROM file f WHERE \(SightingList.isFile) AND f.layout = $5
        ORDER BY f.id + 0 DESC LIMIT 1) a
      """, SightingList(names).values + [.text(LedgerFile.archiveLayout)])
    var archives: [FileSighting: Archive] = [:]
    for row in rows {
      let name = names[SightingList.index(row)]
      archives[name] = Archive(
        id: row.integer(1), source: name.source.rawValue, path: name.path,
        mtime: row.integerIfAny(2), isRemoved: row.bool(4) || isDone(row.text(3)))
    }
    return archives
  }

  private static func isDone(_ postAction: String) -> Bool {
    switch PostAction(text: postAction) {
    case .delete(isDone: true), .move(_, isDone: true): true
    default: false
    }
  }
}
