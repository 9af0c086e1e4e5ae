import Carrier
import ParcelStore
import Testing

/// Parcels that are delivered again, many at once.
extension EventStorePromises {
  private func open(
    _ store: any EventStore, parked: Bool = false
  ) async throws -> [OpenDelivery] {
    try await store.openDeliveries(of: "shop", parked: parked, after: 0, limit: .max)
  }

  /// What the journal has of a number, entry by entry.
  private func journal(
    of number: ParcelNumber, _ store: any EventStore
  ) async throws -> [Int64] {
    var filter = EventFilter()
    filter.parcel = number
    return try await store.journal(filter, after: 0, limit: 1_000).entries.map(\.seq)
  }

  // MARK: Their entries

  @Test(arguments: StoreKind.allCases)
  func theEntriesOfManyNumbersAreThoseOfTheJournal(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let numbers = (0..<60).map { Samples.number("\(990_000_000_000 + $0)") }
    // Of some numbers more than of others, all mixed, half of them under another account.
    let rows = (0..<5).flatMap { round in
      numbers.enumerated().filter { $0.offset % 5 >= round }.map { index, number in
        Row(
          account: index.isMultiple(of: 2) ? "E1" : "D0",
          accountID: index.isMultiple(of: 2) ? "EM180619" : "EM000001",
          parcel: "\(number)", code: "picked_up", site: "S\(round)")
      }
    }
    try await store.commit(Array(rows[..<70]), path: "1.csv")
    try await store.commit(Array(rows[70...]), path: "2.csv")
    // One number under both.
    try await store.commit(
      [Row(account: "D0", accountID: "EM000001", parcel: "\(numbers[0])")], path: "3.csv")
    let change = try await Self.change(of: store, to: Self.otherMap)
    #expect(try await store.putInForce(change, at: Samples.now))
    try #require(try await Self.follow(store, limit: 20) == 61)
    try await Self.erase(store, numbers[4])
    try await Self.erase(store, numbers[4], at: Samples.now + 1)

    let asked = Set(numbers[..<40])
    let found = try await store.seqs(of: asked.union([Samples.parcel]))
    #expect(Set(found.keys) == asked, "one without entries is not there")
    for number in asked {
      let expected = try await journal(of: number, store)
      #expect(found[number] == expected, "\(number)")
    }
    // Five events, a correction, and at least one erasure.
    #expect(found[numbers[4]]?.count ?? 0 > 6)
    #expect(try await store.seqs(of: []).isEmpty)
    #expect(try await store.seqs(of: [Samples.parcel]).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func entriesThatWereDeletedAreNotAmongThoseOfANumber(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(date: "01/05/2026 10:00:00"),
      Row(parcel: "\(Self.other)", date: "30/08/2026 10:00:00"),
      Row(date: "02/05/2026 10:00:00", site: "B"),
    ])
    let endOfMay: Int64 = 1_780_000_000
    var done: Int64 = 0
    while let step = try await store.prune(before: endOfMay, after: done, limit: 256) {
      done = step.done
    }
    try #require(try await store.counts().events == 1)
    let found = try await store.seqs(of: [Samples.parcel, Self.other])
    let expected = try await journal(of: Self.other, store)
    #expect(found == [Self.other: expected] && expected.count == 1)
  }

  // MARK: Again

  @Test(arguments: StoreKind.allCases)
  func aReplayOfSeveralParcelsIsOneChange(_ kind: StoreKind) async throws {
    let (store, epoch) = try await troubled(kind)
    let third = Samples.number("CD1234567890")
    let asked: [ParcelNumber: [Int64]] = [
      Self.other: [2, 4, 8], Samples.parcel: [1, 3, 5], third: [6, 10],
    ]
    // Made again it is the same.
    for round in 1...2 {
      let count = try await store.replay("shop", asked, at: 200)
      #expect(count == 7)
      #expect(try await store.endpoints().map(\.epoch) == [epoch + Int64(round)])
      let open = try await open(store)
      #expect(open.map(\.seq) == [1, 2, 3, 4, 5, 6, 8])
      #expect(open.filter { $0.state == .waiting(until: 200) }.map(\.seq) == [1, 2, 6])
      #expect(open.allSatisfy { $0.tries == 0 && $0.fault == nil })
      #expect(open.filter { $0.parcel == third }.map(\.seq) == [6])
      #expect(
        try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts(waiting: 7, parked: 0))
    }
    #expect(try await store.check().isGood)
  }

  /// While an earlier entry is under way for long, later ones are refused and parked.
  @Test(arguments: StoreKind.allCases)
  func whatIsParkedBehindThePositionIsReplayedToo(_ kind: StoreKind) async throws {
    let (store, epoch) = try await troubled(kind)
    var progress = DeliveryProgress(position: 3)
    progress.closed = [3, 5]
    #expect(try await store.save(progress, of: "shop", epoch: epoch))
    let count = try await store.replay("shop", [Self.other: [2, 4, 7, 8]], at: 200)
    #expect(count == 3)
    let open = try await open(store)
    #expect(open.map(\.seq) == [2, 4, 8])
    #expect(open.map(\.state) == [.waiting(until: 200), .behind, .behind])
    #expect(try await self.open(store, parked: true).isEmpty)
    #expect(try await store.endpoints().map(\.position) == [3])
    #expect(try await store.check().isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func anErasureThatIsReplayedHasATimeOfItsOwn(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(), Row(site: "B"), Row(site: "C")])
    try await Self.erase(store, Samples.parcel)
    let seqs = try await journal(of: Samples.parcel, store)
    let last = try #require(seqs.last)
    let record = try await store.takeEndpoint("shop", after: 0, at: 100)
    #expect(
      try await store.save(DeliveryProgress(position: last), of: "shop", epoch: record.epoch))
    let count = try await store.replay("shop", [Samples.parcel: seqs], at: 200)
    #expect(count == seqs.count)
    let open = try await open(store)
    #expect(open.map(\.seq) == seqs && seqs.count == 4)
    #expect(
      open.map(\.state) == [.waiting(until: 200), .behind, .behind, .waiting(until: 200)])
  }
}
