import Carrier
import ParcelStore
import Status
import TestSupport
import Testing
import Webhooks

/// What an endpoint is sent out of real stores, in which order, and how soon.
@Suite(.postgreSQLSchemas) struct DelivererTests {
  // MARK: What is sent

  @Test(arguments: SharedStoreKind.allCases)
  func allIsSentOnceInTheOrderOfEachParcelAndManyParcelsAtATime(
    _ kind: SharedStoreKind
  ) async throws {
    try await ShopStore.with(kind, .each(of: 150, events: 8)) { source in
      let shop = AnsweringShop { _, _ in
        await Task.yield()
        return .taken
      }
      try await source.deliver(to: shop)
      #expect(shop.seqs.sorted() == Array(1...1_200))
      let events = shop.events
      #expect(Set(events.map(\.parcel)).count == 150)
      for (_, own) in Dictionary(grouping: events, by: \.parcel) {
        #expect(own.map(\.seq) == own.map(\.seq).sorted())
      }
      #expect(shop.atOnce > 1 && shop.atOnce <= 8)
      let record = try await source.record()
      #expect(record.position == 1_200 && record.delivered == 1_200)
      #expect(record.caughtUpAt == Samples.now)
      // There is nothing else to send.
      try await source.deliver(to: shop)
      #expect(shop.seqs.count == 1_200)
    }
  }

  @Test(arguments: SharedStoreKind.allCases)
  func whatComesLaterIsSentSoon(_ kind: SharedStoreKind) async throws {
    try await ShopStore.with(kind, [Row(site: "A")], caughtUpAt: nil) { source in
      let shop = AnsweringShop()
      try await source.delivering(to: shop) {
        try await eventually("the endpoint is known") {
          try await !source.store.endpoints().isEmpty
        }
        try await source.store.commit([Row(site: "B"), Row(site: "C")], path: "b.csv")
        try await eventually("they are sent") { shop.seqs.count >= 2 }
      }
      // A new endpoint begins behind what there was.
      #expect(shop.seqs == [2, 3])
      #expect(try await source.record().position == 3)
    }
  }

  @Test func noMoreIsSentThanTheRateAllows() async throws {
    try await ShopStore.with(.sqlite, .each(of: 31)) { source in
      let shop = AnsweringShop()
      let start = ContinuousClock.now
      try await source.deliver(to: shop) { $0.rate = 50 }
      #expect(shop.seqs.count == 31)
      // Thirty pauses of 20 ms, less what may be made up for.
      #expect(ContinuousClock.now - start >= .milliseconds(540))
    }
  }

  /// Otherwise what is new would wait for hours behind old rows that come again.
  @Test(arguments: SharedStoreKind.allCases)
  func whatIsNotWantedIsPassedOverQuickly(_ kind: SharedStoreKind) async throws {
    try await ShopStore.with(kind, .each(of: 1_000, events: 20)) { source in
      try await source.store.commit([Row(code: "lost", site: "B")], path: "b.csv")
      let shop = AnsweringShop()
      let start = ContinuousClock.now
      try await source.delivering(to: shop) {
        $0.statuses = [.lost]
      } while: {
        try await eventually("it is sent") { shop.seqs == [20_001] }
      }
      // One page a second would take 40.
      #expect(ContinuousClock.now - start < .seconds(35))
    }
  }

  // MARK: What is too old

  /// What came while an endpoint was away has waited for it, whatever was read before.
  @Test(arguments: SharedStoreKind.allCases)
  func whatHasWaitedIsNotTooOldForThat(_ kind: SharedStoreKind) async throws {
    try await ShopStore.with(kind) { source in
      let rows = [Row].each(of: 3)
      let shop = AnsweringShop.away()
      try await source.delivering(to: shop) {
        // The rows are four days old when they come.
        $0.maxAge = .seconds(5 * 86_400)
      } while: {
        try await source.store.commit([rows[0]])
        try await eventually("it is away") { try await source.record().outage != nil }
        try await source.store.commit([rows[1]], path: "b.csv")
        // It has read that one, and reads no further: nothing shows it.
        try await Task.sleep(for: .milliseconds(1_500))
        try await source.store.commit([rows[2]], path: "c.csv")
        shop.comesBack()
        shop.passTime(seconds: 3 * 86_400)
        try await eventually("all are saved") { try await source.record().position == 3 }
      }
      #expect(Set(shop.seqs) == [1, 2, 3])
    }
  }

  @Test func aClockThatWasSetBackMakesNothingTooOld() async throws {
    try await ShopStore.with(.sqlite, [Row()], caughtUpAt: Samples.now + 400 * 86_400) { source in
      let shop = AnsweringShop()
      try await source.deliver(to: shop)
      #expect(shop.seqs == [1])
      #expect(try await source.record().caughtUpAt == Samples.now)
    }
  }
}
