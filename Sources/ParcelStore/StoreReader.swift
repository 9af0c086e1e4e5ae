import Carrier
import Contract
import Status

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

  /// What the daemon wrote down about itself last.
  func note(_ key: String) async throws(StoreError) -> String?

  /// Compares what is counted beside the rows with the rows, and asks the database whether it is whole. Takes
  /// as long as reading the whole store.
  func check() async throws(StoreError) -> StoreCheck

  /// Writes a consistent copy with an incarnation of its own; others read and write the store meanwhile. After
  /// a failure nothing stands at `target`, and it may be called again.
  /// - Parameter target: where; nothing may be there.
  func copy(to target: String) async throws(StoreError)
}

/// The questions on the ledger of files.
public protocol LedgerReader: Sendable {
  /// The sightings on which the ledger has no final verdict with this size and mtime.
  func unfinished(among sightings: [FileSighting]) async throws(StoreError) -> [FileSighting]

  func files(state: FileState?) async throws(StoreError) -> [LedgerFile]

  /// The newest generation of a file, of each source that has or had one of this path.
  /// - Parameter path: compared byte by byte.
  func files(at path: String) async throws(StoreError) -> [LedgerFile]

  /// Since when our looks saw a file with this size and time: seconds since 1970; nil: they did not
  /// before.
  func seenAt(_ sighting: FileSighting) async throws(StoreError) -> Int64?

  /// The files of a source whose post-action is still to be done, in the order in which they were ingested.
  func pendingPostActions(of source: SourceID) async throws(StoreError) -> [LedgerFile]

  /// The rejected lines after a place; a file may have millions, so that nobody should hold them all.
  /// - Parameter file: the printable path or its last component; nil: of all files.
  /// - Returns: the lines, and the place of the last; nil when there are none.
  func rejects(
    file: String?, after place: RejectPlace, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectPlace?)

  /// The folders that files were ever moved to.
  func archives() async throws(StoreError) -> [ArchiveFolder]
}

/// The questions on rows that may not come in yet, and on those that are only counted.
public protocol HeldRowReader: Sendable {
  /// All held rows, summed up by account pair.
  func held() async throws(StoreError) -> [HeldSummary]

  /// The account pairs of which rows are held; quick, however many rows there are. In the order of
  /// their first rows.
  func heldAccounts() async throws(StoreError) -> [HeldAccount]

  /// How many rows of an account pair are held.
  func heldRows(of account: AccountPair) async throws(StoreError) -> Int

  /// The next held rows of an account pair, all of one file.
  /// - Returns: nil after the last.
  func heldRun(
    of account: AccountPair, after place: HeldPlace, limit: Int
  ) async throws(StoreError) -> HeldRun?

  /// The rows that were counted and not kept, by account pair: those with the most rows first. A file
  /// that is read again counts once.
  func skipped() async throws(StoreError) -> [SkippedSummary]
}

/// The questions on contracts and their feeds.
public protocol FeedReader: Sendable {
  /// What is remembered of every account pair that a contract named or rows came under.
  func feeds() async throws(StoreError) -> [FeedRecord]

  /// The days, from one on, on which a service's feed brought rows.
  func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay]

  /// How each contract stood after its last change; of those that are no more, that too.
  func standings() async throws(StoreError) -> [ContractStanding]

  /// The changes of a contract, the oldest first.
  func changes(of contract: String) async throws(StoreError) -> [ContractChange]

  /// Grows when it is noticed that another process changed what is remembered of feeds, which is at the
  /// next write. Whoever decides by `feeds()` compares it before each batch, so it must be cheap.
  var feedChangesElsewhere: Int { get }
}

extension FeedReader {
  /// Of a store that only one process writes.
  public var feedChangesElsewhere: Int { 0 }
}

extension LedgerReader {
  /// The first rejected lines.
  public func rejects(file: String?, limit: Int) async throws(StoreError) -> [RejectedLine] {
    try await rejects(file: file, after: RejectPlace(), limit: limit).lines
  }
}
