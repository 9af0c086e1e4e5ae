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

/// Who wants to know. Called from several tasks at once, seldom (not for every row).
public protocol IngestObserver: Sendable {
  func note(_ event: IngestEvent)
  /// How far the work has come; called once for every chunk, so it must be cheap.
  func progress(_ progress: IngestProgress)
  /// Work goes on of which there is nothing to tell, such as a long listing; cheap as well.
  func alive()
}

extension IngestObserver {
  public func alive() {}
}

/// How far the work has come.
public struct IngestProgress: Sendable, Equatable {
  public var files = 0
  public var filesDone = 0
  /// Bytes as they are on the server; nil where it does not tell sizes.
  public var bytes: Int64?
  public var bytesDone: Int64 = 0
  public var rows = 0
  /// Held rows that are looked at, to let them in; 0: none are.
  public var held = 0
  public var heldDone = 0

  public init() {}

  /// What is done at several sources together.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.files += right.files
    sum.filesDone += right.filesDone
    // What one of them has is not known where another one does not tell.
    let sizes = [left, right].filter { $0.files > 0 }.map(\.bytes)
    sum.bytes = sizes.contains(nil) ? nil : sizes.compactMap(\.self).reduce(0, +)
    sum.bytesDone += right.bytesDone
    sum.rows += right.rows
    sum.held += right.held
    sum.heldDone += right.heldDone
    return sum
  }
}

/// What one poll did.
public struct PollSummary: Sendable, Equatable {
  /// Files that the listing showed and the filters let through.
  public var listed = 0
  public var ingested = 0
  public var failed = 0
  public var settling = 0
  public var counts = FileCounts()
  /// What became of rows that were held before; `held` counts downwards.
  public var released = FileCounts()
  public var bytes: Int64 = 0
  public var milliseconds = 0
  /// The first failure of a post-action, in words.
  public var postActionError: String?

  public init() {}

  /// Adds what more was read in the same poll.
  static func += (total: inout Self, part: Self) {
    total.listed += part.listed
    total.ingested += part.ingested
    total.failed += part.failed
    total.settling += part.settling
    total.counts += part.counts
    total.bytes += part.bytes
    total.postActionError = total.postActionError ?? part.postActionError
  }

  /// Whether there was nothing to do.
  public var isIdle: Bool { ingested + failed == 0 && postActionError == nil }
}
