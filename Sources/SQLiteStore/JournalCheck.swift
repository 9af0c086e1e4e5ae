import Foundation
import GRDB
import ParcelStore

/// Whether the journal has exactly the events of the table: each `seq` with its parcel.
///
/// Both are read once and summed up by ranges of `seq`, so that memory stays flat and a difference can be placed.
struct JournalCheck {
  private let db: Database

  /// `seq` of one range have these bits above the lower 16.
  private static let rangeBits: Int64 = 16

  private struct Sum: Equatable {
    var events = 0
    var hash: UInt64 = 0

    mutating func add(_ seq: Int64, _ parcel: Int64) {
      events += 1
      // The finalizer of SplitMix64: a sum of plain numbers would not notice two parcels that changed places.
      var mixed = UInt64(bitPattern: seq) &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(bitPattern: parcel)
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      hash &+= mixed ^ mixed >> 31
    }
  }

  init(_ db: Database) { self.db = db }

  func run(_ check: inout StoreCheck) throws {
    let (journal, events) = (try journal(&check), try events())
    for range in Set(journal.keys).union(events.keys).sorted() {
      let (left, right) = (journal[range] ?? Sum(), events[range] ?? Sum())
      guard left != right else { continue }
      let first = range << Self.rangeBits
      check.contradict(
        "events with seq \(first) to \(first + 1 << Self.rangeBits - 1): the journal has \(left.events), the table "
          + "\(right.events)" + (left.events == right.events ? ", of other parcels" : ""))
    }
  }

  private func journal(_ check: inout StoreCheck) throws -> [Int64: Sum] {
    var sums: [Int64: Sum] = [:]
    let blocks = try Row.fetchCursor(
      db, sql: "SELECT first_seq, events, records FROM journal ORDER BY first_seq")
    var next = Int64.min
    while let block = try blocks.next() {
      let first: Int64 = block[0]
      let count: Int = block[1]
      if first < next { check.contradict("the journal has seq \(first) twice") }
      next = first + Int64(count)
      guard let entries = JournalBlock.entries(of: Array(block[2] as Data), count: count) else {
        check.contradict("the block of the journal that begins with seq \(first) is damaged")
        continue
      }
      for (index, entry) in entries.enumerated() where !entry.isRemoved {
        let seq = first + Int64(index)
        sums[seq >> Self.rangeBits, default: Sum()].add(seq, entry.parcel)
      }
    }
    return sums
  }

  private func events() throws -> [Int64: Sum] {
    var sums: [Int64: Sum] = [:]
    let rows = try RawStatement(db, "SELECT seq, parcel FROM event")
    defer { rows.reset() }
    while try rows.step() {
      let seq = rows.integer(0)
      sums[seq >> Self.rangeBits, default: Sum()].add(seq, rows.integer(1))
    }
    return sums
  }
}
