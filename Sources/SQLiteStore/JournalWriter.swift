import GRDB
import ParcelStore

/// Gives new events their `seq`, and writes the journal that followers read, block by block.
struct JournalWriter {
  private let insert: RawStatement
  private let insertRange: RawStatement
  private let receivedAt: Int64
  private var block = JournalBlock()
  private var range = JournalRange.Collector()
  private(set) var nextSeq: Int64

  init(_ db: Database, nextSeq: Int64, receivedAt: Int64) throws {
    insert = try RawStatement(db, "INSERT INTO journal VALUES(?, ?, ?, ?)")
    insertRange = try RawStatement(db, "INSERT OR REPLACE INTO journal_range VALUES(?, ?, ?, ?, ?)")
    self.nextSeq = nextSeq
    self.receivedAt = receivedAt
  }

  /// Adds the event that has `nextSeq`.
  /// - Parameter wording: its number in the database.
  @inline(__always)
  mutating func append(_ entry: JournalBlock.Entry, _ row: EventRow, wording: Int64) throws {
    if row.grain < 2 { range.add(row.time) }
    // Of an event whose time says nothing, or can't be right, the status may begin when it came.
    if row.grain == 2 || row.time < PlausibleTimes.first || row.time > receivedAt {
      range.add(receivedAt)
    }
    range.add(wording: wording, site: Int64(row.site))
    block.append(entry)
    nextSeq += 1
    if block.isFull { try finish() }
  }

  /// Writes the entries that are not written yet.
  mutating func finish() throws {
    guard block.count > 0 else { return }
    let first = nextSeq - Int64(block.count)
    let range = range.take()
    // Before the block itself: its trigger would write that nothing is known of it.
    insertRange.bind(1, first)
    insertRange.bind(2, range.times.lowerBound)
    insertRange.bind(3, range.times.upperBound)
    insertRange.bind(4, range.wordings)
    insertRange.bind(5, range.sites)
    try insertRange.run()
    insert.bind(1, first)
    insert.bind(2, Int64(block.count))
    insert.bind(3, receivedAt)
    try block.bytes.withUnsafeBytes { bytes in
      insert.bind(4, blob: bytes)
      try insert.run()
    }
    block.removeAll()
  }
}
