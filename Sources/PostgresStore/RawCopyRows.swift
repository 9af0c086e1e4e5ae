import ParcelStore
import Postgres

/// The statements on copies of files. Whoever changes pieces holds the row of their copy.
enum RawCopyRows {
  static let columns = """
    c.file, c.kept_at, c.size, c.packed, c.pieces, c.first_piece, c.sha256, c.redacted_sha256,
      c.redacted_at, c.removed_at
    """

  /// - Parameter isHeld: whether nobody else changes it until the end of the transaction.
  static func copy(
    _ db: PostgresConnection, of file: Int64, isHeld: Bool = false
  ) async throws(PostgresFault) -> RawCopy? {
    try await db.row(
      "SELECT \(columns) FROM raw_copy c WHERE c.file = $1\(isHeld ? " FOR UPDATE" : "")",
      [.integer(file)]
    ).map { copy($0) }
  }

  static func copy(_ row: PostgresRows.Row) -> RawCopy {
    var copy = RawCopy(file: FileID(rawValue: row.integer(0)), keptAt: row.integer(1))
    copy.size = row.integer(2)
    copy.packed = row.integer(3)
    copy.pieces = Int(row.integer(4))
    copy.firstPiece = Int(row.integer(5))
    copy.sha256 = row.bytesIfAny(6)
    copy.redactedSHA256 = row.bytesIfAny(7)
    copy.redactedAt = row.integerIfAny(8)
    copy.removedAt = row.integerIfAny(9)
    return copy
  }

  static func holder(
    _ db: PostgresConnection, of file: FileID
  ) async throws(PostgresFault) -> RawHolder? {
    let row = try await db.row(
      """
      SELECT EXISTS(SELECT FROM raw_copy WHERE file = $1), f.source, f.path, f.mtime
      FROM (VALUES (1)) one LEFT JOIN file f ON f.id = $1
      """, [.integer(file.rawValue)])
    guard let row else { return nil }
    if row.bool(0) { return RawHolder(file: file, member: nil) }
    guard let path = row.textIfAny(2) else { return nil }
    // With the same time: an archive that came later under this name has other members.
    let archive = try await db.row(
      """
      SELECT f.id, octet_length(f.path) FROM unnest($2::text[]) WITH ORDINALITY n(path, place)
      JOIN file f ON f.source = $1 AND f.path = n.path
        AND hashtextextended(f.path, 0) = hashtextextended(n.path, 0)
      JOIN raw_copy c ON c.file = f.id
      WHERE f.layout = $3 AND f.mtime IS NOT DISTINCT FROM $4::int8
      ORDER BY n.place, f.id DESC LIMIT 1
      """,
      [
        .integer(row.integer(1)), .texts(LedgerFile.archives(of: path)),
        .text(LedgerFile.archiveLayout),
        PostgresValue(row.integerIfAny(3)),
      ])
    return archive.map { archive in
      RawHolder(
        file: FileID(rawValue: archive.integer(0)),
        member: String(path.utf8.dropFirst(Int(archive.integer(1)) + 1)))
    }
  }

  /// Drops the copies of files that are read again from their start. Those that lines were taken out of stay: they
  /// would come back otherwise.
  static func beginAgain(
    _ db: PostgresConnection, of files: [Int64]
  ) async throws(PostgresFault) {
    guard !files.isEmpty else { return }
    let gone = try await db.integers(
      "DELETE FROM raw_copy WHERE file = ANY($1::int8[]) AND redacted_at IS NULL RETURNING file",
      [.integers(files)])
    guard !gone.isEmpty else { return }
    try await db.run(
      "DELETE FROM raw_piece WHERE file = ANY($1::int8[])", [.integers(gone)])
  }

  /// Pieces that have one of these numbers.
  static func deletePieces(of file: Int64, _ numbers: Range<Int>) -> PostgresStatement {
    PostgresStatement(
      "DELETE FROM raw_piece WHERE file = $1 AND number >= $2 AND number < $3",
      [
        .integer(file), .integer(Int64(numbers.lowerBound)), .integer(Int64(numbers.upperBound)),
      ])
  }

  // MARK: Adding

  /// Adds to the copies of files what some of their parts bring; not to those that are redacted or removed.
  static func append(
    _ db: PostgresConnection, _ parts: [(file: Int64, raw: RawPart)], at time: Int64
  ) async throws(PostgresFault) {
    guard !parts.isEmpty else { return }
    // In one order, so that no two transactions wait for each other.
    let files = Set(parts.map(\.file)).sorted()
    let answers = try await db.run([
      PostgresStatement(
        """
        INSERT INTO raw_copy(file, kept_at) SELECT file, $2 FROM unnest($1::int8[]) f(file)
        ON CONFLICT (file) DO NOTHING
        """, [.integers(files), .integer(time)]),
      // What follows of a copy that was removed while its file is read would be left for ever.
      PostgresStatement(
        """
        SELECT file FROM raw_copy
        WHERE file = ANY($1::int8[]) AND redacted_at IS NULL AND removed_at IS NULL
        ORDER BY file FOR UPDATE
        """, [.integers(files)]),
    ])
    let open = Set(answers[1].map { $0.integer(0) })
    let added = parts.filter { open.contains($0.file) }
    guard !added.isEmpty else { return }
    try await insert(
      db, added.flatMap { part in part.raw.pieces.map { (part.file, $0) } }, from: 0)
    try await count(db, added)
  }

