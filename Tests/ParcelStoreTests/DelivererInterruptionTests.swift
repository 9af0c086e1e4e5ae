import Carrier
import ParcelStore
import TestSupport
import Testing
import Webhooks

/// What becomes of deliveries where they are broken off, a command changes the endpoint, it is away or gone, or another
/// worker takes over.
@Suite(.postgreSQLSchemas) struct DelivererInterruptionTests {
  @Test(arguments: SharedStoreKind.allCases)
  func whatWasBrokenOffComesAgainAndNothingElse(_ kind: SharedStoreKind) async throws {
    try await ShopStore.with(kind, .each(of: 20)) { source in
      // Number 7 is not answered.
      let shop = AnsweringShop { seq, _ in
        guard seq == 7 else { return .taken }
        try? await Task.sleep(for: .seconds(60))
        return .broken
      }
      try await source.delivering(to: shop) {
        try await eventually("the others are sent") { shop.seqs.count == 20 }
      }
      #expect(try await source.record().position == 6)
      let next = AnsweringShop()
      try await source.deliver(to: next)
      // What stands behind it was delivered, and nobody knows any more after a restart.
      #expect(next.seqs.sorted() == Array(7...20))
      #expect(try await source.record().position == 20)
    }
  }

  // MARK: Commands

  @Test(arguments: SharedStoreKind.allCases)
  func aReplayBesideItIsSeen(_ kind: SharedStoreKind) async throws {
    try await ShopStore.with(kind, .each(of: 3)) { source in
      let command = try await source.beside(for: .maintaining)
      let shop = AnsweringShop()
      try await source.delivering(to: shop) {
        try await eventually("all are saved") { try await source.record().position == 3 }
        #expect(try await command.store.replay("shop", from: 2, at: Samples.now))
        try await eventually("they come again") { shop.seqs.count == 5 }
      }
      #expect(shop.seqs.sorted() == [1, 2, 2, 3, 3])
    }
  }

  @Test(arguments: SharedStoreKind.allCases)
  func oneThatIsGoneIsAskedAgainWhenSomebodySaysSo(_ kind: SharedStoreKind) async throws {
    try await ShopStore.with(kind, .each(of: 3)) { source in
      let command = try await source.beside(for: .maintaining)
      let gone = DeliveryFault(status: 410, reason: "gone")
      let shop = AnsweringShop { seq, times in seq == 1 && times == 1 ? .gone(gone) : .taken }
      try await source.delivering(to: shop) {
        $0.concurrency = 1
      } while: {
        try await eventually("it is stopped") { try await source.record().stoppedAt != nil }
        #expect(shop.seqs == [1])
        #expect(try await command.store.resume("shop", at: Samples.now))
        try await eventually("all are sent") { try await source.record().position == 3 }
      }
      #expect(shop.seqs == [1, 1, 2, 3])
      #expect(shop.told == [.stopped(gone)])
    }
  }

  // MARK: Outages

  /// An endpoint that is away is asked for one entry a step, and the journal is not read on.
  @Test(arguments: SharedStoreKind.allCases)
  func anOutageIsToldOnceAndEndsWithAllDelivered(_ kind: SharedStoreKind) async throws {
    try await ShopStore.with(kind, .each(of: 40, events: 3)) { source in
      let shop = AnsweringShop.away()
      try await source.deliver(to: shop)
      // Those that were under way when the first one failed.
      let first = shop.seqs.count
      #expect(first >= 1 && first <= 8)
      shop.passTime(seconds: 10)
      try await source.deliver(to: shop)
      #expect(shop.seqs.count == first + 1)
      #expect(try await source.record().outage?.tries == 2)
      shop.comesBack()
      // Each that failed alone is due by now, too.
      shop.passTime(seconds: 86_400)
      try await source.deliver(to: shop)
      #expect(Set(shop.seqs) == Set(1...120))
      let record = try await source.record()
      #expect(record.position == 120 && record.outage == nil)
      #expect(try await source.store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts())
      let told = shop.told
      guard told.count == 2, case .failed = told[0], case .recovered = told[1] else {
        Issue.record("\(told)")
        return
      }
    }
  }

  // MARK: Several workers

  @Test func ofTwoWorkersOneDeliversAndTheOtherTakesOver() async throws {
    try await ShopStore.with(.postgres, .each(of: 5), for: .polling) { one in
      let other = try await one.beside(for: .polling)
      let (first, second) = (AnsweringShop(), AnsweringShop())
      try await one.delivering(to: first) {
        try await eventually("the first delivers") { first.seqs.count == 5 }
        try await other.delivering(to: second) {
          try await one.store.commit(.each(of: 5, events: 2), path: "b.csv")
          try await eventually("the first goes on") { first.seqs.count == 10 }
        }
        #expect(second.seqs.isEmpty)
      }
      try await other.store.commit(.each(of: 5, events: 3), path: "c.csv")
      try await other.delivering(to: second) {
        try await eventually("the second takes over") { second.seqs.count == 5 }
      }
      #expect(first.seqs.sorted() == Array(1...10) && second.seqs.sorted() == Array(11...15))
    }
  }
}
