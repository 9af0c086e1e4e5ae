/// Entries of the journal that are no more, because they were older than they are kept.
public struct PrunedRange: Sendable, Hashable {
  /// The first and the last `seq` of them.
  public var first: Int64
  public var last: Int64

  package init(_ range: ClosedRange<Int64>) {
    first = range.lowerBound
    last = range.upperBound
  }
}

extension [JournalEntry] {
  /// The same entries with the ranges of those that are missing between them. Each `seq` was given once, so
  /// whatever is missing was there.
  /// - Parameters:
  ///   - seq: the entries are the next ones after it.
  ///   - last: the last `seq` that the store gave, if the entries reach it.
  ///   - limit: how many entries at most.
  package func withPrunedRanges(after seq: Int64, upTo last: Int64?, limit: Int) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    // Numbers begin with 1.
    var next = Swift.max(0, seq < .max ? seq : .max - 1) + 1
    for entry in self {
      if entry.seq > next { entries.append(.pruned(PrunedRange(next...(entry.seq - 1)))) }
      entries.append(entry)
      next = entry.seq + 1
    }
    if let last, last >= next { entries.append(.pruned(PrunedRange(next...last))) }
    return Array(entries.prefix(Swift.max(0, limit)))
  }
}
