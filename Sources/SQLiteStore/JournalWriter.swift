import GRDB

/// Gives new events their `seq`, and writes the journal that followers read, block by block.
struct JournalWriter {
  private let insert: RawStatement
  private let receivedAt: Int64
  private var block = JournalBlock()
  private(set) var nextSeq: Int64

  init(_ db: Database, nextSeq: Int64, receivedAt: Int64) throws {
    insert = try RawStatement(db, "INSERT INTO journal VALUES(?, ?, ?, ?)")
    self.nextSeq = nextSeq
    self.receivedAt = receivedAt
  }

  /// Adds the event that has `nextSeq`.
  mutating func append(_ entry: JournalBlock.Entry) throws {
    block.append(entry)
    nextSeq += 1
    if block.isFull { try finish() }
  }

  /// Writes the entries that are not written yet.
  mutating func finish() throws {
    guard block.count > 0 else { return }
    insert.bind(1, nextSeq - Int64(block.count))
    insert.bind(2, Int64(block.count))
    insert.bind(3, receivedAt)
    try block.bytes.withUnsafeBytes { bytes in
      insert.bind(4, blob: bytes)
      try insert.run()
    }
    block.removeAll()
  }
}
