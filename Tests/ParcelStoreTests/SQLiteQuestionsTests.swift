import Carrier
import GRDB
import ParcelStore
import SQLiteStore
import Status
import Testing

/// How the SQLite store finds parcels among many.
@Suite struct SQLiteQuestionsTests {
  /// A store of before with parcels 1 to `count`; each 10,000th is another account's.
  private func store(parcels count: Int) throws -> StoreFile {
    let file = try StoreFile()
    try Schema.migrator.migrate(DatabasePool(path: file.path), upTo: "11: files by source")
    try file.execute(
      """
      INSERT INTO account(id, account, account_id)
        VALUES(1, 'E1', 'EM180619'), (2, 'D0', 'EM000001');
      INSERT INTO code VALUES(1, 'delivered', ''), (2, 'lost', '');
      INSERT INTO wording(id, code, code_id, status, map)
        VALUES(1, 'delivered', 1, 'delivered', '1'), (2, 'lost', 2, 'lost', '1');
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
        INSERT INTO parcel SELECT i, printf('99%010d', i), iif(i % 10000 = 0, 2, 1), 'CMD-' || i,
          printf('%05d', 1000 + i % 30000), 'FR' FROM n;
      INSERT INTO current SELECT id,
          iif(id % 10000 = 0, \(Self.position(.lost)), \(Self.position(.delivered))) + (id << 5),
          iif(id % 10000 = 0, 2, 1), 0
        FROM parcel;
      """)
    return file
  }

  private static func position(_ status: ParcelStatus) -> Int64 {
    CurrentPosition(instant: 1_787_000_000, rank: status.timelineRank, isMapped: true).rawValue
  }

  private func numbers(
    _ store: SQLiteEventStore, _ change: (inout ParcelFilter) -> Void
  ) async throws -> [Int] {
    var filter = ParcelFilter()
    change(&filter)
    return try await store.parcels(filter).compactMap { Int($0.parcel.description.dropFirst(2)) }
  }

