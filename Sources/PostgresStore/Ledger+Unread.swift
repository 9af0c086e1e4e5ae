import ParcelStore
import Postgres

// Files that are not read yet, and why.
extension Ledger {
  /// A file that is not read yet.
  struct Unread: Sendable {
    /// Where it is in the caller's list.
    var index: Int
    var sighting: FileSighting
    var reason: String
  }

  private static let withReasons = SightingList.table(with: [("reason", "$6::text[]")])

  /// Which of the files `recordUnread` would change: their indexes in the list. Asked with `unrecordedValues`.
  static let unrecorded = """
    SELECT seen.n FROM \(withReasons)
    LEFT JOIN LATERAL (
      SELECT f.id FROM file f WHERE \(SightingList.isFile) AND \(SightingList.isUnchanged)
        AND NOT f.is_final AND f.state = $5 AND f.error = seen.reason AND f.is_awaited
      LIMIT 1) known ON true
    WHERE known.id IS NULL ORDER BY seen.n
    """

  static func unrecordedValues(_ files: [Unread], _ state: FileState) -> [PostgresValue] {
    SightingList(files.map(\.sighting)).values
      + [.text(state.rawValue), .texts(files.map(\.reason))]
  }

  /// Records that files are not read yet, and why.
  /// - Returns: the indexes of those of which that was not known.
  static func recordUnread(
    _ db: PostgresConnection, _ files: [Unread], _ state: FileState
  ) async throws(PostgresFault) -> Set<Int> {
    var changed: Set<Int> = []
    // A name that is there twice comes to its row twice.
    var rest = files
    while !rest.isEmpty {
      var names: Set<FileSighting> = []
      var later: [Unread] = []
      var round: [Unread] = []
      for file in rest {
        let name = FileSighting(
          source: file.sighting.source, path: file.sighting.path, size: nil, mtime: nil)
        if names.insert(name).inserted { round.append(file) } else { later.append(file) }
      }
      changed.formUnion(try await recordOnce(db, round, state))
      rest = later
    }
    return changed
  }

  /// - Parameter files: no name is there twice.
  private static func recordOnce(
    _ db: PostgresConnection, _ files: [Unread], _ state: FileState
  ) async throws(PostgresFault) -> [Int] {
    var rows = try await unfinishedRows(db, files.map(\.sighting))
    let unknown = files.indices.filter { rows[$0] == nil }
    if !unknown.isEmpty {
      // Another process may note the same files, and waits here then.
      try await db.run(
        "SELECT 1 FROM source WHERE id = ANY($1::int8[]) ORDER BY id FOR UPDATE",
        [.integers(Array(Set(unknown.map { files[$0].sighting.source.rawValue })))])
      let since = try await unfinishedRows(db, unknown.map { files[$0].sighting })
      for (index, row) in since { rows[unknown[index]] = row }
    }
    let new = files.indices.filter { rows[$0] == nil }.map { files[$0] }
    let known = files.indices.compactMap { index in
      rows[index].map { (file: files[index], row: $0) }
    }
    if !new.isEmpty { try await db.run(insert, unrecordedValues(new, state)) }
    if !known.isEmpty {
      try await db.run(
        update,
        unrecordedValues(known.map(\.file), state) + [.integers(known.map(\.row.id))])
    }
    let told = known.filter { file, row in
      row.state != state.rawValue || row.error.map { Array($0.utf8) } != Array(file.reason.utf8)
    }
    return new.map(\.index) + told.map(\.file.index)
  }

  private static let insert = """
    INSERT INTO file(source, path, size, mtime, state, error)
    SELECT seen.source, seen.path, seen.size, seen.mtime, $5, seen.reason
    FROM \(withReasons) ORDER BY seen.n
    """

  private static let update = """
    UPDATE file f SET
      seen_at = CASE WHEN \(SightingList.isUnchanged) AND f.gone_at IS NULL THEN f.seen_at END,
      size = seen.size, mtime = seen.mtime, state = $5, is_final = false, read_again_at = NULL,
      read_by = NULL, error = seen.reason, dismissed_at = NULL, dismissed_by = NULL,
      \(isThere)
    FROM \(SightingList.table(with: [("reason", "$6::text[]"), ("id", "$7::int8[]")]))
    WHERE f.id = seen.id
    """

  /// The row that a new reading of a file continues.
  private struct UnfinishedRow {
    var id: Int64
    var state: String
    var error: String?
  }

  /// Those rows, by the index of the file, and locked. A row that only waits for another layout is continued if size
  /// and mtime are the same; otherwise it keeps what it says, and the file gets a row of its own. Likewise one that
  /// was read and is gone: the file that comes back may be another.
  private static func unfinishedRows(
    _ db: PostgresConnection, _ sightings: [FileSighting]
  ) async throws(PostgresFault) -> [Int: UnfinishedRow] {
    let values = SightingList(sightings).values
    // Which row it is shows only a statement that begins once nobody changes them any more.
    let answers = try await db.run([
      PostgresStatement(lock, values), PostgresStatement(unfinished, values),
    ])
    var found: [Int: UnfinishedRow] = [:]
    for row in answers[1] {
      found[SightingList.index(row)] = UnfinishedRow(
        id: row.integer(1), state: row.text(2), error: row.textIfAny(3))
    }
    return found
  }

  private static let lock = """
    SELECT 1 FROM \(SightingList.table) JOIN file f ON \(SightingList.isFile)
    ORDER BY f.id FOR UPDATE OF f
    """

  // The sum keeps the server from going through all files backwards.
  private static let unfinished = """
    SELECT seen.n, f.id, f.state, f.error FROM \(SightingList.table)
    CROSS JOIN LATERAL (
      SELECT * FROM file f WHERE \(SightingList.isFile) AND (NOT f.is_final OR f.state = 'settling')
        AND (f.read_by IS NULL AND (f.gone_at IS NULL OR f.ingested_at IS NULL)
          OR \(SightingList.isUnchanged))
      ORDER BY f.id + 0 DESC LIMIT 1) f
    """
}
