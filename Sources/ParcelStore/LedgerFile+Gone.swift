// Files that the drop does not show any more.
extension LedgerFile {
  /// Whether it is gone from the drop, and its rows are not all in the store: it was not read to its end, or
  /// most of its lines could not be read.
  public var isLost: Bool { state == .gone && (ingestedAt == nil || hasMostlyRejects) }

  /// What the ledger says of a file, in the state in which it is now, once it is gone; nil: nothing is wrong.
  package var errorOnceGone: String? {
    switch state {
    case .ingested, .settling, .ingesting, .failed, .held:
      guard ingestedAt == nil else {
        return hasMostlyRejects
          ? "it is gone from the drop, and most of its lines could not be read" : nil
      }
      return reasonOnceGone
    case .gone, .dismissed: return error
    }
  }

  private var reasonOnceGone: String {
    let cause = error.map { ": \($0)" } ?? ""
    return switch state {
    case .failed: "it is gone from the drop; it had failed\(cause)"
    case .held: "it was gone from the drop before its rows were allowed in\(cause)"
    case .ingesting: "it was gone from the drop before it was read to its end"
    case .settling, .ingested, .gone, .dismissed:
      counts.rows > 0
        ? "it was gone from the drop before it was complete"
        : "it was gone from the drop before it was read"
    }
  }
}
