import Foundation
import TestSupport
import Testing

/// Servers on which something happens while they are listed and read: files change or go, rights are
/// taken, connections end.
@Suite struct RestlessServerTests {
  @Test func aFileThatIsGoneWhenItIsOpenedWaitsForItsReturn() async throws {
    var options = ScriptedServer.Options()
    options.losesAtOpen = ["a.csv"]
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      try server.drop.write("b.csv", TrackingRow.samples(10, from: 10).file())
      let workspace = try Workspace(server)
      try await workspace.drain()
      let ledger = try await workspace.ledger()
      #expect(ledger["b.csv"]?.state == "ingested")
      let lost = try #require(ledger["a.csv"])
      #expect(lost.state == "settling" && lost.rows == 0)
      #expect(
        lost.error.names("/a.csv", "127.0.0.1:\(server.port)", "no such file"), "\(lost.error)")

      try server.behave()
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      try await workspace.drain()
      let files = try await workspace.json("files").elements
      #expect(files.count == 2 && files.allSatisfy { $0.state == "ingested" })
      let events = try await workspace.events().count
      #expect(events == 20)
    }
  }

  @Test(arguments: [
    ScriptedServer.Options.Change.appending, .overwriting, .truncating, .replacing,
  ])
  func aFileThatChangesWhileItIsReadIsReadAgain(by change: ScriptedServer.Options.Change)
    async throws
  {
    let old = TrackingRow.samples(20_000)
    let new = TrackingRow.samples(2_000, from: 20_000)
    let scratch = try TemporaryDirectory()
    var options = ScriptedServer.Options()
    options.changesAt = 1 << 20
    options.changesBy = change
    options.changesTo = try scratch.write(
      "new",
      change == .appending ? Array(new.file().dropFirst(TrackingRow.header.count + 1)) : new.file())
    try await ScriptedServer.withServer(options) { server in
      let path = try server.drop.write("a.csv", old.file())
      let workspace = try Workspace(server)
      try await workspace.drain()
      #expect(server.log.contains("changed"))
      let file = try #require(try await workspace.ledger()["a.csv"])
      if change == .replacing {
        // The file that was opened stays what it was, though its name is another's.
        #expect(file.state == "ingested" && file.rows == 20_000)
      } else {
        #expect(file.state == "settling")
        #expect(file.error.names("/a.csv", "127.0.0.1:\(server.port)"), "\(file.error)")
      }

      try server.behave()
      try await workspace.drain()
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
      let files = try await workspace.json("files").elements
      #expect(files.allSatisfy { $0.state == "ingested" })
      #expect(files.count == (change == .replacing ? 2 : 1))
      #expect(files.contains { $0.rows.integer == lines - 1 }, "\(files)")
      let output = try await workspace.run("events").lines
      let events = try Set(output.map { try JSONValue($0) }.map { [$0.parcel, $0.code] })
      #expect(events.count == output.count, "an event came twice")
      #expect(new.existAndAll { events.contains([.string($0.parcel), .string($0.code)]) })
    }
  }

  @Test(arguments: ["open", "read"])
  func aFileThatIsDeniedFailsUntilItIsGiven(operation: String) async throws {
    var options = ScriptedServer.Options()
    options.denies = [operation]
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      let workspace = try Workspace(server)
      try await workspace.drain(Exit.incomplete)
      let failed = try #require(try await workspace.ledger()["a.csv"])
      #expect(failed.state == "failed" && failed.rows == 0)
      #expect(
        failed.error.names(
          "cannot \(operation)", "/a.csv", "127.0.0.1:\(server.port)", "permission denied",
          "not for you"), "\(failed.error)")
      try server.behave()
      try await workspace.drain()
      let file = try await workspace.ledger()["a.csv"]
      #expect(file?.state == "ingested" && file?.events_new == 10 && file?["error"] == .null)
    }
  }

  @Test func aFileThatMayNotBeDeletedIs77AndIsDeletedLater() async throws {
    var options = ScriptedServer.Options()
    options.denies = ["remove"]
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      let workspace = try Workspace(server) { $0.source["after-ingest"] = "delete" }
      for _ in 0..<2 {
        let result = try await workspace.drain(Exit.refused)
        let file = try #require(try await workspace.ledger()["a.csv"])
        #expect(file.state == "ingested" && file.post_action == "delete-pending")
        #expect(
          file.error.names(
            "cannot remove", "/a.csv", "127.0.0.1:\(server.port)", "permission denied"))
        #expect(result.standardError.contains("cannot remove"))
      }
      try server.behave()
      try await workspace.drain()
      let file = try await workspace.ledger()["a.csv"]
      #expect(file?.post_action == "deleted" && file?["error"] == .null)
      let left = try server.drop.names()
      #expect(left.isEmpty)
      let events = try await workspace.events().count
      #expect(events == 10)
    }
  }

  @Test func manyFilesThatMayNotBeDeletedAreFewLines() async throws {
    var options = ScriptedServer.Options()
    options.denies = ["remove"]
    try await ScriptedServer.withServer(options) { server in
      for index in 0..<15 {
        try server.drop.write("f\(index).csv", TrackingRow.samples(1, from: index).file())
      }
      let workspace = try Workspace(server) { $0.source["after-ingest"] = "delete" }
      let lines = try await workspace.drain(Exit.refused).lines("file.failed")
      #expect(lines.count == 11 && lines.last?.contains("more=5") == true, "\(lines)")
      let files = try await workspace.json("files").elements
      #expect(files.existAndAll { $0.error.names("cannot remove", "permission denied") })
    }
  }

  @Test func aListingThatIsDeniedStopsADaemonOnlyBeforeItsFirstPoll() async throws {
    var options = ScriptedServer.Options()
    options.denies = ["list"]
    try await ScriptedServer.withServer(options) { server in
      let workspace = try Workspace(server)
      let early = try workspace.start("run")
      try await eventually(within: .seconds(30), "the daemon gives up") { early.process.hasEnded }
      #expect(early.process.status == Exit.refused)
      #expect(early.log.contains(server.drop.path), "\(early.log)")

      try server.behave()
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      let daemon = try workspace.start("run")
      try await daemon.waits(for: "file.ingested")
      try server.behave(options)
      try await daemon.waits(for: "poll.failed")
      try server.behave()
      try server.drop.write("b.csv", TrackingRow.samples(10, from: 10).file())
      try await daemon.waits(for: "file.ingested", count: 2)
      let status = try await daemon.end()
      #expect(status == Exit.done)
      let events = try await workspace.events().count
      #expect(events == 20)
    }
  }

  @Test func whoHangsUpOnTheSilentIsCalledAgain() async throws {
    var options = ScriptedServer.Options()
    options.hangsUpAfter = 1.4
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      // Each file is waited for in silence, longer than the server allows.
      let workspace = try Workspace(server) { $0.poll["settle"] = "listing" }
      try await workspace.drain()
      #expect(server.log.contains("hung up"))
      let drained = try await workspace.ledger()["a.csv"]
      #expect(drained?.state == "ingested" && drained?.events_new == 10)

      let daemon = try workspace.start("run")
      for round in 1...2 {
        try server.drop.write(
          "b\(round).csv", TrackingRow.samples(10, from: 10 * round).file())
        try await daemon.waits(for: "file.ingested", count: round)
      }
      #expect(daemon.lines("poll.failed").isEmpty, "\(daemon.log)")
      let status = try await daemon.end()
      #expect(status == Exit.done)
      let events = try await workspace.events().count
      #expect(events == 30)
    }
  }

  @Test func whoHangsUpInTheMiddleOfAFileIs69AndIsCalledAgain() async throws {
    var options = ScriptedServer.Options()
    options.hangsUpAt = 1 << 20
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      let workspace = try Workspace(server)
      try await workspace.drain()
      try server.drop.write("b.csv", TrackingRow.samples(20_000, from: 10).file())
      let result = try await workspace.drain(Exit.unreachable)
      #expect(result.standardError.contains("127.0.0.1:\(server.port)"))
      #expect(result.standardError.contains("/b.csv"), "\(result.standardError)")
      let broken = try await workspace.ledger()
      #expect(broken["a.csv"]?.state == "ingested")
      #expect(broken["b.csv"]?.state != "ingested")

      // It was the file over which the connection was lost, so from now on it alone fails.
      let daemon = try workspace.start("run")
      try await daemon.waits(for: "file.failed")
      #expect(daemon.lines("poll.failed").isEmpty)
      try server.behave()
      try await daemon.waits(for: "file.ingested")
      let status = try await daemon.end()
      #expect(status == Exit.done)
      let file = try await workspace.ledger()["b.csv"]
      #expect(file?.state == "ingested" && file?.rows == 20_000)
      let events = try await workspace.run("events").lines.count
      #expect(events == 20_010)
    }
  }
}
