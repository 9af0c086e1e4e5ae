import Foundation
import TestSupport
import Testing

/// `colisd run`: polls until it is asked to stop.
@Suite(.openSSH()) struct DaemonTests {
  @Test func aFileThatAppearsIsIngested() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let daemon = try workspace.start("run")
    for round in 0..<2 {
      try server.drop.write("file\(round).csv", [TrackingRow(parcel: round, step: 0)].file())
      try await daemon.waits(for: "file.ingested", count: round + 1)
    }
    let count = try await workspace.events().count
    #expect(count == 2)
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func theDaemonIsWhatRunsWithoutACommand() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await Workspace(server)
    let daemon = try Daemon(
      [], environment: Program.environment(["COLISD_CONFIG": workspace.configuration]),
      directory: "/", workspace: workspace)
    try await daemon.waits(for: "file.ingested")
    let status = try await daemon.end(SIGINT)
    #expect(status == Exit.done)
  }

  @Test func aFollowerSeesTheDaemonsEvents() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await Workspace(server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    let follower = try workspace.start("events", "--follow", "--after", "1")
    try server.drop.write("b.csv", [TrackingRow(parcel: 2, step: 0)].file())
    try await eventually(within: .seconds(30), "the follower sees the second event") {
      follower.output.hasSuffix("\n")
    }
    #expect(try JSONValue(follower.output).parcel == "990000000002")
    _ = try await follower.end()
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func aDaemonThatWaitsTakesLittleMemory() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(20_000).file())
    let workspace = try await Workspace(server) {
      $0.poll["interval"] = "60s"
      $0.poll["max-backoff"] = "60s"
    }
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    // What it has mapped of programs and libraries is no memory that it took.
    try await eventually(within: .seconds(20), "the daemon has given memory back") {
      let fields = try String(
        contentsOfFile: "/proc/\(daemon.process.identifier)/statm", encoding: .utf8
      )
      .split(separator: " ")
      let (resident, shared) = (try #require(Int(fields[1])), try #require(Int(fields[2])))
      return (resident - shared) * Int(getpagesize()) < 12 << 20
    }
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func statusTellsOfARunningDaemon() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let daemon = try workspace.start("run")
    var running = JSONValue.null
    try await eventually(within: .seconds(30), "the first poll is noted") {
      let result = try await workspace.run("status", "--json")
      guard result.status == Exit.done else { return false }
      running = try JSONValue(result.standardOutput)
      return running.last_success_at.string != nil
    }
    #expect(running.running == true)
    #expect(running.next_poll_at.string != nil)
    #expect(running.source.reachable == true)
    let next = try #require(running.next_poll_at.string)
    let last = try #require(running.last_poll_at.string)
    #expect(next >= last)
    let status = try await daemon.end()
    #expect(status == Exit.done)
    let stopped = try await workspace.json("status")
    #expect(stopped.running == false)
    #expect(stopped["next_poll_at"] == .null)
    #expect(stopped.last_success_at.string != nil)
  }

  @Test func aHealthyPollWithNothingNewWritesNothing() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await Workspace(server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    let before = daemon.log
    var polls: Set<String> = []
    try await eventually(within: .seconds(60), "three more polls") {
      if let last = try await workspace.json("status").last_success_at.string { polls.insert(last) }
      return polls.count >= 4
    }
    #expect(daemon.log == before)
    let status = try await daemon.end()
    #expect(status == Exit.done)
    #expect(daemon.log.dropFirst(before.count).split(separator: "\n").count == 1, "its end")
  }

  @Test func aServerThatIsDownIsTriedAgainUntilItIsBack() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    // A fault that lasts is logged once an hour, and each time at level debug.
    let workspace = try await Workspace(server) {
      $0.source["port"] = "\(relay.port)"
      $0.log["level"] = "debug"
    }
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    relay.close()
    try await daemon.waits(for: "poll.failed", count: 2)
    let failed = try await workspace.json("status")
    #expect(failed.running == true)
    #expect(failed.source.reachable == false)
    #expect(failed.source.error.string?.contains("127.0.0.1") == true)
    try server.drop.write("b.csv", [TrackingRow(parcel: 2, step: 0)].file())
    try relay.open()
    try await daemon.waits(for: "file.ingested", count: 2)
    try await eventually("status knows of the recovery") {
      try await workspace.json("status").source.reachable == true
    }
    let healed = try await workspace.json("status")
    #expect(healed.source["error"] == .null)
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func failuresAreFurtherAndFurtherApart() async throws {
    let server = try OpenSSHServer.current
    let port = try closedPort()
    let workspace = try await Workspace(server) {
      $0.source["port"] = "\(port)"
      $0.poll["max-backoff"] = "60s"
      $0.log["format"] = "text"
      $0.log["level"] = "debug"
    }
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.failed", count: 4, within: .seconds(60))
    // Seconds of the daemon's own clock. It waits one, two and four of them, give or take a tenth;
    // a slow machine only adds to that.
    let times = try daemon.times(of: "poll.failed")
    #expect(times[3] - times[2] >= 3, "\(times)")
    #expect(times[3] - times[0] >= 6, "\(times)")
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func sigtermGetsThroughADeadPeer() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let workspace = try await Workspace(server) {
      $0.source["port"] = "\(relay.port)"
      $0.source["timeout"] = "300s"
      $0.log["level"] = "debug"
    }
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    relay.freeze()
    let connections = relay.connections
    // A connection that began after the freeze never hears a word.
    try await eventually(within: .seconds(30), "the daemon waits for the dead peer") {
      relay.connections > connections
        || daemon.lines("poll.started").count
          > daemon.lines("poll.finished").count
    }
    let time = try await daemon.timeToEnd()
    #expect(time < .seconds(45))
    #expect(daemon.process.status == Exit.done, "\(daemon.log)")
  }
}
