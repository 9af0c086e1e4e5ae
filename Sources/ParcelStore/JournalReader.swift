import Carrier

/// What followers ask a store, and whoever lists events.
public protocol JournalReader: Sendable {
  /// Events in the order of `seq`, from the one after `seq` on. Whoever asks again with the last one's `seq`
  /// misses none, whatever is written meanwhile.
  func events(after seq: Int64, limit: Int) async throws(StoreError) -> [StoredEvent]

  /// The same with the entries between them that are no events: what a follower reads. Where entries are no more,
  /// one `pruned` stands for each run of them.
  func journal(after seq: Int64, limit: Int) async throws(StoreError) -> [JournalEntry]

  /// The events that a filter admits, in the order of `seq`, from the one after `seq` on. A page takes a bounded
  /// time, so it may be empty although more are to come.
  func events(
    _ filter: EventFilter, after seq: Int64, limit: Int
  ) async throws(StoreError) -> EventPage

  /// The corrections that a filter admits, with a `seq` of a range, in its order. A page takes a bounded time, so
  /// it may look at the beginning of the range only.
  /// - Returns: them, and up to which `seq` it looked.
  func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> (corrections: [StatusCorrection], reached: Int64)

  /// The `seq` of all entries that there are of some numbers, under whatever accounts: events, corrections and erasures,
  /// in one question for all of them. Those of each number in their order; a number without any is not in it.
  func seqs(
    of numbers: Set<ParcelNumber>
  ) async throws(StoreError) -> [ParcelNumber: [Int64]]

  /// Erasures with a `seq` of a range, in its order.
  func erasures(
    in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> [Erasure]

  /// The names of some sites that events have, in no particular order.
  func sites(limit: Int) async throws(StoreError) -> [String]

  /// The last `seq` that was given to an entry, also where that entry is no more; 0 in a store that had none.
  func lastSeq() async throws(StoreError) -> Int64

  /// Waits until there may be entries after a `seq`: what this process writes ends the wait at once, and otherwise it
  /// ends after a second at most, or less where the store can't be told of what others write. Whoever follows asks
  /// again then.
  /// - Throws: `CancellationError` when the task is cancelled.
  func waitForEntries(after seq: Int64) async throws
}
