import ParcelStore
import Postgres

// Copies of files, as they were fetched. Asked where they are written: an erasure must miss none.
extension PostgresEventStore {
  public func rawCopy(of file: FileID) async throws(StoreError) -> RawCopy? {
    try await latest("look up the copy of a file") { db in
      try await RawCopyRows.copy(db, of: file.rawValue)
    }
  }

  public func rawHolder(of file: FileID) async throws(StoreError) -> RawHolder? {
    try await latest("look up where a file is kept") { db in
      try await RawCopyRows.holder(db, of: file)
    }
  }

  /// Also copies without any piece: they may be begun, or be of empty files.
  public func rawCopies(
    before file: FileID?, limit: Int
  ) async throws(StoreError) -> [CopyOfFile] {
    try await latest("list the copies of files") { db in
      try await db.run(
        """
        SELECT \(RawCopyRows.columns), f.path, f.layout
        FROM raw_copy c JOIN file f ON f.id = c.file
        WHERE c.file < $1 AND (c.removed_at IS NULL OR c.pieces > 0)
        ORDER BY c.file DESC LIMIT $2
        """, [.integer(file?.rawValue ?? .max), .integer(Int64(max(0, limit)))]
      ).map { CopyOfFile(RawCopyRows.copy($0), path: $0.text(10), layout: $0.textIfAny(11)) }
    }
  }

  public func rawPieces(
    of copy: RawCopy, from number: Int, limit: Int
  ) async throws(StoreError) -> [RawPiece] {
    let first = copy.firstPiece + number
    let end = first + min(max(0, limit), copy.pieces - number)
    guard first < end else { return [] }
    return try await latest("read the copy of a file") { db in
      try await db.run(
        """
        SELECT p.number - c.first_piece, p.size, p.packed
        FROM raw_copy c JOIN raw_piece p ON p.file = c.file
        WHERE c.file = $1 AND c.first_piece = $2 AND c.pieces = $3
          AND c.sha256 IS NOT DISTINCT FROM $4::bytea AND c.removed_at IS NULL
          AND p.number >= $5 AND p.number < $6
        ORDER BY p.number
        """,
        [
          .integer(copy.file.rawValue), .integer(Int64(copy.firstPiece)),
          .integer(Int64(copy.pieces)), PostgresValue(copy.sha256), .integer(Int64(first)),
          .integer(Int64(end)),
        ]
      ).map {
        RawPiece(
          number: Int($0.integer(0)), size: Int($0.integer(1)), packed: $0.bytes(2))
      }
    }
  }

  public func rawCopies(keptBefore time: Int64?) async throws(StoreError) -> RawCopyTotal {
    let rows = try await ask(
      "count the copies of files",
      """
      SELECT count(*), coalesce(sum(packed), 0)::int8 FROM raw_copy
      WHERE pieces > 0 AND kept_at < $1
      """, [.integer(time ?? Int64.max)])
    return rows.first.map { RawCopyTotal(copies: Int($0.integer(0)), packed: $0.integer(1)) }
      ?? RawCopyTotal()
  }

  public func removeRawCopies(
    keptBefore time: Int64, at now: Int64, limit: Int
  ) async throws(StoreError) -> RawCopyTotal? {
    try await write("remove old copies of files") { db in
      try await RawCopyRows.remove(db, keptBefore: time, at: now, limit: limit)
    }
  }

  public func removeRawCopy(of file: FileID, at now: Int64) async throws(StoreError) -> Bool {
    try await write("remove the copy of a file") { db in
      guard try await RawCopyRows.removeAll(db, of: file, at: now) else { return false }
      try await db.run([ErasureVacuum.owe])
      return true
    }
  }

  public func stageRawPieces(
    _ pieces: [RawPiece], for copy: RawCopy
  ) async throws(StoreError) {
    guard let first = pieces.first else { return }
    let file = copy.file.rawValue
    try await write("write the copy of a file anew") { db in
      guard try await RawCopyRows.holdIfSame(db, copy) else { return }
      let base = copy.firstPiece + copy.pieces
      if first.number == 0 {
        try await db.run([RawCopyRows.deletePieces(of: file, base..<Int.max)])
      }
      try await RawCopyRows.insert(db, pieces.map { (file, $0) }, from: base)
    }
  }

  public func redact(
    _ copy: RawCopy, to sum: RedactedSum, at now: Int64
  ) async throws(StoreError) -> Bool {
    let file = copy.file.rawValue
    return try await write("redact the copy of a file") { db in
      guard try await RawCopyRows.holdIfSame(db, copy) else { return false }
      let base = copy.firstPiece + copy.pieces
      let noted = try await db.run(
        """
        UPDATE raw_copy c SET first_piece = $2, pieces = s.pieces, size = s.size,
          packed = s.packed, redacted_sha256 = $3, redacted_at = $4
        FROM (
          SELECT count(*) AS pieces, coalesce(sum(size), 0)::int8 AS size,
            coalesce(sum(length(packed)), 0)::int8 AS packed
          FROM raw_piece WHERE file = $1 AND number >= $2) s
        WHERE c.file = $1 AND s.pieces = $5 AND s.size = $6
        """,
        [
          .integer(file), .integer(Int64(base)), .bytes(sum.sha256), .integer(now),
          .integer(Int64(sum.pieces)), .integer(sum.size),
        ])
      guard noted.changed > 0 else { return false }
      try await db.run([
        RawCopyRows.deletePieces(of: file, 0..<base), ErasureVacuum.owe,
      ])
      return true
    }
  }
}
