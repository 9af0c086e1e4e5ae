import ParcelStore
import Postgres

/// The statements on files that wait to be read; each in a transaction of its own but for `held` and `end`, which are
/// parts of a commit.
struct FileQueue {
  private let db: PostgresConnection
  private let worker: Int64

  init(_ db: PostgresConnection, worker: Int64) {
    self.db = db
    self.worker = worker
  }

  /// Replaces what waits and nobody has claimed.
  func put(
    _ files: [FileSighting], alone: [FileSighting], of source: SourceID
  ) async throws(PostgresFault) {
    // A worker that is only asleep finds its claim gone.
    try await db.run(
      "DELETE FROM file_queue WHERE source = $1 AND \(Worker.isFree("file_queue.worker"))",
      [.integer(source.rawValue)])
    guard !files.isEmpty || !alone.isEmpty else { return }
    let places =
      Array(repeating: Int64(0), count: files.count)
      + Array(repeating: Int64(1), count: alone.count)
    // Another worker may have read some since the listing.
    try await db.run(
      """
      INSERT INTO file_queue(source, path, size, mtime, is_alone)
        SELECT seen.source, seen.path, seen.size, seen.mtime, seen.alone = 1
        FROM \(SightingList.table(with: [("alone", "$5::int8[]")]))
        WHERE NOT EXISTS (
          SELECT 1 FROM file f WHERE \(SightingList.isFile) AND \(SightingList.isUnchanged)
            AND f.is_final)
        ORDER BY seen.n
      ON CONFLICT DO NOTHING
      """, SightingList(files + alone).values + [.integers(places)])
  }

  /// Claims the next files in the order of the carrier. What another worker is claiming just now is passed over.
  func claim(
    of source: SourceID, _ limits: ClaimLimits
  ) async throws(PostgresFault) -> [ClaimedFile] {
    let rows = try await db.run(
      """
      SELECT q.id, q.size, q.is_alone FROM file_queue q
      WHERE q.source = $1 AND \(Worker.isFree("q.worker"))
      ORDER BY q.is_alone, q.mtime NULLS FIRST, string_to_array(q.path, '/') COLLATE "C" LIMIT $2 FOR UPDATE OF q SKIP LOCKED
      """, [.integer(source.rawValue), .integer(Int64(limits.files))])
    let read = Set(try await dropRead(rows.map { $0.integer(0) }))
    var chosen: [Int64] = []
    var bytes: Int64 = 0
    for row in rows where !read.contains(row.integer(0)) {
      let (size, isAlone) = (row.integerIfAny(1) ?? 0, row.bool(2))
      if !chosen.isEmpty, isAlone || bytes + size > limits.bytes { break }
      chosen.append(row.integer(0))
      bytes += size
      if isAlone { break }
    }
    guard !chosen.isEmpty else { return [] }
    let claimed = try await db.run(
      """
      UPDATE file_queue q SET worker = $2, claim = nextval('file_claim')
      FROM unnest($1::int8[]) u(id) WHERE q.id = u.id
      RETURNING q.id, q.source, q.path, q.size, q.mtime, q.claim, q.is_alone
      """, [.integers(chosen), .integer(worker)])
    let files = Dictionary(uniqueKeysWithValues: claimed.map { ($0.integer(0), ClaimedFile($0)) })
    return chosen.compactMap { files[$0] }
  }

  /// Deletes those that were read to their end since they were put here.
  private func dropRead(_ ids: [Int64]) async throws(PostgresFault) -> [Int64] {
    guard !ids.isEmpty else { return [] }
    return try await db.integers(
      """
      DELETE FROM file_queue q USING unnest($1::int8[]) u(id), file f
      WHERE q.id = u.id AND f.source = q.source
        AND hashtextextended(f.path, 0) = hashtextextended(q.path, 0) AND f.path = q.path
        AND f.size IS NOT DISTINCT FROM q.size AND f.mtime IS NOT DISTINCT FROM q.mtime
        AND f.is_final
      RETURNING q.id
      """, [.integers(ids)])
  }

  /// A file of a commit that still runs on the server, as its session broke, is left for the next time.
  func release(of source: SourceID) async throws(PostgresFault) {
    try await db.run(
      """
      UPDATE file_queue q SET worker = NULL, claim = NULL
      FROM (
        SELECT id FROM file_queue WHERE source = $1 AND worker = $2 ORDER BY id FOR UPDATE SKIP LOCKED) mine
      WHERE q.id = mine.id
      """, [.integer(source.rawValue), .integer(worker)])
  }

  /// Which of some claims this worker still has. They can't be taken before the transaction has ended.
  func held(_ claims: Set<Int64>) async throws(PostgresFault) -> Set<Int64> {
    guard !claims.isEmpty else { return [] }
    return Set(
      try await db.integers(
        """
        SELECT q.claim FROM unnest($1::int8[]) u(claim) JOIN file_queue q ON q.claim = u.claim
        WHERE q.worker = $2 ORDER BY q.claim FOR UPDATE OF q
        """, [.integers(claims.sorted()), .integer(worker)]))
  }

  /// Takes out files whose reading has ended, whatever came of it.
  func end(_ parts: [FilePart]) async throws(PostgresFault) {
    let ended = parts.filter { $0.claim != nil && $0.end != nil }
    guard !ended.isEmpty else { return }
    // Members of an archive are read by its claim.
    try await db.run(
      """
      DELETE FROM file_queue q USING unnest($1::int8[], $2::text[]) u(claim, path)
      WHERE q.claim = u.claim AND q.path = u.path AND q.worker = $3
      """,
      [
        .integers(ended.map { $0.claim ?? 0 }), .texts(ended.map(\.file.path)), .integer(worker),
      ])
  }
}

extension ClaimedFile {
  /// - Parameter row: as `FileQueue.claim` returns it.
  fileprivate init(_ row: PostgresRows.Row) {
    self.init(
      FileSighting(
        source: SourceID(rawValue: row.integer(1)), path: row.text(2), size: row.integerIfAny(3),
        mtime: row.integerIfAny(4)),
      claim: row.integer(5), isAlone: row.bool(6))
  }
}
