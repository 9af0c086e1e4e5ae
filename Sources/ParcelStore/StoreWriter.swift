import Carrier
import Contract
import Status

/// The right to write to a store: to claim a file, to commit a group, to give out `seq`.
///
/// - Each call is one transaction: whole or not there, and on disk when it returns.
/// - Each call may be made again after a failure, or when nobody knows whether it was done: it then finds what it
///   did and changes nothing more. A group that is committed again comes as repeats.
/// - Calls of several tasks follow one another. What a call has written is in every answer that is asked for
///   after it has returned.
public protocol StoreWriter: LedgerWriter, HeldRowWriter, FeedWriter, SourceWriter {
  /// Appends a group in one transaction, claims the ledger's rows of its files, and gives each new event its
  /// `seq`. A file of which an earlier reading broke off keeps its row in the ledger; a name with another size
  /// or mtime than before gets a new one. A wording keeps the meaning with which it came first.
  /// - Parameters:
  ///   - group: given away, so that its batches are let go of one by one.
  ///   - receivedAt: seconds since 1970.
  func commit(
    _ group: consuming CommitGroup, receivedAt: Int64
  ) async throws(StoreError) -> CommitReport

  /// Writes notes; nil takes one away.
  func setNotes(_ notes: [String: String?]) async throws(StoreError)

  /// Comes to rest after work, and lets go of what is only kept to be quick. Nothing depends on it.
  func settle() async
}

/// What is written into the ledger of files beside what a commit does there: of files that wait before they
/// are read to their end, before they are removed, or for somebody who looks after them.
public protocol LedgerWriter: Sendable {
  /// Notes that files were seen but are still being written; writes only what is not noted so.
  /// - Returns: those that were not noted so before, whatever their size then.
  func noteSettling(
    _ sightings: [FileSighting], reason: String
  ) async throws(StoreError) -> [FileSighting]

  /// Notes files that are not fetched, because the account that their name tells may not come in.
  /// - Returns: those that were not noted so before, with the same reason.
  func noteHeld(_ files: [HeldFile]) async throws(StoreError) -> [HeldFile]

  /// Notes what became of a post-action.
  func notePostAction(
    _ file: FileID, _ action: PostAction, error: String?
  ) async throws(StoreError)

  /// Notes why the post-actions of files are still pending; nil: they only wait for their time.
  func notePostActions(_ files: [FileID], error: String?) async throws(StoreError)

  /// Notes that our looks see files as they are only since now.
  /// - Parameter time: seconds since 1970.
  func noteSeen(_ files: [FileID], at time: Int64) async throws(StoreError)

  /// Ends the verdict on files that were to be read again by now.
  /// - Parameter time: seconds since 1970.
  func wake(at time: Int64) async throws(StoreError)

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

  func noteArchive(_ folder: ArchiveFolder) async throws(StoreError)
}

/// What is written about held rows beside what a commit does with them.
public protocol HeldRowWriter: Sendable {
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
}

/// What is written about contracts and their feeds.
public protocol FeedWriter: Sendable {
  /// Forgets the days before one, of which nothing is learnt any more.
  func forgetDays(before day: CalendarDay) async throws(StoreError)

  /// Writes down what a look at the contracts found: new names, changes, and which pairs they name now.
  func note(_ notes: FeedNotes) async throws(StoreError)
}

extension LedgerWriter {
  /// Notes one file.
  public func noteSettling(_ sighting: FileSighting, reason: String) async throws(StoreError) {
    _ = try await noteSettling([sighting], reason: reason)
  }
}
