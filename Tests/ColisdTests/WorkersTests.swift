import Foundation
import TestSupport
import Testing

/// Several processes that work on one drop and one store on PostgreSQL.
@Suite(.openSSH(), .postgreSQLSchemas) struct WorkersTests {
  /// Several commits: between the first and the last one there is time to look.
  private static let big = 300_000

  /// A drop with a file that takes ten seconds to read, as all comes half a second late: whoever has begun still reads
  /// when a test looks. Once the fault is taken from the relay, new connections are quick.
  private func dropThatIsReadSlowly(
    _ change: @escaping @Sendable (inout Settings) -> Void = { _ in }
  ) async throws -> (SharedDrop, Relay) {
    let server = try OpenSSHServer.current
    let (drop, big) = (server.drop, Self.big)
    try await onThread { _ = try drop.write("big.csv", TrackingRow.samples(big).file()) }
    let relay = try Relay(to: server.port)
    relay.fault = NetworkFault(.delay(.milliseconds(500)))
    let shared = try await SharedDrop(server) {
      $0.source["port"] = "\(relay.port)"
      // The login alone takes eight seconds.
      $0.source["timeout"] = "60s"
      change(&$0)
    }
    return (shared, relay)
  }

  /// Checks that all rows of all files are events, once each, and that the store agrees with itself.
  private func expectAllCounted(
    _ workspace: Workspace, files: Int, events: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await workspace.expectLedgerAddsUp(files: files, sourceLocation: sourceLocation)
    #expect(
      try await workspace.content().count == events, sourceLocation: sourceLocation)
    let new = try await workspace.json("files").elements.map { $0.events_new.integer ?? -1 }
    #expect(new.reduce(0, +) == events, sourceLocation: sourceLocation)
    let check = try await workspace.run("store", "check")
    #expect(
      check.status == Exit.done, "\(check.standardOutput)\(check.standardError)",
      sourceLocation: sourceLocation)
  }

  // MARK: Who does what

  @Test func twoDaemonsShareADrop() async throws {
    let server = try OpenSSHServer.current
    let shared = try await SharedDrop(server) { $0.poll["interval"] = "2s" }
    let answering = try await AnsweringDaemon(server) { shared.configure(&$0) }
    let first = (workspace: answering.workspace, daemon: answering.daemon)
    let other = try await shared.workspace()
    let second = (workspace: other, daemon: try other.start("run"))
    try await second.daemon.waits(for: "poll.started")
    try await first.workspace.waits(forWorkers: 2)
    for file in 0..<30 {
      try server.drop.write("\(file).csv", TrackingRow.samples(20, from: file * 20).file())
    }
    let daemons = [first.daemon, second.daemon]
    try await eventually("both have read all files") {
      daemons.reduce(0) { $0 + $1.lines("file.ingested").count } >= 30
    }
    try await expectAllCounted(first.workspace, files: 30, events: 600)
    #expect(daemons.reduce(0) { $0 + $1.lines("file.ingested").count } == 30)

    // One that is busy may be late in saying that it is alive, so nobody looks only once.
    var workers: [JSONValue] = []
    try await eventually("both are workers") {
      workers = try await second.workspace.workers()
      return workers.count == 2
    }
    for (worker, daemon) in zip(workers, daemons) {
      #expect(worker.keys == ["name", "since", "files", "lists"])
      #expect(worker.name.string?.hasPrefix(SharedDrop.name(of: daemon)) == true, "\(worker)")
      #expect(worker.since.string != nil && worker.files.integer == 0)
    }
    try await eventually("status names both") {
      let lines = try await second.workspace.run("status").lines
      return daemons.allSatisfy { daemon in
        let name = SharedDrop.name(of: daemon)
        return lines.count { $0.hasPrefix("worker ") && $0.contains(name) } == 1
      }
    }
    try await eventually("/readyz and /metrics count both") {
      let ready = try await answering.get("/readyz")
      let metrics = try await Visitor.get.run(
        [answering.url, "/metrics"], home: first.workspace.folder.path)
      return ready.ready == true && ready.workers == 2
        && metrics.lines.contains("colisd_workers 2")
    }
    for daemon in daemons { #expect(try await daemon.end() == Exit.done, "\(daemon.log)") }
    #expect(try await first.workspace.workers().isEmpty)
  }

  @Test func oneOfTwoListsAtATimeAndTheOtherGoesOnWhenItEnds() async throws {
    let server = try OpenSSHServer.current
    let interval = 3
    let shared = try await SharedDrop(server) { $0.poll["interval"] = "\(interval)s" }
    let workspaces = [try await shared.workspace(), try await shared.workspace()]
    let daemons = try workspaces.map { try $0.start("run") }
    try await workspaces[0].waits(forWorkers: 2)
    // Nothing waits, so whoever connects does so to list.
    func listings() -> [Int] { daemons.map { $0.lines("source.connected").count } }
    let start = ContinuousClock.now
    var counts = listings()
    let before = counts.reduce(0, +)
    var lister = 0
    try await eventually("three further listings") {
      let now = listings()
      lister = now[1] > counts[1] ? 1 : now[0] > counts[0] ? 0 : lister
      counts = now
      return now.reduce(0, +) >= before + 3
    }
    // Each begins an interval after the one before has ended, whoever that was.
    #expect(ContinuousClock.now - start > .seconds(interval * 2) - .milliseconds(500))

    let other = 1 - lister
    #expect(try await daemons[lister].end() == Exit.done)
    try await workspaces[other].waits(forWorkers: 1)
    try server.drop.write("a.csv", TrackingRow.samples(10).file())
    try await daemons[other].waits(for: "file.ingested")
    #expect(try await daemons[other].end() == Exit.done)
  }

  @Test func aDrainWaitsForWhatADaemonReads() async throws {
    let server = try OpenSSHServer.current
    let (shared, relay) = try await dropThatIsReadSlowly()
    defer { relay.close() }
    let (own, other) = (try await shared.workspace(), try await shared.workspace())
    let daemon = try own.start("run")
    try await daemon.waits(for: "file.started", within: .seconds(60))
    relay.fault = nil
    try server.drop.write("small.csv", TrackingRow.samples(50, from: Self.big).file())
    let drain = try await other.drain()
    let waiting = drain.lines("drain.waiting")
    #expect(
      waiting.existAndAll { $0.contains(SharedDrop.name(of: daemon)) }, "\(drain.standardError)")
    // Before the daemon ends: all is there when the drain says so.
    try await expectAllCounted(other, files: 2, events: Self.big + 50)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func rowsThatAContractComesToAllowAreReleasedByOneOfTwo() async throws {
    let server = try OpenSSHServer.current
    let shared = try await SharedDrop(server)
    let workspaces = [try await shared.workspace(), try await shared.workspace()]
    try server.drop.write("a.csv", [TrackingRow].stranger(40).file())
    let daemons = try workspaces.map { try $0.start("run") }
    try await workspaces[0].waits(forWorkers: 2)
    try await eventually("the rows are held") {
      try await workspaces[0].heldRows() == ["C7 EM990001 unknown-account 40"]
    }
    for workspace in workspaces { try workspace.put(ContractText()) }
    try await eventually("the rows are released") {
      daemons.contains { !$0.lines("held.released").isEmpty }
    }
    // Long enough for the other one to do it again.
    for daemon in daemons {
      try await daemon.waits(for: "poll.started", count: daemon.lines("poll.started").count + 2)
    }
    #expect(daemons.reduce(0) { $0 + $1.lines("held.released").count } == 1)
    try await expectAllCounted(workspaces[0], files: 1, events: 40)
    for daemon in daemons { #expect(try await daemon.end() == Exit.done) }
  }

  // MARK: Those that are gone

  @Test func aFileOfAKilledDaemonIsTakenOver() async throws {
    let (shared, relay) = try await dropThatIsReadSlowly()
    defer { relay.close() }
    let workspaces = [try await shared.workspace(), try await shared.workspace()]
    let killed = try workspaces[0].start("run")
    try await workspaces[0].waits(forRowsOf: "big.csv", fewerThan: Self.big)
    relay.fault = nil
    let daemon = try workspaces[1].start("run")
    #expect(try await killed.end(SIGKILL) == Exit.killed)
    let start = ContinuousClock.now
    try await daemon.waits(for: "file.started")
    #expect(ContinuousClock.now - start < SharedDrop.lease + .seconds(20))
    try await daemon.waits(for: "file.ingested", within: .seconds(120))
    try await expectAllCounted(workspaces[1], files: 1, events: Self.big)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aDaemonThatSleptTooLongLosesItsFileAndGoesOn() async throws {
    let server = try OpenSSHServer.current
    let (shared, relay) = try await dropThatIsReadSlowly {
      $0.source["after-ingest"] = "{ move: archive }"
    }
    defer { relay.close() }
    let workspaces = [try await shared.workspace(), try await shared.workspace()]
    let asleep = try workspaces[0].start("run")
    try await workspaces[0].waits(forRowsOf: "big.csv", fewerThan: Self.big)
    asleep.process.signal(SIGSTOP)
    relay.fault = nil
    let daemon = try workspaces[1].start("run")
    try await daemon.waits(for: "file.started")
    asleep.process.signal(SIGCONT)
    // It learns from the store that the file is another one's; or its session was ended, as it kept others waiting.
    try await eventually(within: .seconds(60), "it gives the file up") {
      let given = asleep.lines("file.settling") + asleep.lines("poll.failed")
      return given.contains { $0.contains("at the same time") || $0.contains("store") }
    }
    try await daemon.waits(for: "file.ingested", within: .seconds(120))
    #expect(asleep.lines("file.ingested").isEmpty)
    try await eventually("the file is moved") {
      try server.drop.names() == ["archive"]
    }
    // The one that slept works again.
    #expect(try await daemon.end() == Exit.done)
    try server.drop.write("small.csv", TrackingRow.samples(50, from: Self.big).file())
    try await asleep.waits(for: "file.ingested")
    try await eventually("the next file is moved") {
      try server.drop.names() == ["archive"]
    }
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: server.drop.file("archive")))
        == ["big.csv", "small.csv"])
    try await expectAllCounted(workspaces[0], files: 2, events: Self.big + 50)
    // Whoever finds it moved, because the other one ended before it noted that, does not know its name there.
    let moves = [asleep, daemon].flatMap { $0.lines("file.moved") }
    #expect(moves.count { $0.contains("to=moved:archive/big.csv") } == 1, "\(moves)")
    #expect(try await asleep.end() == Exit.done)
  }

  // MARK: What they have to agree on

  private static func map(_ version: String, _ status: String) -> String {
    "name: annex\nversion: \"\(version)\"\ncodes:\n  LIV: { status: delivered }\n"
      + "  ZZ9: { status: \(status) }\n"
  }

  @Test func aWorkerWithAnotherStatusMapIsRefused() async throws {
    let server = try OpenSSHServer.current
    let shared = try await SharedDrop(server) { $0.statusMap = ["file": "annex.yaml"] }
    let (own, other) = (try await shared.workspace(), try await shared.workspace())
    try own.folder.write("annex.yaml", Self.map("1", "lost"))
    try other.folder.write("annex.yaml", Self.map("2", "on_hold"))
    var row = TrackingRow(parcel: 1, step: 0)
    row.code = "ZZ9"
    try server.drop.write("a.csv", [row].file())
    let daemon = try own.start("run")
    try await daemon.waits(for: "file.ingested")
    for arguments in [["run"], ["--drain"]] {
      let refused = try await other.run(arguments)
      #expect(refused.status == Exit.configuration, "\(refused.standardError)")
      let name = SharedDrop.name(of: daemon)
      for words in ["status map 2-", "in force (1-", name, "colisd remap"] {
        #expect(refused.standardError.contains(words), "\(words): \(refused.standardError)")
      }
    }
    let remap = try await other.run("remap", "--yes")
    #expect(remap.status == Exit.done, "\(remap.standardError)")
    #expect(try await other.json("parcel", row.parcel).status == "on_hold")

    // The one that runs goes by a map that is not in force any more, once there is another worker.
    let second = try other.start("run")
    try await daemon.waits(for: "poll.failed")
    #expect(
      daemon.lines("poll.failed").existAndAll { $0.contains("status map 1-") }, "\(daemon.log)")
    try server.drop.write("b.csv", [TrackingRow(parcel: 2, step: 4)].file())
    try await second.waits(for: "file.ingested")
    #expect(daemon.lines("file.ingested").count == 1)
    try own.folder.write("annex.yaml", Self.map("2", "on_hold"))
    daemon.process.signal(SIGHUP)
    try await daemon.waits(for: "poll.recovered")
    #expect(try await second.end() == Exit.done)
    try server.drop.write("c.csv", [TrackingRow(parcel: 3, step: 4)].file())
    try await daemon.waits(for: "file.ingested", count: 2)
    #expect(try await daemon.end() == Exit.done)

    // Nobody else goes by the map in force, so a start may change it.
    try own.folder.write("annex.yaml", Self.map("3", "returning"))
    let alone = try await own.drain()
    #expect(alone.lines("map.followed").count == 1, "\(alone.standardError)")
    #expect(try await own.json("parcel", row.parcel).status == "returning")
  }

  @Test(arguments: [
    ("sqlite:colisd.db", "15s", "is for a store on PostgreSQL alone"),
    ("postgresql://127.0.0.1/colisd", "1s", "must be between 3s and 10m"),
    ("postgresql://127.0.0.1/colisd", "11m", "must be between 3s and 10m"),
  ])
  func aLeaseThatCannotBeIsRefused(url: String, lease: String, words: String) async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer {
      $0.store = ["url": "\"\(url)\""]
      $0.workers = ["lease": lease]
    }
    let text = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.hasPrefix("  lease:") }) + 1
    let result = try await workspace.run("run")
    #expect(result.status == Exit.configuration)
    #expect(
      result.logLines.contains {
        $0.contains("colisd.yaml:\(line):") && $0.contains("workers.lease \(words)")
      }, "\(result.standardError)")
  }
}
