import Carrier
import ParcelStore
import Status
import TestSupport
import Testing
import TrackingFile

/// The same rows in any order and any grouping give the same current statuses, in every store and
/// as worked out from the rows alone.
@Suite(.postgreSQLSchemas) struct AnyOrderTests {
  private struct Parcel: Hashable {
    var number: ParcelNumber
    var account: AccountPair
  }

  private struct Current: Hashable {
    var status: ParcelStatus
    var since: Int64
  }

  @Test(arguments: Array(UInt64(1)...24), [false, true])
  func anyOrderAndGroupingGivesTheSameCurrentStatus(
    seed: UInt64, hasCoarse: Bool
  ) async throws {
    var random = RandomRows(generator: SeededGenerator(seed: seed), hasCoarse: hasCoarse)
    let rows = random.rows(Int.random(in: 1...90, using: &random.generator))
    let (expected, events) = try workOut(rows)
    for kind in StoreKind.allCases {
      for _ in 0..<2 {
        let store = try await kind.open()
        for group in try random.groups(of: rows) {
          _ = try await store.commit(
            group, receivedAt: Samples.now)
        }
        #expect(try await store.counts().events == events)
        #expect(try await listed(store) == expected)
        #expect(try await shown(store, Set(expected.keys.map(\.number))) == expected)
      }
    }
  }

  @Test(arguments: Array(UInt64(1)...24))
  func whatIsKeptBesideTheEventsSaysWhatTheEventsSayWheneverTheyCome(seed: UInt64) async throws {
    var random = RandomRows(generator: SeededGenerator(seed: seed), hasCoarse: true)
    let rows = random.rows(Int.random(in: 1...90, using: &random.generator))
    let groups = try random.groups(of: rows)
    var stores: [any EventStore] = []
    for kind in StoreKind.allCases { stores.append(try await kind.open()) }
    for group in groups {
      let came = Samples.now + Int64.random(in: -4...3, using: &random.generator) * 43_200
      var listings: [[Parcel: Current]] = []
      for store in stores {
        _ = try await store.commit(group, receivedAt: came)
        let listing = try await listed(store)
        #expect(try await shown(store, Set(listing.keys.map(\.number))) == listing)
        listings.append(listing)
      }
      #expect(Set(listings).count == 1)
    }
  }

  @Test(arguments: Array(UInt64(1)...24), [false, true])
  func whatAnEventDidToTheStatusFollowsFromTheEventsWithLowerNumbers(seed: UInt64, hasCoarse: Bool)
    async throws
  {
    var random = RandomRows(generator: SeededGenerator(seed: seed), hasCoarse: hasCoarse)
    let rows = random.rows(Int.random(in: 1...90, using: &random.generator))
    let groups = try random.groups(of: rows)
    for kind in StoreKind.allCases {
      let store = try await kind.open()
      for group in groups {
        let came = Samples.now + Int64.random(in: -4...3, using: &random.generator) * 43_200
        _ = try await store.commit(group, receivedAt: came)
      }
      var parcels: [Parcel: [StoredEvent]] = [:]
      for event in try await store.allEvents() {
        let parcel = Parcel(number: event.parcel, account: event.account)
        let before = parcels[parcel] ?? []
        parcels[parcel, default: []].append(event)
        func status(_ events: [StoredEvent]) -> ParcelStatus? {
          Timeline.current(events.map(\.timelineEntry)).map { events[$0].meaning.status }
        }
        let expected = StatusEffect(
          changesStatus: status(before) != status(before + [event]),
          isFirstOfStatus: !before.contains { $0.meaning.status == event.meaning.status })
        #expect(event.effect == expected, "\(kind), seq \(event.seq)")
      }
      #expect(try await store.check().isGood)
    }
  }

  /// The current statuses by the rules alone, and how many events the rows are.
  private func workOut(_ rows: [Row]) throws -> ([Parcel: Current], events: Int) {
    var parcels: [Parcel: [Timeline.Entry]] = [:]
    var events: Set<[String]> = []
    for row in rows {
      let time = row.date.isEmpty ? .missing : try #require(EventTime(row.date))
      let identity = [
        row.parcel, row.account, "\(time.seconds) \(time.precision.grain)",
        row.code.isEmpty ? row.label : row.code.lowercased(), row.site,
      ]
      guard events.insert(identity).inserted else { continue }
      let status = Samples.statusMap.meaning(code: row.code, label: row.label).meaning.status
      let place = Timeline.Entry(
        time: time, receivedAt: Samples.now, status: status, seq: Int64(events.count))
      let parcel = Parcel(
        number: Samples.number(row.parcel), account: Samples.pair(row.account, row.accountID))
      parcels[parcel, default: []].append(place)
    }
    let currents = try parcels.mapValues { places in
      let last = try #require(latest(places))
      return Current(status: last.status, since: isRight(last) ? last.instant : last.receivedAt)
    }
    return (currents, events.count)
  }

  /// The entry that no other one comes after, found by comparing all pairs.
  private func latest(_ places: [Timeline.Entry]) -> Timeline.Entry? {
    let right = places.filter(isRight)
    if right.isEmpty {
      // What came last, and all came together.
      let mapped = places.filter { $0.status != .unmapped }
      return (mapped.isEmpty ? places : mapped).max {
        ($0.status.rank, $0.status == .onHold ? 1 : 0)
          < ($1.status.rank, $1.status == .onHold ? 1 : 0)
      }
    }
    let places = right
    let mapped = places.filter { $0.status != .unmapped }
    let clock = WallClock.paris
    func day(_ place: Timeline.Entry) -> Int64 { clock.day(at: place.instant) }
    func rank(_ place: Timeline.Entry) -> [Int64] {
      [Int64(place.status.rank), place.status == .onHold ? 1 : 0]
    }
    return (mapped.isEmpty ? places : mapped).max { left, right in
      if day(left) != day(right) { return day(left) < day(right) }
      let isCoarse = places.contains { $0.isCoarse && day($0) == day(left) }
      let first = isCoarse ? rank(left) + [left.instant] : [left.instant] + rank(left)
      let second = isCoarse ? rank(right) + [right.instant] : [right.instant] + rank(right)
      return first.lexicographicallyPrecedes(second)
    }
  }

  /// Whether its time may be right: from 2000 to the day after it came.
  private func isRight(_ place: Timeline.Entry) -> Bool {
    guard place.time.precision != .none else { return true }
    let day = CalendarDay(at: place.time.seconds).description
    return day >= "2000-01-01" && day <= "2026-09-02"
  }

  private func listed(_ store: any EventStore) async throws -> [Parcel: Current] {
    let parcels = try await store.parcels(ParcelFilter())
    return Dictionary(
      uniqueKeysWithValues: parcels.map {
        (
          Parcel(number: $0.parcel, account: $0.account),
          Current(status: $0.meaning.status, since: $0.since)
        )
      })
  }

  private func shown(
    _ store: any EventStore, _ numbers: Set<ParcelNumber>
  ) async throws -> [Parcel: Current] {
    var shown: [Parcel: Current] = [:]
    for number in numbers {
      for timeline in try await store.timelines(of: number, accountID: nil) {
        let current = try #require(timeline.current)
        shown[Parcel(number: number, account: timeline.account)] = Current(
          status: current.meaning.status, since: current.timelineEntry.since())
      }
    }
    return shown
  }
}
