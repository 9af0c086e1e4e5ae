import Foundation
import ParcelStore
import SQLiteStore
import Status
import TestSupport
import Testing

/// A pruning that fails at any step leaves a store that agrees with itself, and the next run completes it.
@Suite struct SQLiteRetentionFailureTests {
  /// Statements that fail.
  static let traps = [
    "DELETE ON event", "UPDATE OF events ON wording", "UPDATE OF records ON journal",
    "DELETE ON journal", "DELETE ON current", "DELETE ON parcel",
    "UPDATE OF removed_parcel ON store", "UPDATE ON parcel_range", "DELETE ON correction",
  ]

  /// 2026-09-02T00:00:00Z.
  private static let oldest: Int64 = 1_788_307_200

  private static func fill(_ store: SQLiteEventStore) async throws {
    var random = RandomRows(generator: SeededGenerator(seed: 5), hasCoarse: true)
    // A parcel and a block of the journal of which nothing stays.
    try await store.commit([Row(parcel: "AB1234567890", code: "ZZ1")], path: "1.csv")
    try await store.commit(random.rows(80), path: "2.csv")
    try await store.commit(
      [
        Row(parcel: "EF1234567890", code: "announced", date: "30/08/2026 10:00:00"),
        Row(parcel: "EF1234567890", code: "in_transit", date: "02/09/2026 11:00:00"),
      ], path: "3.csv")
    var change = MapChange(to: EventStorePromises.otherMap)
    change.compare(try await store.storedWordings(after: 0, limit: .max))
    _ = try await store.putInForce(change, at: Samples.now)
    while let step = try await store.remapParcels(limit: 10, at: Samples.now) {
      if step.progress == nil { break }
    }
  }

  private static func prune(_ store: SQLiteEventStore, limit: Int = 256) async throws {
    var done: Int64 = 0
    while let step = try await store.prune(before: oldest, after: done, limit: limit) {
      done = step.done
    }
  }

  @Test(arguments: traps)
  func aStepThatFailsLeavesNothingHalfAndTheNextRunCompletesIt(_ trap: String) async throws {
    let (control, file) = (try StoreFile(), try StoreFile())
    for file in [control, file] { try await Self.fill(try file.open()) }
    try await Self.prune(try control.open())

    try file.execute(
      "CREATE TRIGGER trap BEFORE \(trap) BEGIN SELECT raise(ABORT, 'out of luck'); END")
    let store = try file.open()
    for _ in 0..<2 {
      let error = try await storeError { try await Self.prune(store) }
      #expect(error.reason.contains("out of luck"))
      #expect(try await store.check(.full).isGood)
    }
    try file.execute("DROP TRIGGER trap")
    // Another process, after the first one was killed.
    try await Self.prune(try file.open())
    #expect(try file.content() == control.content())
    #expect(try await store.check(.full).isGood)
  }

  @Test(.enabled("mounting a small disk needs root") { await SmallDisk.isPossible })
  func aFullDiskInTheMiddleLosesNothingAndTheNextRunCompletesIt() async throws {
    try await SmallDisk.with("size=16m") { disk in
      let store = try SQLiteEventStore.open(path: disk + "/colisd.db", for: .writing)
      let rows = (0..<8_000).map { Row(parcel: "99\(1_000_000_000 + $0)") }
      try await store.commit(rows)
      let filler = disk + "/filler"
      let first = try await store.prune(before: Self.oldest, after: 0, limit: 256)
      #expect(first?.parcels == 255)
      try SmallDisk.fill(filler)
      let error = try await storeError { try await Self.prune(store) }
      #expect(error.kind == .full)
      let left = try await store.counts()
      #expect(left.events == left.parcels && left.events > 0 && left.events <= 7_745)
      try FileManager.default.removeItem(atPath: filler)
      try await Self.prune(store)
      #expect(try await store.counts().parcels == 0)
      #expect(try await store.journal(after: 0, limit: .max).map(\.seq) == [8_000])
      #expect(try await store.check(.full).isGood)
      while try await store.giveSpaceBack() > 0 {}
      #expect(try await store.freeSpace() == 0)
    }
  }

  @Test func twoRunsAtOnceBesideCommitsEndWithExactResults() async throws {
    let (control, file) = (try StoreFile(), try StoreFile())
    for file in [control, file] { try await Self.fill(try file.open()) }
    func late(_ index: Int) throws -> FilePart {
      try SampleFile(path: "late-\(index).csv", statusMap: EventStorePromises.otherMap).part([
        Row(parcel: "EF1234567890", date: "02/09/2026 1\(index + 2):00:00"),
        Row(parcel: "CD123456789\(index)", date: "02/09/2026 09:00:00"),
      ])
    }
    let undisturbed = try control.open()
    for index in 0..<4 { try await undisturbed.commit(late(index)) }
    try await Self.prune(undisturbed)

    let (one, two, writer) = (try file.open(), try file.open(), try file.open())
    async let first: Void = Self.prune(one)
    async let second: Void = Self.prune(two)
    for index in 0..<4 { try await writer.commit(late(index)) }
    _ = try await (first, second)
    func shown(_ store: SQLiteEventStore) async throws -> [String] {
      try await store.allEvents().map { "\($0.seq) \($0.parcel) \($0.account) \($0.time)" }
        + store.parcels(ParcelFilter(limit: 100)).map {
          "\($0.parcel) \($0.account) \($0.meaning) \($0.since)"
        }
    }
    #expect(try await shown(one) == shown(undisturbed))
    #expect(try await one.check(.full).isGood)
  }
}
