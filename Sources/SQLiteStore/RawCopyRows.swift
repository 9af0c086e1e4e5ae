import Foundation
import GRDB
import ParcelStore

/// The statements on copies of files.
enum RawCopyRows {
  /// How many pieces a copy may have, redactions included: 2^24, which is 4 TiB.
  static let mostPieces: Int64 = 1 << 24

  /// The row of a piece.
  static func id(_ file: Int64, _ number: Int) -> Int64 { file * mostPieces + Int64(number) }

  static func copy(_ db: Database, of file: FileID) throws -> RawCopy? {
    try db.row("SELECT * FROM raw_copy WHERE file = ?", [file.rawValue]).map { copy($0) }
  }

  private static func copy(_ row: Row) -> RawCopy {
    var copy = RawCopy(file: FileID(rawValue: row["file"]), keptAt: row["kept_at"])
    copy.size = row["size"]
    copy.packed = row["packed"]
    copy.pieces = row["pieces"]
    copy.firstPiece = row["first_piece"]
    copy.sha256 = (row["sha256"] as Data?).map { Array($0) }
    copy.redactedSHA256 = (row["redacted_sha256"] as Data?).map { Array($0) }
    copy.redactedAt = row["redacted_at"]
    copy.removedAt = row["removed_at"]
    return copy
  }

