import GRDB
import ParcelStore

/// When the event with each `seq` was received, without reading blocks of the journal again and again.
struct ReceiptRuns: Sendable {
  /// Where runs of blocks begin that were received at the same time.
  private var firsts: [Int64] = []
  private var times: [Int64] = []
  private var lastBlock: Int64 = -1

  /// Adds the blocks that came since.
  mutating func update(_ db: Database) throws {
    let blocks = try RawStatement(
      db, "SELECT first_seq, received_at FROM journal WHERE first_seq > ? ORDER BY first_seq")
    blocks.bind(1, lastBlock)
    defer { blocks.reset() }
    while try blocks.step() {
      lastBlock = blocks.integer(0)
      guard times.last != blocks.integer(1) else { continue }
      firsts.append(lastBlock)
      times.append(blocks.integer(1))
    }
  }

  /// - Returns: nil for a `seq` before the first block.
  func time(ofSeq seq: Int64) -> Int64? {
    var (low, high) = (0, firsts.count)
    while low < high {
      let middle = (low + high) / 2
      if firsts[middle] <= seq { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : times[low - 1]
  }
}
