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
