import Carrier
import Contract
import TrackingFile

/// The rows of one account pair that may not come in yet.
public struct HeldSummary: Sendable, Hashable {
  public var account: AccountPair
  public var reason: HoldReason
  public var rows: Int
  /// When the oldest of them came: seconds since 1970.
  public var oldest: Int64

  package init(account: AccountPair, reason: HoldReason, rows: Int, oldest: Int64) {
    self.account = account
    self.reason = reason
    self.rows = rows
    self.oldest = oldest
  }
}

/// The rows of an account pair that were counted and not kept.
public struct SkippedSummary: Sendable, Hashable {
  /// Nil: of all pairs together that came when `mostAccounts` had rows already.
  public var account: AccountPair?
  public var rows: Int
  /// When the first and the last of them came: seconds since 1970.
  public var first: Int64
  public var latest: Int64

  /// More pairs are not told one by one: a file of nonsense must not fill the store.
  package static let mostAccounts = 1_000

  package init(account: AccountPair?, rows: Int, first: Int64, latest: Int64) {
    self.account = account
    self.rows = rows
    self.first = first
    self.latest = latest
  }
}

/// An account pair of which rows are held, with the reason that was found last.
public struct HeldAccount: Sendable, Hashable {
  public var account: AccountPair
  public var reason: HoldReason

  package init(account: AccountPair, reason: HoldReason) {
    self.account = account
    self.reason = reason
  }
}

/// Where a reader of held rows has come to; they come in the order of files and lines.
public struct HeldPlace: Sendable, Hashable {
  package var file: Int64 = 0
  package var line: Int64 = 0

  /// Before the first.
  public init() {}

  package init(file: Int64, line: Int64) {
    self.file = file
    self.line = line
  }
}

/// How a row was read: what it takes to read it again as it was.
public struct RowReading: Sendable, Hashable {
  /// The layout, as `Layout.written` gives it.
  public var layout: String
  /// The header line under which it stood; a file may have several.
  public var header: [UInt8]

  public init(layout: String, header: [UInt8]) {
    self.layout = layout
    self.header = header
  }
}

/// Consecutive held rows of one account pair in one file, which came together and were read alike.
public struct HeldRun: Sendable {
  public var origin: HeldOrigin
  /// The header line with which they can be parsed again: that of `layout`, or else of their file.
  public var header: [UInt8]
  /// The layout by which they were read, as `Layout.written` gives it; nil: an older version held
  /// them, and did not keep it.
  public var layout: String?
  public var lines: [KeptLine]
  /// The place of the last line.
  public var last: HeldPlace

  package init(
    origin: HeldOrigin, header: [UInt8], layout: String?, lines: [KeptLine], last: HeldPlace
  ) {
    self.origin = origin
    self.header = header
    self.layout = layout
    self.lines = lines
    self.last = last
  }
}

/// Where held rows come from.
public struct HeldOrigin: Sendable, Hashable {
  package var file: FileID
  /// The printable path of their file.
  public var path: String
  /// When they came: seconds since 1970. They are events of that time, whenever they are let in.
  package var receivedAt: Int64
  /// Whether they are from a reading that broke off, and the file is being read again.
  package var isStale: Bool

  package init(file: FileID, path: String, receivedAt: Int64, isStale: Bool) {
    self.file = file
    self.path = path
    self.receivedAt = receivedAt
    self.isStale = isStale
  }

  /// By bytes, as all paths.
  public static func == (left: Self, right: Self) -> Bool {
    left.file == right.file && left.receivedAt == right.receivedAt
      && left.isStale == right.isStale && left.path.utf8.elementsEqual(right.path.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    hasher.combine(Array(path.utf8))
    hasher.combine(receivedAt)
    hasher.combine(isStale)
  }
}

/// Held rows that are to be thrown away.
public struct HeldSelection: Sendable, Hashable {
  /// Of this account ID; nil: of any.
  public var accountID: String?
  /// Of this account category; nil: of any.
  public var account: String?
  /// Only those that came before this instant: seconds since 1970.
  public var before: Int64?

  public init(accountID: String? = nil, account: String? = nil, before: Int64? = nil) {
    self.accountID = accountID
    self.account = account
    self.before = before
  }
}
