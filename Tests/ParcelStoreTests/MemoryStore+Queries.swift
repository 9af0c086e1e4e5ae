import Carrier
import Contract
import ParcelStore
import Status

extension MemoryStore {
  func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline] {
    parcels.filter {
      $0.key.number == parcel && (accountID == nil || $0.key.account.accountID == accountID)
    }.map { timeline(of: $0) }
  }

  func standings(
    of parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> [ParcelOfAccount: ParcelStanding] {
    var standings: [ParcelOfAccount: ParcelStanding] = [:]
    for parcel in parcels {
      let index = parcelIndex[ParcelKey(number: parcel.number, account: parcel.account)]
      if let index { standings[parcel] = ParcelStanding(timeline(of: self.parcels[index])) }
    }
    return standings
  }

  func parcelCount(_ filter: ParcelFilter, most: Int) async throws(StoreError) -> Int {
    var all = filter
    (all.limit, all.after) = (most, nil)
    return try await parcels(all).count
  }

  func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary] {
    let summaries = parcels.enumerated().compactMap { index, parcel -> ParcelSummary? in
      let timeline = timeline(of: parcel)
      guard let current = timeline.current else { return nil }
      var summary = ParcelSummary(
        parcel: parcel.key.number, account: parcel.key.account, details: parcel.details,
        meaning: current.meaning, since: current.timelineEntry.since())
      summary.cursor = ParcelCursor(
        since: summary.since, rank: current.meaning.status.timelineRank, parcel: Int64(index + 1))
      return Self.meets(summary, timeline, filter) ? summary : nil
    }
    return Array(summaries.sorted { $0.cursor > $1.cursor }.prefix(filter.limit))
  }

  private static func meets(
    _ summary: ParcelSummary, _ timeline: ParcelTimeline, _ filter: ParcelFilter
  ) -> Bool {
    guard filter.statuses?.contains(summary.meaning.status) ?? true,
      filter.accountID == nil || filter.accountID == summary.account.accountID,
      filter.contract == nil || filter.contract == timeline.contract,
      summary.since >= filter.since ?? .min, filter.until.map({ summary.since < $0 }) ?? true,
      filter.after.map({ summary.cursor < $0 }) ?? true
    else { return false }
    if let order = filter.order, summary.details.order?.lowercased() != order.lowercased() {
      return false
    }
    if let postcode = filter.postcode,
      !PostcodeForms(postcode).contains(summary.details.postcode)
    {
      return false
    }
    if let site = filter.site, !timeline.events.contains(where: { $0.site == site }) {
      return false
    }
    guard let quiet = filter.quiet else { return true }
    return !quiet.contains(summary.since)
      && !timeline.events.contains { quiet.contains($0.timelineEntry.instant) }
  }

  func timeline(of parcel: Parcel) -> ParcelTimeline {
    let found = events.filter {
      $0.parcel == parcel.key.number && $0.account == parcel.key.account
    }
    let feed = feedTimes.filter { $0.key.account == parcel.key.account }
      .max { $0.value.last < $1.value.last }?.key
    var timeline = ParcelTimeline(
      parcel: parcel.key.number, account: parcel.key.account, details: parcel.details,
      events: Timeline.order(found.map(\.timelineEntry)).map { found[$0] })
    timeline.contract = feed?.service.contract
    timeline.service = feed?.service.kind
    return timeline
  }

  func events(after seq: Int64, limit: Int) async throws(StoreError) -> [StoredEvent] {
    Array(events.drop { $0.seq <= seq }.prefix(limit))
  }

  func events(
    _ filter: EventFilter, after seq: Int64, limit: Int
  ) async throws(StoreError) -> EventPage {
    let found = events.filter { $0.seq > seq && filter.admits($0) }
    guard found.count > limit else {
      return EventPage(found, reached: max(seq, sequence), isLast: true)
    }
    let page = Array(found.prefix(limit))
    return EventPage(page, reached: page.last?.seq ?? seq, isLast: false)
  }

  func lastSeq() async throws(StoreError) -> Int64 { sequence }

  func waitForEntries(after seq: Int64) async throws {
    for _ in 0..<50 where sequence <= seq { try await Task.sleep(for: .milliseconds(5)) }
    try Task.checkCancellation()
  }

  func sites(limit: Int) async throws(StoreError) -> [String] {
    Array(Set(events.compactMap(\.site)).prefix(limit))
  }

  func rejects(
    file: String?, source: String?, after cursor: RejectCursor, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectCursor?) {
    let page = rejectedLines.filter { key, line in
      guard (key.file.rawValue, Int64(key.line)) > (cursor.file, cursor.line) else { return false }
      guard source == nil || line.source == source else { return false }
      guard let file else { return true }
      let path = Array(line.file.utf8)
      return path == Array(file.utf8) || path.reversed().starts(with: "/\(file)".utf8.reversed())
    }
    .sorted { ($0.key.file, $0.key.line) < ($1.key.file, $1.key.line) }
    .prefix(limit)
    let last = page.last?.key
    return (
      page.map(\.value), last.map { RejectCursor(file: $0.file.rawValue, line: Int64($0.line)) }
    )
  }

  func incarnation() async throws(StoreError) -> Incarnation { id }

  /// Keeps no counts apart from the rows.
  func check(
    _ depth: StoreCheck.Depth, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) -> StoreCheck { StoreCheck() }

  func copy(
    to target: String, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) {
    throw StoreError(
      .failed, operation: "copy", store: "memory", reason: "it has no file", advice: "use another")
  }

  func settle() async {}

  func wordings(limit: Int) async throws(StoreError) -> [CountedWording] {
    let all = wordings.filter { $0.events > 0 }
      .map { CountedWording(wording: $0.wording, events: $0.events) }
      .sorted { $0.events > $1.events }
    return Array(all.prefix(limit))
  }

  func unmapped() async throws(StoreError) -> [UnmappedWording] {
    wordings.filter { $0.meaning.status == .unmapped && $0.events > 0 }
      .map { UnmappedWording(wording: $0.wording, events: $0.events) }
      .sorted { $0.events > $1.events }
  }

  func figures() async throws(StoreError) -> StoreFigures {
    var figures = StoreFigures()
    let unknown = wordings.filter { $0.meaning.status == .unmapped && $0.events > 0 }
    figures.unmappedCodes = unknown.count
    figures.unmappedEvents = unknown.reduce(0) { $0 + $1.events }
    figures.oldestHeldAt = heldRows.values.map(\.receivedAt).min()
    figures.erasures = try await erasureDebt()
    return figures
  }

  func counts() async throws(StoreError) -> StoreCounts {
    var counts = StoreCounts()
    let pending = ledger.map(\.file).filter(\.postAction.isPending)
    counts.pendingPostActions = pending.count
    counts.failedPostActions = pending.count { $0.postActionError != nil }
    counts.postActionError = pending.lazy.compactMap(\.postActionError).first
    counts.events = events.count
    counts.parcels = parcels.count
    counts.held = heldRows.count
    counts.rejected = rejectedLines.count
    let lost = ledger.map(\.file).filter(\.isLost)
    counts.lostFiles = lost.count
    counts.firstLostFile = lost.min { ($0.goneAt ?? 0, $0.id) < ($1.goneAt ?? 0, $1.id) }?.path
    for row in ledger { counts.files[row.file.state, default: 0] += 1 }
    return counts
  }

  func readNote(_ key: String) async throws(StoreError) -> String? { notes[key] }

  func setNotes(_ notes: [String: String?]) async throws(StoreError) {
    for (key, value) in notes { self.notes[key] = value }
  }
}
