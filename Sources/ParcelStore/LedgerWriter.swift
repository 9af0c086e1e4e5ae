/// Writes to the ledger of files apart from commits: on files that wait to be read or removed, and
/// on those that somebody has to look after.
public protocol LedgerWriter: Sendable {
  /// Records that files were seen but are still being written; writes only what is not recorded
  /// yet.
  /// - Returns: those of which this was not recorded yet, whatever their size was.
  func noteSettling(
    _ sightings: [FileSighting], reason: String
  ) async throws(StoreError) -> [FileSighting]

  /// Records files that are not fetched, because the account in their name may not come in.
  /// - Returns: those of which this was not recorded yet, with the same reason.
  func noteHeld(_ files: [HeldFile]) async throws(StoreError) -> [HeldFile]

  /// Records which files a listing of whole folders did not show. A file that two such listings in a row do
  /// not show is gone: its state says so, and when it comes back it is read again. Files whose post-action is
  /// pending stay as they are. May write in several transactions.
  /// - Parameter time: seconds since 1970.
  /// - Returns: the files that are gone since this listing, and of which not all rows are in the store
  ///   (`LedgerFile.isLost`).
  func noteUnseen(
    _ unseen: UnseenFiles, at time: Int64
  ) async throws(StoreError) -> [LedgerFile]

  /// Records what became of a post-action.
  func notePostAction(
    _ file: FileID, _ action: PostAction, error: String?
  ) async throws(StoreError)

  /// Records why the post-actions of files are still pending; nil: they only wait for their time.
  func notePostActions(_ files: [FileID], error: String?) async throws(StoreError)

  /// Records that our polls have seen files as they are only since `time`.
  /// - Parameter time: seconds since 1970.
  func noteSeen(_ files: [FileID], at time: Int64) async throws(StoreError)

  /// Has files read again whose time for that has come; see `FileEnd.readAgainAfter`.
  /// - Parameter time: seconds since 1970.
  func wake(at time: Int64) async throws(StoreError)

  /// Has a file read again at the next poll, and keeps it on the server until then.
  /// - Returns: false when there is nothing to read again: it waits to be read, or is gone.
  func readAgain(_ file: FileID) async throws(StoreError) -> Bool

  /// Has files of a source read again of which another layout could read little or nothing. Those
  /// that are still in the drop stay on the server until then; what the ledger says of the others
  /// stays.
  /// - Parameter layout: as `Layout.written` gives it.
  /// - Returns: how many.
  func readAgain(
    unlessReadBy layout: String, of source: SourceID
  ) async throws(StoreError) -> Int

  /// Takes a file off the list of those that somebody has to look after. A post-action that waited
  /// for that is done then. One that is gone is still read when it comes back.
  /// - Parameter time: seconds since 1970.
  /// - Returns: false when it was not on the list.
  func dismiss(_ file: FileID, by name: String, at time: Int64) async throws(StoreError) -> Bool

  /// Remembers a folder that files are moved to. May be called again.
  func noteArchive(_ folder: ArchiveFolder) async throws(StoreError)
}

extension LedgerWriter {
  /// Records it of one file.
  public func noteSettling(_ sighting: FileSighting, reason: String) async throws(StoreError) {
    _ = try await noteSettling([sighting], reason: reason)
  }
}
