import ParcelStore

/// The result of one poll. Only the functions below change it.
public struct PollSummary: Sendable, Equatable {
  /// Files in the listing that the filters let through.
  public private(set) var listed = 0
  public private(set) var ingested = 0
  public private(set) var failed = 0
  public private(set) var settling = 0
  /// Files that are gone since this poll, and of which not all rows are in the store.
  public private(set) var lost = 0
  public private(set) var counts = FileCounts()
  /// Rows that were held before and were let in.
  public private(set) var released = 0
  public private(set) var bytes: Int64 = 0
  public private(set) var milliseconds = 0
  /// The first failure of a post-action, in words.
  public private(set) var postActionError: String?
  /// Whether the source was listed; otherwise another worker lists it, and this one has only read with it.
  public internal(set) var hasListed = false
  /// After which time the source may be listed again; nil: it was listed, or is just being listed.
  public internal(set) var dueIn: Duration?

  public init() {}

  /// Whether no file was read or lost, and no post-action failed.
  public var isIdle: Bool { ingested + failed + lost == 0 && postActionError == nil }

  /// Adds the files of a listing.
  /// - Parameter waiting: how many of the files may still be written.
  mutating func add(listed: Int, waiting: Int = 0) {
    self.listed += listed
    settling += waiting
  }

  /// Adds files that were read and committed.
  mutating func add(_ files: CommittedFiles, bytes: Int64) {
    ingested += files.ingested
    failed += files.failed
    settling += files.settling
    counts += files.counts
    self.bytes += bytes
  }

  /// Adds files that another worker has tried and that are not read.
  mutating func add(unread: Int) { failed += unread }

  /// Adds files that are gone.
  mutating func add(lost: Int) { self.lost += lost }

  /// Adds why a post-action failed, unless one did before.
  mutating func add(postActionError: String?) {
    self.postActionError = self.postActionError ?? postActionError
  }

  /// Adds another part of the same poll.
  static func += (total: inout Self, part: Self) {
    total.listed += part.listed
    total.ingested += part.ingested
    total.failed += part.failed
    total.settling += part.settling
    total.lost += part.lost
    total.counts += part.counts
    total.released += part.released
    total.bytes += part.bytes
    total.milliseconds += part.milliseconds
    total.hasListed = total.hasListed || part.hasListed
    total.add(postActionError: part.postActionError)
  }

  /// Ends the poll.
  /// - Parameter released: how many held rows were let in.
  mutating func finish(since start: ContinuousClock.Instant, released: Int = 0) {
    self.released = released
    milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
  }
}
