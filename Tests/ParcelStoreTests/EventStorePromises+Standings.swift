import Carrier
import ParcelStore
import Status
import TestSupport
import Testing

/// How parcels stand, asked for many at once, is what their timelines say.
extension EventStorePromises {
  /// Of the sample row: 28 August 2026, 11:42:10 in Paris.
  private static let delivery: Int64 = 1_787_910_130

  /// All pairs of the numbers of some random rows and of one that nobody has with accounts of whom some have no parcel.
  private static let asked = Set(
    ["991122334450", "991122334451", "991122334452", "AB1234567890"].flatMap { number in
      [Samples.shop, Samples.otherShop, Samples.incomplete, Samples.stranger].map {
        ParcelOfAccount(number: Samples.number(number), account: $0)
      }
    })

  private static func expectAsTimelines(
    _ store: any EventStore, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var expected: [ParcelOfAccount: ParcelStanding] = [:]
    for number in Set(asked.map(\.number)) {
      for timeline in try await store.timelines(of: number, accountID: nil) {
        let parcel = ParcelOfAccount(number: number, account: timeline.account)
        expected[parcel] = ParcelStanding(timeline)
      }
    }
    let standings = try await store.standings(of: asked)
    #expect(standings == expected, sourceLocation: sourceLocation)
    #expect(
      standings.keys.existAndAll { asked.contains($0) }, sourceLocation: sourceLocation)
  }

  @Test(arguments: StoreKind.allCases)
  func aStandingHasWhatIsSentWithAnEvent(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let mine = ParcelOfAccount(number: Samples.parcel, account: Samples.shop)
    let theirs = ParcelOfAccount(number: Samples.parcel, account: Samples.otherShop)
    let unknown = ParcelOfAccount(number: Samples.number("AB1234567890"), account: Samples.shop)
    let asked: Set = [mine, theirs, unknown]
    #expect(try await store.standings(of: asked).isEmpty)
    try await store.commit([
      Row(),
      Row(
        account: "D0", accountID: "EM000001", order: "", code: "in_transit", postcode: "1300",
        country: "BE"),
    ])
    // A late scan, which is older than the status.
    try await store.commit([Row(code: "picked_up", date: "27/08/2026 08:00:00")], path: "b.csv")

    var standings = try await store.standings(of: asked)
    #expect(Set(standings.keys) == [mine, theirs])
    var expected = ParcelStanding()
    expected.details = ParcelDetails(order: "CMD-1042", postcode: "75012", country: "FR")
    (expected.contract, expected.meaning) = ("shop", Meaning(status: .delivered))
    expected.since = Self.delivery
    #expect(standings[mine] == expected)
    expected.details = ParcelDetails(postcode: "1300", country: "BE")
    (expected.contract, expected.meaning) = ("other", Meaning(status: .inTransit))
    #expect(standings[theirs] == expected)

    // What is erased is not sent any more; what happened is.
    try await Self.erase(store)
    standings = try await store.standings(of: [mine])
    #expect(Array(standings.keys) == [mine])
    let erased = try #require(standings[mine])
    #expect(erased.details == ParcelDetails() && erased.contract == "shop")
    #expect(erased.meaning?.status == .delivered && erased.since == Self.delivery)
    #expect(try await store.standings(of: []).isEmpty)
  }

  @Test(arguments: StoreKind.allCases, 0..<8)
  func standingsAreWhatTimelinesSay(_ kind: StoreKind, seed: Int) async throws {
    var random = RandomRows(
      generator: SeededGenerator(seed: UInt64(seed)), hasCoarse: !seed.isMultiple(of: 3),
      hasOdd: seed.isMultiple(of: 2))
    let store = try await kind.open()
    for group in 0..<4 {
      try await store.commit(random.rows(6), path: "\(group).csv", at: Samples.now + Int64(group))
      try await Self.expectAsTimelines(store)
    }
    // Corrections.
    var change = MapChange(to: Self.otherMap)
    change.compare(try await store.storedWordings(after: 0, limit: .max))
    #expect(try await store.putInForce(change, at: Samples.now))
    while let step = try await store.remapParcels(limit: 2, at: Samples.now + 60) {
      if step.progress == nil { break }
    }
    try await Self.expectAsTimelines(store)
    let later = random.rows(20)
    try await store.commit(SampleFile(path: "late.csv", statusMap: Self.otherMap).part(later))
    try await Self.expectAsTimelines(store)
    // Data that is erased, and rows that come again and later ones after that.
    try await Self.erase(store, Samples.number("991122334451"))
    try await Self.expectAsTimelines(store)
    try await store.commit(
      SampleFile(path: "again.csv", statusMap: Self.otherMap).part(later + random.rows(20)),
      at: Samples.now + 86_400)
    try await Self.expectAsTimelines(store)
    // Without the oldest parcels.
    var done: Int64 = 0
    while let step = try await store.prune(before: Samples.now - 86_400, after: done, limit: 256) {
      done = step.done
    }
    try await Self.expectAsTimelines(store)
  }

  @Test(arguments: StoreKind.allCases)
  func aThousandParcelsAreAskedForAtOnce(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = (0..<1_200).map {
      Row(parcel: "\(990_000_000_000 + $0)", order: "CMD-\($0)", postcode: "\(10_000 + $0)")
    }
    try await store.commit(rows)
    let asked = Set(
      (100..<1_100).map {
        ParcelOfAccount(number: Samples.number("\(990_000_000_000 + $0)"), account: Samples.shop)
      })
    let standings = try await store.standings(of: asked)
    #expect(Set(standings.keys) == asked)
    for (parcel, standing) in standings {
      let place = (Int(parcel.number.description) ?? 0) - 990_000_000_000
      #expect(
        standing.details
          == ParcelDetails(order: "CMD-\(place)", postcode: "\(10_000 + place)", country: "FR"))
      #expect(standing.meaning?.status == .delivered && standing.since == Self.delivery)
    }
  }
}
