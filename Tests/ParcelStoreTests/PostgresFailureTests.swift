import ParcelStore
import Postgres
import PostgresStore
import TestSupport
import Testing

/// What goes wrong at the server: whatever it is, what was committed is there once, and the store goes on.
@Suite(.postgreSQL()) struct PostgresFailureTests {
  private func settings() throws -> PostgresSettings {
    PostgresSettings(url: try PostgreSQLServer.current.url)
  }

  private func open(_ access: StoreAccess = .writing) async throws -> PostgresEventStore {
    try await PostgresEventStore.open(settings(), for: access)
  }

  private static func rows(_ file: Int) -> [Row] {
    (0..<400).map { index in
      Row(
        parcel: "99112233\(1000 + index)", order: "CMD-\(index)", code: "in_transit",
        date: "\(10 + file % 18)/08/2026 10:00:00", site: "S\(index % 9) \(file)")
    }
  }

  @Test func aSessionThatIsEndedAtAnyStepLosesAndDoublesNothing() async throws {
    let store = try await open()
    let harm = Task {
      let session = try await PostgresConnection.open(settings())
      while !Task.isCancelled {
        try await session.run(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND application_name = 'colisd'
          """)
        try await Task.sleep(for: .milliseconds(Int.random(in: 20...150)))
      }
    }
    var failures = 0
    var file = 0
    while file < 12 || failures == 0 {
      try #require(file < 200, "nothing was in the way")
      // As a poll does: a file whose commit failed is read again from its start.
      while true {
        do {
          try await store.commit(Self.rows(file), path: "\(file).csv")
          break
        } catch let error as StoreError {
          #expect(error.kind == .failed, "\(error)")
          failures += 1
          // What was committed although nobody heard of it is not read again.
          if try await eventuallyRead(store, "\(file).csv") { break }
        }
      }
      file += 1
    }
    harm.cancel()
    _ = try? await harm.value
    let files = try await store.files(state: nil)
    #expect(files.count == file && files.allSatisfy { $0.counts.eventsNew == 400 }, "\(files)")
    let events = try await store.events(after: 0, limit: .max)
    #expect(events.map(\.seq) == (1...Int64(400 * file)).map { $0 })
    let check = try await store.check(.full)
    #expect(check.isGood, "\(check)")
  }

  /// The connection is cut after the first message of the session that writes, after the second, and so on, until a
  /// commit has fewer messages than that.
  @Test func aConnectionThatIsCutAfterAnyMessageOfACommitLosesAndDoublesNothing() async throws {
    let server = try PostgreSQLServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    // TLS would begin with another kind of message.
    let url = "postgresql://postgres@127.0.0.1:\(relay.port)/postgres?sslmode=disable"
    let watch = try await PostgresConnection.open(settings())
    var messages = 0
    var committed = 0
    while true {
      messages += 1
      try #require(messages < 2_000, "a commit never ended")
      let store = try await PostgresEventStore.open(PostgresSettings(url: url), for: .writing)
      // Some parcels, sites and codes are known and some are new, so that a commit takes all its steps.
      let rows = (0..<12).map { index in
        Row(
          parcel: "9911\(10_000_000 + (index.isMultiple(of: 2) ? index : messages * 12 + index))",
          code: "in_transit", date: "20/08/2026 10:\(10 + index):00",
          site: "S\(messages) \(index % 3)")
      }
      relay.fault = NetworkFault(.cut, afterMessages: messages)
      do {
        try await store.commit(rows, path: "\(messages).csv")
        break
      } catch let error as StoreError {
        #expect(error.kind == .failed, "after \(messages): \(error)")
      }
      relay.fault = nil
      // What the server has whole it may still be doing.
      try await eventually("the server has ended what was cut off") {
        try await watch.run(
          """
          SELECT count(*) = 0 FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND application_name = 'colisd' AND xact_start IS NOT NULL
          """
        ).first?.bool(0) == true
      }
      if try await eventuallyRead(store, "\(messages).csv") {
        committed += 1
      } else {
        try await store.commit(rows, path: "\(messages).csv")
      }
    }
    relay.fault = nil
    // The answer to the end of the transaction is lost at least once.
    #expect(messages > 60 && committed > 0, "\(messages) messages, \(committed) of them committed")
    let store = try await open()
    let files = try await store.files(state: nil)
    #expect(files.count == messages)
    for file in files {
      #expect(file.counts.eventsNew == 12 && file.counts.rows == 12, "\(file)")
    }
    let events = try await store.events(after: 0, limit: .max)
    #expect(events.map(\.seq) == (1...Int64(12 * messages)).map { $0 })
    let check = try await store.check(.full)
    #expect(check.isGood, "\(check)")
  }

  /// Whether a file was read to its end.
  private func eventuallyRead(_ store: PostgresEventStore, _ path: String) async throws -> Bool {
    for _ in 0..<200 {
      if let found = try? await store.files(at: path) {
        return found.contains { $0.state == .ingested }
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw TestSupportError("the store does not answer")
  }

  @Test func aSessionThatWasEndedWhileItLayIdleIsReplaced() async throws {
    let store = try await open()
    try await store.commit([Row()])
    #expect(try await store.counts().events == 1)
    let other = try await PostgresConnection.open(settings())
    try await other.run(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND application_name = 'colisd'
      """)
    #expect(try await store.commit([Row(site: "B")], path: "b.csv").counts[0].eventsNew == 1)
    #expect(try await store.counts().events == 2)
  }

  @Test func onAnotherTimelineTheStoreIsAnotherOne() async throws {
    let store = try await open()
    try await store.commit([Row()])
    let before = try await store.incarnation()
    #expect(try await open().incarnation() == before)
    // As on a replica that was promoted.
    try await PostgresConnection.open(settings()).run("UPDATE store SET timeline = timeline + 1")
    try await open().commit([Row(site: "B")], path: "b.csv")
    #expect(try await store.incarnation() != before)
  }

  @Test(arguments: ["lock_timeout", "statement_timeout"])
  func aStatementThatTakesTooLongIsSaidAndDoneLater(_ setting: String) async throws {
    let store = try await open()
    try await store.commit([Row()])
    let other = try await PostgresConnection.open(settings())
    try await other.run("ALTER ROLE postgres SET \(setting) = '3s'")
    try await other.run("BEGIN")
    try await other.run("LOCK TABLE event")
    let impatient = try await open()
    let error = try await storeError {
      try await impatient.commit([Row(site: "B")], path: "b.csv")
    }
    #expect(error.kind == .failed && error.advice.contains(setting), "\(error)")
    try await other.run("ROLLBACK")
    // On a busy machine a statement may take that long by itself.
    try await eventually("it is done") {
      do {
        try await impatient.commit([Row(site: "B")], path: "b.csv")
        return true
      } catch let error as StoreError where error.kind == .failed {
        return false
      }
    }
    #expect(try await store.counts().events == 2)
  }

  @Test func aServerThatIsAwayIsNamedAndFoundAgain() async throws {
    let store = try await open()
    try await store.commit([Row()])
    let incarnation = try await store.incarnation()
    try PostgreSQLServer.current.kill()
    let write = try await storeError { try await store.commit([Row(site: "B")], path: "b.csv") }
    #expect(write.kind == .failed && write.advice.contains("server runs"), "\(write)")
    let read = try await storeError { _ = try await store.counts() }
    #expect(read.kind == .failed && read.store.contains("127.0.0.1"), "\(read)")
    try await PostgreSQLServer.current.startAgain()
    try await store.commit([Row(site: "B")], path: "b.csv")
    #expect(try await store.counts().events == 2)
    #expect(try await store.incarnation() == incarnation)
  }

  @Test func aDatabaseWithoutATableOfOursIsNoStore() async throws {
    let error = try await storeError { _ = try await open(.reading) }
    #expect(error.kind == .missing, "\(error)")
    #expect(try await storeError { _ = try await open(.maintaining) }.kind == .missing)
  }

  @Test func aDatabaseInAnotherEncodingIsRefused() async throws {
    let session = try await PostgresConnection.open(settings())
    try await session.run("CREATE DATABASE old ENCODING 'LATIN1' TEMPLATE template0")
    let url = "postgresql://postgres@127.0.0.1:\(try PostgreSQLServer.current.port)/old"
    let error = try await storeError {
      _ = try await PostgresEventStore.open(PostgresSettings(url: url), for: .writing)
    }
    #expect(error.kind == .unusable && error.reason.contains("LATIN1"), "\(error)")
  }

  @Test func aStoreOfANewerVersionIsNotWritten() async throws {
    let store = try await open()
    try await store.commit([Row()])
    try await PostgresConnection.open(settings()).run("UPDATE store SET oldest_writer = 99")
    let error = try await storeError { try await store.commit([Row(site: "B")], path: "b.csv") }
    #expect(error.kind == .unusable && error.reason.contains("newer"), "\(error)")
  }
}
