import Carrier
import ParcelStore
import Postgres
import PostgresStore
import TestSupport
import Testing

/// Of two files that say different things of a parcel's order, postcode or country the one with the later mtime wins,
/// then the one with the later name, whichever worker commits first.
@Suite(.postgreSQLSchemas) struct LaterFileWinsTests {
  private let settings: PostgresSettings

  init() async throws {
    settings = PostgresSettings(url: try await PostgreSQLServer.shared().makeSchema())
  }

  private func open() async throws -> PostgresEventStore {
    try await PostgresEventStore.open(settings, for: .writing)
  }

  private func session() async throws -> PostgresConnection {
    try await PostgresConnection.open(settings)
  }

  /// A file with one row of the sample parcel; the event is its own.
  private static func file(
    _ path: String, mtime: Int64? = 100, order: String, postcode: String = "", country: String = ""
  ) throws -> FilePart {
    try SampleFile(path: path, mtime: mtime).part([
      Row(order: order, site: path, postcode: postcode, country: country)
    ])
  }

  private func details(
    _ store: PostgresEventStore, of number: ParcelNumber = Samples.parcel
  ) async throws -> ParcelDetails? {
    try await store.timelines(of: number, accountID: nil).first?.details
  }

  private func numbers(
    _ store: PostgresEventStore, order: String? = nil, postcode: String? = nil
  ) async throws -> [String] {
    var filter = ParcelFilter()
    (filter.order, filter.postcode) = (order, postcode)
    return try await store.parcels(filter).map(\.parcel.description)
  }

  @Test(
    arguments: [
      // Of the earlier and of the later one.
      [("b.csv", Int64?(100)), ("a.csv", 200)], [("a.csv", 100), ("b.csv", 100)],
      [("b.csv", nil), ("a.csv", 100)], [("out/a.csv", 100), ("out-2/a.csv", 100)],
    ], [false, true])
  func theLaterFileWinsInBothOrders(
    _ names: [(path: String, mtime: Int64?)], isLaterFirst: Bool
  ) async throws {
    let files = [
      try Self.file(
        names[0].path, mtime: names[0].mtime, order: "A", postcode: "75012", country: "FR"),
      try Self.file(
        names[1].path, mtime: names[1].mtime, order: "B", postcode: "1000", country: "BE"),
    ]
    let (one, two) = (try await open(), try await open())
    try await one.commit(isLaterFirst ? files[1] : files[0])
    try await two.commit(isLaterFirst ? files[0] : files[1])
    let expected = ParcelDetails(order: "B", postcode: "1000", country: "BE")
    #expect(try await details(one) == expected)
    let parcel = Samples.parcel.description
    #expect(try await numbers(two, order: "B") == [parcel])
    #expect(try await numbers(two, order: "A") == [])
    #expect(try await numbers(two, postcode: "1000") == [parcel])
    #expect(try await numbers(two, postcode: "75012") == [])
    #expect(try await one.check(.full).isGood)
  }

