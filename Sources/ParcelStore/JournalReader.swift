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

  /// Erasures with a `seq` of a range, in its order.
  func erasures(
    in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> [Erasure]

  /// The names of some sites that events have, in no particular order.
  func sites(limit: Int) async throws(StoreError) -> [String]

  /// Waits until there may be entries after a `seq`: a second at most, and less where the store looks again more often.
  /// Whoever follows asks again then.
  /// - Throws: `CancellationError` when the task is cancelled.
  func waitForEntries(after seq: Int64) async throws
}

extension JournalReader {
  /// Of a store that tells nobody when it grows.
  public func waitForEntries(after seq: Int64) async throws {
    try await Task.sleep(for: .milliseconds(250))
  }
}
