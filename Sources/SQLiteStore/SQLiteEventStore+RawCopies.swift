import Foundation
import GRDB
import ParcelStore

// Copies of files, as they were fetched.
extension SQLiteEventStore {
  public func rawCopy(of file: FileID) async throws(StoreError) -> RawCopy? {
    try await read("look up the copy of a file") { db in try RawCopyRows.copy(db, of: file) }
  }

  public func rawHolder(of file: FileID) async throws(StoreError) -> RawHolder? {
    try await read("look up where a file is kept") { db in try RawCopyRows.holder(db, of: file) }
  }

  public func rawCopies(
    before file: FileID?, limit: Int
  ) async throws(StoreError) -> [CopyOfFile] {
    try await read("list the copies of files") { db in
      try RawCopyRows.copies(db, before: file, limit: limit)
    }
  }

  public func rawPieces(
    of copy: RawCopy, from number: Int, limit: Int
  ) async throws(StoreError) -> [RawPiece] {
    try await read("read the copy of a file") { db in
      let first = copy.firstPiece + number
      let end = first + min(max(0, limit), copy.pieces - number)
      guard first < end, try RawCopyRows.isSame(db, copy) else { return [] }
      let pieces = try RawStatement(
        db, "SELECT id, size, packed FROM raw_piece WHERE id >= ? AND id < ? ORDER BY id")
      let base = RawCopyRows.id(copy.file.rawValue, copy.firstPiece)
      pieces.bind(1, RawCopyRows.id(copy.file.rawValue, first))
      pieces.bind(2, RawCopyRows.id(copy.file.rawValue, end))
      defer { pieces.reset() }
      var found: [RawPiece] = []
      while try pieces.step() {
        found.append(
          RawPiece(
            number: Int(pieces.integer(0) - base), size: Int(pieces.integer(1)),
            packed: Array(pieces.blob(2))))
      }
      return found
    }
  }

  public func rawCopies(keptBefore time: Int64?) async throws(StoreError) -> RawCopyTotal {
    try await read("count the copies of files") { db in
      let row = try db.row(
        """
        SELECT count(*) AS copies, coalesce(sum(packed), 0) AS packed FROM raw_copy
        WHERE pieces > 0 AND kept_at < ?
        """, [time ?? Int64.max])
      return row.map { RawCopyTotal(copies: $0["copies"], packed: $0["packed"]) } ?? RawCopyTotal()
    }
  }

  public func removeRawCopies(
    keptBefore time: Int64, at now: Int64, limit: Int
  ) async throws(StoreError) -> RawCopyTotal? {
    // Nearly every look finds none, and should not write then.
    let isAny = try await read("look up old copies of files") { db in
      try db.value(
        "SELECT EXISTS(SELECT 1 FROM raw_copy WHERE pieces > 0 AND kept_at < ?)", [time]) ?? false
    }
    guard isAny else { return nil }
    return try await write("remove old copies of files") { db in
      try RawCopyRows.remove(db, keptBefore: time, at: now, limit: limit)
    }
  }

  public func removeRawCopy(of file: FileID, at now: Int64) async throws(StoreError) -> Bool {
    try await write("remove the copy of a file") { db in
      guard try RawCopyRows.removeAll(db, of: file, at: now) else { return false }
      try ParcelErasure(db).oweRewrite()
      return true
    }
  }

  public func stageRawPieces(
    _ pieces: [RawPiece], for copy: RawCopy
  ) async throws(StoreError) {
    guard let first = pieces.first else { return }
    try await write("write the copy of a file anew") { db in
      guard try RawCopyRows.isSame(db, copy) else { return }
      let base = copy.firstPiece + copy.pieces
      if first.number == 0 {
        try RawCopyRows.deletePieces(
          db, of: copy.file.rawValue, base..<Int(RawCopyRows.mostPieces))
      }
      try RawCopyRows.insert(db, pieces, of: copy.file.rawValue, from: base)
    }
  }

  public func redact(
    _ copy: RawCopy, to sum: RedactedSum, at now: Int64
  ) async throws(StoreError) -> Bool {
    try await write("redact the copy of a file") { db in
      guard try RawCopyRows.isSame(db, copy) else { return false }
      let base = copy.firstPiece + copy.pieces
      let file = copy.file.rawValue
      let bounds: StatementArguments = [
        RawCopyRows.id(file, base), RawCopyRows.id(file + 1, 0),
      ]
      let new = try db.row(
        """
        SELECT count(*) AS pieces, coalesce(sum(size), 0) AS size,
          coalesce(sum(length(packed)), 0) AS packed
        FROM raw_piece WHERE id >= ? AND id < ?
        """, bounds)
      guard let new else { return false }
      let (pieces, size, packed): (Int, Int64, Int64) = (new["pieces"], new["size"], new["packed"])
      guard pieces == sum.pieces, size == sum.size else { return false }
      try RawCopyRows.deletePieces(db, of: file, 0..<base)
      try db.run(
        """
        UPDATE raw_copy SET first_piece = ?, pieces = ?, size = ?, packed = ?,
          redacted_sha256 = ?, redacted_at = ? WHERE file = ?
        """, [base, pieces, size, packed, Data(sum.sha256), now, file])
      try ParcelErasure(db).oweRewrite()
      return true
    }
  }
}
