import Carrier

/// Erases recipients' data, in short transactions beside whoever reads and writes.
///
/// An erasure is begun, its lines are erased step by step, the copies of files are rewritten, and it is finished.
/// Whoever is interrupted finds it among `unfinishedErasures`, and may do all of it again. From its beginning on no
/// row of an earlier time brings the data back, whoever commits it: the event counts, and order reference, postcode and
/// country of the row are left out. A row that may not come in yet is held without that data, or counted as skipped
/// where its reading does not tell it apart, and of a line that can't be read the text is not kept.
public protocol ErasureWriter: Sendable {
  /// Begins an erasure: order reference, postcode and country of the parcel are gone, and followers get an entry. If
  /// they were gone already, by an earlier erasure, there is no new entry; that one reaches up to `instant` then.
  /// - Parameters:
  ///   - account: nil: only lines that can't be read carry the number.
  ///   - instant: seconds since 1970.
  func erase(
    _ number: ParcelNumber, of account: AccountPair?, at instant: Int64
  ) async throws(StoreError) -> Erasure

  /// Looks for the number in the next held rows of the account and then in rejected lines. Of the rows only what an event
  /// needs stays (`RowErasure`); where that can't be told apart they are deleted, and their files count them as
  /// skipped. Of the lines the text goes.
  /// - Parameters:
  ///   - cursor: `next` of the step before.
  ///   - limit: how many rows and lines are looked at.
  /// - Returns: nil when all were looked at.
  func eraseLines(
    of erasure: Erasure, after cursor: ErasureCursor, limit: Int
  ) async throws(StoreError) -> ErasureStep?

  /// Notes that the lines and copies of an erasure are done; not if it reaches further by now.
  func finish(_ erasure: Erasure) async throws(StoreError)

  /// Notes that lines were taken out of the copy of their file, or that there is none.
  func forget(_ lines: ErasedLines) async throws(StoreError)

  /// Makes sure that nothing of what was deleted is left in the store's files, if that is owed. Others may read
  /// meanwhile, but whoever reads for long keeps it from being done; writers wait. May need as much space again.
  func rewriteErased() async throws(StoreError) -> RewriteOutcome
}
