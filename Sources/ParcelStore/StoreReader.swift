import Carrier

/// The questions that a store answers.
///
/// - Every question may be asked again, by many tasks at once, and changes nothing.
/// - An answer is of one instant: all of a commit is in it, or nothing.
/// - Whoever asks waits without a thread: no question blocks a thread of the cooperative pool, not while the disk
///   is read and not while others ask. Only so many are answered at once; the others wait for their turn, in
///   the order in which they came.
/// - A question that fails may be asked again; `StoreError.kind` says whether that can help.
public protocol StoreReader: LedgerReader, HeldRowReader, FeedReader, SourceReader {
  /// All parcels of a number, one per account, each with its timeline.
  func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline]

  /// Parcels, the latest status first.
  func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary]

  /// How many parcels a filter lets through, whatever its limit.
  func parcelCount(_ filter: ParcelFilter) async throws(StoreError) -> Int

  /// Those of the parcels that the store has.
  func known(_ parcels: Set<ParcelOfAccount>) async throws(StoreError) -> Set<ParcelOfAccount>

  /// Events in the order of `seq`, from the one after `seq` on. Whoever asks again with the last one's `seq`
  /// misses none, whatever is written meanwhile.
  func events(after seq: Int64, limit: Int) async throws(StoreError) -> [StoredEvent]

  func unmapped() async throws(StoreError) -> [UnmappedWording]
  func counts() async throws(StoreError) -> StoreCounts

  /// Which life of the store its `seq` belong to.
  func incarnation() async throws(StoreError) -> Incarnation

  /// What the daemon wrote down about itself last under a key; nil: nothing.
  func readNote(_ key: String) async throws(StoreError) -> String?

  /// Compares what is counted beside the rows with the rows, and asks the database whether it is whole. Takes
  /// as long as reading the whole store.
  func check() async throws(StoreError) -> StoreCheck

  /// Writes a consistent copy with an incarnation of its own; others read and write the store meanwhile. After
  /// a failure nothing stands at `target`, and it may be called again.
  /// - Parameter target: where; nothing may be there.
  func copy(to target: String) async throws(StoreError)
}
