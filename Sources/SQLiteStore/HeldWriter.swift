import Carrier
import Contract
import Foundation
import GRDB
import ParcelStore
import TrackingFile

/// Keeps rows that may not come in, and takes them out once they may.
struct HeldWriter {
  private let db: Database
  private var insert: RawStatement?
  private var find: RawStatement?
  private var delete: RawStatement?
  /// The reasons that this transaction has written, by account pair.
  private var reasons: [AccountPair: HoldReason] = [:]
  /// How the last rows were read, and the number of that reading.
  private var lastReading: (reading: RowReading, id: Int64)?
  /// Former generations of the names of this transaction's files that have held rows.
  private var former: [FileID: [Int64]] = [:]
  /// The accounts for which it is recorded that this file brought rows, see `HeldLook`.
  private var recorded: (file: FileID, accounts: Set<Int64>)?
  private var lastRecorded: Int64?

  init(_ db: Database) { self.db = db }

  struct Kept {
    var rows = 0
    /// Lines that would have brought erased data back.
    var erased: [UInt32] = []
    /// How many of these are not held.
    var dropped = 0
  }

  /// Keeps rows of a file. A line that a reading that broke off holds already keeps its first time
  /// of receipt. A line that is held of a former, shorter generation of the file is a repeat.
  /// A row that would bring erased data back is kept without it, or not at all where that can't be told apart.
  /// - Returns: how many are held of this file, not the repeats; and what became of such rows.
  mutating func keep(
    _ rows: [EventBatch.HeldLine], of file: FileID, reading: RowReading?, receivedAt: Int64,
    state: inout WriterState
  ) throws -> Kept {
    var kept = Kept()
    guard !rows.isEmpty else { return kept }
    let insert = try self.insert ?? RawStatement(db, Self.insert)
    self.insert = insert
    let erasure = state.erasures.isEmpty ? nil : RowErasure(reading)
    let reading = try reading.map { try id(of: $0) }
    let former = try former[file] ?? Ledger.formerIDs(db, of: file, with: .held)
    self.former[file] = former
    for var row in rows {
      let account = try Ledger.accountID(db, row.account, &state)
      if !state.erasures.isEmpty,
        state.erasures.hide(
          row.parcel, account, at: row.time, receivedAt: receivedAt)
      {
        kept.erased.append(UInt32(row.line))
        guard let text = erasure?.text(of: row.raw) else {
          kept.dropped += 1
          continue
        }
        row.raw = text
      }
      if reasons[row.account] != row.reason {
        reasons[row.account] = row.reason
        try Self.setReason(db, row.reason, account: account)
      }
      if try former.contains(where: { try isHeld(row, account, reading, of: $0) }) { continue }
      insert.bind(1, file.rawValue)
      insert.bind(2, Int64(row.line))
      insert.bind(3, account)
      insert.bind(4, receivedAt)
      insert.bind(6, reading)
      try row.raw.withUnsafeBytes { raw in
        insert.bind(5, blob: raw)
        try insert.run()
      }
      try recordForLooks(account, of: file)
      kept.rows += 1
    }
    return kept
  }

  /// Records for looks at a pair's held rows that a file brought some: once per file.
  private mutating func recordForLooks(_ account: Int64, of file: FileID) throws {
    if recorded?.file != file { (recorded, lastRecorded) = ((file, []), nil) }
    guard account != lastRecorded else { return }
    lastRecorded = account
    if recorded?.accounts.insert(account).inserted == true {
      try HeldLook.rowsCame(db, account: account, file: file.rawValue)
    }
  }

  private static let insert = """
    INSERT INTO held(file, line, account, received_at, raw, reading) VALUES(?, ?, ?, ?, ?, ?)
    ON CONFLICT(file, line) DO UPDATE SET account = excluded.account,
      received_at = iif(raw = excluded.raw, received_at, excluded.received_at),
      raw = excluded.raw, is_stale = 0, reading = excluded.reading
    """

  /// Whether a file has the same row in the same line.
  private mutating func isHeld(
    _ row: EventBatch.HeldLine, _ account: Int64, _ reading: Int64?, of file: Int64
  ) throws -> Bool {
    let find =
      try self.find
      ?? RawStatement(
        db,
        """
        SELECT 1 FROM held WHERE file = ? AND line = ? AND account = ? AND raw = ?
          AND (reading IS NULL OR reading = ?)
        """)
    self.find = find
    find.bind(1, file)
    find.bind(2, Int64(row.line))
    find.bind(3, account)
    find.bind(5, reading)
    return try row.raw.withUnsafeBytes { raw in
      find.bind(4, blob: raw)
      defer { find.reset() }
      return try find.step()
    }
  }

  /// The number of a reading, made when it is new.
  private mutating func id(of reading: RowReading) throws -> Int64 {
    if let lastReading, lastReading.reading == reading { return lastReading.id }
    let key: StatementArguments = [reading.layout, Data(reading.header)]
    try db.run("INSERT OR IGNORE INTO reading(layout, header) VALUES(?, ?)", key)
    let id: Int64? = try db.value("SELECT id FROM reading WHERE layout = ? AND header = ?", key)
    guard let id else { throw DatabaseError(message: "the reading just written is not there") }
    lastReading = (reading, id)
    return id
  }

  /// Takes a row out, if it is held as it was read.
  /// - Returns: nil when it is not: another process has released or discarded it. Otherwise whether
  ///   it is from a reading that broke off, and its file is being read again.
  mutating func take(_ row: KeptRow, of file: FileID) throws -> Bool? {
    let delete =
      try self.delete
      ?? RawStatement(
        db, "DELETE FROM held WHERE file = ? AND line = ? AND raw = ? RETURNING is_stale")
    self.delete = delete
    delete.bind(1, file.rawValue)
    delete.bind(2, Int64(row.line))
    return try row.raw.withUnsafeBytes { raw in
      delete.bind(3, blob: raw)
      defer { delete.reset() }
      guard try delete.step() else { return nil }
      let isStale = delete.integer(0) != 0
      _ = try delete.step()
      return isStale
    }
  }

  /// Writes down why rows of a pair are held.
  static func setReason(_ db: Database, _ reason: HoldReason, account: Int64) throws {
    try db.run(
      "UPDATE account SET hold_reason = ?1 WHERE id = ?2 AND hold_reason IS NOT ?1",
      [reason.rawValue, account])
  }
}
