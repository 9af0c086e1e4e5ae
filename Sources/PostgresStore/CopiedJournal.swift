import Carrier
import ParcelStore
import Postgres

/// The journal of a copy: one row for each event that is there, in the order of `seq`.
struct CopiedJournal {
  private let db: PostgresConnection
  /// Blocks that are read at once.
  private let most: Int

  init(_ db: PostgresConnection, blocks most: Int) {
    self.db = db
    self.most = most
  }

  func page(
    _ range: ClosedRange<Int64>, after seq: Int64?
  ) async throws(PostgresFault) -> CopiedPage {
    let low = max(range.lowerBound, seq.map { $0 + 1 } ?? range.lowerBound)
    let blocks = try await blocks(low...max(low, range.upperBound))
    var rows = CopiedRows()
    guard let last = blocks.last else { return CopiedPage(rows: rows, next: nil) }
    let texts = try await texts(of: blocks)
    for block in blocks {
      for (offset, entry) in block.entries.enumerated() where !entry.isRemoved {
        let seq = block.firstSeq + Int64(offset)
        guard seq >= low, seq <= range.upperBound else { continue }
        rows.begin()
        rows.add(seq)
        rows.add(block.receivedAt)
        rows.add(entry.parcel)
        rows.add(entry.seconds)
        rows.add(Int64(entry.precision.grain))
        rows.add(entry.site)
        rows.add(StoredPrecision.wording(entry.wording, entry.precision))
        rows.add(entry.file)
        rows.add(entry.line)
        rows.add(Int64(entry.effect.bits))
        let place = EventPlace(batch: block.batch, index: Int(entry.index)).rawValue
        guard let text = texts[place] else {
          rows.addNull()
          continue
        }
        text.withUnsafeBytes { rows.add(text: $0) }
      }
    }
    let isLast = blocks.count < most || last.lastSeq >= range.upperBound
    return CopiedPage(rows: rows, next: isLast ? nil : [.integer(last.lastSeq)])
  }

  private func blocks(
    _ range: ClosedRange<Int64>
  ) async throws(PostgresFault) -> [EventReader.Block] {
    let rows = try await db.run(
      """
      SELECT \(EventReader.columns) FROM journal j WHERE j.first_seq BETWEEN coalesce(
        (SELECT first_seq FROM journal WHERE first_seq <= $1 ORDER BY first_seq DESC LIMIT 1), $1) AND $2
        AND j.first_seq + j.events > $1
      ORDER BY j.first_seq LIMIT $3
      """, [.integer(range.lowerBound), .integer(range.upperBound), .integer(Int64(most))])
    var blocks: [EventReader.Block] = []
    for row in rows { blocks.append(try EventReader.Block(row)) }
    return blocks
  }

  /// The texts of times that a rule decided, by place.
  private func texts(
    of blocks: [EventReader.Block]
  ) async throws(PostgresFault) -> [Int64: [UInt8]] {
    var (first, last): ([Int64], [Int64]) = ([], [])
    for block in blocks {
      guard let from = block.entries.first?.index, let to = block.entries.last?.index else {
        continue
      }
      first.append(EventPlace(batch: block.batch, index: Int(from)).rawValue)
      last.append(EventPlace(batch: block.batch, index: Int(to)).rawValue)
    }
    let rows = try await db.run(
      """
      SELECT a.place, a.text FROM unnest($1::int8[], $2::int8[]) b(first, last)
      JOIN ambiguous_time a ON a.place BETWEEN b.first AND b.last
      """, [.integers(first), .integers(last)])
    return Dictionary(
      rows.map { ($0.integer(0), $0.bytes(1)) }, uniquingKeysWith: { $1 })
  }
}
