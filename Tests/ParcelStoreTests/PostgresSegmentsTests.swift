import Carrier
import ParcelStore
import Postgres
import PostgresStore
import TestSupport
import Testing

/// How the store on PostgreSQL finds parcels among many: by segments of 32,768, late changes, and the youngest ones.
@Suite(.postgreSQLSchemas) struct PostgresSegmentsTests {
  private let settings: PostgresSettings
  private let session: PostgresConnection

  init() async throws {
    settings = PostgresSettings(url: try await PostgreSQLServer.shared().makeSchema())
    session = try await PostgresConnection.open(settings)
  }

  private func open() async throws -> PostgresEventStore {
    try await PostgresEventStore.open(settings, for: .writing)
  }

  private func number(_ sql: String) async throws -> Int64? {
    try await session.run("SELECT (\(sql))::int8").first?.integerIfAny(0)
  }

  private func rows(_ numbers: Range<Int>, date: String = "10/08/2026 10:00:00") -> [Row] {
    numbers.map {
      Row(
        parcel: "99\(1_000_000_000 + $0)", order: "CMD-\($0)", date: date,
        postcode: "\(10_000 + $0 % 9_000)")
    }
  }

  private func parcels(
    _ store: PostgresEventStore, _ change: (inout ParcelFilter) -> Void
  ) async throws -> [Int] {
    var filter = ParcelFilter()
    change(&filter)
    return try await store.parcels(filter).compactMap {
      Int($0.parcel.description.dropFirst(2)).map { $0 - 1_000_000_000 }
    }.sorted()
  }

