/// The right to write to a store: to claim a file, to commit a group, to give out `seq`.
///
/// - Each call is one transaction: whole or not there, and on disk when it returns.
/// - Each call may be made again after a failure, or when it is not known whether it was done: what
///   was done is not done twice. The events of a group that is committed again count as repeated.
/// - Calls of several tasks run one after the other. Whoever asks after a call has returned sees
///   what it has written.
public protocol StoreWriter: LedgerWriter, HeldRowWriter, FeedWriter, SourceWriter, MapWriter,
  RetentionWriter, RawCopyWriter, ErasureWriter, DeliveryWriter
{
  /// Appends a group in one transaction, claims the ledger's rows of its files, and gives each new event its
  /// `seq`. A file of which an earlier reading broke off keeps its row in the ledger; a name with another size
  /// or mtime than before gets a new one. A wording keeps the meaning with which it came first.
  /// The copy of a file's bytes grows with its rows. A reading that begins again begins the copy anew, unless lines
  /// were taken out of it: then it stays as it is.
  /// - Parameters:
  ///   - group: consumed, so that each batch is freed once its rows are stored.
  ///   - receivedAt: seconds since 1970.
  func commit(
    _ group: consuming CommitGroup, receivedAt: Int64
  ) async throws(StoreError) -> CommitReport

  /// Writes notes of the daemon about itself; nil deletes one.
  func setNotes(_ notes: [String: String?]) async throws(StoreError)

  /// Tidies up after work, and frees what is only kept in memory for speed. Nothing depends on it.
  func settle() async

  /// Gives back at once what this process holds of the store: the lease, and files that it was reading. Nothing is
  /// written after that. Without it others wait until the process has ended, or until its time has passed.
  func close() async
}

extension StoreWriter {
  /// Of a store whose locks end with the process.
  public func close() async {}
}
