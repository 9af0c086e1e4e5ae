import Carrier
import ParcelStore
import Status
import TestSupport
import Testing

/// What is older than it is kept goes, and nothing else changes by that.
extension EventStorePromises {
  /// 2026-09-01T00:00:00Z; Samples.now is on that day.
  private static let september: Int64 = 1_788_220_800

  @discardableResult
  private static func prune(
    _ store: any EventStore, before oldest: Int64
  ) async throws -> (events: Int, parcels: Int) {
    var sum = (events: 0, parcels: 0)
    var done: Int64 = 0
    while let step = try await store.prune(before: oldest, after: done, limit: 1) {
      sum.events += step.events
      sum.parcels += step.parcels
      done = step.done
    }
    return sum
  }

  private static func instant(of event: StoredEvent) -> Int64 {
    event.time.precision != .none
      && PlausibleTimes.contains(event.time, receivedAt: event.receivedAt)
      ? event.time.seconds : event.receivedAt
  }

  @Test(arguments: StoreKind.allCases)
  func eventsOfDaysBeforeGoAndAParcelGoesWithItsLastEvent(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "announced", date: "30/08/2026 10:00:00"),
      Row(code: "delivered", date: "01/09/2026 10:00:00"),
      Row(parcel: "AB1234567890", order: "OLD-1", date: "01/09/2026 01:59:59"),
      // At midnight of UTC.
      Row(parcel: "CD1234567890", date: "01/09/2026 02:00:00"),
    ])
    let foreseen = try await store.prunable(before: Self.september, after: 0, limit: 1_000)
    #expect(foreseen?.events == 2 && foreseen?.parcels == 1)
    #expect(try await store.counts().events == 4)

    let gone = try await Self.prune(store, before: Self.september)
    #expect(gone.events == 2 && gone.parcels == 1)
    #expect(try await store.allEvents().map(\.seq).count == 2)
    let counts = try await store.counts()
    #expect(counts.events == 2 && counts.parcels == 2)
    #expect(
      try await store.parcels(ParcelFilter()).map(\.parcel)
        == [Samples.number("991122334455"), Samples.number("CD1234567890")])
    var filter = ParcelFilter()
    filter.order = "OLD-1"
    #expect(try await store.parcels(filter).isEmpty)
    #expect(
      try await store.timelines(of: Samples.number("AB1234567890"), accountID: nil).isEmpty)
    #expect(try await store.prune(before: Self.september, after: 0, limit: 1_000) == nil)
    #expect(try await store.check(.full).isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func whatHasNoDateOrOneThatCannotBeRightGoesByWhenItCame(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = ["", "01/01/1950 10:00:00", "31/12/9999 10:00:00"].enumerated().map {
      Row(parcel: "99112233440\($0)", date: $1)
    }
    try await store.commit(rows, at: Samples.now)
    #expect(try await Self.prune(store, before: Samples.now) == (0, 0))
    #expect(try await Self.prune(store, before: Samples.now + 1) == (3, 3))
  }

  @Test(arguments: StoreKind.allCases, UInt64(0)..<16)
  func aPruningKeepsWhatIsYoungAndChangesNoStatus(_ kind: StoreKind, seed: UInt64) async throws {
    var random = RandomRows(
      generator: SeededGenerator(seed: seed), hasCoarse: seed % 3 != 0, hasOdd: seed % 2 == 0)
    let store = try await kind.open()
    let groups = try random.groups(of: random.rows(60))
    for (index, group) in groups.enumerated() {
      _ = try await store.commit(group, receivedAt: Samples.now + Int64(index % 3 - 1) * 43_200)
    }
    let oldest = Self.september + random.pick([-86_400, 0, 36_000, 86_400, 93_600, 172_800])
    let before = try await store.allEvents()
    let statuses = try await Self.statuses(store)

    let gone = try await Self.prune(store, before: oldest)
    let after = try await store.allEvents()
    #expect(gone.events == before.count - after.count)
    #expect(try await store.counts().events == after.count)
    let stayed = Set(after.map(\.seq))
    for event in before {
      let key = "\(event.parcel) \(event.account)"
      let mine = before.filter { "\($0.parcel) \($0.account)" == key }
      let status = try #require(statuses[key])
      let day = WallClock.paris.bounds(ofDayAt: status.since).lowerBound
      let isYoung = mine.contains { Self.instant(of: $0) >= oldest }
      let stays = isYoung && Self.instant(of: event) >= min(oldest, day)
      #expect(stayed.contains(event.seq) == stays, "seq \(event.seq) of \(key)")
    }
    let left = try await Self.statuses(store)
    for (key, status) in left { #expect(statuses[key] == status, "\(key)") }
    #expect(Set(left.keys) == Set(after.map { "\($0.parcel) \($0.account)" }))
    #expect(gone.parcels == statuses.count - left.count)
    #expect(try await Self.numbers(store) == Array(1...Int64(before.count)))
    #expect(try await store.check(.full) == StoreCheck())

    // What is gone may come again, with statuses as if it had been there all the time.
    for group in try random.groups(of: random.rows(40)) {
      _ = try await store.commit(group, receivedAt: Samples.now)
    }
    #expect(try await store.check(.full) == StoreCheck())
  }

  private struct Status: Equatable {
    var meaning: Meaning
    var since: Int64
  }

  private static func statuses(_ store: any EventStore) async throws -> [String: Status] {
    var statuses: [String: Status] = [:]
    for parcel in try await store.parcels(ParcelFilter(limit: 1_000)) {
      statuses["\(parcel.parcel) \(parcel.account)"] = Status(
        meaning: parcel.meaning, since: parcel.since)
    }
    return statuses
  }

  /// Each `seq` that a follower hears of, by an entry or a range that is no more.
  private static func numbers(_ store: any EventStore, limit: Int = 7) async throws -> [Int64] {
    var (numbers, next): ([Int64], Int64) = ([], 0)
    while true {
      let page = try await store.journal(after: next, limit: limit)
      guard let last = page.last else { return numbers }
      #expect(page.count <= limit)
      for entry in page {
        if case .pruned(let range) = entry {
          numbers += range.first...range.last
        } else {
          numbers.append(entry.seq)
        }
      }
      next = last.seq
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aFollowerGetsWhatIsNoMoreAsOneRangeOnceAndGoesOn(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for day in 10...19 {
      try await store.commit(
        [Row(parcel: "9911223344\(day)", date: "\(day)/08/2026 10:00:00")], path: "\(day).csv")
    }
    try await Self.prune(store, before: Self.september - 15 * 86_400)
    let entries = try await store.journal(after: 2, limit: 100)
    guard case .pruned(let range) = try #require(entries.first) else {
      Issue.record("the range is missing")
      return
    }
    #expect(range == PrunedRange(3...7))
    #expect(entries.dropFirst().map(\.seq) == [8, 9, 10])
    #expect(try await store.journal(after: 2, limit: 1).map(\.seq) == [7])
    #expect(try await store.journal(after: 7, limit: 1).map(\.seq) == [8])
    #expect(try await store.events(after: 2, limit: 100).map(\.seq) == [8, 9, 10])
    // Also of the newest, whose numbers are not given out again.
    try await Self.prune(store, before: Self.september)
    let last = try await store.journal(after: 8, limit: 100)
    #expect(last.map(\.seq) == [10])
    #expect(try await store.journal(after: 10, limit: 100).isEmpty)
    let report = try await store.commit([Row()], path: "b.csv")
    #expect(report.lastSeq == 11)
    #expect(try await store.journal(after: 10, limit: 100).map(\.seq) == [11])
  }

  @Test(arguments: StoreKind.allCases)
  func correctionsThatAreAsOldGoToo(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(code: "ZZ1", date: "01/09/2026 10:00:00")])
    var change = MapChange(to: Self.otherMap)
    change.compare(try await store.storedWordings(after: 0, limit: .max))
    #expect(try await store.putInForce(change, at: Samples.now))
    _ = try await store.remapParcels(limit: 10, at: Self.september - 1)
    #expect(try await store.journal(after: 0, limit: 10).map(\.seq) == [1, 2])
    #expect(try await Self.prune(store, before: Self.september) == (0, 0))
    let entries = try await store.journal(after: 0, limit: 10)
    guard entries.count == 2, case .event = entries[0], case .pruned = entries[1] else {
      Issue.record("\(entries)")
      return
    }
    #expect(entries.map(\.seq) == [1, 2])
  }

  @Test func retentionIsByWholeDaysOfUTC() {
    let retention = EventRetention(.seconds(2 * 86_400))
    #expect(retention.oldest(at: Self.september) == Self.september - 2 * 86_400)
    #expect(retention.oldest(at: Self.september + 86_399) == Self.september - 2 * 86_400)
    #expect(retention.oldest(at: Self.september - 1) == Self.september - 3 * 86_400)
    #expect(EventRetention(.seconds(1)).oldest(at: Samples.now) == Self.september)
  }
}
