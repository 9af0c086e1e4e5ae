import ParcelStore
import Postgres

// Files that listings do not show any more.
extension Ledger {
  /// The same as `LedgerFile.isLost`, word for word as the index `file_lost` has it.
  static let isLost = "state = 'gone' AND (ingested_at IS NULL OR rejected > rows - rejected)"

  /// A source may have a million files; so many are asked for at once.
  private static let mostNumbers: Int64 = 50_000
  private static let mostRows = 5_000

  static func unseen(
    _ db: PostgresConnection, of source: SourceID, besides seen: FileSet
  ) async throws(PostgresFault) -> UnseenFiles {
    var unseen = UnseenFiles()
    // Nearly all of them are seen, so only the rows of the others are read.
    var ids: [Int64] = []
    var last = Int64.min
    while true {
      let awaited = try await db.integers(
        """
        SELECT id FROM file WHERE source = $1 AND is_awaited AND id > $2::int8
        ORDER BY id LIMIT $3
        """, [.integer(source.rawValue), .integer(last), .integer(mostNumbers)])
      ids += awaited.filter { !seen.contains(FileID(rawValue: $0)) }
      guard awaited.count == Int(mostNumbers), let end = awaited.last else { break }
      last = end
    }
    for start in stride(from: 0, to: ids.count, by: mostRows) {
      let some = Array(ids[start..<min(start + mostRows, ids.count)])
      try await add(db, some, to: &unseen)
    }
    let missing = try await db.integers(
      """
      SELECT id FROM file
      WHERE source = $1 AND missing_since IS NOT NULL AND gone_at IS NULL ORDER BY id
      """, [.integer(source.rawValue)])
    unseen.returned = missing.map { FileID(rawValue: $0) }.filter { seen.contains($0) }
    return unseen
  }

  private static func add(
    _ db: PostgresConnection, _ ids: [Int64], to unseen: inout UnseenFiles
  ) async throws(PostgresFault) {
    let rows = try await db.run(
      """
      SELECT f.id, f.path, f.state, f.post_action, f.missing_since IS NOT NULL,
        EXISTS(SELECT 1 FROM file newer WHERE newer.source = f.source
          AND hashtextextended(newer.path, 0) = hashtextextended(f.path, 0)
          AND newer.path = f.path AND newer.id > f.id)
      FROM file f WHERE f.id = ANY($1::int8[]) ORDER BY f.id
      """, [.integers(ids)])
    var settled: Set<Int64> = []
    var files: [UnseenFiles.File] = []
    var mayBeMembers: [Int64] = []
    for row in rows {
      let (id, path) = (row.integer(0), row.text(1))
      let action = PostAction(text: row.text(3)) ?? .leave
      // The poll looks by itself what became of it.
      if action.isPending { continue }
      files.append(
        UnseenFiles.File(id: FileID(rawValue: id), path: path, wasMissing: row.bool(4)))
      if ["gone", "dismissed"].contains(row.text(2)) || action != .leave || row.bool(5) {
        settled.insert(id)
      } else if path.utf8.contains(UInt8(ascii: "!")) {
        mayBeMembers.append(id)
      }
    }
    settled.formUnion(try await members(db, among: mayBeMembers))
    for file in files {
      if settled.contains(file.id.rawValue) {
        unseen.settled.append(file.id)
      } else {
        unseen.missing.append(file)
      }
    }
  }

  /// Records what a listing did not show.
  /// - Returns: those of the files that are gone now, and lost.
  static func note(
    _ db: PostgresConnection, _ unseen: UnseenFiles, at time: Int64
  ) async throws(PostgresFault) -> [LedgerFile] {
    if !unseen.returned.isEmpty {
      try await db.run(
        "UPDATE file SET missing_since = NULL WHERE id = ANY($1::int8[])",
        [.integers(unseen.returned.map(\.rawValue))])
    }
    if !unseen.settled.isEmpty {
      try await db.run(
        """
        UPDATE file SET is_awaited = false, missing_since = NULL WHERE id = ANY($1::int8[])
        """, [.integers(unseen.settled.map(\.rawValue))])
    }
    return unseen.missing.isEmpty ? [] : try await miss(db, unseen.missing, at: time)
  }

  private static func miss(
    _ db: PostgresConnection, _ unseen: [UnseenFiles.File], at time: Int64
  ) async throws(PostgresFault) -> [LedgerFile] {
    let ids = PostgresValue.integers(unseen.map(\.id.rawValue))
    // A command may have changed them since.
    let rows = try await db.run(
      """
      SELECT id, missing_since IS NOT NULL FROM file
      WHERE id = ANY($1::int8[]) AND is_awaited AND state <> 'dismissed' ORDER BY id FOR UPDATE
      """, [ids])
    var wasMissing: [FileID: Bool] = [:]
    for row in rows { wasMissing[FileID(rawValue: row.integer(0))] = row.bool(1) }
    var files: [FileID: LedgerFile] = [:]
    for file in try await self.files(db, "WHERE file.id = ANY($1::int8[])", [ids]) {
      files[file.id] = file
    }
    var first: [Int64] = []
    var gone: [LedgerFile] = []
    for one in unseen {
      guard let wasMissing = wasMissing[one.id], let file = files[one.id],
        file.postAction == .leave
      else { continue }
      if one.wasMissing, wasMissing { gone.append(file) } else { first.append(one.id.rawValue) }
    }
    if !first.isEmpty {
      try await db.run(
        """
        UPDATE file SET missing_since = coalesce(missing_since, $2::int8)
        WHERE id = ANY($1::int8[])
        """, [.integers(first), .integer(time)])
    }
    return gone.isEmpty ? [] : try await markGone(db, gone, at: time)
  }

  private static func markGone(
    _ db: PostgresConnection, _ gone: [LedgerFile], at time: Int64
  ) async throws(PostgresFault) -> [LedgerFile] {
    let ids = gone.map(\.id.rawValue)
    try await db.run(
      """
      UPDATE file f SET state = 'gone', gone_at = $3::int8, error = nullif(u.error, ''),
        is_final = false, is_awaited = false, is_in_hand = false, read_again_at = NULL,
        read_by = NULL
      FROM unnest($1::int8[], $2::text[]) AS u(id, error) WHERE f.id = u.id
      """, [.integers(ids), .texts(gone.map { $0.errorOnceGone ?? "" }), .integer(time)])
    var lost: [FileID: LedgerFile] = [:]
    for file in try await files(db, "WHERE file.id = ANY($1::int8[])", [.integers(ids)]) {
      if file.isLost { lost[file.id] = file }
    }
    return gone.compactMap { lost[$0.id] }
  }
}
