import Foundation
import TestSupport
import Testing

/// What the log says about a daemon's run, and about failures that last for a while.
@Suite(.openSSH()) struct DaemonLogTests {
  @Test func startAndEndAreTold() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "daemon.started")
    let started = try #require(daemon.lines("daemon.started").first)
    for word in ["<5>", "version=0.", "configuration=\(workspace.configuration)", "@127.0.0.1:"] {
      #expect(started.contains(word), "\(started)")
    }
    #expect(try await daemon.end() == Exit.done)
    let stopped = try #require(daemon.lines("daemon.stopped").first)
    #expect(stopped.hasPrefix("<5>") && stopped.contains("reason=SIGTERM"), "\(stopped)")
    #expect(stopped.contains("seconds="), "\(stopped)")
  }

  @Test func aFaultThatLastsIsToldOnceAndItsEndToo() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let workspace = try await Workspace(server) { $0.source["port"] = "\(relay.port)" }
    let daemon = try workspace.start("run")
    try await eventually(within: .seconds(30), "a poll") {
      try await workspace.statusIfThere()?.last_success_at.string != nil
    }
    relay.close()
    try await daemon.waits(for: "poll.failed")
    // The log has it before the store.
    try await eventually("the failure is noted") {
      try await workspace.json("status").source.reachable == false
    }
    var polls: Set<String> = []
    try await eventually(within: .seconds(60), "three more polls that fail") {
      if let last = try await workspace.json("status").last_poll_at.string { polls.insert(last) }
      return polls.count >= 4
    }
    #expect(daemon.lines("poll.failed").count == 1, "\(daemon.log)")
    try relay.open()
    try await daemon.waits(for: "poll.recovered")
    let line = try #require(daemon.lines("poll.recovered").first)
    let failures = try #require(line.firstMatch(of: /failures=(\d+)/)).1
    #expect(try #require(Int(failures)) >= 4, "\(line)")
    #expect(line.contains("host=127.0.0.1") && line.contains("since=2"), "\(line)")
    // A failure after that is logged again.
    relay.close()
    try await daemon.waits(for: "poll.failed", count: 2)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test(arguments: ["journald", "json", "text"])
  func aFatalErrorIsALineOfTheLogInItsFormat(_ format: String) async throws {
    let server = try OpenSSHServer.current
    let port = try closedPort()
    let workspace = try await Workspace(server) {
      $0.log["format"] = format
      $0.source["port"] = "\(port)"
    }
    let drain = try await workspace.drain(Exit.unreachable)
    try expect("drain.failed", ["127.0.0.1:\(port)"], in: drain, format)

    var settings = try await Settings(server)
    settings.log["format"] = format
    settings.poll["settle"] = "sometimes"
    settings.source["timeout"] = "0s"
    try workspace.configure(settings)
    for words in [["run"], ["--drain"]] {
      let result = try await workspace.run(words)
      #expect(result.status == Exit.configuration)
      try expect("config.refused", ["poll.settle must be"], in: result, format)
      #expect(result.logLines.count { $0.contains("config.refused") } == 2, "one each")
      #expect(result.standardError.contains("daemon.st") == false)
    }

    settings = try await Settings(server)
    settings.log["format"] = format
    settings.source["host-keys"] = "[\"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]"
    try workspace.configure(settings)
    let refused = try await workspace.run("run")
    #expect(refused.status == Exit.hostKey)
    try expect("daemon.stopped", ["SHA256:"], in: refused, format)
  }

  @Test func aDaemonThatAnswersEndsToo() async throws {
    let workspace = try Workspace()
    var settings = try await Settings(OpenSSHServer.current)
    settings.source["host-keys"] = "[\"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]"
    settings.http["listen"] = "\"unix:\(workspace.folder.file("http.sock"))\""
    try workspace.configure(settings)
    let refused = try await workspace.run("run")
    #expect(refused.status == Exit.hostKey, "\(refused.standardError)")
  }

  private func expect(
    _ event: String, _ words: [String], in result: ProcessResult, _ format: String
  ) throws {
    let line = try #require(
      result.logLines.first {
        ($0.contains("event=\(event)") || $0.contains("\"event\":\"\(event)\""))
          && words.allSatisfy($0.contains)
      }, "\(event): \(result.standardError)")
    switch format {
    case "journald": #expect(line.hasPrefix("<2>"), "\(line)")
    case "text": #expect(line.contains("Z critical event="), "\(line)")
    default:
      for line in result.logLines { #expect(throws: Never.self) { try JSONValue(line) } }
    }
  }

  @Test func anIncompleteContractIsToldWhenItBecomesOrStopsBeingSo() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    var contract = ContractText()
    contract["home-fr", "username"] = nil
    try workspace.put(contract)
    let first = try await workspace.drain()
    #expect(first.lines("contract.incomplete").count == 1, "\(first.standardError)")
    #expect(first.lines("config.refused").isEmpty, "\(first.standardError)")
    let again = try await workspace.drain()
    #expect(!again.standardError.contains("contract."), "\(again.standardError)")
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "daemon.started")
    daemon.process.signal(SIGHUP)
    try await daemon.waits(for: "config.reloaded")
    #expect(daemon.lines("contract.incomplete").isEmpty)
    try workspace.put(ContractText())
    try await daemon.waits(for: "contract.complete")
    #expect(daemon.lines("config.refused").isEmpty, "\(daemon.log)")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func theLogOfARefusedFileShowsNothingOfItsRows() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let text = String(decoding: TrackingRow.samples(3).file(), as: UTF8.self)
    let headless = text.split(separator: "\n").dropFirst()
    try server.drop.write("a.csv", headless.joined(separator: "\n") + "\n")
    let first = try #require(headless.first)
    let drain = try await workspace.drain(Exit.incomplete)
    let line = try #require(drain.lines("file.failed").first)
    for field in first.split(separator: ";") where field.count > 3 {
      #expect(!drain.standardError.contains(field), "\(line)")
    }
    #expect(line.contains("10 fields"), "\(line)")
  }

  @Test(arguments: ["journald", "json", "text"])
  func whatTurnsATerminalIsEscapedInEveryFormat(_ format: String) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["format"] = format }
    // C1 controls, a mark of direction, and an accent that joins the quotation mark before it.
    try server.drop.write("a\u{9B}2J\u{202E}\"\u{301}.csv", TrackingRow.samples(2).file())
    let drain = try await workspace.drain()
    let unsafe = drain.standardError.unicodeScalars.filter {
      [.control, .format].contains($0.properties.generalCategory) && $0 != "\n"
    }
    #expect(unsafe.isEmpty, "\(drain.standardError)")
    let line = try #require(drain.logLines.first { $0.contains("file.ingested") })
    #expect(line.contains(#"a\\u{9B}2J\\u{202E}"#), "\(line)")
    #expect(line.unicodeScalars.count { $0 == "\u{301}" } == 1, "\(line)")
  }

  @Test func statusChecksTheAgeOfTheLastGoodPoll() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let never = try await workspace.run("status", "--check")
    #expect(never.status == Exit.unreachable)
    #expect(never.standardOutput.contains("never polled"), "\(never)")
    #expect(never.standardOutput.contains("start colisd"), "\(never)")

    try await workspace.drain()
    let good = try await workspace.run("status", "--check")
    #expect(good.status == Exit.done && good.lines.first?.hasPrefix("ok ") == true, "\(good)")

    let port = try closedPort()
    try await workspace.configure(Settings(server, port: port))
    try await workspace.drain(Exit.unreachable)
    #expect(try await workspace.run("status", "--check").status == Exit.done, "still young")
    let later = Moment(seconds: Int(Date().timeIntervalSince1970)) + 5
    let old = try await workspace.run("status", "--check", at: later)
    #expect(old.status == Exit.unreachable)
    for word in ["5 h ago", "15 min are allowed", "the last error: cannot connect", "\(port)"] {
      #expect(old.standardOutput.contains(word), "\(word): \(old)")
    }
    let json = try await workspace.run("status", "--check", "--json", "--max-age", "8h", at: later)
    #expect(json.status == Exit.done)
    let value = try JSONValue(json.standardOutput)
    #expect(value.check.ok == true && value.check.max_age.integer == 28_800)
    #expect(value.running == false)
    let refused = try await workspace.run("status", "--check", "--json", at: later)
    #expect(refused.status == Exit.unreachable)
    #expect(try JSONValue(refused.standardOutput).check.ok == false)
    for words in [
      ["--max-age", "5m"], ["--check", "--max-age", "soon"], ["--check", "--metrics"],
    ] {
      #expect(try await workspace.run(["status"] + words).status == Exit.usage)
    }
  }
}
