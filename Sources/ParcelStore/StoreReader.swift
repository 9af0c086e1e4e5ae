import Carrier

/// The questions that a store answers.
///
/// - Every question may be asked again, by many tasks at once, and changes nothing.
/// - An answer shows the store at one instant: a commit is in it completely or not at all.
/// - No question blocks a thread of the cooperative pool, neither while the disk is read nor while
///   others ask. Only a bounded number is answered at once; the others wait in the order in which
///   they came.
/// - A question that fails may be asked again; `StoreError.kind` says whether that can help.
public protocol StoreReader: ParcelReader, JournalReader, LedgerReader, HeldRowReader, FeedReader,
  SourceReader, MapReader, RetentionReader, RawCopyReader, ErasureReader, DeliveryReader
{
  /// Those of some parcels that the store has.
  func known(_ parcels: Set<ParcelOfAccount>) async throws(StoreError) -> Set<ParcelOfAccount>

  /// The wordings that the status map does not know, those with the most events first; at most 1,000.
  func unmapped() async throws(StoreError) -> [UnmappedWording]

  /// All wordings that events have, those with the most events first.
  func wordings(limit: Int) async throws(StoreError) -> [CountedWording]

  /// How much the store holds; quick, also in a large store.
  func counts() async throws(StoreError) -> StoreCounts

  /// What monitoring asks besides; as quick as `counts`.
  func figures() async throws(StoreError) -> StoreFigures

  /// The processes that poll now and share the work; nil: in a store like this only one can.
  func workers() async throws(StoreError) -> [KnownWorker]?

  /// The store's identity, to which its `seq` belong.
  func incarnation() async throws(StoreError) -> Incarnation

  /// What the daemon wrote down about itself last under a key; nil: nothing.
  func readNote(_ key: String) async throws(StoreError) -> String?

  /// Compares what the store has twice, and asks the database whether it is damaged. Takes as long as reading the
  /// whole store; others read and write it meanwhile.
  /// - Parameter onProgress: called with how many parcels were looked at, and how many there are; only when full.
  func check(
    _ depth: StoreCheck.Depth, onProgress: @escaping @Sendable (_ done: Int, _ all: Int) -> Void
  ) async throws(StoreError) -> StoreCheck

  /// Writes a consistent copy with an incarnation of its own, and checks it; others read and write the store
  /// meanwhile. After a failure or a kill nothing stands at `target`, and it may be called again.
  /// - Parameters:
  ///   - target: where; nothing may be there.
  ///   - onProgress: called with how many bytes were copied, and how many there are.
  func copy(
    to target: String, onProgress: @escaping @Sendable (_ done: Int, _ all: Int) -> Void
  ) async throws(StoreError)
}

extension StoreReader {
  public func workers() async throws(StoreError) -> [KnownWorker]? { nil }

  public func check(
    _ depth: StoreCheck.Depth = .quick
  ) async throws(StoreError) -> StoreCheck {
    try await check(depth) { _, _ in }
  }

  public func copy(to target: String) async throws(StoreError) {
    try await copy(to: target) { _, _ in }
  }
}
