import Carrier
import ParcelStore
import Postgres
import PostgresStore
import TestSupport
import Testing

/// Several writers on one PostgreSQL store: each event once, `seq` without a gap, whatever runs beside.
@Suite(.postgreSQLSchemas) struct PostgresWritersTests {
  private let settings: PostgresSettings

  init() async throws {
    settings = PostgresSettings(url: try await PostgreSQLServer.shared().makeSchema())
  }

  private func open(_ access: StoreAccess = .writing) async throws -> PostgresEventStore {
    // So long a lease is not renewed while a test has it taken to be over.
    try await PostgresEventStore.open(settings, for: access, lease: .seconds(600))
  }

  private func session() async throws -> PostgresConnection {
    try await PostgresConnection.open(settings)
  }

  /// Rows of the same few parcels, sites and codes in each file, in an order of its own; half of them are in every
  /// file.
  private static func rows(_ file: Int, _ random: inout SeededGenerator) -> [Row] {
    (0..<120).map { index in
      Row(
        parcel: "99112233\(1000 + index % 40)", order: "CMD-\(index % 40)",
        code: index.isMultiple(of: 7) ? "code\(index)" : "in_transit",
        date: "\(10 + index / 40)/08/2026 1\(index % 10):00:00",
        site: index.isMultiple(of: 2) ? "S\(index % 9)" : "S\(index % 9) of \(file)")
    }.shuffled(using: &random)
  }

