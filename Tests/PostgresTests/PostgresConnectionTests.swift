import Postgres
import TestSupport
import Testing

/// Sessions with a real server.
@Suite(.postgreSQL()) struct PostgresConnectionTests {
  private func open() async throws -> PostgresConnection {
    try await PostgresConnection.open(PostgresSettings(url: PostgreSQLServer.current.url))
  }

  @Test func valuesComeBackAsTheyWere() async throws {
    let connection = try await open()
    let rows = try await connection.run(
      "SELECT $1::int8, $2::text, $3::bytea, $4::bool, $5::text, $6::int8[], cardinality($7::text[]), 7::int2, -8::int4",
      [
        .integer(.min), "Été ✓ \u{1F4E6}", .bytes([0, 1, 255]), true, .null, .integers([3, -4]),
        .texts(["a", "", "c"]),
      ])
    let row = try #require(rows.first)
    #expect(rows.count == 1)
    #expect(
      row.integer(0) == .min && row.text(1) == "Été ✓ \u{1F4E6}" && row.bytes(2) == [0, 1, 255])
    #expect(row.bool(3) && row.isNull(4) && row.textIfAny(4) == nil && row.integerIfAny(4) == nil)
    #expect(row.integer(6) == 3 && row.integer(7) == 7 && row.integer(8) == -8)
  }

  @Test func aFaultHasItsKindAndTheSessionGoesOn() async throws {
    let connection = try await open()
    try await connection.run("CREATE TABLE t (id bigint PRIMARY KEY)")
    try await connection.run("INSERT INTO t VALUES($1)", [1])
    for (sql, kind, state) in [
      ("INSERT INTO t VALUES(1)", PostgresFault.Kind.violation, "23505"),
      ("SELEC", .other, "42601"), ("SELECT 1/0", .other, "22012"),
      ("SELECT * FROM nowhere", .other, "42P01"),
    ] {
      let fault = await #expect(throws: PostgresFault.self) { try await connection.run(sql) }
      #expect(fault?.kind == kind && fault?.state == state, "\(sql): \(fault as Any)")
    }
    let rows = try await connection.run("SELECT count(*) FROM t")
    #expect(rows.first?.integer(0) == 1)
    #expect(await connection.isOpen)
  }

  @Test func statementsTogetherAreOneTransactionAndTheFirstFaultIsTold() async throws {
    let connection = try await open()
    try await connection.run("CREATE TABLE t (id bigint PRIMARY KEY)")
    let insert = "INSERT INTO t VALUES($1)"
    let fault = await #expect(throws: PostgresFault.self) {
      try await connection.run([
        PostgresStatement(insert, [1]), PostgresStatement(insert, [1]), PostgresStatement("SELEC"),
      ])
    }
    #expect(fault?.state == "23505")
    let answers = try await connection.run([
      PostgresStatement("SELECT count(*) FROM t"), PostgresStatement(insert, [5]),
      PostgresStatement(insert, [6]), PostgresStatement("SELECT sum(id)::int8 FROM t"),
    ])
    #expect(answers[0].first?.integer(0) == 0 && answers[3].first?.integer(0) == 11)
    #expect(answers[1].changed == 1)
    // What was prepared in a transaction that failed is prepared all the same, or again.
    try await connection.run(insert, [7])
  }

  @Test func whatGoesAheadAndWhatNobodyWaitsForAreInTheirOrder() async throws {
    let connection = try await open()
    try await connection.run("CREATE TABLE t (id bigint PRIMARY KEY)")
    for id in 0..<3 as Range<Int64> {
      await connection.prepend([
        PostgresStatement("BEGIN"), PostgresStatement("SET LOCAL work_mem = '77kB'"),
      ])
      let row = try await connection.run("SELECT current_setting('work_mem'), count(*) FROM t")
        .first
      #expect(row?.text(0) == "77kB" && row?.integer(1) == id)
      try await connection.run("INSERT INTO t VALUES($1)", [.integer(id)])
      try await connection.finish("COMMIT")
    }
    #expect(try await connection.run("SHOW work_mem").first?.text(0) != "77kB")
    // Its fault is nobody's, also of what follows.
    try await connection.finish("SELECT 1/0")
    try await connection.finish("SELECT 1/0")
    #expect(try await connection.run("SELECT count(*) FROM t").first?.integer(0) == 3)
    // What can't be in a pipeline comes after it as well.
    try await connection.finish("INSERT INTO t VALUES(3)")
    var rows = CopyRows(columns: 1)
    rows.begin()
    rows.add(4 as Int64)
    #expect(try await connection.copy("COPY t FROM STDIN (FORMAT binary)", rows) == 1)
    #expect(try await connection.run("SELECT count(*) FROM t").first?.integer(0) == 5)
    try await connection.run("LISTEN news")
    try await connection.finish("SELECT 1")
    try await open().run("NOTIFY news, 'here'")
    #expect(try await connection.notification() == "here")
  }

  @Test func whatGoesBehindEndsTheTransactionInTheSameRoundTrip() async throws {
    let connection = try await open()
    #expect(await connection.isDone)
    await connection.prepend([PostgresStatement("BEGIN")])
    #expect(await !connection.isDone)
    try await connection.run("CREATE TABLE behind (id bigint)")
    #expect(await !connection.isDone)
    await connection.append([PostgresStatement("COMMIT")])
    #expect(try await connection.run("SELECT 7::int8").first?.integer(0) == 7)
    #expect(await connection.isDone)
    // It is committed: another session sees it.
    #expect(try await open().run("SELECT count(*) FROM behind").first?.integer(0) == 0)
  }

  @Test func whatNobodyWaitsForMayBeOfASessionThatBroke() async throws {
    let connection = try await open()
    try await connection.finish("SELECT pg_terminate_backend(pg_backend_pid())")
    let fault = await #expect(throws: PostgresFault.self) { try await connection.run("SELECT 1") }
    #expect(fault?.kind == .unreachable || fault?.kind == .unavailable, "\(fault as Any)")
    #expect(await !connection.isOpen)
  }

  @Test func manyWaitAtOnceAndEachGetsItsAnswer() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<24 as Range<Int64> {
        group.addTask {
          let connection = try await open()
          for round in 0..<20 as Range<Int64> {
            let rows = try await connection.run(
              "SELECT $1::int8, pg_sleep($2::int8 / 1000.0)",
              [.integer(number * 100 + round), .integer((number + round) % 5)])
            #expect(rows.first?.integer(0) == number * 100 + round)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func copiedRowsAreThere() async throws {
    let connection = try await open()
    try await connection.run(
      "CREATE TABLE t (id bigint, small smallint, label text, raw bytea, yes bool)")
    var rows = CopyRows(columns: 5)
    let count = 60_000
    for number in 0..<count {
      rows.begin()
      rows.add(Int64(number))
      rows.add(Int16(truncatingIfNeeded: number))
      if number.isMultiple(of: 3) { rows.addNull() } else { rows.add(text: "livré à \(number)") }
      rows.add([UInt8(truncatingIfNeeded: number), 0])
      rows.add(number.isMultiple(of: 2))
    }
    #expect(try await connection.copy("COPY t FROM STDIN (FORMAT binary)", rows) == count)
    let found = try await connection.run(
      """
      SELECT count(*), sum(id)::int8, count(label), sum(length(raw))::int8, count(*) FILTER (WHERE yes)
      FROM t
      """)
    let row = try #require(found.first)
    #expect(row.integer(0) == Int64(count) && row.integer(1) == Int64(count * (count - 1) / 2))
    #expect(row.integer(2) == 40_000 && row.integer(3) == 120_000 && row.integer(4) == 30_000)
    let fault = await #expect(throws: PostgresFault.self) {
      try await connection.copy("COPY nowhere FROM STDIN (FORMAT binary)", rows)
    }
    #expect(fault?.state == "42P01")
    #expect(try await connection.run("SELECT 1").count == 1)
  }

  @Test func longAnswersAndLongValuesDoNotWaitForEachOther() async throws {
    let connection = try await open()
    // The server sends while it still has to read: both sides' buffers are full.
    let text = String(repeating: "x", count: 4 << 20)
    let statements = (0..<8).map { _ in PostgresStatement("SELECT $1::text", [.text(text)]) }
    let answers = try await connection.run(statements)
    #expect(answers.count == 8)
    #expect(answers.allSatisfy { $0.first?.text(0).utf8.count == text.utf8.count })
  }

  @Test func whoIsNotLetInIsTold() async throws {
    let server = try PostgreSQLServer.current
    let unknown = await #expect(throws: PostgresFault.self) {
      try await PostgresConnection.open(
        PostgresSettings(url: "postgresql://nobody@127.0.0.1:\(server.port)/postgres"))
    }
    #expect(unknown?.kind == .refused && unknown?.message.contains("nobody") == true)
    let closed = try closedPort()
    let nowhere = await #expect(throws: PostgresFault.self) {
      try await PostgresConnection.open(
        PostgresSettings(url: "postgresql://postgres@127.0.0.1:\(closed)/postgres"))
    }
    #expect(nowhere?.kind == .unreachable)
    // The second host is asked where the first does not answer.
    let second = try await PostgresConnection.open(
      PostgresSettings(
        url:
          "postgresql://postgres@127.0.0.1:\(closed),127.0.0.1:\(server.port)/postgres?target_session_attrs=read-write"
      ))
    #expect(await second.isOpen)
    let byFile = try await PostgresConnection.open(PostgresSettings(url: server.socketURL))
    #expect(try await byFile.run("SHOW client_encoding").first?.text(0) == "UTF8")
  }

  @Test func aConnectionThatBreaksIsNoFaultOfTheStatement() async throws {
    let connection = try await open()
    let waiting = Task { try await connection.run("SELECT pg_sleep(60)") }
    let other = try await open()
    try await eventually("it sleeps") {
      let rows = try await other.run(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND wait_event = 'PgSleep'"
      )
      return rows.first?.integer(0) == 1
    }
    try PostgreSQLServer.current.kill()
    let fault = await #expect(throws: PostgresFault.self) { try await waiting.value }
    #expect(fault?.kind == .unreachable || fault?.kind == .unavailable, "\(fault as Any)")
    #expect(await !connection.isOpen)
  }

  @Test func aCancelledTaskEndsAtOnceAndTheServerGivesUp() async throws {
    let connection = try await open()
    let other = try await open()
    let running =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(61)%' AND wait_event = 'PgSleep'"
    let waiting = Task { try await connection.run("SELECT pg_sleep(61)") }
    try await eventually("it sleeps") { try await other.run(running).first?.integer(0) == 1 }
    let start = ContinuousClock.now
    waiting.cancel()
    let fault = await #expect(throws: PostgresFault.self) { try await waiting.value }
    #expect(fault?.kind == .cancelled && .now - start < .seconds(30))
    #expect(await !connection.isOpen)
    try await eventually("the server gives up") {
      try await other.run(running).first?.integer(0) == 0
    }
  }

  @Test func nobodyWaitsForAServerThatDoesNotAnswer() async throws {
    let peer = try SilentPeer()
    let opening = Task {
      try await PostgresConnection.open(
        PostgresSettings(url: "postgresql://postgres@127.0.0.1:\(peer.port)/postgres"))
    }
    try await eventually("it has connected") { peer.hasConnection }
    let start = ContinuousClock.now
    opening.cancel()
    let fault = await #expect(throws: PostgresFault.self) { _ = try await opening.value }
    // It would wait for ten seconds.
    #expect(fault?.kind == .cancelled && .now - start < .seconds(8))
  }
}
