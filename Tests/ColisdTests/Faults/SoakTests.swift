import Foundation
import TestSupport
import Testing

/// A week in minutes: a daemon, thousands of files, and faults at random.
@Suite(.serialized, .openSSH()) struct SoakTests {
  /// What is dropped: overlapping, re-sent, plain and packed, some with a bad line.
  private struct Drop {
    var events: Set<Int> = []
    var files = 0
    var badLines = 0
    var random = SeededGenerator(seed: 77)

    mutating func add(_ count: Int, to server: OpenSSHServer) async throws {
      for _ in 0..<count {
        let start = max(0, (events.max() ?? 0) - Int.random(in: 0..<40, using: &random))
        let range = start..<start + Int.random(in: 1..<80, using: &random)
        var bytes = TrackingRow.samples(range.count, from: range.lowerBound).file()
        if files.isMultiple(of: 9) {
          bytes += Array("E1;EM180619;too short\n".utf8)
          badLines += 1
        }
        var name = "TRK_\(1_000_000 + files).csv"
        if files.isMultiple(of: 10) {
          bytes = try await gzip(bytes)
          name += ".gz"
        }
        // As carriers do it: written under a name that is left out, then renamed.
        try server.drop.write(name + ".part", bytes)
        try FileManager.default.moveItem(
          atPath: server.drop.file(name + ".part"), toPath: server.drop.file(name))
        events.formUnion(range)
        files += 1
      }
    }
  }

  private func settings(_ server: OpenSSHServer, _ relay: Relay) async throws -> Workspace {
    try await Workspace(server) {
      $0.source["port"] = "\(relay.port)"
      $0.source["timeout"] = "2s"
      $0.source["after-ingest"] = "{ move: archive }"
      $0.poll["max-backoff"] = "1s"
    }
  }

  /// Waits until all that was dropped is stored and moved, and counts it.
  private func expectExact(
    _ drop: Drop, _ workspace: Workspace, _ server: OpenSSHServer
  ) async throws {
    try await eventually(within: .seconds(90), "all files are moved") {
      let archive = server.drop.file("archive")
      let moved = (try? FileManager.default.contentsOfDirectory(atPath: archive).count) ?? 0
      let left = try FileManager.default.contentsOfDirectory(atPath: server.drop.path)
      return moved == drop.files && left == ["archive"]
    }
    let files = try await workspace.json("files").elements
    #expect(files.count == drop.files)
    #expect(files.allSatisfy { $0.state == "ingested" })
    func sum(_ key: String) -> Int { files.reduce(0) { $0 + ($1[key]?.integer ?? 0) } }
    #expect(sum("events_new") == drop.events.count)
    #expect(sum("rejected") == drop.badLines)
    #expect(
      sum("rows") == sum("events_new") + sum("events_repeated") + sum("held") + sum("rejected"))
    #expect(try await workspace.content().count == drop.events.count)
  }

  @Test func aDaemonOnABadNetworkEndsWithExactCountsAndStaysSmall() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let workspace = try await settings(server, relay)
    let daemon = try workspace.start("run")
    var drop = Drop()
    var usage: [Usage] = []
    var faults = 0
    for round in Effort(rounds: 14) {
      try await drop.add(120, to: server)
      let kinds: [NetworkFault.Kind] = [
        .cut, .reset, .stall, .delay(.milliseconds(20)), .trickle, .cut,
      ]
      let end = round.isMultiple(of: 3) ? 4_000 : 60_000
      relay.fault = NetworkFault(
        kinds[round % kinds.count], after: .random(in: 0..<end, using: &drop.random),
        round.isMultiple(of: 2) ? .fromServer : .fromClient)
      let before = relay.connections
      try await eventually(within: .seconds(60), "a connection meets the fault") {
        relay.connections > before + 1
      }
      faults += relay.connections - before
      relay.fault = nil
      let healthy = relay.connections
      try await eventually(within: .seconds(60), "a healthy poll") {
        let left = try FileManager.default.contentsOfDirectory(atPath: server.drop.path)
        return relay.connections > healthy && left == ["archive"]
      }
      usage.append(try Usage(of: daemon.process.identifier))
    }
    try await expectExact(drop, workspace, server)
    var late = try #require(usage.last)
    let early = usage[usage.count / 3]
    // Memory is given back at the end of a poll.
    try await eventually(within: .seconds(60), "it is as small as it was: \(usage)") {
      late = try Usage(of: daemon.process.identifier)
      return late.descriptors <= early.descriptors + 4
        && late.memory <= early.memory + 6 << 20
    }
    let status = try await daemon.end()
    #expect(status == Exit.done)
    Figures.note("soak.network.files", drop.files)
    Figures.note("soak.network.faults", faults)
    Figures.note(
      "soak.network.memory", "\(early.memory >> 10) KiB, at the end \(late.memory >> 10)")
    Figures.note("soak.network.descriptors", "\(early.descriptors), at the end \(late.descriptors)")
  }

  @Test func aDaemonThatIsKilledAgainAndAgainEndsWithExactCounts() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let workspace = try await settings(server, relay)
    var drop = Drop()
    var kills = 0
    for round in Effort(rounds: 12) {
      try await drop.add(120, to: server)
      if round.isMultiple(of: 4) {
        relay.fault = NetworkFault(.reset, after: .random(in: 0..<60_000, using: &drop.random))
      }
      var environment: [String: String] = [:]
      if round % 3 == 1 {
        // The disk has its moments too.
        environment = try await Faults.environment(
          .diskFull, at: .random(in: 1..<400, using: &drop.random), lasts: 30, in: workspace)
      }
      let daemon = try workspace.start("run", environment: environment)
      try await Task.sleep(for: .milliseconds(.random(in: 20..<900, using: &drop.random)))
      relay.fault = nil
      if try await daemon.end(SIGKILL) == Exit.killed { kills += 1 }
    }
    let daemon = try workspace.start("run")
    try await expectExact(drop, workspace, server)
    let status = try await daemon.end()
    #expect(status == Exit.done)
    #expect(kills > 6)
    Figures.note("soak.kills", kills)
    Figures.note("soak.kills.files", drop.files)
  }
}

/// What a process has of the machine.
private struct Usage {
  /// Bytes that only this process has.
  var memory: Int
  var descriptors: Int

  init(of process: Int32) throws {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    memory = line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 } ?? 0
    descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
  }
}