  @Test func eventsThatSeveralCommitAtOnceCountOnce() async throws {
    var random = SeededGenerator(seed: 17)
    let files = (0..<24).map { Self.rows($0, &random) }
    let expected = Set(files.joined().map { "\($0.parcel) \($0.date) \($0.code) \($0.site)" }).count
    let reader = try await open()
    let follower = Task { try await Self.follow(reader, until: Int64(expected)) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let store = try await open()
          for file in stride(from: writer, to: files.count, by: 4) {
            try await store.commit(files[file], path: "\(file).csv")
          }
        }
      }
      try await group.waitForAll()
    }
    let ledger = try await reader.files(state: nil)
    #expect(ledger.reduce(0) { $0 + $1.counts.eventsNew } == expected)
    #expect(ledger.reduce(0) { $0 + $1.counts.rows } == 24 * 120)
    let counts = try await reader.counts()
    #expect(counts.events == expected && counts.parcels == 40)
    #expect(try await follower.value == (1...Int64(expected)).map { $0 })
    let check = try await reader.check(.full)
    #expect(check.isGood, "\(check)")
  }

  /// Reads the journal all the while, as a follower does.
  private static func follow(
    _ store: PostgresEventStore, until last: Int64
  ) async throws -> [Int64] {
    var seen: [Int64] = []
    while seen.last ?? 0 < last {
      let entries = try await store.journal(after: seen.last ?? 0, limit: 500)
      // An entry that is missing between others would come as one that was pruned.
      for entry in entries { if case .event(let event) = entry { seen.append(event.seq) } }
      if entries.isEmpty { try await store.waitForEntries(after: seen.last ?? 0) }
    }
    return seen
  }

  @Test func aFollowerWaitsForAWriterBetweenItsNumbersAndItsEnd() async throws {
    let store = try await open()
    try await store.commit([Row()])
    let stopped = try await session()
    try await stopped.run("BEGIN")
    try await stopped.run("UPDATE store SET sequence = sequence + 3")
    let commit = Task { try await store.commit([Row(site: "B")], path: "b.csv") }
    let other = try await session()
    try await eventually("the commit waits for the stopped one") {
      let waiting = try await other.run(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%counter AS%'"
      )
      return waiting.first?.integer(0) ?? 0 > 0
    }
    #expect(try await store.events(after: 0, limit: 10).map(\.seq) == [1])
    try await stopped.run("ROLLBACK")
    #expect(try await commit.value.lastSeq == 2)
    #expect(try await store.events(after: 1, limit: 10).map(\.seq) == [2])
  }

  @Test func aFollowerSeesNoGapWhileAWriterIsStoppedBetweenItsNumbersAndItsEnd() async throws {
    let reader = try await open()
    // Of one run of 256 parcels only one writer at a time could get as far as its numbers.
    let (writers, run) = (3, 256)
    let known = Int64(writers * run)
    try await reader.commit(
      (0..<writers * run).map { Row(parcel: "99112233\(2000 + $0)") }, path: "known.csv")
    let gate = try await session()
    // The row that it inserts has the numbers that it has taken just before in the same statement.
    try await gate.run(
      """
      CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext(current_schema)); RETURN NEW; END $$
      """)
    try await gate.run(
      "CREATE TRIGGER stop_here BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION stop_here()")
    try await gate.run("SELECT pg_advisory_lock(hashtext(current_schema))")
    let last = known + Int64(writers * 2)
    let follower = Task { try await Self.follow(reader, until: last) }
    let commits = (0..<writers).map { number in
      Task {
        let store = try await open()
        return try await store.commit(
          (0..<2).map {
            Row(parcel: "99112233\(2100 + number * run)", date: "1\($0)/08/2026 10:00:00")
          },
          path: "\(number).csv")
      }
    }
    let watch = try await session()
    try await eventually("one writer is stopped, and the others wait for it") {
      let waiting = try await watch.run(
        """
        SELECT count(*) FILTER (WHERE wait_event = 'advisory'), count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE '%counter AS%' AND pid IN (
          SELECT pid FROM pg_locks WHERE relation = 'journal'::regclass)
        """)
      return waiting.first.map { $0.integer(0) == 1 && $0.integer(1) == Int64(writers) } ?? false
    }
    for _ in 0..<50 {
      #expect(try await reader.journal(after: known, limit: 10).isEmpty)
      #expect(try await reader.events(after: known, limit: 10).isEmpty)
    }
    try await gate.run("SELECT pg_advisory_unlock(hashtext(current_schema))")
    for commit in commits { #expect(try await commit.value.counts.map(\.eventsNew) == [2]) }
    #expect(try await follower.value == (1...last).map { $0 })
  }

  @Test func aFollowerIsToldAtOnce() async throws {
    let (store, reader) = (try await open(), try await open())
    try await store.commit([Row()])
    try await reader.waitForEntries(after: 0)
    // Other tests take the processor, too. Whoever is not told looks again after a second, and not before.
    var told = 0
    for round in 0..<100 where told < 6 {
      let last = Int64(round + 1)
      let waiting = Task {
        let start = ContinuousClock.now
        try await reader.waitForEntries(after: last)
        return start..<ContinuousClock.now
      }
      try await Task.sleep(for: .milliseconds(50))
      let committed = ContinuousClock.now
      try await store.commit([Row(site: "S\(round)")], path: "\(round).csv")
      let wait = try await waiting.value
      // Who came after the commit had nothing to wait for.
      let isTold = wait.upperBound - wait.lowerBound < .milliseconds(950)
      if wait.lowerBound < committed, isTold { told += 1 }
    }
    #expect(told == 6)
  }

  @Test func aWorkerThatSleptTooLongFindsItsFileTakenOver() async throws {
    let (slow, quick) = (try await open(), try await open())
    let sample = SampleFile(path: "a.csv")
    let rows = (0..<6).map { Row(site: "S\($0)") }
    try await slow.commit(sample.part(Array(rows[..<3]), end: nil))
    var report = try await quick.commit(sample.part(rows, end: nil))
    #expect(report.refusals.count == 1)
    // Its time has passed without a renewal.
    try await session().run(
      "UPDATE worker SET until = now() - interval '1 s' WHERE id = (SELECT reader FROM file)")
    report = try await quick.commit(sample.part(Array(rows[..<4]), end: nil))
    #expect(report.refusals.isEmpty && report.counts[0].eventsNew == 1)
    report = try await slow.commit(sample.part(Array(rows[3...]), firstLine: 5))
    #expect(report.refusals.count == 1 && report.counts == [FileCounts()])
    report = try await quick.commit(sample.part(Array(rows[4...]), firstLine: 6))
    #expect(report.refusals.isEmpty)
    let files = try await quick.files(state: nil)
    #expect(files.map(\.counts.eventsNew) == [6] && files.map(\.counts.rows) == [6])
    #expect(try await quick.counts().events == 6)
  }

  @Test(.timeLimit(.minutes(1)))
  func theTransactionOfAWorkerThatIsGoneKeepsNobodyWaiting() async throws {
    let store = try await PostgresEventStore.open(settings, for: .polling, lease: .seconds(3))
    try await store.commit([Row()])
    // What a process leaves that is stopped between two statements for longer than its lease.
    let stopped = try await session()
    try await stopped.run(
      """
      INSERT INTO worker(name, polls, until)
        VALUES('gone', true, clock_timestamp() - interval '1 s')
      """)
    try await stopped.run("BEGIN")
    try await stopped.run(
      """
      SELECT pg_advisory_xact_lock_shared('worker'::regclass::oid::int4, id::int4) FROM worker
      WHERE name = 'gone'
      """)
    try await stopped.run("SELECT sequence FROM store FOR UPDATE")
    #expect(try await store.commit([Row(site: "B")], path: "b.csv").lastSeq == 2)
    await #expect(throws: PostgresFault.self) { try await stopped.run("COMMIT") }
  }

  @Test func aTransactionThatIsInTheWayOfAnotherOneIsRepeated() async throws {
    let store = try await open()
    try await store.commit([Row(), Row(parcel: "991122334456")])
    let other = try await session()
    try await other.run("BEGIN")
    // It has the second parcel and wants the first one; the commit takes them in their order.
    try await other.run("SELECT * FROM current WHERE parcel = 2 FOR UPDATE")
    let rows = [
      Row(date: "29/08/2026 10:00:00"), Row(parcel: "991122334456", date: "29/08/2026 10:00:00"),
    ]
    let commit = Task { try await store.commit(rows, path: "b.csv") }
    let watch = try await session()
    try await eventually("the commit waits") {
      let waiting = try await watch.run(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'"
      )
      return waiting.first?.integer(0) ?? 0 > 0
    }
    // One of the two is given up by the server; ours is done again.
    _ = try? await other.run("SELECT * FROM current WHERE parcel = 1 FOR UPDATE")
    _ = try? await other.run("ROLLBACK")
    #expect(try await commit.value.counts.map(\.eventsNew) == [2])
    #expect(try await store.counts().events == 4)
  }
}
