import Carrier
import Contract

/// Which row of the ledger a file is; a file with other bytes under the same name is another row.
public struct FileID: Hashable, Sendable, Comparable {
  public let rawValue: Int64
  public init(rawValue: Int64) { self.rawValue = rawValue }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A file as a listing shows it.
public struct FileSighting: Hashable, Sendable {
  public var source: SourceID
  /// The printable path, relative to the source's directory; of a local file its absolute path.
  public var path: String
  /// Bytes; nil where the server does not tell.
  public var size: Int64?
  /// Seconds since 1970 by the server's clock; nil where the server does not tell.
  public var mtime: Int64?

  public init(source: SourceID = .local, path: String, size: Int64?, mtime: Int64?) {
    self.source = source
    self.path = path
    self.size = size
    self.mtime = mtime
  }

  /// The path as bytes, for sets and dictionaries: two names that Unicode takes for one are two files.
  public var pathBytes: [UInt8] { Array(path.utf8) }

  public static func == (left: Self, right: Self) -> Bool {
    left.source == right.source && left.size == right.size && left.mtime == right.mtime
      && left.path.utf8.elementsEqual(right.path.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(source)
    hasher.combine(pathBytes)
    hasher.combine(size)
    hasher.combine(mtime)
  }
}

/// A file that is not fetched, because the account that its path names may not come in.
public struct HeldFile: Hashable, Sendable {
  public var sighting: FileSighting
  public var account: AccountPair
  public var reason: HoldReason

  public init(sighting: FileSighting, account: AccountPair, reason: HoldReason) {
    self.sighting = sighting
    self.account = account
    self.reason = reason
  }

  /// What the ledger says of it.
  package var note: String {
    "not fetched: rows of account \(account.account), account ID \(account.accountID) may not come "
      + "in (\(reason.rawValue)); it is fetched once its contract allows them"
  }
}

/// How far a file has come.
public enum FileState: String, Sendable, CaseIterable {
  /// Seen, but still being written: looked at again.
  case settling
  /// Being read; after a crash it is read again from its start.
  case ingesting
  /// Read to its end; its events, held rows and rejects are kept.
  case ingested
  /// Read as far as it could be; looked at again only when it changes.
  case failed
  /// Not read, because its account may not be ingested yet.
  case held
  /// Somebody took it off the list; looked at again only when it changes.
  case dismissed
}

/// What is to happen, or has happened, to the file on the server after it was ingested.
public enum PostAction: Hashable, Sendable {
  case leave
  case delete(isDone: Bool)
  /// `to` is the printable path of the target, relative to the source's directory.
  case move(to: String, isDone: Bool)

  public var isPending: Bool {
    switch self {
    case .leave: false
    case .delete(let isDone), .move(_, let isDone): !isDone
    }
  }

  /// The word of the ledger: `leave`, `delete-pending`, `deleted`, `move-pending:…`, `moved:…`.
  public var text: String {
    switch self {
    case .leave: "leave"
    case .delete(let isDone): isDone ? "deleted" : "delete-pending"
    case .move(let target, let isDone): (isDone ? "moved:" : "move-pending:") + target
    }
  }

  public init?(text: String) {
    switch text {
    case "leave": self = .leave
    case "deleted": self = .delete(isDone: true)
    case "delete-pending": self = .delete(isDone: false)
    default:
      if text.hasPrefix("moved:") {
        self = .move(to: String(text.dropFirst(6)), isDone: true)
      } else if text.hasPrefix("move-pending:") {
        self = .move(to: String(text.dropFirst(13)), isDone: false)
      } else {
        return nil
      }
    }
  }
}

extension PostAction {
  /// By bytes: two targets that Unicode takes for one are two.
  public static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }
}

/// A folder that files were moved to.
public struct ArchiveFolder: Hashable, Sendable {
  /// User, host and port; nil where an older version moved files.
  public var server: String?
  /// The source's directory, printable; nil where an older version moved files.
  public var directory: String?
  /// Relative to the directory.
  public var path: String

  public init(server: String?, directory: String?, path: String) {
    self.server = server
    self.directory = directory
    self.path = path
  }

  /// By bytes: two names that Unicode takes for one are two folders.
  private var bytes: [[UInt8]?] { [server, directory, path].map { $0.map { Array($0.utf8) } } }

  public static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }
  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// What became of a file's lines. They add up: rows = new + repeated + held + rejected + skipped.
public struct FileCounts: Hashable, Sendable {
  public var rows = 0
  public var eventsNew = 0
  public var eventsRepeated = 0
  public var held = 0
  public var rejected = 0
  /// Rows of unknown accounts that the configuration says to skip.
  public var skipped = 0

  public init() {}

  public static func += (total: inout Self, part: Self) {
    total.rows += part.rows
    total.eventsNew += part.eventsNew
    total.eventsRepeated += part.eventsRepeated
    total.held += part.held
    total.rejected += part.rejected
    total.skipped += part.skipped
  }
}

/// One row of the ledger.
public struct LedgerFile: Sendable {
  public var id: FileID
  /// Nil: it is a file of this machine, or the source of an older version that nobody polled since.
  public var source: String?
  /// Where its post-action is still to be done, though its source is elsewhere by now or is not configured
  /// any more; nil otherwise.
  public var abandonedPlace: String?
  public var path: String
  public var size: Int64?
  public var mtime: Int64?
  /// Of the bytes as they were fetched; nil until the file was read to its end.
  public var sha256: [UInt8]?
  public var state: FileState
  public var counts: FileCounts
  public var error: String?
  /// Seconds since 1970; nil until then.
  public var ingestedAt: Int64?
  public var postAction: PostAction
  /// Why the post-action was not possible so far.
  public var postActionError: String?
  /// Since when our own looks saw it with this size and time, by our clock: seconds since 1970.
  public var seenAt: Int64?
  public var dismissedAt: Int64?
  /// Who took it off the list.
  public var dismissedBy: String?

  package init(
    id: FileID, path: String, size: Int64?, mtime: Int64?, sha256: [UInt8]?, state: FileState,
    counts: FileCounts, error: String?, ingestedAt: Int64?, postAction: PostAction,
    postActionError: String?, seenAt: Int64? = nil, dismissedAt: Int64? = nil,
    dismissedBy: String? = nil
  ) {
    self.id = id
    self.path = path
    self.size = size
    self.mtime = mtime
    self.sha256 = sha256
    self.state = state
    self.counts = counts
    self.error = error
    self.ingestedAt = ingestedAt
    self.postAction = postAction
    self.postActionError = postActionError
    self.seenAt = seenAt
    self.dismissedAt = dismissedAt
    self.dismissedBy = dismissedBy
  }

  /// Whether most of its lines could not be read. What is kept of a rejected line is not enough to get
  /// the row back, so the file stays where it is until somebody says otherwise.
  public var isMostlyRejected: Bool {
    state == .ingested && counts.rejected > counts.rows - counts.rejected
  }

  /// Whether there is something about it that somebody may take off the list.
  public var canBeDismissed: Bool { state == .failed || isMostlyRejected }
}
