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

extension LedgerWriter {
  /// Notes one file.
  public func noteSettling(_ sighting: FileSighting, reason: String) async throws(StoreError) {
    _ = try await noteSettling([sighting], reason: reason)
  }
}
