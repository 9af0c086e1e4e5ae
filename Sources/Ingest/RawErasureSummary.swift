/// What taking a parcel's rows out of the copies of files came to.
public struct RawErasureSummary: Sendable, Hashable {
  /// Copies that were looked through.
  public var copies = 0
  /// Copies that were rewritten, and how many lines were taken out of them.
  public var redacted = 0
  public var lines = 0
  /// Copies that were removed as a whole, as lines can't be taken out of them: archives, and those that are damaged or
  /// not whole.
  public var removed = 0
  /// The files of the first of these.
  public var removedPaths: [String] = []

  private static let mostPaths = 20

  public init() {}

  mutating func add(_ outcome: RawRedaction.Outcome, _ path: String) {
    copies += 1
    switch outcome {
    case .nothing: return
    case .redacted(let count):
      redacted += 1
      lines += count
    case .removed:
      removed += 1
      if removedPaths.count < Self.mostPaths { removedPaths.append(path) }
    }
  }
}
