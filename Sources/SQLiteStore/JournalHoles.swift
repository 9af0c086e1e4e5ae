import Foundation
import GRDB
import ParcelStore

/// Takes entries out of the journal. The others keep their places, and so their `seq`; a block goes when all
/// of its entries are gone.
struct JournalHoles {
  private let select: RawStatement
  private let update: RawStatement
  private let delete: RawStatement

  init(_ db: Database) throws {
    select = try RawStatement(
      db,
      """
      SELECT first_seq, events, records FROM journal WHERE first_seq <= ?
      ORDER BY first_seq DESC LIMIT 1
      """)
    update = try RawStatement(db, "UPDATE journal SET records = ?2 WHERE first_seq = ?1")
    delete = try RawStatement(db, "DELETE FROM journal WHERE first_seq = ?")
  }

  /// - Parameter numbers: the `seq` of the entries, in their order.
  func remove(_ numbers: [Int64]) throws {
    var index = 0
    while index < numbers.count {
      select.bind(1, numbers[index])
      guard try select.step() else {
        select.reset()
        index += 1
        continue
      }
      let (first, count) = (select.integer(0), Int(select.integer(1)))
      let entries = JournalBlock.entries(of: Array(select.blob(2)), count: count)
      select.reset()
      guard var entries else {
        throw DatabaseError(
          resultCode: .SQLITE_CORRUPT, message: "a block of the journal is damaged")
      }
      let start = index
      while index < numbers.count, numbers[index] < first + Int64(count) {
        entries[Int(numbers[index] - first)].remove()
        index += 1
      }
      // A number that no block has.
      if index == start {
        index += 1
        continue
      }
      try write(entries, first)
    }
  }

  private func write(_ entries: [JournalBlock.Entry], _ first: Int64) throws {
    guard !entries.allSatisfy(\.isRemoved) else {
      delete.bind(1, first)
      try delete.run()
      return
    }
    var block = JournalBlock()
    for entry in entries { block.append(entry) }
    update.bind(1, first)
    try block.bytes.withUnsafeBytes { bytes in
      update.bind(2, blob: bytes)
      try update.run()
    }
  }
}