  @Test func parcelsOfAStoreOfBeforeAreFoundInEachSegmentAndAfterTheLast() async throws {
    let store = try store(parcels: 70_000).open()
    for number in [1, 32_767, 32_768, 40_000, 65_535, 65_536, 70_000] {
      #expect(try await numbers(store) { $0.order = "cmd-\(number)" } == [number])
    }
    #expect(try await numbers(store) { $0.order = "CMD-70001" } == [])
    #expect(try await numbers(store) { $0.postcode = "01005" } == [60_005, 30_005, 5])
    let rare = (1...7).reversed().map { $0 * 10_000 }
    #expect(try await numbers(store) { $0.accountID = "EM000001" } == rare)
    #expect(try await numbers(store) { $0.statuses = [.lost] } == rare)
    #expect(
      try await numbers(store) {
        ($0.statuses, $0.accountID, $0.order) = ([.lost], "EM000001", "CMD-20000")
      } == [20_000])
    var everything = ParcelFilter()
    everything.accountID = "EM180619"
    #expect(try await store.parcelCount(everything) == 69_993)
    #expect(try await store.parcelCount(everything, most: 500) == 500)
  }

  @Test func whatChangesAfterItsSegmentWasWrittenIsFound() async throws {
    let store = try store(parcels: 40_000).open()
    try await store.commit([
      Row(parcel: "990000000005", order: "NEW", postcode: "75012"),
      Row(parcel: "99ABCDEFGHIJ", order: "NEW", postcode: "75012"),
    ])
    #expect(try await store.parcels(ParcelFilter()).count == 100)
    #expect(try await numbers(store) { $0.order = "CMD-5" } == [])
    var filter = ParcelFilter()
    filter.order = "new"
    #expect(try await store.parcels(filter).count == 2)
    (filter.order, filter.postcode) = (nil, "75012")
    #expect(try await store.parcels(filter).count == 2)
  }

  @Test func aCommitWritesASegmentThatItFills() async throws {
    let file = try store(parcels: 32_765)
    let store = try file.open()
    #expect(try file.rows("SELECT count(*) FROM parcel_lookup") == [["0"]])
    let rows = (1...6).map { Row(parcel: "AB000000000\($0)", order: "AB-\($0)") }
    try await store.commit(rows)
    #expect(try file.rows("SELECT count(*) > 90 FROM parcel_lookup") == [["1"]])
    for row in rows {
      var filter = ParcelFilter()
      filter.order = row.order
      #expect(try await store.parcels(filter).map(\.parcel.description) == [row.parcel])
    }
    #expect(try await numbers(store) { $0.order = "CMD-1" } == [1])
    #expect(try await numbers(store) { $0.order = "CMD-32765" } == [32_765])
  }

  /// Otherwise a parcel would be missing from the segment that its number belongs to.
  @Test func theNumberOfAParcelInASegmentIsNotGivenOutAgain() async throws {
    let file = try store(parcels: 32_767)
    var store: SQLiteEventStore? = try file.open()
    #expect(try file.rows("SELECT count(*) > 90 FROM parcel_lookup") == [["1"]])
    store = nil
    try file.execute(
      "DELETE FROM current WHERE parcel > 32000; DELETE FROM parcel WHERE id > 32000")
    store = try file.open()
    try await store?.commit([Row(parcel: "AB0000000001", order: "AB-1")])
    #expect(try file.rows("SELECT max(id) FROM parcel") == [["32768"]])
    var filter = ParcelFilter()
    filter.order = "AB-1"
    #expect(try await store?.parcels(filter).count == 1)
  }

  @Test func selectiveQuestionsReadNoWholeTable() async throws {
    let store = try store(parcels: 40_000).open()
    let questions: [(inout ParcelFilter) -> Void] = [
      { $0.order = "CMD-5" }, { $0.postcode = "01005" }, { $0.accountID = "EM000001" },
      { $0.statuses = [.lost] }, { $0.statuses = [.lost, .returned] },
      { ($0.statuses, $0.since) = ([.readyForPickup], 1_787_000_000) },
      { ($0.order, $0.site) = ("CMD-5", "75A") },
      { $0.since = 1_900_000_000 },
    ]
    for (index, change) in questions.enumerated() {
      var filter = ParcelFilter()
      change(&filter)
      let plan = try await store.plan(filter)
      #expect(
        // Runs of parcels are few, and all of them may be looked at.
        !plan.contains { "\($0) ".hasPrefix("SCAN c ") || "\($0) ".hasPrefix("SCAN p ") },
        "\(index): \(plan)")
    }
  }

  @Test func eachRunOfParcelsKnowsTheTimesOfItsEvents() async throws {
    let file = try StoreFile()
    let store = try file.open()
    let ranges = "SELECT block, min_time, max_time FROM parcel_range"
    try await store.commit([Row(date: "02/08/2026 10:00:00")], path: "1.csv")
    #expect(try file.rows(ranges) == [["0", "1785657600", "1785657600"]])
    try await store.commit(
      [Row(date: "01/08/2026 10:00:00"), Row(parcel: "AB1234567890", date: "03/08/2026 10:00:00")],
      path: "2.csv")
    #expect(try file.rows(ranges) == [["0", "1785571200", "1785744000"]])
    try await store.commit([Row(date: "")], path: "3.csv", at: Samples.now)
    #expect(try file.rows(ranges) == [["0", "1785571200", "\(Samples.now)"]])
    // A time that can't be right is in it, and so is the one at which it came.
    try await store.commit(
      (1...300).map { Row(parcel: "9912345\(10_000 + $0)", date: "01/01/1970 10:00:00") },
      path: "4.csv", at: Samples.now + 9)
    #expect(try file.rows(ranges + " WHERE block = 1") == [["1", "32400", "\(Samples.now + 9)"]])
    var filter = ParcelFilter(since: Samples.now + 9, limit: 1_000)
    #expect(try await store.parcels(filter).count == 300)
    filter.since = 32_400
    filter.until = 32_401
    #expect(try await store.parcels(filter).isEmpty, "the status began when it came")
    var events = EventFilter()
    (events.since, events.until) = (32_400, 32_401)
    let found = try await store.events(events, after: 0, limit: 1_000).events.count
    #expect(found == 300)
  }

  @Test func blocksOfTheJournalThatHaveNothingArePassedOver() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row(date: "01/08/2026 10:00:00", site: "A")], path: "1.csv")
    try await store.commit(
      [Row(code: "lost", date: "02/08/2026 10:00:00", site: "B")], path: "2.csv")
    try await store.commit([Row(date: "", site: "C")], path: "3.csv", at: Samples.now + 5)
    #expect(
      try file.rows("SELECT min_time, max_time FROM journal_range") == [
        ["1785571200", "1785571200"], ["1785657600", "1785657600"],
        ["\(Samples.now + 5)", "\(Samples.now + 5)"],
      ])
    #expect(try file.rows("SELECT DISTINCT wordings FROM journal_range").count == 2)
    #expect(try file.rows("SELECT DISTINCT sites FROM journal_range").count == 3)
    try file.execute(
      "DELETE FROM journal WHERE first_seq = 2; INSERT INTO journal VALUES(9, 0, 0, x'')")
    #expect(
      try file.rows("SELECT first_seq, sites FROM journal_range ORDER BY 1") == [
        ["1", "2"], ["3", "8"], ["9", "-1"],
      ])
  }
}
