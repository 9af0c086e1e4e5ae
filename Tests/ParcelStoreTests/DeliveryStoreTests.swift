import Carrier
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// Endpoints of webhooks in stores that several processes have open, and with much that is not delivered.
@Suite(.postgreSQLSchemas) struct DeliveryStoreTests {
  private static func parcel(_ number: Int) -> ParcelNumber {
    Samples.number("\(990_000_000_000 + number)")
  }

  // MARK: Two at once

  @Test(arguments: SharedStoreKind.allCases)
  func eachWhoTakesAnEndpointGetsAnEpochOfItsOwn(_ kind: SharedStoreKind) async throws {
    let shared = try await kind.make()
    let epochs = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for _ in 0..<2 {
        group.addTask {
          let store = try await shared.open()
          var epochs: [Int64] = []
          for _ in 0..<10 {
            epochs.append(try await store.takeEndpoint("shop", after: nil, at: Samples.now).epoch)
          }
          return epochs
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(epochs.sorted() == Array(1...20))
  }

  /// Whatever was saved before is undone by it, and what comes after it is refused.
  @Test(arguments: SharedStoreKind.allCases)
  func noSaveUndoesAReplayThatHasReturned(_ kind: SharedStoreKind) async throws {
    let shared = try await kind.make()
    let daemon = try await shared.open()
    try await daemon.commit((0..<3).map { Row(site: "S\($0)") })
    let command = try await shared.open(for: .maintaining)
    for _ in 0..<10 {
      let epoch = try await daemon.takeEndpoint("shop", after: 3, at: Samples.now).epoch
      var progress = DeliveryProgress(position: 3)
      #expect(try await daemon.save(progress, of: "shop", epoch: epoch))
      progress.open = [OpenDelivery(seq: 3, parcel: Samples.parcel, state: .behind)]
      let next = progress
      let saving = Task {
        var saves = 0
        while saves < 5_000, try await daemon.save(next, of: "shop", epoch: epoch) { saves += 1 }
      }
      #expect(try await command.replay("shop", from: 2, at: Samples.now))
      try await saving.value
      let record = try #require(try await daemon.endpoints().first)
      #expect(record.position == 1 && record.epoch == epoch + 1)
      #expect(try await daemon.openDeliveryCounts(of: "shop") == OpenDeliveryCounts())
    }
    #expect(try await daemon.check(.full).isGood)
    withExtendedLifetime(shared) {}
  }

  // MARK: Much that is open

  #if DEBUG
    private static let limit = Duration.milliseconds(25)
  #else
    private static let limit = Duration.milliseconds(5)
  #endif

  /// The quickest of some: other tests take the processor, too.
  private static func best(_ body: () async throws -> Void) async throws -> Duration {
    var best = Duration.seconds(60)
    for _ in 0..<100 where best >= limit {
      let start = ContinuousClock.now
      try await body()
      best = min(best, .now - start)
    }
    return best
  }

  @Test(arguments: SharedStoreKind.allCases)
  func aHundredThousandThatAreOpenAreQuickToAskAbout(_ kind: SharedStoreKind) async throws {
    let shared = try await kind.make()
    let store = try await shared.open()
    let fault = DeliveryFault(
      status: 400, reason: "it answered 400", answer: String(repeating: "no", count: 50))
    // All parked but the last three; and the other way round.
    for (endpoint, isParked) in [("shop", true), ("erp", false)] {
      let epoch = try await store.takeEndpoint(endpoint, after: 0, at: 0).epoch
      for group in 0..<20 {
        var progress = DeliveryProgress(position: 0)
        progress.open = (1...5_000).map { place in
          let seq = group * 5_000 + place
          let areMost = seq <= 99_997
          return OpenDelivery(
            seq: Int64(seq), parcel: Self.parcel(seq),
            state: areMost == isParked ? .parked(at: 1) : .waiting(until: 2), tries: 1, fault: fault
          )
        }
        #expect(try await store.save(progress, of: endpoint, epoch: epoch))
      }
    }
    // The server does so by itself some time, and until then plans as if there were none.
    if case .postgres = shared { try await shared.execute("ANALYZE open_delivery") }
    let (most, few) = (99_997, 3)
    #expect(
      try await store.openDeliveryCounts(of: "shop")
        == OpenDeliveryCounts(waiting: few, parked: most))
    let counting = try await Self.best { _ = try await store.openDeliveryCounts(of: "erp") }
    #expect(counting < Self.limit)
    let rare = try await Self.best {
      let waiting = try await store.openDeliveries(
        of: "shop", parked: false, after: 0, limit: 100)
      #expect(waiting.map(\.seq) == [99_998, 99_999, 100_000])
      let parked = try await store.openDeliveries(of: "erp", parked: true, after: 0, limit: 100)
      #expect(parked.map(\.seq) == [99_998, 99_999, 100_000])
    }
    #expect(rare < Self.limit)
    let page = try await Self.best {
      let page = try await store.openDeliveries(
        of: "shop", parked: true, after: 60_000, limit: 20)
      #expect(page.first?.seq == 60_001 && page.count == 20)
    }
    #expect(page < Self.limit)
    // An erasure finds its few among them. It also waits for the disk, as it does in a store without any.
    let bare = try await kind.make()
    let empty = try await bare.open()
    let written = try await Self.best {
      _ = try await empty.erase(Self.parcel(77_777), of: nil, at: Samples.now)
    }
    withExtendedLifetime(bare) {}
    let found = try await Self.best {
      _ = try await store.erase(Self.parcel(77_777), of: nil, at: Samples.now)
    }
    #expect(found < written + Self.limit * 4)
    let erased = try await store.openDeliveries(of: "shop", parked: true, after: 77_776, limit: 2)
    #expect(erased.map { $0.fault?.answer == nil } == [true, false])
    #expect(try await store.resume("erp", at: 9))
    #expect(try await store.replay("shop", from: 0, at: 9))
    #expect(try await store.openDeliveryCounts(of: "shop") == OpenDeliveryCounts())
    #expect(
      try await store.openDeliveryCounts(of: "erp")
        == OpenDeliveryCounts(waiting: most, parked: few))
    #expect(try await store.check().isGood)
    withExtendedLifetime(shared) {}
  }

