import Foundation
import GRDB
import ParcelStore

/// Writes the journal of a range in blocks of its own.
///
/// Events of one block came at one time. A few numbers that are no more lie within a block as removed entries; a
/// wider gap ends it.
struct CopiedJournalWriter {
  private let db: Database
  private var block = JournalBlock()
  private var range = JournalRange.Collector()
  private var firstSeq: Int64 = 0
  private var receivedAt: Int64 = 0

  /// So many removed entries take less than a block more.
  private static let widestGap: Int64 = 16

  init(_ db: Database) { self.db = db }

  private var nextSeq: Int64 { firstSeq + Int64(block.count) }

  static func delete(_ db: Database, _ range: ClosedRange<Int64>) throws {
    let bounds: StatementArguments = [range.lowerBound, range.upperBound]
    try db.run("DELETE FROM journal WHERE first_seq BETWEEN ? AND ?", bounds)
    try db.run("DELETE FROM ambiguous_time WHERE seq BETWEEN ? AND ?", bounds)
  }

  mutating func write(_ rows: CopiedRows) throws {
    var reader = CopiedReader(rows)
    for _ in 0..<rows.count {
      let (seq, receivedAt, parcel) = (reader.integer(), reader.integer(), reader.integer())
      let (time, grain, site) = (reader.integer(), reader.integer(), reader.integer())
      let (wording, file, line) = (reader.integer() >> 1, reader.integer(), reader.integer())
      let effect = StatusEffect(bits: UInt8(truncatingIfNeeded: reader.integer()))
      if let text = reader.bytesIfAny() {
        try db.run(
          "INSERT INTO ambiguous_time VALUES(?, ?)",
          [seq, String(decoding: reader.bytes[text], as: UTF8.self)])
      }
      try makeRoom(for: seq, receivedAt)
      if grain < 2 { range.add(time) }
      if grain == 2 || time < PlausibleTimes.first || time > receivedAt { range.add(receivedAt) }
      range.add(wording: wording, site: site)
      block.append(JournalBlock.Entry(parcel: parcel, file: file, line: line, effect: effect))
      if block.isFull { try finish() }
    }
  }

  /// Makes `seq` the number of the next entry.
  private mutating func makeRoom(for seq: Int64, _ receivedAt: Int64) throws {
    let gap = seq - nextSeq
    if block.count > 0,
      receivedAt != self.receivedAt || gap < 0 || gap > Self.widestGap
        || block.count + Int(gap) >= JournalBlock.capacity
    {
      try finish()
    }
    guard block.count > 0 else {
      (firstSeq, self.receivedAt) = (seq, receivedAt)
      return
    }
    while nextSeq < seq {
      block.append(
        JournalBlock.Entry(parcel: 0, file: 0, line: 0, effect: StatusEffect(bits: 0)))
    }
  }

  /// Writes the entries that are not written yet.
  mutating func finish() throws {
    guard block.count > 0 else { return }
    let range = range.take()
    // Before the block itself: its trigger would write that nothing is known of it.
    try db.run(
      "INSERT OR REPLACE INTO journal_range VALUES(?, ?, ?, ?, ?)",
      [
        firstSeq, range.times.lowerBound, range.times.upperBound, range.wordings, range.sites,
      ])
    try db.run(
      "INSERT INTO journal VALUES(?, ?, ?, ?)",
      [firstSeq, block.count, receivedAt, Data(block.bytes)])
    block.removeAll()
  }
}
