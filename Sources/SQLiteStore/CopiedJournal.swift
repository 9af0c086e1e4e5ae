import Foundation
import GRDB
import ParcelStore

/// The journal of a copy: one row for each event that is there, in the order of `seq`.
struct CopiedJournal {
  private let db: Database
  /// Whether events may be missing, as their table is not complete.
  private let isPartial: Bool
  /// Blocks that are read at once.
  private let most: Int

  init(_ db: Database, blocks most: Int, isPartial: Bool) {
    self.db = db
    self.most = most
    self.isPartial = isPartial
  }

  private struct Block {
    let first: Int64
    let receivedAt: Int64
    let entries: [JournalBlock.Entry]

    var last: Int64 { first + Int64(entries.count) - 1 }
  }

  func page(_ range: ClosedRange<Int64>, after seq: Int64?) throws -> CopiedPage {
    let low = max(range.lowerBound, seq.map { $0 + 1 } ?? range.lowerBound)
    let blocks = try blocks(low...max(low, range.upperBound))
    var rows = CopiedRows()
    guard let first = blocks.first, let last = blocks.last else {
      return CopiedPage(rows: rows, next: nil)
    }
    let texts = try texts(first.first...max(first.first, last.last))
    for block in blocks {
      for run in try runs(of: block, from: low, upTo: range.upperBound) {
        try add(run, of: block, texts, to: &rows)
      }
    }
    let isLast = blocks.count < most || last.last >= range.upperBound
    return CopiedPage(rows: rows, next: isLast ? nil : [.integer(last.last)])
  }

  private func blocks(_ range: ClosedRange<Int64>) throws -> [Block] {
    let select = try RawStatement(
      db,
      """
      SELECT first_seq, events, received_at, records FROM journal
      WHERE first_seq BETWEEN coalesce((
          SELECT first_seq FROM journal WHERE first_seq <= ?1 ORDER BY first_seq DESC LIMIT 1), ?1)
        AND ?2 AND first_seq + events > ?1
      ORDER BY first_seq LIMIT ?3
      """)
    defer { select.reset() }
    select.bind(1, range.lowerBound)
    select.bind(2, range.upperBound)
    select.bind(3, Int64(most))
    var blocks: [Block] = []
    while try select.step() {
      guard
        let entries = JournalBlock.entries(
          of: Array(select.blob(3)), count: Int(select.integer(1)))
      else {
        throw DatabaseError(
          resultCode: .SQLITE_CORRUPT, message: "a block of the journal is damaged")
      }
      blocks.append(
        Block(first: select.integer(0), receivedAt: select.integer(2), entries: entries))
    }
    return blocks
  }

  /// The texts of times that a rule decided.
  private func texts(_ range: ClosedRange<Int64>) throws -> [Int64: String] {
    var texts: [Int64: String] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT seq, text FROM ambiguous_time WHERE seq BETWEEN ? AND ?"),
      arguments: [range.lowerBound, range.upperBound])
    while let row = try rows.next() { texts[row[0]] = row[1] }
    return texts
  }

  /// Neighbours of one parcel, as places in a block.
  private func runs(
    of block: Block, from low: Int64, upTo high: Int64
  ) throws -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for (place, entry) in block.entries.enumerated() where !entry.isRemoved {
      guard (low...high).contains(block.first + Int64(place)) else { continue }
      if let last = runs.last, last.upperBound == place,
        block.entries[last.lowerBound].parcel == entry.parcel
      {
        runs[runs.count - 1] = last.lowerBound..<place + 1
      } else {
        runs.append(place..<place + 1)
      }
    }
    return runs
  }

  private func add(
    _ run: Range<Int>, of block: Block, _ texts: [Int64: String], to rows: inout CopiedRows
  ) throws {
    let select = try RawStatement(
      db,
      """
      SELECT time, kind & 3, site, wording, seq FROM event
      WHERE parcel = ? AND seq BETWEEN ? AND ? ORDER BY seq
      """)
    defer { select.reset() }
    select.bind(1, block.entries[run.lowerBound].parcel)
    select.bind(2, block.first + Int64(run.lowerBound))
    select.bind(3, block.first + Int64(run.upperBound) - 1)
    var isThere = try select.step()
    for place in run {
      let (entry, seq) = (block.entries[place], block.first + Int64(place))
      guard isThere, select.integer(4) == seq else {
        guard isPartial else {
          throw DatabaseError(
            resultCode: .SQLITE_CORRUPT,
            message: "event \(seq) of the journal is not in the table of events")
        }
        // So it differs from the source's.
        rows.begin()
        rows.add(seq)
        for _ in 1..<11 { rows.addNull() }
        continue
      }
      rows.begin()
      rows.add(seq)
      rows.add(block.receivedAt)
      rows.add(entry.parcel)
      rows.add(select.integer(0))
      rows.add(select.integer(1))
      rows.add(select.integer(2))
      rows.add(select.integer(3))
      rows.add(entry.file)
      rows.add(entry.line)
      rows.add(Int64(entry.effect?.bits ?? 0))
      if let text = texts[seq] {
        Array(text.utf8).withUnsafeBytes { rows.add(text: $0) }
      } else {
        rows.addNull()
      }
      isThere = try select.step()
    }
  }
}
