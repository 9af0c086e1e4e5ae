/// One row of the ledger.
public struct LedgerFile: Sendable {
  public var id: FileID
  /// The source's name. Nil: a file of this machine, or of an older version's source that was not
  /// polled since.
  public var source: String?
  /// The place where its post-action is still to be done, if its source has moved or is not
  /// configured any more; nil otherwise.
  public var abandonedPlace: String?
  public var path: String
  public var size: Int64?
  public var mtime: Int64?
  /// Of the bytes as they were fetched; nil until the file was read to its end.
  public var sha256: [UInt8]?
  public var state: FileState
  public var counts = FileCounts()
  public var error: String?
  /// Seconds since 1970; nil until then.
  public var ingestedAt: Int64?
  public var postAction = PostAction.leave
  /// Why the post-action was not possible yet.
  public var postActionError: String?
  /// Since when our own polls have seen it with this size and mtime, by our clock: seconds since
  /// 1970.
  public var seenAt: Int64?
  /// When the second listing in a row did not show it: seconds since 1970; nil: it is there, as far as we know.
  public var goneAt: Int64?
  public var dismissedAt: Int64?
  /// Who took it off the list.
  public var dismissedBy: String?

  /// The name of the layout by which it was read last; nil: it was not read.
  public var layout: String?

  /// Whether it is an archive, whose members are files of their own and have its rows.
  public var isArchive = false

  /// In the place of a layout's name: no layout reads an archive itself.
  public static let archiveLayout = "(archive)"

  /// The paths of archives that a file of this path may be a member of: what stands before each exclamation mark.
  package static func archives(of path: String) -> [String] {
    let bytes = Array(path.utf8)
    return bytes.indices.filter { bytes[$0] == UInt8(ascii: "!") }.map {
      String(decoding: bytes[..<$0], as: UTF8.self)
    }
  }

  package init(id: FileID, path: String, state: FileState) {
    self.id = id
    self.path = path
    self.state = state
  }

  /// Whether most of its lines could not be read. What is stored of rejected lines is not enough to
  /// get their rows back, so the file stays on the server until somebody decides about it.
  public var isMostlyRejected: Bool { state == .ingested && hasMostlyRejects }

  var hasMostlyRejects: Bool { counts.rejected > counts.rows - counts.rejected }

  /// Whether somebody has to look after it, and may dismiss it.
  public var canBeDismissed: Bool { state == .failed || isMostlyRejected || isLost }
}
