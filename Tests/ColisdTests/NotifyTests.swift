import Dispatch
import Foundation
import TestSupport
import Testing

/// What systemd and journald see of the daemon.
@Suite(.openSSH()) struct NotifyTests {
  @Test func systemdIsToldOfReadinessLifeAndEnd() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await Workspace(server)
    let socket = try NotifySocket()
    let daemon = try workspace.start(
      "run", environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "2000000"])
    var received: [String] = []
    func waits(for what: String, _ condition: ([String]) -> Bool) async throws {
      try await eventually(within: .seconds(30), what) {
        received += socket.receive()
        return condition(received)
      }
    }
    try await waits(for: "READY") { $0.contains("READY=1") }
    #expect(!received.contains("STOPPING=1"))
    try await waits(for: "a STATUS of the poll") {
      $0.contains { $0.hasPrefix("STATUS=") && $0.contains("1 ingested") }
    }
    try await waits(for: "signs of life") { $0.count { $0 == "WATCHDOG=1" } >= 3 }
    let status = try await daemon.end()
    #expect(status == Exit.done)
    try await waits(for: "STOPPING") { $0.contains("STOPPING=1") }
    #expect(received.count { $0 == "READY=1" } == 1)
  }

  @Test func systemdIsToldWhenAReloadBeginsAndEnds() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let socket = try NotifySocket()
    let daemon = try workspace.start("run", environment: ["NOTIFY_SOCKET": socket.path])
    // Its log says sooner that it started.
    try await eventually(within: .seconds(30), "READY") { socket.receive().contains("READY=1") }
    for map in ["", "codes: [\n"] {
      try workspace.folder.write("status-map.yaml", map)
      _ = socket.receive()
      let before = DispatchTime.now().uptimeNanoseconds / 1_000
      daemon.process.signal(SIGHUP)
      var received: [String] = []
      try await eventually(within: .seconds(30), "the end of the reload") {
        received += socket.receive()
        return received.contains("READY=1")
      }
      let begin = try #require(received.firstIndex(of: "RELOADING=1"))
      let end = try #require(received.firstIndex(of: "READY=1"))
      #expect(begin + 1 < end)
      let time = try #require(received[begin + 1].wholeMatch(of: /MONOTONIC_USEC=(\d+)/))
      #expect(try #require(UInt64(time.1)) >= before)
    }
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func systemdIsAskedForTimeWhileAnOlderStoreIsBroughtUpToDate() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await Workspace(server)
    try await workspace.drain(Exit.done)
    // As the version before erasures left it.
    let script = """
      import sqlite3, sys
      store = sqlite3.connect(sys.argv[1], isolation_level=None)
      for statement in (
          "DROP TABLE endpoint", "DROP TABLE open_delivery", "DROP TABLE open_delivery_count",
          "DROP TABLE erasure", "DROP TABLE erased_line", "ALTER TABLE store DROP COLUMN rewrite_owed",
          "DELETE FROM grdb_migrations WHERE identifier LIKE '18:%' OR identifier LIKE '19:%'"):
          store.execute(statement)
      """
    let undone = try await run(
      "/usr/bin/python3", arguments: ["-c", script, workspace.folder.file("colisd.db")])
    try #require(undone.status == 0, "\(undone.standardError)")

    for isOlder in [true, false] {
      let socket = try NotifySocket()
      let daemon = try workspace.start("run", environment: ["NOTIFY_SOCKET": socket.path])
      var received: [String] = []
      try await eventually(within: .seconds(30), "READY") {
        received += socket.receive()
        return received.contains("READY=1")
      }
      let asked = received.firstIndex { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") }
      if isOlder {
        #expect(try #require(asked) < #require(received.firstIndex(of: "READY=1")))
        #expect(received.contains("STATUS=bringing the store up to date"))
      } else {
        #expect(asked == nil)
      }
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func theWatchdogHearsNothingFromADaemonThatWaitsForADeadPeer() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let workspace = try await Workspace(server) {
      $0.source["port"] = "\(relay.port)"
      $0.source["timeout"] = "300s"
      $0.log["level"] = "debug"
    }
    let socket = try NotifySocket()
    let daemon = try workspace.start(
      "run", environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "1000000"])
    try await daemon.waits(for: "poll.finished")
    relay.freeze()
    try await eventually("a poll hangs") {
      daemon.lines("poll.started").count > daemon.lines("poll.finished").count
    }
    // As long as systemd would wait before it restarts the service.
    try await socket.waits(forSilenceOf: .seconds(1))
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func theWatchdogHearsOfEachStepOfASlowConnection() async throws {
    var options = ScriptedServer.Options()
    options.stepTakes = 600
    // What comes after it is silence.
    options.stallsListing = true
    try await ScriptedServer.withServer(options) { server in
      let workspace = try Workspace(server) {
        $0.source["timeout"] = "300s"
        $0.log["level"] = "debug"
      }
      let socket = try NotifySocket()
      // Together the steps take longer than systemd would wait; a step takes less.
      let daemon = try workspace.start(
        "run", environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "1000000"])
      try await daemon.waits(for: "source.connected")
      // One at the start of the poll, and one at least a slow step.
      try await socket.waits(forSigns: 5)
      try await socket.waits(forSilenceOf: .seconds(1))
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test(arguments: ["auto", "journald", "text", "json"])
  func logLinesHaveTheConfiguredForm(_ format: String) async throws {
    let server = try OpenSSHServer.current
    try server.drop.fillWithSamples()
    let workspace = try await Workspace(server) { $0.log["format"] = format }
    let result = try await workspace.drain(Exit.incomplete)
    #expect(result.logLines.count > 20)
    for line in result.logLines {
      switch format {
      case "json":
        let value = try JSONValue(line)
        #expect(value.event.string != nil)
        #expect(value.level.string != nil)
        #expect(value.time.string?.hasSuffix("Z") == true)
      case "text":
        #expect(line.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-z]+ event=\S+ .*/) != nil)
      default:
        // No terminal: journald reads the priority in front.
        #expect(line.wholeMatch(of: /<[0-7]>event=\S+ .*/) != nil, "\(line)")
      }
    }
    func line(_ event: String) -> String? {
      result.logLines.last {
        $0.contains("event=\(event) ") || $0.contains("\"event\":\"\(event)\"")
      }
    }
    let finished = try #require(line("drain.finished"))
    if format == "json" {
      let value = try JSONValue(finished)
      #expect(value.rows == 85)
      #expect(value.new == 60)
    } else {
      #expect(finished.contains("rows=85 new=60 repeated=10 held=9 rejected=6"))
    }
    if format == "auto" {
      #expect(finished.hasPrefix("<6>"))
      #expect(line("file.failed")?.hasPrefix("<3>") == true)
      #expect(line("row.rejected")?.hasPrefix("<4>") == true)
    }
  }

  @Test func recipientsDataIsNeverLogged() async throws {
    let server = try OpenSSHServer.current
    try server.drop.fillWithSamples()
    let workspace = try await Workspace(server) { $0.log["level"] = "trace" }
    let result = try await workspace.drain(Exit.incomplete)
    for text in ["CMD-1042", "75012", "991122334455"] {
      #expect(!result.standardError.contains(text), "\(text)")
    }
  }

  @Test func rowsAreToldOneByOneOnlyTenTimesAFile() async throws {
    let server = try OpenSSHServer.current
    let held = (0..<40).map {
      TrackingRow(parcel: $0, step: 0, account: "C7", accountID: "EM990001")
    }
    let bad = String(repeating: "E1;EM180619;too;few\n", count: 25)
    try server.drop.write("a.csv", held.file() + Array(bad.utf8))
    let workspace = try await Workspace(server)
    let result = try await workspace.drain(Exit.incomplete)
    for (event, rest) in [("row.held", 30), ("row.rejected", 15)] {
      let lines = result.logLines.filter { $0.contains("event=\(event) ") }
      #expect(lines.count == 11, "\(event)")
      #expect(lines.last?.contains("more=\(rest)") == true, "\(event)")
    }
  }
}
