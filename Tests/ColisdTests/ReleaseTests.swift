import Foundation
import TestSupport
import Testing

/// Held rows come in by themselves once their contract allows them.
@Suite(.openSSH()) struct ReleaseTests {
  private static let rows = 30

  /// A file of which every second line is held by a contract without its password.
  private func fill(_ server: OpenSSHServer, _ workspace: Workspace) throws {
    var contract = ContractText()
    contract["home-fr", "password"] = nil
    try workspace.put(contract)
    let held: [TrackingRow] = .stranger(Self.rows)
    let known = TrackingRow.samples(Self.rows, from: 500)
    try server.drop.write("a.csv", zip(known, held).flatMap { [$0, $1] }.file())
  }

  /// What is there once all rows of `fill` have come in.
  private func expectAllIn(
    _ workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let events = try await workspace.events(sourceLocation: sourceLocation)
    let released = events.filter { $0.account_id == "EM990001" }
    #expect(released.allSatisfy { $0.file == "a.csv" }, sourceLocation: sourceLocation)
    #expect(
      released.compactMap(\.line.integer).sorted() == (0..<Self.rows).map { 3 + $0 * 2 },
      "each event has the line that it came from", sourceLocation: sourceLocation)
    let expected = Set([TrackingRow].stranger(Self.rows).map { "\($0.parcel) \($0.code)" })
    let stored = released.map { "\($0.parcel.string ?? "") \($0.code.string ?? "")" }
    #expect(Set(stored) == expected, sourceLocation: sourceLocation)
    #expect(events.count == Self.rows * 2, sourceLocation: sourceLocation)
    #expect(Set(events.map(\.seq)).count == events.count, sourceLocation: sourceLocation)
    let held = try await workspace.heldRows()
    #expect(held == [], sourceLocation: sourceLocation)
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.events_new.integer == Self.rows * 2, sourceLocation: sourceLocation)
    #expect(file?.held == 0, sourceLocation: sourceLocation)
    try await workspace.expectLedgerAddsUp(
      files: 1, rows: Self.rows * 2, sourceLocation: sourceLocation)
    let status = try await workspace.json("status")
    #expect(status.held == 0, sourceLocation: sourceLocation)
    let feed = try await workspace.feed()
    #expect(feed == "live", sourceLocation: sourceLocation)
  }

  private func expectTold(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    let fields: Set = [
      "account=C7", "account_id=EM990001", "contract=neuf", "service=home-fr",
      "rows=\(Self.rows)", "new=\(Self.rows)", "repeated=0",
    ]
    let words = lines.map { Set($0.split(separator: " ").map(String.init)) }
    #expect(
      lines.count == 1 && words.allSatisfy { $0.isSuperset(of: fields) }, "\(lines)",
      sourceLocation: sourceLocation)
  }

  @Test func aDrainBeginsWithTheRowsThatAContractAllowsByNow() async throws {
    let server = try OpenSSHServer.current
    // The file is gone from the server: what was kept is all there is.
    let workspace = try await Workspace(server) { $0.source["after-ingest"] = "delete" }
    try fill(server, workspace)
    let first = try await workspace.drain()
    #expect(first.lines("held.released").isEmpty)
    #expect(try await workspace.heldRows() == ["C7 EM990001 contract-incomplete \(Self.rows)"])
    #expect(try await workspace.ledger()["a.csv"]?.held.integer == Self.rows)
    #expect(try server.drop.names().isEmpty)

    try workspace.put(ContractText())
    let second = try await workspace.drain()
    expectTold(second.lines("held.released"))
    let live = second.lines("contract.live")
    #expect(live.count == 1)
    for field in ["contract=neuf", "service=home-fr", "account=C7", "account_id=EM990001"] {
      #expect(live.first?.contains(field) == true, "\(live)")
    }
    try await expectAllIn(workspace)

    let third = try await workspace.drain()
    #expect(third.isIdle && third.lines("held.released").isEmpty)
    try await expectAllIn(workspace)
  }

  @Test func rowsThatCameInByAnotherFileCountAsRepeated() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try server.drop.write("a.csv", [TrackingRow].stranger(10).file())
    try server.drop.write("b.csv", [TrackingRow].stranger(10, from: 5).file())
    try await workspace.drain()
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 20"])
    try workspace.put(ContractText())
    let drain = try await workspace.drain()
    let line = try #require(drain.lines("held.released").first)
    for field in ["rows=20", "new=15", "repeated=5"] { #expect(line.contains(field), "\(line)") }
    #expect(try await workspace.content().count == 15)
    try await workspace.expectLedgerAddsUp(files: 2, rows: 10)
    let files = try await workspace.ledger()
    #expect(files["a.csv"]?.events_new == 10)
    #expect(files["b.csv"]?.events_repeated == 5)
  }

  @Test func aServerOutOfReachKeepsNoHeldRowBack() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try fill(server, workspace)
    try await workspace.drain()
    server.kill()
    try workspace.put(ContractText())
    let drain = try await workspace.drain(Exit.unreachable)
    expectTold(drain.lines("held.released"))
    try await expectAllIn(workspace)
  }

  @Test func localFilesBeginWithTheHeldRowsToo() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try fill(server, workspace)
    try await workspace.drain()
    try workspace.put(ContractText())
    let ingest = try await workspace.run("ingest", "-", input: [TrackingRow]().file())
    #expect(ingest.status == Exit.done)
    expectTold(ingest.lines("held.released"))
    #expect(try await workspace.heldRows().isEmpty)
  }

  // MARK: In the daemon

  /// A daemon that has held the rows of `fill` and would not look again for an hour.
  private func resting(
    _ server: OpenSSHServer, _ workspace: Workspace
  ) async throws -> Daemon {
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    #expect(try await workspace.json("status").held.integer == Self.rows)
    return daemon
  }

  private func waitsForRelease(_ daemon: Daemon) async throws {
    try await daemon.waits(for: "held.released")
    // The last that is noted of it.
    try await eventually("neuf is live") {
      daemon.lines("contract.live").contains { $0.contains("contract=neuf") }
    }
  }

  private func hourly(_ server: OpenSSHServer, port: UInt16? = nil) async throws -> Workspace {
    try await Workspace(server) {
      $0.poll["interval"] = "1h"
      $0.poll["max-backoff"] = "1h"
      if let port { $0.source["port"] = "\(port)" }
    }
  }

  @Test func sighupLetsTheRowsInAtOnce() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await hourly(server)
    try fill(server, workspace)
    // Written where nobody watches.
    let path = workspace.path(ofContract: "neuf")
    let real = workspace.folder.file("neuf.yaml")
    try FileManager.default.moveItem(atPath: path, toPath: real)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: real)
    let daemon = try await resting(server, workspace)
    try workspace.folder.write("neuf.yaml", ContractText().yaml)
    daemon.process.signal(SIGHUP)
    try await waitsForRelease(daemon)
    expectTold(daemon.lines("held.released"))
    try await expectAllIn(workspace)
    let history = try await workspace.json("contracts", "history", "neuf").elements
    #expect(history.contains { $0.cause.names("at SIGHUP") }, "\(history.map(\.cause))")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test(arguments: ContractEdit.allCases)
  func aChangeInTheFolderLetsTheRowsInAtOnce(_ edit: ContractEdit) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await hourly(server)
    try fill(server, workspace)
    try edit.prepare(workspace)
    let daemon = try await resting(server, workspace)
    try await edit.make(workspace, daemon)
    try await waitsForRelease(daemon)
    expectTold(daemon.lines("held.released"))
    try await expectAllIn(workspace)
    let history = try await workspace.json("contracts", "history", "neuf").elements
    #expect(history.contains { $0.cause.names("after a change in") }, "\(history.map(\.cause))")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func theDayOfTheRequestLetsTheRowsIn() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try fill(server, workspace)
    var contract = ContractText()
    contract.requested = "2026-09-03"
    try workspace.put(contract)
    let evening = try Moment("2026-09-02T23:50:00+02:00")
    let clock = try DaemonClock(of: workspace, at: evening)
    let daemon = try workspace.start("run", environment: try await clock.environment())
    try await daemon.waits(for: "poll.finished")
    #expect(try await workspace.heldRows() == ["C7 EM990001 tracking-not-requested \(Self.rows)"])
    try clock.set(evening + 1)
    try await waitsForRelease(daemon)
    expectTold(daemon.lines("held.released"))
    #expect(try await workspace.heldRows().isEmpty)
    let history = try await workspace.json("contracts", "history", "neuf").elements
    #expect(
      history.map(\.cause).contains("home-fr: the day of tracking.requested came"),
      "\(history.map(\.cause))")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test(arguments: [true, false])
  func theDaemonLetsTheRowsInWhileTheServerIsDown(_ bySignal: Bool) async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let workspace = try await hourly(server, port: relay.port)
    try fill(server, workspace)
    try await workspace.drain()
    relay.close()
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.failed")
    if bySignal {
      try workspace.folder.write("contracts.d/neuf.yaml", ContractText().yaml)
      daemon.process.signal(SIGHUP)
    } else {
      try workspace.put(ContractText())
    }
    try await waitsForRelease(daemon)
    expectTold(daemon.lines("held.released"))
    try await expectAllIn(workspace)
    #expect(try await daemon.end() == Exit.done)
  }
}
