import Foundation
import GRDB
import ParcelStore
import SQLiteStore
import Testing

/// What a pruning leaves in the tables, and the space that it gives back.
@Suite struct SQLiteRetentionTests {
  private func prune(_ store: any EventStore, before oldest: Int64 = Samples.now) async throws {
    var done: Int64 = 0
    while let step = try await store.prune(before: oldest, after: done, limit: 8_192) {
      done = step.done
    }
  }

  private func rows(_ numbers: Range<Int>, date: String = "10/08/2026 10:00:00") -> [Row] {
    numbers.map { Row(parcel: "99\(1_000_000_000 + $0)", order: "CMD-\($0)", date: date) }
  }

  @Test func theNumberOfAParcelThatIsGoneIsNotGivenOutAgain() async throws {
    let file = try StoreFile()
    var store: SQLiteEventStore? = try file.open()
    try await store?.commit(rows(0..<3))
    try await prune(try #require(store))
    #expect(try file.rows("SELECT count(*) FROM parcel") == [["0"]])
    #expect(try file.rows("SELECT count(*) FROM current") == [["0"]])
    #expect(try file.rows("SELECT count(*) FROM journal") == [["0"]])
    #expect(try file.rows("SELECT count(*) FROM journal_range") == [["0"]])
    #expect(try file.rows("SELECT count(*) FROM parcel_range") == [["0"]])
    #expect(try file.rows("SELECT sum(events) FROM wording") == [["0"]])
    store = nil
    store = try file.open()
    try await store?.commit(rows(5..<6, date: "01/09/2026 10:00:00"), path: "b.csv")
    #expect(try file.rows("SELECT id FROM parcel") == [["4"]])
  }

  @Test func nothingIsLeftOfOrderAndPostcodeInSegments() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit(rows(0..<10), path: "a.csv")
    try await store.commit(rows(10..<32_800, date: "01/09/2026 10:00:00"), path: "b.csv")
    // Late changes of a written segment.
    try await store.commit(
      [Row(parcel: "991000000005", order: "LATE", date: "11/08/2026 10:00:00")], path: "c.csv")
    let size = "SELECT sum(length(entries)) FROM parcel_lookup"
    #expect(try file.rows(size) == [["\(3 * 4 * 32_767)"]])
    #expect(try file.rows("SELECT count(*) FROM parcel_late") != [["0"]])
    try await prune(store, before: Samples.now - 10 * 86_400)
    #expect(try file.rows("SELECT count(*) FROM parcel") == [["32790"]])
    #expect(try file.rows(size) == [["\(3 * 4 * 32_757)"]])
    #expect(try file.rows("SELECT count(*) FROM parcel_late") == [["0"]])
    for (order, count) in [("LATE", 0), ("CMD-5", 0), ("CMD-10", 1), ("CMD-32790", 1)] {
      var filter = ParcelFilter()
      filter.order = order
      #expect(try await store.parcels(filter).count == count, "\(order)")
    }
    try await store.commit(rows(40_000..<40_001), path: "d.csv")
    #expect(try file.rows("SELECT max(id) FROM parcel") == [["32801"]])
    #expect(try await store.check(.full).isGood)
  }

  /// It has the numbers of parcels in memory.
  @Test func anotherWriterMakesAParcelAgainThatIsGone() async throws {
    let file = try StoreFile()
    let (one, two) = (try file.open(), try file.open())
    try await two.commit(rows(0..<2))
    try await prune(one)
    let report = try await two.commit(rows(0..<2, date: "01/09/2026 10:00:00"), path: "b.csv")
    #expect(report.counts.map(\.eventsNew) == [2] && report.lastSeq == 4)
    #expect(try await two.parcels(ParcelFilter()).count == 2)
    #expect(try await two.check(.full).isGood)
  }

  /// Of a day that was pruned before, nothing is read again.
  @Test func aRunThatWasPrunedSaysSo() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit(
      rows(0..<5)
        + rows(0..<5, date: "01/09/2026 10:00:00").map { row in
          var row = row
          row.code = "returned"
          return row
        })
    try await prune(store, before: Samples.now - 86_400)
    #expect(
      try file.rows("SELECT min_time, max_time FROM parcel_range")
        == [["1788249600", "1788249600"]])
    #expect(try await store.prune(before: Samples.now - 86_400, after: 0, limit: 10) == nil)
  }

  private func size(_ file: StoreFile) throws -> Int {
    try #require(
      try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int)
  }

  private func giveSpaceBack(_ store: SQLiteEventStore) async throws -> Int {
    var bytes = 0
    while true {
      let given = try await store.giveSpaceBack()
      if given == 0 { break }
      bytes += given
    }
    await store.settle()
    return bytes
  }

  @Test func theSpaceIsGivenBackToTheFileSystem() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit(rows(0..<30_000))
    await store.settle()
    let before = try size(file)
    #expect(try await store.freeSpace() < before / 10)
    try await prune(store)
    #expect(try await store.freeSpace() > before / 2)
    #expect(try await giveSpaceBack(store) > before / 2)
    #expect(try await store.freeSpace() == 0)
    let after = try size(file)
    #expect(after < before / 2, "\(after) of \(before)")
    #expect(try await store.check().isGood)
  }

  @Test func aStoreOfAnOlderVersionIsWrittenAgainOnceAGoodPartOfItIsFree() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(
      DatabasePool(path: file.path), upTo: "13: maps in force, corrections")
    #expect(try file.rows("PRAGMA auto_vacuum") == [["0"]])
    let store = try file.open()
    try await store.commit(rows(0..<20_000))
    try await store.commit(rows(20_000..<21_000, date: "01/09/2026 10:00:00"), path: "b.csv")
    await store.settle()
    let before = try size(file)
    #expect(try await store.giveSpaceBack() == 0)
    try await prune(store, before: Samples.now - 86_400)
    #expect(try await giveSpaceBack(store) > before / 2)
    let after = try size(file)
    #expect(after < before / 2, "\(after) of \(before)")
    #expect(try file.rows("PRAGMA auto_vacuum") == [["2"]])
    #expect(try await store.counts().parcels == 1_000)
    try await store.commit(rows(30_000..<30_010, date: "01/09/2026 10:00:00"), path: "c.csv")
    #expect(try await store.check(.full).isGood)
  }
}
