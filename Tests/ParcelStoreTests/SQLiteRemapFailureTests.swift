import Foundation
import ParcelStore
import SQLiteStore
import Status
import TestSupport
import Testing

/// A change of the status map that fails at any step changes nothing, and the next run completes it.
@Suite struct SQLiteRemapFailureTests {
  /// A statement that fails; the first four are of the change itself, the others of the parcels' steps.
  static let traps = [
    "INSERT ON former_meaning", "UPDATE OF status ON wording", "UPDATE OF map ON wording",
    "INSERT ON status_map", "UPDATE ON current", "INSERT ON correction",
    "UPDATE OF parcels ON former_meaning", "UPDATE OF next_parcel ON status_map",
    "UPDATE OF sequence ON store",
  ]

  private static func rows() -> [Row] {
    var random = RandomRows(generator: SeededGenerator(seed: 5), hasCoarse: true)
    return random.rows(80)
  }

  private func follow(_ store: SQLiteEventStore, limit: Int = 2) async throws {
    var change = MapChange(to: EventStorePromises.otherMap)
    change.compare(try await store.storedWordings(after: 0, limit: .max))
    if try await store.mapInForce() == nil {
      _ = try await store.putInForce(change, at: Samples.now)
    }
    while let step = try await store.remapParcels(limit: limit, at: Samples.now) {
      if step.progress == nil { break }
    }
  }

  @Test(arguments: traps)
  func aStepThatFailsLeavesNothingAndTheNextRunCompletesIt(_ trap: String) async throws {
    let (control, file) = (try StoreFile(), try StoreFile())
    for file in [control, file] { try await file.open().commit(Self.rows()) }
    let undisturbed = try control.open()
    try await follow(undisturbed)

    try file.execute(
      "CREATE TRIGGER trap BEFORE \(trap) BEGIN SELECT raise(ABORT, 'out of luck'); END")
    let store = try file.open()
    for _ in 0..<2 {
      let error = try await storeError { try await follow(store) }
      #expect(error.reason.contains("out of luck"))
    }
    try file.execute("DROP TRIGGER trap")
    // Another process, after the first one was killed.
    try await follow(try file.open())
    #expect(try file.content() == control.content())
    #expect(try await store.check().isGood)
  }

  @Test(.enabled("mounting a small disk needs root") { await SmallDisk.isPossible })
  func aFullDiskInTheMiddleLosesNothingAndTheNextRunCompletesIt() async throws {
    try await SmallDisk.with("size=32m") { disk in
      let store = try SQLiteEventStore.open(path: disk + "/colisd.db", for: .writing)
      let rows = (0..<8_000).map { Row(parcel: "99\(1_000_000_000 + $0)", code: "ZZ1") }
      try await store.commit(rows)
      let filler = disk + "/filler"
      var change = MapChange(to: EventStorePromises.otherMap)
      change.compare(try await store.storedWordings(after: 0, limit: .max))
      #expect(try await store.putInForce(change, at: Samples.now))
      _ = try await store.remapParcels(limit: 100, at: Samples.now)
      try SmallDisk.fill(filler)
      let error = try await storeError {
        while try await store.remapParcels(limit: 400, at: Samples.now)?.progress != nil {}
      }
      #expect(error.kind == .full)
      #expect(try await store.mapInForce()?.progress != nil)
      try FileManager.default.removeItem(atPath: filler)
      // Few transactions: the log of all writes has to fit on the small disk.
      try await follow(store, limit: 2_000)
      #expect(try await store.parcels(ParcelFilter(status: .delivered)).count > 0)
      #expect(try await store.journal(after: 0, limit: .max).count == 16_000)
      #expect(try await store.check().isGood)
    }
  }

  @Test func twoRunsAtOnceBesideACommitEndWithExactResults() async throws {
    let (control, file) = (try StoreFile(), try StoreFile())
    for file in [control, file] { try await file.open().commit(Self.rows()) }
    let undisturbed = try control.open()
    try await follow(undisturbed)
    let late = SampleFile(path: "b.csv", statusMap: EventStorePromises.otherMap)
    let rows = [Row(code: "ZZ1", date: "02/09/2026 09:00:00")]
    try await undisturbed.commit(late.part(rows))

    let (one, two, writer) = (try file.open(), try file.open(), try file.open())
    async let first: Void = follow(one)
    async let second: Void = follow(two)
    try await writer.commit(late.part(rows))
    _ = try await (first, second)
    func statuses(_ store: SQLiteEventStore) async throws -> [String] {
      try await store.parcels(ParcelFilter(limit: 100)).map {
        "\($0.parcel) \($0.account) \($0.meaning) \($0.since)"
      }
    }
    #expect(try await statuses(one) == statuses(undisturbed))
    #expect(try await one.check().isGood)
  }
}
