import Carrier
import ParcelStore
import Testing

/// Endpoints of webhooks: what was delivered is remembered, and only who delivers now can say so.
extension EventStorePromises {
  static let other = Samples.number("AB1234567890")

  /// A store with so many entries.
  private func filled(_ kind: StoreKind, entries: Int) async throws -> any EventStore {
    let store = try await kind.open()
    try await store.commit((0..<entries).map { Row(site: "S\($0)") })
    return store
  }

  private func all(
    _ store: any EventStore, _ endpoint: String = "shop", parked: Bool = false
  ) async throws -> [OpenDelivery] {
    try await store.openDeliveries(of: endpoint, parked: parked, after: 0, limit: .max)
  }

  private func record(
    _ store: any EventStore, _ endpoint: String = "shop"
  ) async throws -> EndpointRecord {
    try #require(try await store.endpoints().first { $0.name == endpoint })
  }

  @Test(arguments: StoreKind.allCases)
  func aNewEndpointBeginsBehindTheLastEntry(_ kind: StoreKind) async throws {
    let store = try await filled(kind, entries: 5)
    #expect(try await store.endpoints() == [])
    let first = try await store.takeEndpoint("shop", after: nil, at: 100)
    #expect(first.position == 5 && first.since == 100 && first.epoch == 1)
    #expect(first.caughtUpAt == 100)
    // Whoever takes it later finds it where it is, wherever one would begin.
    let second = try await store.takeEndpoint("shop", after: 2, at: 200)
    var expected = first
    expected.epoch = 2
    #expect(second == expected)
    #expect(try await store.takeEndpoint("erp", after: 2, at: 0).position == 2)
    #expect(try await store.takeEndpoint("all", after: -3, at: 0).position == 0)
    // Otherwise entries that come later would be passed over.
    #expect(try await store.takeEndpoint("far", after: 1_000, at: 0).position == 5)
    #expect(try await store.endpoints().map(\.name) == ["all", "erp", "far", "shop"])
    #expect(try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts())
    #expect(try await store.check().isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsSavedComesBackAsItWas(_ kind: StoreKind) async throws {
    let store = try await filled(kind, entries: 9)
    let epoch = try await store.takeEndpoint("shop", after: 0, at: 100).epoch
    _ = try await store.takeEndpoint("erp", after: 0, at: 100)
    let fault = DeliveryFault(status: 503, reason: "it answered 503", answer: "é\0\"'\r\n👍🏽")
    #expect(fault.answer == "é␀\"'\r\n👍🏽")
    let outage = EndpointOutage(since: 110, tries: 3, nextAt: 400, fault: fault)
    var progress = DeliveryProgress(position: 7, outage: outage)
    progress.open = [
      OpenDelivery(
        seq: 2, parcel: Samples.parcel, state: .waiting(until: 300), tries: 2, fault: fault),
      OpenDelivery(seq: 4, parcel: Samples.parcel, state: .behind),
      OpenDelivery(
        seq: 5, parcel: Self.other, state: .parked(at: 120), tries: 9,
        fault: DeliveryFault(reason: "no answer within 15 s")),
      OpenDelivery(
        seq: 6, parcel: Self.other, state: .parked(at: 0), tries: 1,
        fault: DeliveryFault(status: 400, reason: "", answer: "")),
    ]
    (progress.delivered, progress.failures, progress.lastDelivery) = (3, 11, 130)
    progress.caughtUpAt = 105
    #expect(try await store.save(progress, of: "shop", epoch: epoch))

    var saved = try await record(store)
    #expect(saved.position == 7 && saved.stoppedAt == nil && saved.epoch == epoch)
    #expect(saved.since == 100 && saved.caughtUpAt == 105)
    #expect(saved.outage == outage && saved.outage?.fault.answer == nil)
    #expect(saved.delivered == 3 && saved.failures == 11 && saved.lastDelivery == 130)
    #expect(try await all(store) == Array(progress.open[..<2]))
    #expect(try await all(store, parked: true) == Array(progress.open[2...]))
    #expect(
      try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts(waiting: 2, parked: 2))
    #expect(
      try await store.openDeliveries(of: "shop", parked: false, after: 2, limit: 9).map(\.seq)
        == [4])
    #expect(
      try await store.openDeliveries(of: "shop", parked: true, after: 0, limit: 1).map(\.seq)
        == [5])
    #expect(try await all(store, "erp") == [])

    // What is good again, is tried again, is parked and is taken.
    var next = DeliveryProgress(position: 9, stoppedAt: 140)
    next.closed = [5, 777]
    next.open = [
      OpenDelivery(seq: 2, parcel: Samples.parcel, state: .parked(at: 140), tries: 3, fault: fault),
      OpenDelivery(seq: 4, parcel: Samples.parcel, state: .waiting(until: 150)),
      OpenDelivery(seq: 6, parcel: Self.other, state: .behind),
    ]
    (next.delivered, next.failures) = (2, 1)
    #expect(try await store.save(next, of: "shop", epoch: epoch))
    saved = try await record(store)
    #expect(saved.position == 9 && saved.stoppedAt == 140 && saved.outage == nil)
    #expect(saved.delivered == 5 && saved.failures == 12 && saved.lastDelivery == 130)
    // It has not had all that there was since.
    #expect(saved.caughtUpAt == 105)
    #expect(try await all(store) == Array(next.open[1...]))
    #expect(try await all(store, parked: true) == Array(next.open[..<1]))
    #expect(
      try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts(waiting: 2, parked: 1))
    let others = try await record(store, "erp")
    #expect(others.position == 0 && others.caughtUpAt == 100)
    #expect(try await store.check(.full).isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func whoHasAnEarlierEpochWritesNothing(_ kind: StoreKind) async throws {
    let store = try await filled(kind, entries: 5)
    let first = try await store.takeEndpoint("shop", after: 0, at: 100).epoch
    var progress = DeliveryProgress(position: 3)
    progress.open = [OpenDelivery(seq: 2, parcel: Samples.parcel, state: .waiting(until: 5))]
    progress.delivered = 2
    #expect(try await store.save(progress, of: "shop", epoch: first))
    let second = try await store.takeEndpoint("shop", after: 0, at: 200).epoch
    let (before, open) = (try await record(store), try await all(store))
    var late = DeliveryProgress(position: 5, stoppedAt: 9)
    late.open = [OpenDelivery(seq: 4, parcel: Self.other, state: .parked(at: 9))]
    late.closed = [2]
    late.delivered = 2
    for epoch in [first, second + 1, 0] {
      #expect(try await store.save(late, of: "shop", epoch: epoch) == false)
    }
    #expect(try await store.save(late, of: "nobody", epoch: 1) == false)
    #expect(try await store.endpoints() == [before])
    #expect(try await all(store) == open)
    #expect(try await all(store, parked: true) == [])
    #expect(try await store.save(late, of: "shop", epoch: second))
    #expect(try await all(store) == [])
  }

  /// An endpoint in an outage, at entry 9 of 9: 3 waits and 5 is behind it, 4 and 8 are parked.
  func troubled(_ kind: StoreKind) async throws -> (store: any EventStore, epoch: Int64) {
    let store = try await filled(kind, entries: 9)
    let epoch = try await store.takeEndpoint("shop", after: 0, at: 100).epoch
    let fault = DeliveryFault(status: 500, reason: "it answered 500", answer: "no")
    var progress = DeliveryProgress(
      position: 9, stoppedAt: 120,
      outage: EndpointOutage(since: 110, tries: 3, nextAt: 400, fault: fault))
    progress.open = [
      OpenDelivery(
        seq: 3, parcel: Samples.parcel, state: .waiting(until: 500), tries: 3, fault: fault),
      OpenDelivery(seq: 4, parcel: Self.other, state: .parked(at: 90), tries: 9, fault: fault),
      OpenDelivery(seq: 5, parcel: Samples.parcel, state: .behind),
      OpenDelivery(seq: 8, parcel: Self.other, state: .parked(at: 95), tries: 9, fault: fault),
    ]
    #expect(try await store.save(progress, of: "shop", epoch: epoch))
    return (store, epoch)
  }

  @Test(arguments: StoreKind.allCases)
  func aReplayFromAnEntryGoesBackThere(_ kind: StoreKind) async throws {
    let (store, epoch) = try await troubled(kind)
    let before = try await record(store)
    // Where it has not got yet there is nothing to go back to.
    #expect(try await store.replay("shop", from: 10, at: 200) == false)
    #expect(try await store.replay("nobody", from: 1, at: 200) == false)
    #expect(try await record(store) == before)
    #expect(try await store.replay("shop", from: 5, at: 200))
    let after = try await record(store)
    #expect(after.position == 4 && after.stoppedAt == nil && after.outage == nil)
    #expect(after.epoch > epoch)
    // What came since may be old by now, and is delivered all the same.
    #expect(after.caughtUpAt == 200 && before.caughtUpAt == 100)
    #expect(try await all(store).map(\.seq) == [3])
    #expect(try await all(store, parked: true).map(\.seq) == [4])
    #expect(
      try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts(waiting: 1, parked: 1))
    // Whoever delivered hears of it.
    #expect(try await store.save(DeliveryProgress(position: 9), of: "shop", epoch: epoch) == false)
    #expect(try await store.replay("shop", from: -7, at: 300))
    let first = try await record(store)
    #expect(first.position == 0 && first.caughtUpAt == 300)
    #expect(try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts())
    #expect(try await store.check().isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func aReplayOfAParcelBringsItsEntriesInTheirOrder(_ kind: StoreKind) async throws {
    let (store, epoch) = try await troubled(kind)
    for (endpoint, seqs): (String, [ParcelNumber: [Int64]]) in [
      ("shop", [Self.other: [10, 11]]), ("shop", [Self.other: []]), ("shop", [:]),
      ("nobody", [Self.other: [1]]),
    ] {
      let count = try await store.replay(endpoint, seqs, at: 200)
      #expect(count == 0)
    }
    #expect(try await record(store).epoch == epoch)
    // One that was delivered, one that is parked, one twice, and one that is still to come.
    let others = try await store.replay("shop", [Self.other: [8, 2, 2, 10]], at: 200)
    #expect(others == 2)
    let waiting = try await all(store)
    #expect(
      waiting.filter { $0.parcel == Self.other } == [
        OpenDelivery(seq: 2, parcel: Self.other, state: .waiting(until: 200)),
        OpenDelivery(seq: 8, parcel: Self.other, state: .behind),
      ])
    #expect(waiting.map(\.seq) == [2, 3, 5, 8])
    #expect(waiting[1].tries == 3 && waiting[1].state == .waiting(until: 500))
    #expect(try await all(store, parked: true).map(\.seq) == [4])
    let after = try await record(store)
    #expect(after.epoch > epoch && after.position == 9 && after.caughtUpAt == 100)
    // An earlier one of the parcel that is open stays the one that waits.
    let own = try await store.replay("shop", [Samples.parcel: [7, 5]], at: 300)
    #expect(own == 2)
    let mine = try await all(store).filter { $0.parcel == Samples.parcel }
    #expect(mine.map(\.seq) == [3, 5, 7])
    #expect(mine.map(\.state) == [.waiting(until: 300), .behind, .behind])
    #expect(
      try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts(waiting: 5, parked: 1))
    #expect(try await store.check().isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsResumedIsTriedNow(_ kind: StoreKind) async throws {
    let (store, epoch) = try await troubled(kind)
    let parked = try await all(store, parked: true)
    #expect(try await store.resume("nobody", at: 200) == false)
    #expect(try await store.resume("shop", at: 200))
    let after = try await record(store)
    #expect(after.stoppedAt == nil && after.outage == nil && after.position == 9)
    #expect(after.epoch > epoch && after.caughtUpAt == 100)
    let open = try await all(store)
    #expect(open.map(\.state) == [.waiting(until: 200), .behind])
    #expect(open.map(\.tries) == [3, 0])
    #expect(try await all(store, parked: true) == parked)
    #expect(try await store.save(DeliveryProgress(position: 9), of: "shop", epoch: epoch) == false)
  }

  @Test(arguments: StoreKind.allCases)
  func anErasureTakesTheAnswersOfItsParcelAndKeepsThemOut(_ kind: StoreKind) async throws {
    let (store, epoch) = try await troubled(kind)
    try await Self.erase(store, Self.other, of: nil)
    let parked = try await all(store, parked: true)
    #expect(parked.map(\.fault?.answer) == [nil, nil])
    #expect(parked.map(\.fault?.status) == [500, 500] && parked.map(\.tries) == [9, 9])
    #expect(try await all(store).first?.fault?.answer == "no")
    // Whoever delivers still has it in memory, and may hear it again.
    var progress = DeliveryProgress(position: 9)
    progress.open = [Self.other, Samples.parcel].enumerated().map { index, parcel in
      OpenDelivery(
        seq: 6 + Int64(index), parcel: parcel, state: .waiting(until: 500), tries: 1,
        fault: DeliveryFault(status: 500, reason: "it answered 500", answer: "of \(parcel)"))
    }
    #expect(try await store.save(progress, of: "shop", epoch: epoch))
    let open = try await all(store).suffix(2)
    #expect(open.map(\.fault?.answer) == [nil, "of \(Samples.parcel)"])
    #expect(open.map(\.fault?.status) == [500, 500])
  }

  @Test(arguments: StoreKind.allCases)
  func retentionLeavesOpenDeliveries(_ kind: StoreKind) async throws {
    let (store, _) = try await troubled(kind)
    let before = (try await all(store), try await all(store, parked: true))
    var done: Int64 = 0
    while let step = try await store.prune(before: Samples.now, after: done, limit: 256) {
      done = step.done
    }
    #expect(try await store.counts().events == 0)
    #expect(try await all(store) == before.0)
    #expect(try await all(store, parked: true) == before.1)
    #expect(try await store.check(.full).isGood)
  }
}
