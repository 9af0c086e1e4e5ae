import Carrier
import Contract
import Status

/// What every store promises, whatever it is made of. One suite of tests holds them all to it.
///
/// - **Appending again changes nothing.** An event is what the carrier said: account pair, parcel,
///   time (a day and its midnight are two), code (the label where there is no code) and site. A second
///   row with the same is counted as repeated, even within one group.
/// - **A commit is whole or not there**: events, current statuses, held rows, rejects, the ledger
///   and the followers' `seq` change together, and are on disk when `commit` returns.
/// - **`seq` is strictly increasing** in the order of commits, and an event keeps its own for ever. It comes
///   from a counter of the store: when the newest events are deleted, their numbers do not come again.
/// - **An incarnation belongs to one store**: a copy has another one, so what a follower noted of the one is
///   not taken for a position in the other.
/// - **Counts are kept**: asking for them takes no longer in a large store.
/// - **Counts add up**: a file's rows = new + repeated + held + rejected + skipped, also when it was
///   read twice because of a crash.
/// - **Nothing is forgotten silently**: rows that may not come in are held, raw and in order; lines
///   that can't be read are kept with line and reason.
/// - **A held row comes in once.** It becomes an event in the transaction that takes it out of the held
///   rows, with the file and line that it came from; the file's counts move with it. A row that came in or
///   was thrown away by another hand since it was read is left out.
/// - **Several may write at once.** Each takes turns with the others. Of two that read the same file at
///   the same time only the first is taken, so that its rows count once.
public protocol EventStore: HeldStore, FeedStore, RemovalStore, SourceStore {
  /// The sightings on which the ledger has no final verdict with this size and mtime.
  func unfinished(among sightings: [FileSighting]) async throws(StoreError) -> [FileSighting]

  /// Notes that files were seen but are still being written; writes only what is not noted so.
  /// - Returns: those that were not noted so before, whatever their size then.
  func noteSettling(
    _ sightings: [FileSighting], reason: String
  ) async throws(StoreError) -> [FileSighting]

  /// Notes files that are not fetched, because the account that their name tells may not come in.
  /// - Returns: those that were not noted so before, with the same reason.
  func noteHeld(_ files: [HeldFile]) async throws(StoreError) -> [HeldFile]

  /// Those of the parcels that the store has.
  func known(_ parcels: Set<ParcelOfAccount>) async throws(StoreError) -> Set<ParcelOfAccount>

  /// Appends a group in one transaction. A file of which an earlier reading broke off keeps its row
  /// in the ledger; a name with another size or mtime than before gets a new one.
  /// - Parameters:
  ///   - group: given away, so that its batches are let go of one by one.
  ///   - receivedAt: seconds since 1970.
  func commit(
    _ group: consuming CommitGroup, receivedAt: Int64, statusMap: StatusMap
  ) async throws(StoreError) -> CommitReport

  /// The files of a source whose post-action is still to be done, in the order in which they were ingested.
  func pendingPostActions(of source: SourceID) async throws(StoreError) -> [LedgerFile]

  /// Notes what became of a post-action.
  func notePostAction(
    _ file: FileID, _ action: PostAction, error: String?
  ) async throws(StoreError)

  /// All parcels of a number, one an account, each with its timeline.
  func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline]

  /// Parcels, the latest status first.
  func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary]

  /// How many parcels a filter lets through, whatever its limit.
  func parcelCount(_ filter: ParcelFilter) async throws(StoreError) -> Int

  /// Events in the order of `seq`, from the one after `seq` on.
  func events(after seq: Int64, limit: Int) async throws(StoreError) -> [StoredEvent]

  func files(state: FileState?) async throws(StoreError) -> [LedgerFile]
  /// The rejected lines after a place; a file may have millions, so that nobody should hold them all.
  /// - Parameter file: the printable path or its last component; nil: of all files.
  /// - Returns: the lines, and the place of the last; nil when there are none.
  func rejects(
    file: String?, after place: RejectPlace, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectPlace?)
  func unmapped() async throws(StoreError) -> [UnmappedWording]
  func counts() async throws(StoreError) -> StoreCounts

  /// Which life of the store its `seq` belong to.
  func incarnation() async throws(StoreError) -> Incarnation

  /// Compares what is counted beside the rows with the rows, and asks the database whether it is whole. Takes
  /// as long as reading the whole store.
  func check() async throws(StoreError) -> StoreCheck

  /// Writes a consistent copy with an incarnation of its own; others read and write the store meanwhile.
  /// - Parameter target: where; nothing may be there.
  func copy(to target: String) async throws(StoreError)

  /// What the daemon wrote down about itself last.
  func note(_ key: String) async throws(StoreError) -> String?
  func setNotes(_ notes: [String: String?]) async throws(StoreError)

  /// Comes to rest after work, and lets go of what is only kept to be quick. Nothing depends on it.
  func settle() async
}

/// What a store promises of files that wait: before they are read to their end, before they are
/// removed, or for somebody who looks after them.
public protocol RemovalStore: Sendable {
  /// Since when our looks saw a file with this size and time: seconds since 1970; nil: they did not
  /// before.
  func seenAt(_ sighting: FileSighting) async throws(StoreError) -> Int64?

