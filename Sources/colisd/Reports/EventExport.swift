import ParcelStore
import Views

/// Writes all events that a filter admits, page by page. While a page is read, those before it are made into text, so
/// both cores work; only a few pages are in memory at once.
struct EventExport: Sendable {
  let store: any StoreReader
  /// Nil: all events.
  let filter: EventFilter?
  let isCSV: Bool
  let isUTC: Bool

  /// Events that are read at once.
  private static let page = 5_000
  /// Pages that are made into text, or wait to be written.
  private static let mostPages = 3

  /// - Parameters:
  ///   - write: called with some bytes after the other.
  ///   - onProgress: called with how many events of the store were passed, and how many it has.
  /// - Returns: how many events were written.
  func run(
    _ write: ([UInt8]) throws -> Void, onProgress: (_ done: Int, _ all: Int) -> Void
  ) async throws -> Int {
    let all = try await store.counts().events
    var waiting: [Task<[UInt8], Never>] = []
    var (next, count) = (Int64(0), 0)
    while true {
      try Task.checkCancellation()
      let page = try await read(after: next)
      next = page.reached
      if !page.events.isEmpty {
        let isFirst = count == 0
        count += page.events.count
        waiting.append(Task { bytes(page.events, isFirst: isFirst) })
      }
      if waiting.count == Self.mostPages { try write(await waiting.removeFirst().value) }
      onProgress(min(all, Int(next)), all)
      if page.isLast { break }
    }
    for page in waiting { try write(await page.value) }
    if isCSV, count == 0 { try write(CSVText.bytes([], titles: StoredEvent.keys)) }
    return count
  }

  private func read(after seq: Int64) async throws -> EventPage {
    if let filter { return try await store.events(filter, after: seq, limit: Self.page) }
    let events = try await store.events(after: seq, limit: Self.page)
    return EventPage(events, reached: events.last?.seq ?? seq, isLast: events.count < Self.page)
  }

  private func bytes(_ events: [StoredEvent], isFirst: Bool) -> [UInt8] {
    guard isCSV else { return events.lines }
    return TextForm.$current.withValue(TextForm(isUTC: isUTC)) {
      CSVText.bytes(events.objects, titles: isFirst ? StoredEvent.keys : nil)
    }
  }
}
