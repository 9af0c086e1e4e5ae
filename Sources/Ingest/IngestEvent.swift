import Carrier
import Contract
import ParcelStore
import TrackingFile

/// Something worth telling: what operators read in the log, and what progress is drawn from.
public enum IngestEvent: Sendable {
  case pollStarted
  case pollFinished(PollSummary)
  case sourceConnected(host: String, milliseconds: Int)
  case fileSettling(path: String, reason: String)
  /// The number of further files that began to wait together with those told one by one.
  case filesSettling(more: Int)
  /// A file was read and is not complete; it is read again, at each poll where it keeps changing.
  case fileIncomplete(path: String, reason: String)
  /// The number of further such files that were read together with those told one by one.
  case filesIncomplete(more: Int)
  case fileStarted(path: String, size: Int64?)
  case fileIngested(path: String, counts: FileCounts, milliseconds: Int)
  /// `isFinal`: it is not tried again before it changes or somebody asks for it.
  case fileFailed(path: String, counts: FileCounts, error: String, isFinal: Bool)
  /// The number of further files that failed, and are tried at each poll.
  case filesFailed(more: Int)
  /// A file was moved or deleted after it was ingested.
  case fileMoved(path: String, action: PostAction)
  case postActionFailed(path: String, error: String)
  /// The number of further files of which the post-action failed together with those told one by one.
  case postActionsFailed(more: Int)
  /// A folder below the drop may not be listed; what is in it is not read.
  case folderClosed(path: String, error: String)
  /// The number of further such folders.
  case foldersClosed(more: Int)
  case rowRejected(path: String, line: Int, reason: MalformedLine.Reason)
  case rowHeld(path: String, line: Int, account: AccountPair, reason: HoldReason)
  /// The number of further lines of a file of which only the first few were told one by one.
  case rowsRejected(path: String, more: Int)
  case rowsHeld(path: String, more: Int)
  /// A file is not fetched, because the account that its path names may not come in.
  case fileHeld(HeldFile)
  /// The number of further such files that came together with those told one by one.
  case filesHeld(more: Int)
  /// The number of files of which another layout could read little or nothing, so that this one is to read
  /// them, as far as they are in the drop.
  case filesRetried(Int, layout: String)
  /// Rows that were held came in.
  case heldReleased(ReleasedRows)
  /// Held rows of a file may come in, but the layout can't read them.
  case heldUnreadable(path: String, account: AccountPair, error: String)
  /// Held rows were older than they are kept.
  case heldExpired(rows: Int)
  /// An account pair of which rows are held as unknown nearly is the one of a contract.
  case nearMatch(AccountPair, NearMatch)
  /// The number of further such pairs that came together with those told one by one.
  case nearMatches(more: Int)
  /// A service's feed stands otherwise than before.
  case feedChanged(ServiceReference, account: String?, accountID: String?, Feed)
  /// A contract lacks something, so that its rows are held; or lacks nothing any more.
  case contractIncomplete(_ id: String, problems: [String])
  case contractComplete(_ id: String)
  case codeUnmapped(Wording)
  /// The number of further codes that came together with those told one by one.
  case codesUnmapped(more: Int)
}