  /// Adds to what is known of copies.
  private static func count(
    _ db: PostgresConnection, _ parts: [(file: Int64, raw: RawPart)]
  ) async throws(PostgresFault) {
    func sums(_ value: (RawPiece) -> Int) -> PostgresValue {
      .integers(parts.map { part in part.raw.pieces.reduce(0) { $0 + Int64(value($1)) } })
    }
    // A file may have several parts; only its last one has the SHA-256.
    try await db.run(
      """
      UPDATE raw_copy c SET pieces = c.pieces + p.pieces, size = c.size + p.size,
        packed = c.packed + p.packed, sha256 = coalesce(p.sha256, c.sha256)
      FROM (
        SELECT file, sum(pieces)::int8 AS pieces, sum(size)::int8 AS size,
          sum(packed)::int8 AS packed, (array_agg(sha256 ORDER BY place DESC)
            FILTER (WHERE sha256 <> ''))[1] AS sha256
        FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::bytea[])
          WITH ORDINALITY u(file, pieces, size, packed, sha256, place)
        GROUP BY file) p
      WHERE c.file = p.file
      """,
      [
        .integers(parts.map(\.file)), sums { _ in 1 }, sums(\.size), sums(\.packed.count),
        .blobs(parts.map { $0.raw.sha256 ?? [] }),
      ])
  }

  /// Bytes that one statement brings, but for its last piece.
  private static let mostBytes = 4 << 20

  /// - Parameter first: the number under which piece 0 is kept.
  static func insert(
    _ db: PostgresConnection, _ pieces: [(file: Int64, piece: RawPiece)], from first: Int
  ) async throws(PostgresFault) {
    var rest = pieces[...]
    while !rest.isEmpty {
      var (count, bytes) = (0, 0)
      while count < rest.count, bytes < mostBytes {
        bytes += rest[rest.startIndex + count].piece.packed.count
        count += 1
      }
      let some = rest.prefix(count)
      try await db.run(
        """
        INSERT INTO raw_piece(file, number, size, packed)
          SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::bytea[])
        ON CONFLICT (file, number) DO UPDATE SET size = excluded.size, packed = excluded.packed
        """,
        [
          .integers(some.map(\.file)), .integers(some.map { Int64(first + $0.piece.number) }),
          .integers(some.map { Int64($0.piece.size) }), .blobs(some.map(\.piece.packed)),
        ])
      rest = rest.dropFirst(count)
    }
  }

  // MARK: Removing

  /// Removes pieces of copies, the oldest copy first and of each the last piece first, so that what is left of a
  /// copy is known by its count.
  static func remove(
    _ db: PostgresConnection, keptBefore time: Int64, at now: Int64, limit: Int
  ) async throws(PostgresFault) -> RawCopyTotal? {
    let rows = try await db.run(
      """
      SELECT file, pieces, first_piece FROM raw_copy WHERE pieces > 0 AND kept_at < $1
      ORDER BY kept_at, file LIMIT $2 FOR UPDATE
      """, [.integer(time), .integer(Int64(max(1, limit)))])
    guard !rows.isEmpty else { return nil }
    var (files, left, first): ([Int64], [Int64], [Int64]) = ([], [], [])
    var room = Int64(max(1, limit))
    for row in rows where room > 0 {
      let count = min(room, row.integer(1))
      room -= count
      files.append(row.integer(0))
      left.append(row.integer(1) - count)
      first.append(row.integer(2))
    }
    // With the last piece also those that a redaction has left; they are not counted in the copy.
    let answer = try await db.run(
      """
      WITH part AS (
        SELECT p.file, p.remaining, p.first + p.remaining AS start, c.first_piece + c.pieces AS stop
        FROM unnest($1::int8[], $2::int8[], $3::int8[]) p(file, remaining, first)
        JOIN raw_copy c ON c.file = p.file),
      gone AS (
        DELETE FROM raw_piece r USING part p WHERE r.file = p.file
          AND (p.remaining = 0 OR r.number >= p.start AND r.number < p.stop)
        RETURNING r.file, CASE WHEN r.number >= p.start AND r.number < p.stop
          THEN length(r.packed) ELSE 0 END AS packed),
      freed AS (SELECT file, sum(packed)::int8 AS packed FROM gone GROUP BY file)
      UPDATE raw_copy c SET pieces = p.remaining,
        packed = greatest(0, c.packed - coalesce(f.packed, 0)),
        removed_at = coalesce(c.removed_at, $4)
      FROM part p LEFT JOIN freed f ON f.file = p.file WHERE c.file = p.file
      RETURNING p.remaining, coalesce(f.packed, 0)
      """, [.integers(files), .integers(left), .integers(first), .integer(now)])
    return answer.reduce(into: RawCopyTotal()) { total, row in
      total += RawCopyTotal(copies: row.integer(0) == 0 ? 1 : 0, packed: row.integer(1))
    }
  }

  static func removeAll(
    _ db: PostgresConnection, of file: FileID, at now: Int64
  ) async throws(PostgresFault) -> Bool {
    let removed = try await db.run(
      """
      UPDATE raw_copy SET pieces = 0, packed = 0, removed_at = coalesce(removed_at, $2)
      WHERE file = $1 AND (removed_at IS NULL OR pieces > 0)
      """, [.integer(file.rawValue), .integer(now)])
    guard removed.changed > 0 else { return false }
    // Only now, so that it sees also those that somebody added until then.
    try await db.run([deletePieces(of: file.rawValue, 0..<Int.max)])
    return true
  }

  /// Whether a copy is as it was when somebody looked at it; nobody else changes it then until the end of the
  /// transaction.
  static func holdIfSame(
    _ db: PostgresConnection, _ copy: RawCopy
  ) async throws(PostgresFault) -> Bool {
    guard let now = try await self.copy(db, of: copy.file.rawValue, isHeld: true) else {
      return false
    }
    return now.firstPiece == copy.firstPiece && now.pieces == copy.pieces
      && now.sha256 == copy.sha256 && now.removedAt == nil
  }
}
