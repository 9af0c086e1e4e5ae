/// Some of the entries of the journal that a filter admits, in the order of `seq`.
public struct JournalPage: Sendable {
  public var entries: [JournalEntry]
  /// All entries up to this `seq` were looked at; the next page begins after it.
  public var reached: Int64
  /// Whether the store had no more when it was asked. A page may be short, or empty, without being the last.
  public var isLast: Bool
}

extension JournalReader {
  /// The entries that a filter admits, in the order of `seq`, from the one after `seq` on; nil: all entries.
  public func journal(
    _ filter: EventFilter?, after seq: Int64, limit: Int
  ) async throws(StoreError) -> JournalPage {
    guard let filter else {
      let entries = try await journal(after: seq, limit: limit)
      return JournalPage(
        entries: entries, reached: entries.last?.seq ?? seq, isLast: entries.isEmpty)
    }
    let events = try await events(filter, after: seq, limit: limit)
    var page = JournalPage(
      entries: events.events.map { .event($0) }, reached: events.reached, isLast: events.isLast)
    guard filter.admitsCorrections, events.reached > seq else { return page }
    // All entries up to that one were there already when the events were read.
    let (corrections, reached) = try await corrections(
      filter, in: seq + 1...events.reached, limit: limit)
    let erasures = try await erasures(in: seq + 1...events.reached, limit: limit)
    let end = erasures.count < limit ? reached : min(reached, erasures.last?.seq ?? reached)
    let others: [JournalEntry] =
      corrections.map { .correction($0) }
      + erasures.filter { filter.admits($0) }.map { .erasure($0) }
    if end < page.reached {
      page.entries.removeAll { $0.seq > end }
      (page.reached, page.isLast) = (end, false)
    }
    guard !others.isEmpty else { return page }
    page.entries = (page.entries + others.filter { $0.seq <= end }).sorted { $0.seq < $1.seq }
    if page.entries.count > limit, let last = page.entries.prefix(limit).last {
      page.entries.removeSubrange(limit...)
      (page.reached, page.isLast) = (last.seq, false)
    }
    return page
  }
}
