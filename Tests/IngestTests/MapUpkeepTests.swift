import Carrier
import Ingest
import ParcelStore
import SQLiteStore
import Status
import TestSupport
import Testing

/// History follows the status map by itself, whatever interrupts it.
@Suite struct MapUpkeepTests {
  private func map(_ version: String, _ codes: [String: ParcelStatus]) throws -> StatusMap {
    try StatusMap(
      name: "annex", version: version,
      codes: codes.map { StatusMap.CodeRule(code: $0, meaning: Meaning(status: $1)) }, labels: [])
  }

  /// A store with rows of the codes C0 to C4 of ten parcels, by a map that knows C0 to C3.
  private func store() async throws -> (SQLiteEventStore, StatusMap) {
    let first = try map(
      "1", ["C0": .announced, "C1": .pickedUp, "C2": .inTransit, "C3": .outForDelivery])
    let store = try SQLiteEventStore.temporary()
    let folder = try TemporaryDirectory()
    try folder.write("a.csv", trackingFile(rows: 50))
    var rules = rules()
    rules.statusMap = first
    _ = try await LocalFiles(store: store, observer: Witness(), now: fixedNow)
      .ingest([folder.file("a.csv")], rules)
    return (store, first)
  }

  private func upkeep(_ store: any EventStore, _ witness: Witness = Witness()) -> MapUpkeep {
    MapUpkeep(store: store, observer: witness, now: fixedNow)
  }

  private func statuses(_ store: any EventStore) async throws -> [ParcelStatus] {
    try await store.parcels(ParcelFilter(limit: 100)).map(\.meaning.status)
  }

  private func learnt() throws -> StatusMap {
    try map(
      "2",
      [
        "C0": .announced, "C1": .pickedUp, "C2": .inTransit, "C3": .outForDelivery,
        "C4": .delivered,
      ])
  }

  @Test func theFirstMapIsPutInForceAndTheSameOneChangesNothing() async throws {
    let (store, first) = try await store()
    guard case .followed(let summary) = try await upkeep(store).follow(first) else {
      Issue.record("the map was not put in force")
      return
    }
    #expect(summary.wordings.isEmpty && summary.corrected == 0)
    guard case .asBefore = try await upkeep(store).follow(first) else {
      Issue.record("the map was put in force twice")
      return
    }
    #expect(try await statuses(store) == Array(repeating: .outForDelivery, count: 10))
  }

  @Test func whatTheMapLearntChangesHistoryAndIsReported() async throws {
    let (store, first) = try await store()
    _ = try await upkeep(store).follow(first)
    let witness = Witness()
    guard case .followed(let summary) = try await upkeep(store, witness).follow(learnt()) else {
      Issue.record("nothing was changed")
      return
    }
    #expect(summary.corrected == 10 && summary.parcels == 10)
    #expect(summary.wordings.map(\.before.wording.code) == ["C4"])
    #expect(summary.wordings.map(\.parcels) == [10] && summary.wordings[0].before.events == 10)
    #expect(try await statuses(store) == Array(repeating: .delivered, count: 10))
    let codes = witness.events.compactMap { event -> RemappedWording? in
      if case .codeRemapped(let wording) = event { wording } else { nil }
    }
    #expect(codes.map(\.meaning.status) == [.delivered])
  }

  @Test func aMapThatLosesKnownWordingsWaits() async throws {
    let (store, first) = try await store()
    _ = try await upkeep(store).follow(first)
    let slip = try map("3", ["C0": .announced])
    let witness = Witness()
    guard case .waits(let wordings) = try await upkeep(store, witness).follow(slip) else {
      Issue.record("the map did not wait")
      return
    }
    #expect(wordings.count { $0.isLost } == 3)
    #expect(
      witness.events.contains {
        if case .mapWaits(let wordings, version: "3") = $0 { wordings.count == 3 } else { false }
      })
    #expect(try await store.mapInForce()?.version == "1")
    #expect(try await statuses(store) == Array(repeating: .outForDelivery, count: 10))
    guard case .followed = try await upkeep(store).follow(slip, mayLose: true) else {
      Issue.record("the map was not put in force")
      return
    }
    #expect(try await statuses(store) == Array(repeating: .announced, count: 10))
  }

  @Test(arguments: FailingStore.Death.allCases)
  func whereverItIsKilledTheNextRunCompletesIt(_ death: FailingStore.Death) async throws {
    for writes in 0..<12 {
      let (store, first) = try await store()
      _ = try await upkeep(store).follow(first)
      let failing = FailingStore(store, after: writes, death)
      _ = try? await upkeep(failing).follow(learnt())
      _ = try await upkeep(store).follow(learnt())
      #expect(try await statuses(store) == Array(repeating: .delivered, count: 10))
      let entries = try await store.journal(after: 0, limit: 1000)
      // Each corrected status has one entry, however often the work was begun.
      #expect(entries.count == 60 && Set(entries.map(\.seq)).count == 60)
      #expect(try await store.remappedWordings().map(\.parcels) == [10])
      #expect(try await store.check().isGood)
      if !failing.isDead {
        #expect(writes > 3, "fewer writes than steps")
        return
      }
    }
  }

  @Test func aCommandWithAnotherMapDoesNotChangeTheOneInForce() async throws {
    let (store, first) = try await store()
    _ = try await upkeep(store).follow(first)
    let folder = try TemporaryDirectory()
    try folder.write("b.csv", trackingFile(rows: 5, from: 50))
    var rules = rules()
    rules.statusMap = try map("9", ["C0": .lost])
    _ = try await LocalFiles(store: store, observer: Witness(), now: fixedNow)
      .ingest([folder.file("b.csv")], rules)
    #expect(try await store.mapInForce()?.version == "1")
    #expect(try await !statuses(store).contains(.lost))
  }
}