  @Test func theLaterFileOfOneGroupWins() async throws {
    let store = try await open()
    try await store.commit(
      Self.file("2", order: "B", postcode: "13001"), Self.file("1", order: "A", country: "FR"))
    let expected = ParcelDetails(order: "B", postcode: "13001", country: "FR")
    #expect(try await details(store) == expected)
    // The row of the later file is not looked at, as it says again what is in memory.
    try await store.commit(
      Self.file("4", order: "B", postcode: "13001"), Self.file("3", order: "C", postcode: "75012"))
    #expect(try await details(store) == expected)
    let parts = [
      try Self.file("6", order: "D", postcode: "31000"), try Self.file("5", order: "C"),
    ]
    try await store.commit(parts[0], parts[1])
    #expect(
      try await details(store) == ParcelDetails(order: "D", postcode: "31000", country: "FR"))
  }

  @Test func anEarlierFileFillsWhatIsMissing() async throws {
    let (one, two) = (try await open(), try await open())
    try await one.commit(Self.file("3", order: "B"))
    try await two.commit(Self.file("1", order: "A", postcode: "75012"))
    #expect(try await details(one) == ParcelDetails(order: "B", postcode: "75012", country: nil))
    #expect(try await numbers(one, postcode: "75012") == [Samples.parcel.description])
    try await one.commit(Self.file("2", order: "C", postcode: "13001", country: "FR"))
    #expect(try await details(one) == ParcelDetails(order: "B", postcode: "75012", country: "FR"))
    #expect(try await numbers(one, order: "C") == [])
  }

  @Test func aFileThatSaysTheSameAgainIsTheOneThatCounts() async throws {
    let (one, two) = (try await open(), try await open())
    try await one.commit(Self.file("1", order: "A"))
    // Nothing changes at the parcel.
    try await one.commit(Self.file("3", order: "A"))
    try await two.commit(Self.file("2", order: "B"))
    #expect(try await details(one)?.order == "A")
    // By the same writer, which must not take it for what the parcel has.
    try await one.commit(Self.file("2b", order: "C"))
    #expect(try await details(one)?.order == "A")
    try await one.commit(Self.file("4", order: "C"))
    #expect(try await details(one)?.order == "C")
    // The same file, as it is read again.
    try await one.commit(SampleFile(path: "4", mtime: 100).part([Row(order: "D", site: "5")]))
    #expect(try await details(two)?.order == "D")
  }

  @Test func aFileOfOldEventsOnlyCountsWhereItSaysSomethingElse() async throws {
    let (one, two) = (try await open(), try await open())
    try await one.commit(Self.file("1", order: "A"))
    try await one.commit(
      SampleFile(path: "3", mtime: 100).part([Row(order: "C", site: "1", postcode: "", country: "")]
      ))
    #expect(try await one.counts().events == 1)
    try await two.commit(Self.file("2", order: "B"))
    #expect(try await details(one)?.order == "C")
  }

  @Test func aReleasedRowIsAsOldAsItsFile() async throws {
    let store = try await open()
    func row(_ order: String) -> Row {
      Row(account: "X9", accountID: "XX999999", order: order, site: order)
    }
    try await store.commit(SampleFile(path: "2", mtime: 100).part([row("HELD")]))
    try await store.commit(
      SampleFile(path: "1", mtime: 100, gate: EventStorePromises.openGate).part([row("A")]))
    #expect(try await details(store)?.order == "A")
    try await store.commit(
      SampleFile(path: "3", mtime: 100, gate: EventStorePromises.openGate).part([row("B")]))
    try await EventStorePromises().release(Samples.stranger, in: store)
    #expect(try await store.counts().events == 3)
    #expect(try await details(store)?.order == "B")
    #expect(try await numbers(store, order: "HELD") == [])
  }

  @Test func whatIsSaidAfterAnErasureCountsAnew() async throws {
    let (one, two) = (try await open(), try await open())
    try await one.commit(Self.file("9", order: "A", postcode: "75012"))
    _ = try await one.erase(Samples.parcel, of: Samples.shop, at: Samples.now)
    for (path, day) in [("2", "03"), ("3", "04")] {
      let row = Row(order: path, date: "\(day)/09/2026 10:00:00", postcode: "", country: "")
      try await two.commit(
        SampleFile(path: path, mtime: 100).part([row]), at: Samples.now + 5 * 86_400)
    }
    #expect(try await details(one) == ParcelDetails(order: "3", postcode: nil, country: nil))
    try await one.commit(
      Self.file("99", order: "A", postcode: "75012"), at: Samples.now + 6 * 86_400)
    #expect(try await details(one) == ParcelDetails(order: "3", postcode: nil, country: nil))
  }

  @Test func whatIsInMemoryMayBeChangedUntilTheParcelIsLocked() async throws {
    let (one, two) = (try await open(), try await open())
    try await one.commit(Self.file("1", order: "A"))
    let blocker = try await session()
    try await blocker.run("BEGIN")
    let locked = try await blocker.run(
      "SELECT pg_backend_pid() FROM current WHERE parcel = 1 FOR UPDATE")
    let pid = try #require(locked.first?.integer(0))
    let watch = try await session()
    func waiting() async throws -> Int64? {
      try await watch.run(
        """
        WITH first AS (
          SELECT pid FROM pg_stat_activity WHERE \(pid) = ANY(pg_blocking_pids(pid)))
        SELECT count(*) FROM pg_stat_activity WHERE pid IN (SELECT pid FROM first)
          OR pg_blocking_pids(pid) && ARRAY(SELECT pid FROM first)
        """
      ).first?.integer(0)
    }
    let between = try Self.file("2", order: "B")
    let first = Task { try await two.commit(between) }
    try await eventually("the first one waits") { try await waiting() == 1 }
    // It takes the parcel for unchanged, and begins before the other one is through.
    let last = try Self.file("3", order: "A")
    let second = Task { try await one.commit(last) }
    try await eventually("both wait") { try await waiting() == 2 }
    try await blocker.run("COMMIT")
    #expect(try await first.value.counts.map(\.eventsNew) == [1])
    #expect(try await second.value.counts.map(\.eventsNew) == [1])
    #expect(try await details(one)?.order == "A")
    #expect(try await numbers(two, order: "B") == [])
    #expect(try await one.counts().events == 3)
  }

  @Test func whatLosesIsNotNotedAsALateChange() async throws {
    let store = try await open()
    let rows = (1..<32_800).map {
      Row(parcel: "99\(1_000_000_000 + $0)", order: "CMD-\($0)", postcode: "75012")
    }
    try await store.commit(SampleFile(path: "2", mtime: 100).part(rows))
    func change(_ path: String, _ order: String) throws -> FilePart {
      try SampleFile(path: path, mtime: 100).part([
        Row(parcel: "991000000005", order: order, site: path, postcode: "13001")
      ])
    }
    try await store.commit(change("1", "EARLY"))
    let late = "SELECT count(*) FROM parcel_late"
    #expect(try await session().run(late).first?.integer(0) == 0)
    try await store.commit(change("3", "LATE"))
    #expect(try await session().run(late).first?.integer(0) == 2)
    #expect(try await numbers(store, order: "EARLY") == [])
    #expect(try await numbers(store, order: "CMD-5") == [])
    #expect(try await numbers(store, order: "LATE") == ["991000000005"])
    #expect(try await numbers(store, postcode: "13001") == ["991000000005"])
    #expect(try await store.check(.full).isGood)
  }

  /// A file's name and time, and its rows.
  private struct RandomFile: Sendable {
    var path: String
    var mtime: Int64
    var rows: [Row]
  }

  /// Each file has events of its own of some of the parcels; few values, so that files often say the same again.
  private static func randomFiles(_ random: inout SeededGenerator) -> [RandomFile] {
    (0..<16).map { file in
      let rows = (0..<40).map { row in
        Row(
          parcel: "99112233\(1000 + Int.random(in: 0..<12, using: &random))",
          order: "CMD-\(Int.random(in: 0..<4, using: &random))",
          date: "\(Int.random(in: 10...28, using: &random))/08/2026 10:00:00",
          site: "\(file) \(row)",
          postcode: "7500\(Int.random(in: 1...3, using: &random))")
      }
      return RandomFile(
        path: "\(file).csv", mtime: Int64.random(in: 1...5, using: &random), rows: rows)
    }
  }

  @Test(arguments: Array(UInt64(1)...8))
  func anyOrderOfCommitsGivesWhatTheOrderOfFilesGives(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let files = Self.randomFiles(&random)
    var expected: [String: Row] = [:]
    let sorted = files.sorted { ($0.mtime, $0.path) < ($1.mtime, $1.path) }
    for file in sorted { for row in file.rows { expected[row.parcel] = row } }
    let queues = files.shuffled(using: &random)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<2 {
        group.addTask {
          let store = try await open()
          for index in stride(from: writer, to: queues.count, by: 2) {
            let file = queues[index]
            try await store.commit(
              SampleFile(path: file.path, mtime: file.mtime).part(file.rows))
          }
        }
      }
      try await group.waitForAll()
    }
    let store = try await open()
    #expect(try await store.counts().events == files.count * 40)
    for (number, row) in expected {
      #expect(
        try await details(store, of: Samples.number(number))
          == ParcelDetails(order: row.order, postcode: row.postcode, country: row.country),
        "\(number)")
    }
    for order in 0..<4 {
      let wanted = expected.values.filter { $0.order == "CMD-\(order)" }.map(\.parcel)
      #expect(try await numbers(store, order: "CMD-\(order)").sorted() == wanted.sorted())
    }
    #expect(try await store.check(.full).isGood)
  }
}