  @Test func aCommitWritesTheSegmentsThatItFills() async throws {
    let store = try await open()
    try await store.commit(rows(1..<32_767), path: "a.csv")
    #expect(try await number("SELECT lookup_end FROM store") == 0)
    try await store.commit(rows(32_767..<70_001), path: "b.csv")
    #expect(try await number("SELECT lookup_end FROM store") == 65_536)
    #expect(
      try await number("SELECT sum(length(entries)) FROM parcel_lookup") == 3 * 4 * 65_535)
    for number in [1, 32_766, 32_767, 32_768, 32_769, 65_535, 65_536, 70_000] {
      #expect(try await parcels(store) { $0.order = "cmd-\(number)" } == [number])
    }
    #expect(try await parcels(store) { $0.order = "CMD-70001" } == [])
    #expect(
      try await parcels(store) { $0.postcode = "10005" }
        == [5, 9_005, 18_005, 27_005, 36_005, 45_005, 54_005, 63_005])
    #expect(
      try await parcels(store) { ($0.postcode, $0.order) = ("10005", "CMD-9005") } == [9_005])
    var everything = ParcelFilter()
    everything.accountID = "EM180619"
    #expect(try await store.parcelCount(everything) == 70_000)
    #expect(try await store.check(.full).isGood)
  }

  /// Hashes have 16 bits, so that these two accounts have the same.
  @Test func parcelsOfAnAccountThatOnlyHasTheHashAreLeftOut() async throws {
    let store = try await open()
    try await session.run(
      "INSERT INTO account(id, account, account_id) VALUES(2, 'D0', 'A'), (65538, 'D0', 'B')")
    try await session.run(
      """
      INSERT INTO parcel(number, account, order_reference)
        SELECT '99' || 1000000000 + i, CASE i % 10000 WHEN 0 THEN 2 WHEN 1 THEN 65538 ELSE 3 END, 'O-' || i
        FROM generate_series(1, 40000) i
      """)
    try await session.run(
      "INSERT INTO wording(id, code_id, status, map) OVERRIDING SYSTEM VALUE VALUES(99, 99, 'lost', '1')"
    )
    let lost = CurrentPosition(instant: 1_787_000_000, rank: 1, isMapped: true)
    try await session.run(
      "INSERT INTO current SELECT id, $1, 99, 0 FROM parcel", [.integer(lost.rawValue)])
    try await store.commit(rows(50_000..<50_001))
    #expect(try await number("SELECT lookup_end FROM store") == 32_768)
    #expect(
      try await parcels(store) { $0.accountID = "A" } == [10_000, 20_000, 30_000, 40_000])
    #expect(try await parcels(store) { $0.accountID = "B" } == [1, 10_001, 20_001, 30_001])
  }

  @Test func whatChangesAfterItsSegmentWasWrittenIsFound() async throws {
    let store = try await open()
    try await store.commit(rows(1..<40_001), path: "a.csv")
    try await store.commit(
      [
        Row(parcel: "991000000005", order: "NEW", postcode: "75012"),
        Row(parcel: "991000039999", order: "NEW", postcode: "75012"),
        Row(parcel: "991000050000", order: "NEW", postcode: "75012"),
      ], path: "b.csv")
    #expect(try await number("SELECT count(*) FROM parcel_late") == 2)
    #expect(try await parcels(store) { $0.order = "CMD-5" } == [])
    #expect(try await parcels(store) { $0.order = "new" } == [5, 39_999, 50_000])
    #expect(try await parcels(store) { $0.postcode = "75012" } == [5, 39_999, 50_000])
    #expect(try await store.check(.full).isGood)
  }

  @Test func nothingIsLeftOfOrderAndPostcodeInSegments() async throws {
    let store = try await open()
    try await store.commit(rows(1..<11), path: "a.csv")
    try await store.commit(rows(11..<32_801, date: "01/09/2026 10:00:00"), path: "b.csv")
    // Late changes of a written segment.
    try await store.commit(
      [
        Row(parcel: "991000000005", order: "LATE", date: "11/08/2026 10:00:00"),
        Row(parcel: "991000000020", order: "LATE", date: "02/09/2026 10:00:00"),
      ], path: "c.csv")
    let entries = "SELECT sum(length(entries)) FROM parcel_lookup"
    #expect(try await number(entries) == 3 * 4 * 32_767)
    var done: Int64 = 0
    while let step = try await store.prune(
      before: Samples.now - 10 * 86_400, after: done, limit: 8_192)
    { done = step.done }
    #expect(try await number(entries) == 3 * 4 * 32_757)
    #expect(try await number("SELECT count(*) FROM parcel_late") == 0)
    #expect(try await parcels(store) { $0.order = "LATE" } == [20])
    _ = try await store.erase(
      Samples.number("991000000020"), of: Samples.shop, at: Samples.now)
    #expect(try await number(entries) == 3 * 4 * 32_757 - 8)
    #expect(try await parcels(store) { $0.order = "LATE" } == [])
    #expect(try await parcels(store) { $0.order = "CMD-5" } == [])
    #expect(try await parcels(store) { $0.order = "CMD-11" } == [11])
    #expect(try await store.check(.full).isGood)
  }

  @Test func severalWritersFillSegmentsTogether() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          let store = try await open()
          for file in 0..<4 {
            let first = (file * 3 + writer) * 3_000 + 1
            // Some of them are in another writer's file, too.
            try await store.commit(rows(first..<first + 3_200), path: "\(writer) \(file).csv")
            let changed = stride(from: 1, to: first, by: 499).map {
              Row(parcel: "99\(1_000_000_000 + $0)", order: "\(writer)-\(file)-\($0)")
            }
            try await store.commit(changed, path: "\(writer) \(file) late.csv")
          }
        }
      }
      try await group.waitForAll()
    }
    let store = try await open()
    // A full segment that somebody else was in the way of is left to the next commit with new parcels.
    try await store.commit([Row(parcel: "991000999999", order: "last")], path: "last.csv")
    #expect(try await number("SELECT lookup_end FROM store") == 32_768)
    #expect(try await store.check(.full).isGood)
    let asked = try await session.run(
      "SELECT number, order_reference FROM parcel WHERE id % 499 = 0 OR order_reference NOT LIKE 'CMD%'"
    )
    for row in asked {
      var filter = ParcelFilter()
      filter.order = row.text(1)
      #expect(try await store.parcels(filter).map(\.parcel.description) == [row.text(0)])
    }
  }

  @Test func aSegmentThatCouldNotBeWrittenIsWrittenLater() async throws {
    let store = try await open()
    try await session.run("ALTER TABLE parcel_lookup RENAME TO elsewhere")
    try await store.commit(rows(1..<40_001), path: "a.csv")
    #expect(try await store.counts().parcels == 40_000)
    try await session.run("ALTER TABLE elsewhere RENAME TO parcel_lookup")
    #expect(try await parcels(store) { $0.order = "CMD-7" } == [7])
    #expect(try await number("SELECT lookup_end FROM store") == 0)
    try await store.commit(rows(40_001..<40_002), path: "b.csv")
    #expect(try await number("SELECT lookup_end FROM store") == 32_768)
    #expect(try await parcels(store) { $0.order = "CMD-7" } == [7])
  }

  @Test func aFullCheckSeesAListThatLacksSomething() async throws {
    let store = try await open()
    try await store.commit(rows(1..<32_770))
    try await session.run(
      "DELETE FROM parcel_lookup WHERE field = 1 AND hash = (SELECT max(hash) FROM parcel_lookup WHERE field = 1)"
    )
    let check = try await store.check(.full)
    #expect(check.contradictions.count == 1)
    #expect(check.contradictions.first?.contains("parcel number 0 ") == true, "\(check)")
  }
}
