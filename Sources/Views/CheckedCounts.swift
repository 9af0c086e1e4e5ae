/// How many rows of a checked file would meet which fate.
public struct CheckedCounts: Hashable, Sendable {
  public var new = 0
  /// The store has them already.
  public var stored = 0
  /// The same as an earlier row of the file.
  public var repeated = 0
  public var held = 0
  public var skipped = 0
  public var rejected = 0
  /// Rows whose wording the status map does not know; they are among the others.
  public var unmapped = 0

  public init() {}

  public var rows: Int { new + stored + repeated + held + skipped + rejected }

  public mutating func count(_ fate: CheckedRow.Fate) {
    switch fate {
    case .new: new += 1
    case .stored: stored += 1
    case .repeated: repeated += 1
    case .held: held += 1
    case .skipped, .expired: skipped += 1
    case .rejected: rejected += 1
    }
  }
}