  /// Also copies without any piece: they may be begun, or be of empty files.
  static func copies(_ db: Database, before file: FileID?, limit: Int) throws -> [CopyOfFile] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT raw_copy.file, kept_at, raw_copy.size, packed, pieces, first_piece,
            raw_copy.sha256, redacted_sha256, redacted_at, removed_at, path, layout
          FROM raw_copy JOIN file ON file.id = raw_copy.file
          WHERE raw_copy.file < ? AND (removed_at IS NULL OR pieces > 0)
          ORDER BY raw_copy.file DESC LIMIT ?
          """), arguments: [file?.rawValue ?? .max, max(0, limit)])
    return rows.map { CopyOfFile(copy($0), path: $0["path"], layout: $0["layout"]) }
  }

  static func holder(_ db: Database, of file: FileID) throws -> RawHolder? {
    if try copy(db, of: file) != nil { return RawHolder(file: file, member: nil) }
    guard
      let row = try db.row("SELECT source, path, mtime FROM file WHERE id = ?", [file.rawValue])
    else { return nil }
    let (source, path, mtime): (Int64, String, Int64?) = (row["source"], row["path"], row["mtime"])
    for archive in LedgerFile.archives(of: path) {
      // With the same time: an archive that came later under this name has other members.
      let id: Int64? = try db.value(
        """
        SELECT file.id FROM file JOIN raw_copy ON raw_copy.file = file.id
        WHERE source = ? AND path = ? AND layout = ? AND mtime IS ? ORDER BY file.id DESC LIMIT 1
        """, [source, archive, LedgerFile.archiveLayout, mtime])
      guard let id else { continue }
      return RawHolder(
        file: FileID(rawValue: id), member: String(path.utf8.dropFirst(archive.utf8.count + 1)))
    }
    return nil
  }

  /// Drops the copy of a file that is read again from its start. One that lines were taken out of stays: they
  /// would come back otherwise.
  static func beginAgain(_ db: Database, of file: Int64) throws {
    try db.run("DELETE FROM raw_copy WHERE file = ? AND redacted_at IS NULL", [file])
    guard db.changesCount > 0 else { return }
    try deletePieces(db, of: file, 0..<Int(mostPieces))
  }

  static func deletePieces(_ db: Database, of file: Int64, _ numbers: Range<Int>) throws {
    try db.run(
      "DELETE FROM raw_piece WHERE id >= ? AND id < ?",
      [id(file, numbers.lowerBound), id(file, numbers.upperBound)])
  }

  /// Adds to the copy of a file what one of its parts brings; not to one that is redacted or removed.
  static func append(_ db: Database, _ raw: RawPart, to file: FileID, at time: Int64) throws {
    try db.run(
      "INSERT INTO raw_copy(file, kept_at) VALUES(?, ?) ON CONFLICT(file) DO NOTHING",
      [file.rawValue, time])
    // What follows of a copy that was removed while its file is read would be left for ever.
    let isClosed: Bool? = try db.value(
      "SELECT redacted_at IS NOT NULL OR removed_at IS NOT NULL FROM raw_copy WHERE file = ?",
      [file.rawValue])
    if isClosed == true { return }
    try insert(db, raw.pieces, of: file.rawValue, from: 0)
    try db.run(
      """
      UPDATE raw_copy SET pieces = pieces + ?, size = size + ?, packed = packed + ?,
        sha256 = coalesce(?, sha256) WHERE file = ?
      """,
      [
        raw.pieces.count, raw.pieces.reduce(0) { $0 + $1.size },
        raw.pieces.reduce(0) { $0 + $1.packed.count }, raw.sha256.map { Data($0) }, file.rawValue,
      ])
  }

  /// - Parameter first: the number under which piece 0 is kept.
  static func insert(
    _ db: Database, _ pieces: [RawPiece], of file: Int64, from first: Int
  ) throws {
    let insert = try RawStatement(db, "INSERT OR REPLACE INTO raw_piece VALUES(?, ?, ?)")
    for piece in pieces {
      insert.bind(1, id(file, first + piece.number))
      insert.bind(2, Int64(piece.size))
      try piece.packed.withUnsafeBytes { packed in
        insert.bind(3, blob: packed)
        try insert.run()
      }
    }
  }

  /// Removes pieces of copies, the oldest copy first and of each the last piece first, so that what is left of a
  /// copy is known by its count.
  static func remove(
    _ db: Database, keptBefore time: Int64, at now: Int64, limit: Int
  ) throws -> RawCopyTotal? {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT file, pieces, first_piece FROM raw_copy
          WHERE pieces > 0 AND kept_at < ? ORDER BY kept_at LIMIT ?
          """), arguments: [time, max(1, limit)])
    guard !rows.isEmpty else { return nil }
    var total = RawCopyTotal()
    var room = max(1, limit)
    for row in rows where room > 0 {
      let (file, pieces): (Int64, Int) = (row["file"], row["pieces"])
      let count = min(room, pieces)
      room -= count
      total += try remove(db, count, of: file, at: now)
    }
    return total
  }

  /// Removes the last pieces of a copy.
  private static func remove(
    _ db: Database, _ count: Int, of file: Int64, at now: Int64
  ) throws -> RawCopyTotal {
    guard let copy = try copy(db, of: FileID(rawValue: file)) else { return RawCopyTotal() }
    let left = copy.pieces - count
    let first = copy.firstPiece + left
    let freed: Int64 =
      try db.value(
        "SELECT sum(length(packed)) FROM raw_piece WHERE id >= ? AND id < ?",
        [id(file, first), id(file, first + count)]) ?? 0
    // With the last piece also those that a redaction has left.
    let end = left == 0 ? Int(mostPieces) : first + count
    try deletePieces(db, of: file, (left == 0 ? 0 : first)..<end)
    try db.run(
      """
      UPDATE raw_copy SET pieces = ?, packed = max(0, packed - ?),
        removed_at = coalesce(removed_at, ?) WHERE file = ?
      """, [left, freed, now, file])
    return RawCopyTotal(copies: left == 0 ? 1 : 0, packed: freed)
  }

  static func removeAll(_ db: Database, of file: FileID, at now: Int64) throws -> Bool {
    guard let copy = try copy(db, of: file), copy.removedAt == nil || copy.pieces > 0 else {
      return false
    }
    try deletePieces(db, of: file.rawValue, 0..<Int(mostPieces))
    try db.run(
      """
      UPDATE raw_copy SET pieces = 0, packed = 0, removed_at = coalesce(removed_at, ?)
      WHERE file = ?
      """, [now, file.rawValue])
    return true
  }

  /// Whether a copy is as it was when somebody looked at it.
  static func isSame(_ db: Database, _ copy: RawCopy) throws -> Bool {
    guard let now = try self.copy(db, of: copy.file) else { return false }
    return now.firstPiece == copy.firstPiece && now.pieces == copy.pieces
      && now.sha256 == copy.sha256 && now.removedAt == nil
  }
}
