import ParcelStore

/// What erasing recipients' data came to.
public struct ErasureSummary: Sendable, Hashable {
  /// The erasures that were finished.
  public var erasures: [Erasure] = []
  /// Held rows that say nothing of the recipient any more, and rejected lines whose text is gone.
  public var held = 0
  public var rejected = 0
  /// Copies of files that were rewritten, or removed where that could not be done.
  public var copies = 0
  /// Those of them that were removed, and the files of the first of these.
  public var removedCopies = 0
  public var removedPaths: [String] = []
  /// Whether the store's files are free of what was erased.
  public var rewrite = RewriteOutcome.notOwed
  public var milliseconds = 0

  public init() {}

  public var isEmpty: Bool {
    erasures.isEmpty && copies == 0 && rewrite != .done
  }

  mutating func add(_ copies: RawErasureSummary) {
    self.copies += copies.redacted + copies.removed
    removedCopies += copies.removed
    removedPaths += copies.removedPaths
  }
}
