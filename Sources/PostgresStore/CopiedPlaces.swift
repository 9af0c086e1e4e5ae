import Postgres

/// Says the places of events by their `seq` (see `CopiedJournalRows`).
struct CopiedPlaces {
  /// The names of all batches, in their order: their first `seq`.
  private let batches: [Int64]

  init(_ db: PostgresConnection) async throws(PostgresFault) {
    batches = try await db.integers("SELECT DISTINCT batch FROM journal ORDER BY batch")
  }

  /// Of an event that the journal lacks, as it came a moment ago, somewhere: its range will be written again.
  func place(of seq: Int64) -> EventPlace {
    var (low, high) = (0, batches.count)
    while low < high {
      let middle = (low + high) / 2
      if batches[middle] <= seq { low = middle + 1 } else { high = middle }
    }
    let batch = low > 0 ? batches[low - 1] : seq
    let index = Int(seq - batch)
    return index < EventPlace.most
      ? EventPlace(batch: batch, index: index) : EventPlace(batch: seq, index: 0)
  }
}