  // MARK: How parcels stand

  /// Each message has how its parcel stands.
  @Test(arguments: SharedStoreKind.allCases)
  func howAThousandParcelsStandIsQuickToAsk(_ kind: SharedStoreKind) async throws {
    let shared = try await kind.make()
    let store = try await shared.open()
    try await store.commit((0..<10_000).map { Row(parcel: "\(Self.parcel($0))", order: "C\($0)") })
    let asked = Set(
      (0..<1_000).map { ParcelOfAccount(number: Self.parcel($0 * 10), account: Samples.shop) })
    let asking = try await Self.best {
      let standings = try await store.standings(of: asked)
      #expect(standings.count == 1_000)
    }
    #expect(asking < Self.limit * 10)
    withExtendedLifetime(shared) {}
  }

  // MARK: Checking

  @Test(arguments: [
    ("UPDATE open_delivery_count SET waiting = 0", "deliveries to shop that wait", 0, 2),
    ("UPDATE open_delivery_count SET parked = parked + 1", "parked deliveries to shop", 2, 1),
    ("DELETE FROM open_delivery_count", "deliveries to shop that wait", 0, 2),
    ("UPDATE endpoint SET position = 99", "position of shop", 99, 3),
  ])
  func aCheckFindsWhatIsWrong(
    _ damage: String, _ name: String, _ kept: Int, _ found: Int
  ) async throws {
    for kind in SharedStoreKind.allCases {
      let shared = try await kind.make()
      let store = try await shared.open()
      try await store.commit((0..<3).map { Row(site: "S\($0)") })
      let epoch = try await store.takeEndpoint("shop", after: nil, at: Samples.now).epoch
      var progress = DeliveryProgress(position: 3)
      let states: [OpenDelivery.State] = [.waiting(until: 1), .behind, .parked(at: 1)]
      progress.open = states.enumerated().map { index, state in
        OpenDelivery(seq: Int64(index + 1), parcel: Samples.parcel, state: state)
      }
      #expect(try await store.save(progress, of: "shop", epoch: epoch))
      #expect(try await store.check() == StoreCheck())
      try await shared.execute(damage)
      let counts = try await store.check().counts
      #expect(counts.contains { $0.name == name && $0.kept == kept && $0.found == found })
      withExtendedLifetime(shared) {}
    }
  }

  // MARK: Backups

  /// Otherwise whoever goes on from a backup would lose what came before it began to deliver.
  @Test func aBackupGoesOnWhereItWasMade() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit((0..<3).map { Row(site: "S\($0)") })
    let epoch = try await store.takeEndpoint("shop", after: 0, at: Samples.now).epoch
    var progress = DeliveryProgress(position: 2)
    progress.caughtUpAt = Samples.now + 7
    progress.open = [OpenDelivery(seq: 1, parcel: Samples.parcel, state: .parked(at: 1), tries: 9)]
    #expect(try await store.save(progress, of: "shop", epoch: epoch))
    let path = file.folder.file("backup.db")
    try await store.copy(to: path)
    let backup = try SQLiteEventStore.open(path: path, for: .writing)
    #expect(try await backup.endpoints() == store.endpoints())
    #expect(try await backup.endpoints().map(\.caughtUpAt) == [Samples.now + 7])
    #expect(
      try await backup.openDeliveries(of: "shop", parked: true, after: 0, limit: 9)
        == progress.open)
    #expect(try await backup.takeEndpoint("shop", after: nil, at: 0).position == 2)
    #expect(try await backup.incarnation() != store.incarnation())
    withExtendedLifetime(file) {}
  }
}
