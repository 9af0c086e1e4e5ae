import Carrier
import ParcelStore
import Postgres

/// Makes the journal of a range in blocks of its own, as `COPY` reads them.
///
/// A batch is what came at one time without a wide gap, within one range; it is named after its first `seq`, and an
/// event's place in it is the distance to that. So the place of an event follows from its `seq`.
struct CopiedJournalRows {
  private var block = JournalBlock()
  private var range = JournalRange.Collector()
  private var batch: Int64 = 0
  private var firstSeq: Int64 = 0
  private var receivedAt: Int64 = 0
  private var blocks = CopyRows(columns: 10)
  private var texts = CopyRows(columns: 2)

  /// So many removed entries take less than a block more.
  private static let widestGap: Int64 = 16

  private var nextSeq: Int64 { firstSeq + Int64(block.count) }

  mutating func write(_ rows: CopiedRows) {
    var reader = CopiedReader(rows)
    for _ in 0..<rows.count {
      let (seq, receivedAt, parcel) = (reader.integer(), reader.integer(), reader.integer())
      let (time, grain, site) = (reader.integer(), reader.integer(), reader.integer())
      let (wording, precision) = StoredPrecision.read(kind: grain, wording: reader.integer())
      let (file, line) = (reader.integer(), reader.integer())
      let effect = StatusEffect(bits: UInt8(truncatingIfNeeded: reader.integer()))
      let text = reader.bytesIfAny()
      makeRoom(for: seq, receivedAt)
      if let text {
        texts.begin()
        texts.add(EventPlace(batch: batch, index: Int(seq - batch)).rawValue)
        texts.add(text: Array(reader.bytes[text]))
      }
      if precision != .none { range.add(time) }
      if precision == .none || time < PlausibleTimes.first || time > receivedAt {
        range.add(receivedAt)
      }
      range.add(wording: wording, site: site)
      block.append(
        JournalBlock.Entry(
          index: seq - batch, parcel: parcel, seconds: time, precision: precision,
          wording: wording, site: site, file: file, line: line, effect: effect))
      if block.isFull { finishBlock() }
    }
  }

  /// Makes `seq` the number of the next entry.
  private mutating func makeRoom(for seq: Int64, _ receivedAt: Int64) {
    if receivedAt != self.receivedAt || batch == 0 {
      finishBlock()
      (batch, self.receivedAt) = (seq, receivedAt)
    }
    let gap = seq - nextSeq
    if gap < 0 || gap > Self.widestGap || block.count + Int(gap) >= JournalBlock.capacity {
      finishBlock()
    }
    guard block.count > 0 else {
      firstSeq = seq
      return
    }
    while nextSeq < seq {
      var hole = JournalBlock.Entry(
        index: nextSeq - batch, parcel: 0, seconds: 0, precision: .none, wording: 0, site: 0,
        file: 0, line: 0, effect: StatusEffect(bits: 0))
      hole.remove()
      block.append(hole)
    }
  }

  private mutating func finishBlock() {
    guard block.count > 0 else { return }
    let range = range.take()
    blocks.begin()
    blocks.add(firstSeq)
    blocks.add(batch)
    blocks.add(Int32(truncatingIfNeeded: block.firstIndex))
    blocks.add(Int32(block.count))
    blocks.add(receivedAt)
    blocks.add(range.times.lowerBound)
    blocks.add(range.times.upperBound)
    blocks.add(range.wordings)
    blocks.add(range.sites)
    blocks.add(block.bytes)
    block.removeAll()
  }

  /// Sends what is made so far.
  /// - Parameter isLast: no event of the range follows.
  mutating func send(_ db: PostgresConnection, isLast: Bool) async throws(PostgresFault) {
    if isLast { finishBlock() }
    if blocks.count > 0 {
      try await db.copy(
        """
        COPY journal(first_seq, batch, first_place, events, received_at, min_time, max_time, wordings, sites, records)
        FROM STDIN (FORMAT binary)
        """, blocks)
      blocks = CopyRows(columns: 10)
    }
    if texts.count > 0 {
      try await db.copy("COPY ambiguous_time(place, text) FROM STDIN (FORMAT binary)", texts)
      texts = CopyRows(columns: 2)
    }
  }

  /// Deletes what a range has.
  static func delete(
    _ db: PostgresConnection, _ range: ClosedRange<Int64>
  ) async throws(PostgresFault) {
    let last = range.upperBound + 1
    try await db.run([
      PostgresStatement(
        "DELETE FROM journal WHERE first_seq BETWEEN $1 AND $2",
        [.integer(range.lowerBound), .integer(range.upperBound)]),
      PostgresStatement(
        "DELETE FROM ambiguous_time WHERE place >= $1 AND place < $2",
        [
          .integer(EventPlace(batch: max(0, range.lowerBound), index: 0).rawValue),
          .integer(EventPlace(batch: max(0, last), index: 0).rawValue),
        ]),
    ])
  }
}
