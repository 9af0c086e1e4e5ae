import Carrier
import ParcelStore
import Status

/// Status maps: what was changed last, and which parcels are still to follow.
extension MemoryStore {
  struct MapRow {
    var map: MapInForce
    var former: [Int: Meaning] = [:]
    /// The current meaning of each parcel before the change.
    var currents: [Meaning?] = []
    var nextParcel: Int?
  }

  func mapInForce() async throws(StoreError) -> MapInForce? {
    guard let row = mapRow else { return nil }
    var map = row.map
    map.progress = row.nextParcel.map {
      RemapProgress(done: Int64($0), all: Int64(row.currents.count))
    }
    return map
  }

  func storedWordings(
    after number: Int64, limit: Int
  ) async throws(StoreError) -> [StoredWording] {
    Array(wordings.indices.filter { Int64($0 + 1) > number }.map(stored).prefix(limit))
  }

  private func stored(_ index: Int) -> StoredWording {
    StoredWording(
      number: Int64(index + 1), wording: wordings[index].wording,
      meaning: wordings[index].meaning, events: wordings[index].events)
  }

  func hasWordings(notBy version: String) async throws(StoreError) -> Bool {
    wordings.contains { $0.map != version }
  }

  func remappedWordings() async throws(StoreError) -> [RemappedWording] {
    guard let row = mapRow else { return [] }
    let all = row.former.map { index, meaning in
      var before = stored(index)
      before.meaning = meaning
      let last = row.nextParcel ?? row.currents.count
      return RemappedWording(
        before: before, meaning: wordings[index].meaning,
        parcels: parcels.prefix(last).count { has($0, wordings[index].wording) })
    }
    return all.sorted {
      ($1.before.events, $0.before.number) < ($0.before.events, $1.before.number)
    }
  }

  private func has(_ parcel: Parcel, _ wording: Wording) -> Bool {
    events.contains {
      $0.parcel == parcel.key.number && $0.account == parcel.key.account && $0.wording == wording
    }
  }

  func parcels(
    with numbers: Set<Int64>, after done: Int64, limit: Int
  ) async throws(StoreError) -> WordingParcels? {
    guard done < parcels.count else { return nil }
    let page = parcels.dropFirst(Int(done)).prefix(limit)
    var counts: [Int64: Int] = [:]
    for number in numbers {
      let wording = wordings[Int(number) - 1].wording
      let count = page.count { has($0, wording) }
      if count > 0 { counts[number] = count }
    }
    return WordingParcels(
      counts: counts,
      progress: RemapProgress(done: done + Int64(page.count), all: Int64(parcels.count)))
  }

  func putInForce(_ change: MapChange, at instant: Int64) async throws(StoreError) -> Bool {
    guard mapRow?.nextParcel == nil else { return false }
    let since =
      mapRow.flatMap { $0.map.matches(change.map) ? $0.map.since : nil } ?? instant
    var row = MapRow(
      map: MapInForce(name: change.map.name, version: change.map.version, since: since))
    row.currents = parcels.map { timeline(of: $0).current?.meaning }
    for index in wordings.indices {
      let wording = wordings[index].wording
      let meaning = change.map.meaning(code: wording.code, label: wording.label).meaning
      if meaning != wordings[index].meaning { row.former[index] = wordings[index].meaning }
      wordings[index].meaning = meaning
      wordings[index].map = change.map.version
    }
    for index in events.indices {
      if let known = wordingIndex[WordingKey(events[index].wording)] {
        events[index].meaning = wordings[known].meaning
      }
    }
    row.nextParcel = row.former.isEmpty || parcels.isEmpty ? nil : 0
    mapRow = row
    return true
  }

  func remapParcels(limit: Int, at instant: Int64) async throws(StoreError) -> RemapStep? {
    guard var row = mapRow, let first = row.nextParcel else { return nil }
    var step = RemapStep()
    let last = min(row.currents.count, first + limit)
    for index in first..<last {
      step.parcels += 1
      guard let before = row.currents[index], let now = timeline(of: parcels[index]).current,
        (before.status, before.reason, before.mode)
          != (now.meaning.status, now.meaning.reason, now.meaning.mode)
      else { continue }
      step.corrected += 1
      let key = parcels[index].key
      corrections.append(
        StatusCorrection(
          seq: sequence + 1, parcel: ParcelOfAccount(number: key.number, account: key.account),
          at: instant, map: row.map.version, change: (before.status, now.meaning)))
    }
    row.nextParcel = last < row.currents.count ? last : nil
    mapRow = row
    if row.nextParcel != nil {
      step.progress = RemapProgress(done: Int64(last), all: Int64(row.currents.count))
    }
    return step
  }

  /// The last number that was given.
  var sequence: Int64 { Int64(events.count + corrections.count + erasures.count) + removedEntries }

  func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> (corrections: [StatusCorrection], reached: Int64) {
    let all = corrections.filter { range.contains($0.seq) && filter.admits($0) }
      .sorted { $0.seq < $1.seq }
    let page = Array(all.prefix(limit))
    return (page, page.count < all.count ? page.last?.seq ?? 0 : range.upperBound)
  }

  func seqs(
    of numbers: Set<ParcelNumber>
  ) async throws(StoreError) -> [ParcelNumber: [Int64]] {
    let all =
      events.map { ($0.parcel, $0.seq) } + corrections.map { ($0.parcel.number, $0.seq) }
      + erasures.map { ($0.number, $0.seq) }
    return Dictionary(grouping: all.filter { numbers.contains($0.0) }, by: \.0)
      .mapValues { $0.map(\.1).sorted() }
  }

  func journal(after seq: Int64, limit: Int) async throws(StoreError) -> [JournalEntry] {
    let all =
      events.map { JournalEntry.event($0) } + corrections.map { JournalEntry.correction($0) }
      + erasures.map { JournalEntry.erasure($0) }
    let next = Array(all.filter { $0.seq > seq }.sorted { $0.seq < $1.seq }.prefix(limit))
    return next.withPrunedRanges(
      after: seq, upTo: next.count < limit ? sequence : nil, limit: limit)
  }
}