  /// Notes that our looks see files as they are only since now.
  /// - Parameter time: seconds since 1970.
  func noteSeen(_ files: [FileID], at time: Int64) async throws(StoreError)

  /// Ends the verdict on files that were to be read again by now.
  /// - Parameter time: seconds since 1970.
  func wake(at time: Int64) async throws(StoreError)

  /// The newest generation of a file, of each source that has or had one of this path.
  /// - Parameter path: compared byte by byte.
  func files(at path: String) async throws(StoreError) -> [LedgerFile]

  /// Has a file read again at the next look, and keeps it on the server until then.
  /// - Returns: false when there is nothing to read again: it waits to be read, or is gone.
  func readAgain(_ file: FileID) async throws(StoreError) -> Bool

  /// Ends the verdict on files of a source of which another layout could read little or nothing, so that this
  /// one reads those that still lie in the drop; they are kept on the server until then. Of the others the
  /// ledger goes on saying what it says.
  /// - Parameter layout: as `Layout.written` gives it.
  /// - Returns: how many.
  func readAgain(
    unlessReadBy layout: String, of source: SourceID
  ) async throws(StoreError) -> Int

  /// Takes a file off the list of those that somebody has to look after. A post-action that waited for
  /// that goes on.
  /// - Parameter time: seconds since 1970.
  /// - Returns: false when it was not on the list.
  func dismiss(_ file: FileID, by name: String, at time: Int64) async throws(StoreError) -> Bool

  /// Notes why the post-actions of files are still pending; nil: they only wait for their time.
  func notePostActions(_ files: [FileID], error: String?) async throws(StoreError)

  /// The folders that files were ever moved to.
  func archives() async throws(StoreError) -> [ArchiveFolder]
  func noteArchive(_ folder: ArchiveFolder) async throws(StoreError)
}

extension EventStore {
  /// Notes one file.
  public func noteSettling(_ sighting: FileSighting, reason: String) async throws(StoreError) {
    _ = try await noteSettling([sighting], reason: reason)
  }

  /// The first rejected lines.
  public func rejects(file: String?, limit: Int) async throws(StoreError) -> [RejectedLine] {
    try await rejects(file: file, after: RejectPlace(), limit: limit).lines
  }
}

/// What a store promises of rows that may not come in yet.
public protocol HeldStore: Sendable {
  /// All held rows, summed up by account pair.
  func held() async throws(StoreError) -> [HeldSummary]

  /// The account pairs of which rows are held; quick, however many rows there are. In the order of
  /// their first rows.
  func heldAccounts() async throws(StoreError) -> [HeldAccount]

  /// How many rows of an account pair are held.
  func heldRows(of account: AccountPair) async throws(StoreError) -> Int

  /// The next held rows of an account pair, all of one file.
  /// - Returns: nil behind the last.
  func heldRun(
    of account: AccountPair, after place: HeldPlace, limit: Int
  ) async throws(StoreError) -> HeldRun?

  /// Begins a look for rows of known parcels among a pair's held rows.
  /// - Returns: where it begins. What stands before was looked at, and no parcel of the pair became known
  ///   since; nil: that holds of all its rows, and nothing was begun.
  func beginLook(at account: AccountPair) async throws(StoreError) -> HeldPlace?

  /// Notes that the look which was begun last has seen all rows that were there then, and that what it left
  /// has no known parcel.
  func endLook(at account: AccountPair) async throws(StoreError)

  /// Notes that the rows of a pair are held for another reason now.
  func setReason(_ reason: HoldReason, for account: AccountPair) async throws(StoreError)

  /// Throws held rows away; their files count them as skipped.
  /// - Returns: how many.
  func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int

  /// The rows that were counted and not kept, by account pair: those with the most rows first. A file
  /// that is read again counts once.
  func skipped() async throws(StoreError) -> [SkippedSummary]
}

/// What a store promises of contracts and their feeds.
public protocol FeedStore: Sendable {
  /// What is remembered of every account pair that a contract named or rows came under.
  func feeds() async throws(StoreError) -> [FeedRecord]

  /// The days, from one on, on which a service's feed brought rows.
  func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay]

  /// Forgets the days before one, of which nothing is learnt any more.
  func forgetDays(before day: CalendarDay) async throws(StoreError)

  /// How each contract stood after its last change; of those that are no more, that too.
  func standings() async throws(StoreError) -> [ContractStanding]

  /// Writes down what a look at the contracts found: new names, changes, and which pairs they name now.
  func note(_ notes: FeedNotes) async throws(StoreError)

  /// The changes of a contract, the oldest first.
  func changes(of contract: String) async throws(StoreError) -> [ContractChange]

  /// Grows when it is noticed that another process changed what is remembered of feeds, which is at the
  /// next write. Whoever decides by `feeds()` compares it before each batch, so it must be cheap.
  var feedChangesElsewhere: Int { get }
}

extension FeedStore {
  /// Of a store that only one process writes.
  public var feedChangesElsewhere: Int { 0 }
}
