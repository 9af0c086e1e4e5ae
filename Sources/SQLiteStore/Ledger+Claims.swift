import Foundation
import GRDB
import ParcelStore

// Which row of the ledger a part of a file goes to, and who may read a file.
extension Ledger {
  /// The row of a part's file, or why the part is not taken.
  typealias Claim = Result<FileID, Refused>

  struct Refused: Error {
    var reason: CommitReport.Refusal
  }

  /// Finds or makes the row of a part's file, unless another process is reading that file.
  /// - Parameter reader: the writer that reads it.
  static func claim(
    _ db: Database, _ part: FilePart, reader: ReaderNumber
  ) throws -> Claim {
    switch part.origin {
    case .held(let origin, _): return .success(origin.file)
    case .reading(isFirst: true, let header):
      return try beginReading(db, part, header: header, reader: reader)
    case .reading(isFirst: false, _):
      // If the beginning of the file was not taken, the rest is not either.
      let refused = Refused(reason: .isRead(by: "another process"))
      return try rowBeingRead(db, part.file, reader).map { .success($0) } ?? .failure(refused)
    case .unread:
      if let mine = try rowBeingRead(db, part.file, reader) { return .success(mine) }
      guard let row = try unfinishedRow(db, part.file) else {
        return .success(try insertRow(db, part, header: [], reader: reader))
      }
      if let other = otherReader(of: row, reader) {
        return .failure(Refused(reason: .isRead(by: other)))
      }
      return .success(FileID(rawValue: row["id"]))
    }
  }

  /// The other process that is reading a file; nil: none is.
  private static func otherReader(of row: Row, _ reader: ReaderNumber) -> String? {
    guard row["is_in_hand"], let number: Int64 = row["reader"] else { return nil }
    return reader.other(number)
  }

  /// The row of a file that this writer is reading, whatever commands did to it meanwhile.
  private static func rowBeingRead(
    _ db: Database, _ sighting: FileSighting, _ reader: ReaderNumber
  ) throws -> FileID? {
    let id: Int64? = try db.value(
      """
      SELECT id FROM file WHERE source = ? AND path = ? AND reader = ? AND is_in_hand
      ORDER BY id DESC LIMIT 1
      """, [sighting.source.rawValue, sighting.path, reader.value])
    return id.map { FileID(rawValue: $0) }
  }

  /// The row of a file whose reading begins.
  ///
  /// A reading that broke off is done again from the start. What it had appended comes as repeats
  /// then; these are subtracted beforehand, so that the counts are right at the end.
  private static func beginReading(
    _ db: Database, _ part: FilePart, header: [UInt8], reader: ReaderNumber
  ) throws -> Claim {
    let sighting = part.file
    if let row = try unfinishedRow(db, sighting) {
      let unfinished: Int64 = row["id"]
      if let other = otherReader(of: row, reader) {
        return .failure(Refused(reason: .isRead(by: other)))
      }
      try db.run(
        """
        UPDATE file SET
          seen_at = CASE WHEN size IS ?1 AND mtime IS ?2 AND gone_at IS NULL THEN seen_at END,
          size = ?1, mtime = ?2, layout = ?3, header = ?4, state = 'ingesting',
          read_again_at = NULL, read_by = NULL, error = NULL, is_final = 0, rows = 0,
          events_repeated = -events_new, held = 0, rejected = 0, skipped = 0,
          reader = ?6, is_in_hand = 1, \(isThere)
        WHERE id = ?5
        """,
        [sighting.size, sighting.mtime, part.layout, Data(header), unfinished, reader.value])
      // A line that was cut off then may be whole now.
      try db.run("DELETE FROM reject WHERE file = ?", [unfinished])
      try SkippedWriter.subtractReading(db, of: unfinished)
      try db.run("UPDATE held SET is_stale = 1 WHERE file = ?", [unfinished])
      try RawCopyRows.beginAgain(db, of: unfinished)
      return .success(FileID(rawValue: unfinished))
    }
    // A reading only begins if the file was not done, so another process has read it since.
    let wasRead: Bool? = try db.value(
      """
      SELECT EXISTS(SELECT 1 FROM file WHERE source = ? AND path = ? AND size = ? AND mtime = ?
        AND is_final AND reader <> ?)
      """,
      [
        sighting.source.rawValue, sighting.path, sighting.size, sighting.mtime, reader.value,
      ])
    if wasRead == true { return .failure(Refused(reason: .wasRead)) }
    return .success(try insertRow(db, part, header: header, reader: reader))
  }

  private static func insertRow(
    _ db: Database, _ part: FilePart, header: [UInt8], reader: ReaderNumber
  ) throws -> FileID {
    try db.run(
      """
      INSERT INTO file(source, path, size, mtime, layout, header, state, reader, is_in_hand)
      VALUES(?, ?, ?, ?, ?, ?, 'ingesting', ?, 1)
      """,
      [
        part.file.source.rawValue, part.file.path, part.file.size, part.file.mtime, part.layout,
        Data(header), reader.value,
      ])
    return FileID(rawValue: db.lastInsertedRowID)
  }

  /// The row that a new reading of a file continues. A row that only waits for another layout is
  /// continued if size and mtime are the same; otherwise it keeps what it says, and the file gets a
  /// row of its own. Likewise one that was read and is gone: the file that comes back may be another.
  static func unfinishedRow(_ db: Database, _ sighting: FileSighting) throws -> Row? {
    try db.row(
      """
      SELECT id, reader, is_in_hand FROM file
      WHERE source = ?4 AND path = ?1 AND (NOT is_final OR state = 'settling')
        AND (read_by IS NULL AND (gone_at IS NULL OR ingested_at IS NULL)
          OR size IS ?2 AND mtime IS ?3)
      ORDER BY id DESC LIMIT 1
      """, [sighting.path, sighting.size, sighting.mtime, sighting.source.rawValue])
  }
}
