import Carrier
import Foundation
import GRDB
import ParcelStore
import TrackingFile

/// The statements that erase a recipient's data.
struct ParcelErasure {
  private let db: Database

  init(_ db: Database) { self.db = db }

  // MARK: Beginning

  /// Erases what stands at the parcel itself and at its deliveries, and writes the entry for followers.
  /// - Parameter account: the pair's row; 0: none.
  func begin(
    _ number: ParcelNumber, _ pair: AccountPair?, account: Int64, at instant: Int64
  ) throws -> Erasure {
    let parcel = try db.row(
      """
      SELECT id, order_reference IS NOT NULL OR postcode IS NOT NULL OR country IS NOT NULL AS has_data
      FROM parcel WHERE number = ? AND account = ?
      """, [number.description, account])
    let hasData: Bool = parcel?["has_data"] ?? false
    if try EndpointRows(db).eraseAnswers(about: number) > 0 { try oweRewrite() }
    let former = try db.row(
      "SELECT seq, at FROM erasure WHERE number = ? AND account = ? ORDER BY seq DESC LIMIT 1",
      [number.description, account])
    if let former, !hasData {
      let at = max(instant, former["at"] as Int64)
      try db.run("UPDATE erasure SET at = ?, is_open = 1 WHERE seq = ?", [at, former["seq"]])
      return Erasure(seq: former["seq"], number: number, account: pair, at: at)
    }
    var sequence = try SequenceCounter(db)
    let seq = sequence.last + 1
    try sequence.advance(db, pastEntries: seq + 1)
    try db.run(
      "INSERT INTO erasure(seq, number, account, at) VALUES(?, ?, ?, ?)",
      [seq, number.description, account, instant])
    if let parcel, hasData { try empty(parcel["id"]) }
    return Erasure(seq: seq, number: number, account: pair, at: instant)
  }

  private func empty(_ parcel: Int64) throws {
    try db.run(
      "UPDATE parcel SET order_reference = NULL, postcode = NULL, country = NULL WHERE id = ?",
      [parcel])
    // Order and postcode stand there as hashes, and few texts have the same.
    try ParcelLookup(db).rewriteSegments(of: [parcel])
    try oweRewrite()
  }

  func oweRewrite() throws { try db.run("UPDATE store SET rewrite_owed = 2") }

  // MARK: Held rows and rejected lines

  /// A held row or a rejected line, as it was when it was found.
  struct Found: Sendable {
    var file: Int64
    var row: KeptRow
    /// The number stands there by itself. Otherwise it is part of a longer word, as in files of fixed width, and the
    /// row may be another parcel's.
    var isCertain: Bool
  }

  /// Looks for the number in the next rows.
  /// - Returns: what is found, and the step that has looked; nil when nothing is left.
  func find(
    _ erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) throws -> (found: [Found], step: ErasureStep)? {
    let search = ErasedNumbers([erasure.number])
    let rows = try cursor.isAtRejects ? rejects() : held(erasure)
    let first: Int32 = cursor.isAtRejects ? 1 : 2
    rows.bind(first, cursor.file)
    rows.bind(first + 1, cursor.line)
    rows.bind(first + 2, Int64(limit))
    defer { rows.reset() }
    var found: [Found] = []
    var step = ErasureStep(next: cursor)
    while try rows.step() {
      let (file, line) = (rows.integer(0), rows.integer(1))
      step.lookedAt += 1
      step.next = ErasureCursor(isAtRejects: cursor.isAtRejects, file: file, line: line)
      let isCertain = search.isAnyFound(in: rows.blob(2))
      if isCertain || search.isAnyWithin(rows.blob(2)) {
        found.append(
          Found(
            file: file, row: KeptRow(line: Int(line), raw: Array(rows.blob(2))),
            isCertain: isCertain))
      }
    }
    if step.lookedAt > 0 { return (found, step) }
    guard !cursor.isAtRejects else { return nil }
    step.next = ErasureCursor(isAtRejects: true, file: 0, line: 0)
    return ([], step)
  }

  private func held(_ erasure: Erasure) throws -> RawStatement {
    let account: Int64? = try erasure.account.flatMap {
      try db.value(
        "SELECT id FROM account WHERE account = ? AND account_id = ?", [$0.account, $0.accountID])
    }
    let rows = try RawStatement(
      db,
      """
      SELECT file, line, raw FROM held WHERE account = ? AND (file, line) > (?, ?)
      ORDER BY file, line LIMIT ?
      """)
    rows.bind(1, account ?? 0)
    return rows
  }

  private func rejects() throws -> RawStatement {
    try RawStatement(
      db,
      "SELECT file, line, raw FROM reject WHERE (file, line) > (?, ?) ORDER BY file, line LIMIT ?")
  }

  /// How a held row is emptied; nil where it can't be read again.
  private func reading(of held: Found) throws -> RowErasure? {
    let reading = try db.row(
      """
      SELECT layout, header FROM reading
      WHERE id = (SELECT reading FROM held WHERE file = ? AND line = ?)
      """, [held.file, held.row.line])
    guard let reading else { return nil }
    let (layout, header): (String, Data) = (reading["layout"], reading["header"])
    return RowErasure(RowReading(layout: layout, header: Array(header)))
  }

  /// Erases what was found, unless it has changed since.
  func erase(
    _ found: [Found], about number: ParcelNumber, _ step: inout ErasureStep, areRejects: Bool
  ) throws {
    if areRejects {
      for line in found {
        try db.run(
          "UPDATE reject SET raw = x'' WHERE file = ? AND line = ? AND raw = ?",
          [line.file, line.row.line, Data(line.row.raw)])
        step.rejected += db.changesCount
      }
    } else {
      var rows = HeldWriter(db)
      for row in found {
        let reading = try reading(of: row)
        if !row.isCertain, reading?.number(of: row.row.raw) != number { continue }
        if let text = reading?.text(of: row.row.raw) {
          // The number stays in it, so it is found each time.
          if text == row.row.raw { continue }
          try db.run(
            "UPDATE held SET raw = ? WHERE file = ? AND line = ? AND raw = ?",
            [Data(text), row.file, row.row.line, Data(row.row.raw)])
          step.held += db.changesCount
          continue
        }
        guard let isStale = try rows.take(row.row, of: FileID(rawValue: row.file)) else { continue }
        step.held += 1
        // Rows of a reading that is being done again are counted by that one.
        if isStale { continue }
        try db.run(
          "UPDATE file SET held = held - 1, skipped = skipped + 1 WHERE id = ?", [row.file])
      }
    }
    if step.held + step.rejected > 0 { try oweRewrite() }
  }
}
