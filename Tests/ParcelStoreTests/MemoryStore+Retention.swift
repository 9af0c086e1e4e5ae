import Carrier
import ParcelStore
import Status
import TestSupport

/// What is older than it is kept.
extension MemoryStore {
  func prunable(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    guard done == 0 else { return nil }
    let (events, parcels) = tooOld(oldest)
    guard !events.isEmpty else { return nil }
    var step = PruneStep(done: Int64(self.parcels.count), all: Int64(self.parcels.count))
    (step.events, step.parcels) = (events.count, parcels.count)
    return step
  }

  /// The `seq` of events that are too old, and the parcels that have no others.
  private func tooOld(_ oldest: Int64) -> (events: Set<Int64>, parcels: Set<ParcelKey>) {
    var (old, gone): (Set<Int64>, Set<ParcelKey>) = ([], [])
    for parcel in parcels {
      let mine = events.filter {
        $0.parcel == parcel.key.number && $0.account == parcel.key.account
      }
      var end = oldest
      if mine.existAndAll({ instant(of: $0) < oldest }) {
        gone.insert(parcel.key)
      } else if let current = timeline(of: parcel).current {
        end = min(end, WallClock.paris.bounds(ofDayAt: instant(of: current)).lowerBound)
      }
      old.formUnion(mine.filter { instant(of: $0) < end }.map(\.seq))
    }
    return (old, gone)
  }

  private func instant(of event: StoredEvent) -> Int64 {
    event.time.precision != .none
      && PlausibleTimes.contains(event.time, receivedAt: event.receivedAt)
      ? event.time.seconds : event.receivedAt
  }

  func prune(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    let step = try await prunable(before: oldest, after: done, limit: limit)
    let before = corrections.count
    let (old, gone) = tooOld(oldest)
    corrections.removeAll {
      $0.at < oldest
        || gone.contains(ParcelKey(number: $0.parcel.number, account: $0.parcel.account))
    }
    removedEntries += Int64(before - corrections.count + old.count)
    for event in events where old.contains(event.seq) {
      eventKeys.remove(key(of: event))
      if let known = wordingIndex[WordingKey(event.wording)] { wordings[known].events -= 1 }
    }
    events.removeAll { old.contains($0.seq) }
    for index in parcels.indices.reversed() where gone.contains(parcels[index].key) {
      parcels.remove(at: index)
      if let row = mapRow, index < row.currents.count {
        mapRow?.currents.remove(at: index)
        if let next = row.nextParcel, index < next { mapRow?.nextParcel = next - 1 }
      }
    }
    parcelIndex = Dictionary(
      uniqueKeysWithValues: parcels.enumerated().map { ($0.element.key, $0.offset) })
    return step
  }

  private func key(of event: StoredEvent) -> EventKey {
    EventKey(
      parcel: ParcelKey(number: event.parcel, account: event.account),
      seconds: event.time.seconds, grain: event.time.precision.grain,
      code: event.wording.foldedCode.map { Array($0.utf8) },
      label: event.wording.code == nil ? event.wording.label.map { Array($0.utf8) } : nil,
      site: event.site.map { Array($0.utf8) })
  }

  func heldRows(before instant: Int64) async throws(StoreError) -> Int {
    heldRows.values.count { $0.receivedAt < instant }
  }

  func freeSpace() async throws(StoreError) -> Int { 0 }

  func giveSpaceBack() async throws(StoreError) -> Int { 0 }
}
