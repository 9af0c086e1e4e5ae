/// Writes to the copies of files apart from commits: removes old ones, and takes lines out.
public protocol RawCopyWriter: Sendable {
  /// Removes copies, the oldest first: one short transaction. Called again until it returns nil; after a kill the
  /// next call goes on.
  /// - Parameters:
  ///   - time: copies that were kept before it are removed: seconds since 1970.
  ///   - now: seconds since 1970.
  ///   - limit: how many pieces at most, so that others can write soon.
  /// - Returns: the copies that are gone now, and the bytes that were freed; nil: there are none that old.
  func removeRawCopies(
    keptBefore time: Int64, at now: Int64, limit: Int
  ) async throws(StoreError) -> RawCopyTotal?

  /// Removes the copy of one file, as it has lines that are erased; what its file still brings of it is not kept.
  /// - Parameter now: seconds since 1970.
  /// - Returns: false when there was none.
  func removeRawCopy(of file: FileID, at now: Int64) async throws(StoreError) -> Bool

  /// Stores pieces that are to replace those of a copy; `redact` puts them in their place. What an earlier attempt
  /// has left is dropped when piece 0 comes.
  /// - Parameter copy: as `rawCopy(of:)` gave it.
  func stageRawPieces(_ pieces: [RawPiece], for copy: RawCopy) async throws(StoreError)

  /// Puts the staged pieces in the place of those that the copy has, and notes that it is redacted: one
  /// transaction.
  /// - Parameters:
  ///   - copy: as `rawCopy(of:)` gave it.
  ///   - sum: of the pieces that were staged.
  ///   - now: seconds since 1970.
  /// - Returns: false when the copy is another one by now, or gone, or when other pieces are staged, as two redact it
  ///   at once: nothing is changed then.
  func redact(
    _ copy: RawCopy, to sum: RedactedSum, at now: Int64
  ) async throws(StoreError) -> Bool
}
