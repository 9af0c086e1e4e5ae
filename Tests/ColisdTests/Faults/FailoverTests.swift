import Foundation
import TestSupport
import Testing

/// The server of the store is killed, and started again, or its replica is promoted.
@Suite(.openSSH(), .postgreSQL()) struct FailoverTests {
  private static let rows = 4_000

  /// - Parameter servers: any of them may be the one that takes what is written.
  private func workspace(
    _ servers: PostgreSQLServer..., afterIngest: String = "leave"
  ) async throws -> Workspace {
    let places = servers.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
    return try await Workspace(OpenSSHServer.current) {
      $0.store["url"] =
        "\"postgresql://postgres@\(places)/postgres?target_session_attrs=read-write\""
      $0.source["after-ingest"] = afterIngest
    }
  }

  private func drop(_ files: Range<Int>) throws {
    try OpenSSHServer.current.drop.take(files, rows: Self.rows)
  }

  /// Waits until so many files are stored, and checks that each of their rows is an event, once, under a number without a
  /// gap before it.
  private func expectAllCounted(
    _ workspace: Workspace, files: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await eventually(within: .seconds(120), "\(files) files are stored") {
      try await workspace.statusIfThere()?.files.ingested.integer == files
    }
    try await workspace.expectLedgerAddsUp(
      files: files, rows: Self.rows, sourceLocation: sourceLocation)
    for (name, file) in try await workspace.ledger() {
      #expect(file.events_new.integer == Self.rows, "\(name)", sourceLocation: sourceLocation)
    }
    try await expectAgreement(workspace, files: files, sourceLocation: sourceLocation)
  }

  private func expectAgreement(
    _ workspace: Workspace, files: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let events = try await workspace.events()
    let numbers = events.map { $0.seq.integer ?? 0 }
    #expect(
      numbers.elementsEqual(1...files * Self.rows), "\(numbers.count) events",
      sourceLocation: sourceLocation)
    #expect(
      try await workspace.content().count == files * Self.rows, sourceLocation: sourceLocation)
    let check = try await workspace.run("store", "check")
    #expect(
      check.status == Exit.done, "\(check.standardOutput)\(check.standardError)",
      sourceLocation: sourceLocation)
  }

  private func id(of workspace: Workspace) async throws -> String {
    try #require(try await workspace.json("status").store_id.string)
  }

  /// Checks that whoever follows the store of before is told.
  private func expectRefused(
    _ id: String, by workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(try await self.id(of: workspace) != id, sourceLocation: sourceLocation)
    let refused = try await workspace.run("events", "--after", "\(id):1")
    #expect(
      refused.status == Exit.usage && refused.standardOutput.isEmpty
        && refused.standardError.contains("replica was promoted"), "\(refused.standardError)",
      sourceLocation: sourceLocation)
  }

  @Test func aServerThatIsKilledAndStartedAgainIsWaitedFor() async throws {
    let server = try PostgreSQLServer.current
    let workspace = try await workspace(server)
    try drop(0..<40)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    let id = try await id(of: workspace)
    server.kill()
    try await daemon.waits(for: "poll.failed")
    #expect(try await workspace.run("status").status == Exit.localIO)
    try await server.startAgain()
    try await daemon.waits(for: "poll.recovered", within: .seconds(60))
    try await expectAllCounted(workspace, files: 40)
    // It has lost nothing, so its numbers mean what they meant.
    #expect(try await self.id(of: workspace) == id)
    #expect(try await daemon.end() == Exit.done)
    // What the server remarks when it is gone is no line of the log.
    #expect(
      daemon.log.split(separator: "\n").allSatisfy { $0.contains("event=") }, "\(daemon.log)")
  }

  @Test func aSynchronousReplicaThatIsPromotedHasAll() async throws {
    let first = try PostgreSQLServer.current
    try await first.withStandby(.synchronous) { standby in
      let workspace = try await workspace(first, standby)
      try drop(0..<40)
      let daemon = try workspace.start("run")
      try await daemon.waits(for: "file.ingested")
      let id = try await id(of: workspace)
      let follower = try workspace.start("events", "--follow")
      try await eventually("the follower has events") { follower.output.count > 0 }
      first.kill()
      try await daemon.waits(for: "poll.failed")
      let failure = try #require(daemon.lines("poll.failed").first)
      #expect(failure.contains("127.0.0.1:\(first.port)"), "\(failure)")
      #expect(failure.contains("nothing is lost"), "\(failure)")
      // What was said to be stored is there.
      let stored = daemon.lines("file.ingested").count
      try await standby.promote()
      let promoted = try await workspace.run("files", "--json")
      let kept = try JSONValue(promoted.standardOutput).elements.filter { $0.state == "ingested" }
      #expect(kept.count >= stored)
      try await daemon.waits(for: "poll.recovered", within: .seconds(60))
      try await expectAllCounted(workspace, files: 40)
      try await expectRefused(id, by: workspace)
      // Its numbers are those of the store of before.
      try await eventually("the follower ends") { follower.process.hasEnded }
      #expect(follower.process.status == Exit.usage)
      #expect(follower.log.contains("replica was promoted"), "\(follower.log)")
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func whatAnAsynchronousReplicaLacksIsReadAgain() async throws {
    let first = try PostgreSQLServer.current
    try await first.withStandby(.asynchronous) { standby in
      let workspace = try await workspace(first, standby)
      let daemon = try workspace.start("run")
      let id = try await loseTwoOfFive(first, standby, workspace, daemon)
      try await daemon.waits(for: "poll.recovered", within: .seconds(60))
      try await expectAllCounted(workspace, files: 5)
      #expect(daemon.lines("file.ingested").count == 7)
      try await expectRefused(id, by: workspace)
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func whatAnAsynchronousReplicaLacksIsInTheArchive() async throws {
    let first = try PostgreSQLServer.current
    let drop = try OpenSSHServer.current.drop
    try await first.withStandby(.asynchronous) { standby in
      let workspace = try await workspace(first, standby, afterIngest: "{ move: archive }")
      let daemon = try workspace.start("run")
      let id = try await loseTwoOfFive(first, standby, workspace, daemon, moved: true)
      try await daemon.waits(for: "poll.recovered", within: .seconds(60))
      try await expectAllCounted(workspace, files: 3)
      let archived = try drop.names(in: "archive")
      #expect(archived.count == 5)
      let again = try await workspace.run(
        ["ingest"] + archived.map { drop.file("archive/\($0)") })
      #expect(again.status == Exit.done, "\(again.standardError)")
      #expect(again.lines.first?.contains("8000 new, 12000 repeated") == true, "\(again.lines)")
      try await expectAgreement(workspace, files: 5)
      try await expectRefused(id, by: workspace)
      #expect(try await daemon.end() == Exit.done)
    }
  }

  /// Has a daemon read five files, of which the standby gets the first three, and promotes it.
  /// - Returns: the ID of the store before.
  private func loseTwoOfFive(
    _ first: PostgreSQLServer, _ standby: PostgreSQLServer, _ workspace: Workspace,
    _ daemon: Daemon, moved: Bool = false
  ) async throws -> String {
    let done = moved ? "file.moved" : "file.ingested"
    try drop(0..<3)
    try await daemon.waits(for: done, count: 3)
    let id = try await id(of: workspace)
    try await first.waits(forStandby: standby)
    try await standby.stopFollowing()
    try drop(3..<5)
    try await daemon.waits(for: done, count: 5)
    try await expectAllCounted(workspace, files: 5)
    first.kill()
    try await daemon.waits(for: "poll.failed")
    try await standby.promote()
    return id
  }

  @Test func aReplicaThatIsNotPromotedTakesNothing() async throws {
    let first = try PostgreSQLServer.current
    try drop(0..<1)
    try await first.withStandby(.asynchronous) { standby in
      let both = try await workspace(first, standby)
      try await both.drain()
      try await first.waits(forStandby: standby)
      let replica = try await Workspace(OpenSSHServer.current) {
        $0.store["url"] = "\"\(standby.url)\""
      }
      try drop(1..<2)
      let refused = try await replica.drain(Exit.localIO)
      #expect(
        refused.standardError.contains("target_session_attrs=read-write"),
        "\(refused.standardError)")
      #expect(try await replica.events().count == Self.rows)
      try await both.drain()
      try await expectAllCounted(both, files: 2)
    }
  }
}
