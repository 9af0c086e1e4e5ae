import Carrier
import Contract
import ParcelStore
import TrackingFile

/// Something that happened: operators read it in the log. Where there may be many of a kind, the first few
/// are reported one by one, and then the number of the others.
public enum IngestEvent: Sendable {
  case pollStarted
  case pollFinished(PollSummary)
  case sourceConnected(host: String, milliseconds: Int)
  case fileSettling(path: String, reason: String)
  /// The number of further files that began to wait.
  case filesSettling(more: Int)
  /// A file was read and is not complete; it is read again after it has changed.
  case fileIncomplete(path: String, reason: String)
  /// The number of further incomplete files.
  case filesIncomplete(more: Int)
  /// Two listings in a row did not show a file any more of which not all rows are in the store.
  case fileGone(path: String, error: String)
  /// The number of further such files.
  case filesGone(more: Int)
  /// A file of the drop that no pattern of `include` or `exclude` matches, so it is not read.
  case fileUnmatched(path: String)
  /// The number of further such files.
  case filesUnmatched(more: Int)
  case fileStarted(path: String, size: Int64?)
  /// `lag`: since its first sighting by this process; nil: it is no file of a drop.
  case fileIngested(path: String, counts: FileCounts, milliseconds: Int, lag: Duration?)
  /// Rows are on disk, of one file or many: what became of them. Also held rows that were let in.
  case rowsCommitted(FileCounts)
  /// `isFinal`: it is not tried again until it changes or somebody asks for it.
  case fileFailed(path: String, counts: FileCounts, error: String, isFinal: Bool)
  /// The number of further files that failed and are tried again at each poll.
  case filesFailed(more: Int)
  /// A file was read, but something about its texts may be wrong: a sentence.
  case fileDoubtful(path: String, doubt: String)
  /// A file was moved or deleted after it was ingested.
  case fileMoved(path: String, action: PostAction)
  /// This process waits for another worker, such as `process 12 on host3`, that reads so many files; nil: that lists the
  /// source.
  case workerAwaited(String, files: Int?)
  case postActionFailed(path: String, error: String)
  /// The number of further failed post-actions.
  case postActionsFailed(more: Int)
  /// A folder can't be listed, so its files are not read.
  case folderClosed(path: String, error: String)
  /// The number of further such folders.
  case foldersClosed(more: Int)
  case rowRejected(path: String, line: Int, reason: MalformedLine.Reason)
  case rowHeld(path: String, line: Int, account: AccountPair, reason: HoldReason)
  /// The number of further rejected lines of a file.
  case rowsRejected(path: String, more: Int)
  /// The number of further held lines of a file.
  case rowsHeld(path: String, more: Int)
  /// A file is not fetched, because its path names an account whose rows may not come in.
  case fileHeld(HeldFile)
  /// The number of further files that are not fetched.
  case filesHeld(more: Int)
  /// The number of files that are to be read again by this layout, because another one could read little or
  /// nothing of them.
  case filesRetried(Int, layout: String)
  /// Held rows were let in.
  case heldReleased(ReleasedRows)
  /// Held rows of a file may come in, but the layout can't read them, so they stay held.
  case heldUnreadable(path: String, account: AccountPair, error: String)
  /// Held rows were deleted, as they were older than they are kept.
  case heldExpired(rows: Int)
  /// Copies of files were older than they are kept.
  case copiesExpired(RawCopyTotal)
  /// Events were deleted, as they were older than they are kept.
  case eventsPruned(PruneSummary)
  /// Recipients' data was erased.
  case dataErased(ErasureSummary)
  /// An unknown account pair with held rows looks like a misspelt pair of a contract.
  case nearMatch(AccountPair, NearMatch)
  /// The number of further such pairs.
  case nearMatches(more: Int)
  /// The state of a service's feed has changed.
  case feedChanged(ServiceReference, account: String?, accountID: String?, Feed)
  /// Something is missing in a contract, so its rows are held; `contractComplete` when that is over.
  case contractIncomplete(_ id: String, problems: [String])
  case contractComplete(_ id: String)
  case codeUnmapped(Wording)
  /// The number of further codes without a status.
  case codesUnmapped(more: Int)
  /// A wording means something else by the map that is in force now.
  case codeRemapped(RemappedWording)
  /// The number of further such wordings.
  case codesRemapped(more: Int)
  /// Current statuses follow the map that is in force now.
  case historyRemapped(RemapSummary)
  /// A map would make known wordings unmapped, so it waits for an operator: all that it would change.
  case mapWaits([RemappedWording], version: String)
}
