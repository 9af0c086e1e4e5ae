import GRDB
import ParcelStore

/// When events came, by their `seq`. Events of neighbouring parcels are mostly in one block of the journal, so the
/// last one is remembered.
struct ReceiptTimes {
  private let select: RawStatement
  private var block: Range<Int64> = 0..<0
  private var receivedAt: Int64 = 0

  init(_ db: Database) throws {
    select = try RawStatement(
      db,
      """
      SELECT first_seq, events, received_at FROM journal WHERE first_seq <= ?
      ORDER BY first_seq DESC LIMIT 1
      """)
  }

  /// - Returns: seconds since 1970; 0 when the journal has no such event.
  @inline(__always)
  mutating func time(of seq: Int64) throws -> Int64 {
    if block.contains(seq) { return receivedAt }
    select.bind(1, seq)
    defer { select.reset() }
    guard try select.step() else { return 0 }
    let first = select.integer(0)
    block = first..<(first + max(0, select.integer(1)))
    receivedAt = select.integer(2)
    return receivedAt
  }
}
