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

  /// Hashes have 16 bits, so that these two accounts have the same.
  @Test func parcelsOfAnAccountThatOnlyHasTheHashAreLeftOut() async throws {
    let file = try store(parcels: 40_000)
    try file.execute(
      """
      INSERT INTO account(id, account, account_id) VALUES(65538, 'D0', 'EM000009');
      UPDATE parcel SET account = 65538 WHERE id % 10000 = 1;
      """)
    let store = try file.open()
    #expect(
      try await numbers(store) { $0.accountID = "EM000001" } == [40_000, 30_000, 20_000, 10_000])
    #expect(try await numbers(store) { $0.accountID = "EM000009" } == [30_001, 20_001, 10_001, 1])
    #expect(
      try await numbers(store) { ($0.accountID, $0.statuses) = ("EM000009", [.lost]) } == [])
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
      // The others go through runs of parcels, or through an index, in the order of the list.
      { _ in }, { $0.statuses = ParcelStatus.open }, { $0.statuses = [.inTransit] },
      { ($0.statuses, $0.quiet) = (ParcelStatus.open, 1_787_000_000..<1_787_200_000) },
      { $0.site = "75A" }, { $0.accountID = "EM180619" },
      { ($0.accountID, $0.until) = ("EM180619", 1_787_000_500) },
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

  /// Parcels 1 to `count`, in no order of their times, of some rare and some usual statuses, are listed run by run.
  @Test func listsOfManyRunsAreInOrderAndPagesJoin() async throws {
    let count = 20_000
    let file = try store(parcels: count)
    let ranks = ParcelStatus.allCases.map { "\($0.timelineRank)" }
    try file.execute(
      """
      UPDATE current SET position = \(CurrentPosition(instant: 1_787_000_000, rank: 0, isMapped: true).rawValue)
        + (parcel * 48271 % 65521 << 5)
        + CASE parcel % \(ranks.count) \(ranks.enumerated().map { "WHEN \($0) THEN \($1)" }.joined(separator: " ")) END
      """)
    let store = try file.open()
    /// Of a number in the database.
    func status(_ parcel: Int) -> ParcelStatus {
      ParcelStatus.allCases[parcel % ParcelStatus.allCases.count]
    }
    let questions: [Set<ParcelStatus>?] = [
      nil, [.inTransit], [.lost], ParcelStatus.open, [.delivered, .returned],
    ]
    for statuses in questions {
      let all = (1...count).filter { statuses?.contains(status($0)) ?? true }
        .sorted {
          (Int64($0) * 48_271 % 65_521, status($0).timelineRank, $0)
            > (Int64($1) * 48_271 % 65_521, status($1).timelineRank, $1)
        }
      var filter = ParcelFilter(limit: 777)
      filter.statuses = statuses
      #expect(try await store.parcelCount(filter) == all.count)
      #expect(try await store.parcelCount(filter, most: 10) == 10)
      var listed: [Int] = []
      while true {
        let page = try await store.parcels(filter)
        listed += page.compactMap { Int($0.parcel.description.dropFirst(2)) }
        guard page.count == filter.limit else { break }
        filter.after = page.last?.cursor
      }
      #expect(listed == all, "\(String(describing: statuses))")
    }
  }

  @Test func aSeldomSiteIsFoundThroughItsListAndAnyOtherOneThroughTheJournal() async throws {
    let file = try StoreFile()
    let store = try file.open()
    let most = 1_024
    // Half of them before and half after the list is full.
    for part in 0..<4 {
      let rows = (0..<6_000).map { place in
        let number = part * 6_000 + place
        let isSeldom = place % 3_000 == 1_700
        return Row(
          parcel: "99\(1_000_000_000 + number)", code: isSeldom ? "lost" : "in_transit",
          site: isSeldom ? "SELDOM" : number % 8 == 0 ? "OFTEN" : "75A")
      }
      try await store.commit(rows, path: "\(part).csv")
    }
    #expect(
      try file.rows(
        """
        SELECT name, parcels, covered_until NOT NULL FROM seldom_key JOIN site ON site.id = key / 2
        WHERE key % 2 = 0 ORDER BY name
        """) == [["75A", "\(most)", "1"], ["OFTEN", "\(most)", "1"], ["SELDOM", "8", "0"]])
    let all = try await store.allEvents()
    var questions: [EventFilter] = []
    for site in ["75A", "OFTEN", "SELDOM"] {
      var filter = EventFilter()
      filter.site = site
      questions.append(filter)
    }
    var lost = EventFilter()
    lost.statuses = [.lost]
    var both = lost
    both.site = "75A"
    for filter in questions + [lost, both] {
      let expected = all.filter { filter.admits($0) }.map(\.seq)
      for limit in [3, 5_000] {
        var (found, after): ([Int64], Int64) = ([], 0)
        while true {
          let page = try await store.events(filter, after: after, limit: limit)
          found += page.events.map(\.seq)
          after = page.reached
          if page.isLast || limit == 3 && found.count >= 60 { break }
        }
        #expect(found == Array(expected.prefix(limit == 3 ? found.count : .max)))
        #expect(found.count >= min(60, expected.count))
      }
      var parcels = ParcelFilter(limit: 100_000)
      parcels.site = filter.site
      parcels.statuses = filter.statuses
      #expect(
        Set(try await store.parcels(parcels).map(\.parcel))
          == Set(all.filter { filter.admits($0) }.map(\.parcel)))
    }
  }

  @Test func theListsOfAStoreOfBeforeAreMade() async throws {
    let file = try StoreFile()
    do {
      let store = try file.open()
      try await store.commit(
        (0..<2_000).map { number in
          Row(
            parcel: "99\(1_000_000_000 + number)", code: number % 500 == 0 ? "lost" : "in_transit",
            site: number % 400 == 0 ? "SELDOM" : "75A")
        })
    }
    let content = "SELECT * FROM parcel_range"
    let before = try file.rows(content)
    let lists = "SELECT key, hex(parcels) FROM seldom_parcel ORDER BY key"
    let listed = try file.rows(lists)
    try file.execute(
      """
      DROP TABLE seldom_parcel; DROP TABLE seldom_key; DROP TRIGGER current_deleted;
      ALTER TABLE parcel_range DROP COLUMN latest; ALTER TABLE parcel_range DROP COLUMN statuses;
      DELETE FROM grdb_migrations WHERE identifier GLOB '17:*';
      """)
    let store = try file.open()
    #expect(try file.rows(content) == before)
    // Of full lists it is not known which events came first.
    let full = try file.rows("SELECT key FROM seldom_key WHERE covered_until = 0").map { $0[0] }
    #expect(full.count == 2)
    #expect(try file.rows(lists) == listed.filter { !full.contains($0[0]) })
    #expect(
      try file.rows("SELECT sum(parcels) FROM seldom_key WHERE covered_until IS NULL") == [["9"]])
    #expect(try await store.check(.full).isGood)
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
