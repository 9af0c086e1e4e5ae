import Foundation
import TestSupport
import Testing

/// SIGHUP: contracts, layout and status map are read again.
@Suite(.openSSH()) struct ReloadTests {
  private let contract = """
    subscription: { plan: growth, active: true }
    tracking: { requested: 2026-06-15, silence: 72h }
    home-fr:
      username: NEWWS
      account: C7
      account-id: EM990001

    """

  private func stranger(_ parcel: Int) -> [UInt8] {
    [TrackingRow(parcel: parcel, step: 0, account: "C7", accountID: "EM990001")].file()
  }

  /// Sends SIGHUP and waits until what was written before is surely in force: the watch of the folder may
  /// have had it read, and told, as well.
  private func reload(_ daemon: Daemon, count: Int) async throws {
    daemon.process.signal(SIGHUP)
    try await daemon.waits(for: "config.reloaded", count: count)
    let polls = daemon.lines("poll.started").count
    try await daemon.waits(for: "poll.started", count: polls + 2)
  }

  @Test func newFilesAreJudgedByTheNewContracts() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["level"] = "debug" }
    let daemon = try workspace.start("run")
    try server.drop.write("a.csv", stranger(1))
    try await daemon.waits(for: "row.held", count: 1)

    try workspace.folder.write("contracts.d/new.yaml", contract)
    try await reload(daemon, count: 1)
    try server.drop.write("b.csv", stranger(2))
    try await daemon.waits(for: "row.held", count: 2)

    let secret = try workspace.secret("new.password", "hush-hush")
    try workspace.folder.write(
      "contracts.d/new.yaml",
      contract + "  password: \(secret.replacing("secrets/", with: "../secrets/"))\n")
    try await reload(daemon, count: 2)
    try server.drop.write("c.csv", stranger(3))
    try await daemon.waits(for: "file.ingested", count: 3)

    let lines = daemon.lines("row.held")
    #expect(lines.count == 2)
    #expect(lines[0].contains("reason=unknown-account"))
    #expect(lines[1].contains("reason=contract-incomplete"))
    let parcels = try await workspace.events().map(\.parcel)
    #expect(parcels.contains("990000000003"))
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func aContractWithAMistakeHoldsItsOwnRowsFromThenOn() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["level"] = "debug" }
    let daemon = try workspace.start("run")
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try await daemon.waits(for: "file.ingested")
    let path = workspace.folder.file("contracts.d/dupont.yaml")
    let old = try String(contentsOfFile: path, encoding: .utf8)
    try workspace.folder.write(
      "contracts.d/dupont.yaml", old.replacing("plan: growth", with: "plan: gold"))
    try await reload(daemon, count: 1)
    try await eventually("the mistake is told") {
      daemon.lines("contract.incomplete").contains {
        $0.contains("contract=dupont") && $0.contains("gold")
      }
    }
    #expect(daemon.lines("config.refused").isEmpty)

    let other = TrackingRow(parcel: 3, step: 0, account: "B1", accountID: "BE204417")
    try server.drop.write("b.csv", [TrackingRow(parcel: 2, step: 0), other].file())
    try await daemon.waits(for: "file.ingested", count: 2)
    let parcels = try await workspace.events().map(\.parcel)
    #expect(parcels == ["990000000001", "990000000003"])
    #expect(try await workspace.heldRows() == ["E1 EM180619 contract-incomplete 1"])

    // Mended, the row comes in by itself.
    try workspace.folder.write("contracts.d/dupont.yaml", old)
    try await daemon.waits(for: "held.released")
    #expect(try await workspace.events().count == 3)
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }

  @Test func aStatusMapThatLearnsIsInForceForNewFiles() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["level"] = "debug" }
    let daemon = try workspace.start("run")
    var row = TrackingRow(parcel: 1, step: 0)
    row.code = "QQ1"
    row.label = "Un libellé que personne ne connaît"
    try server.drop.write("a.csv", [row].file())
    try await daemon.waits(for: "code.unmapped")
    let path = workspace.folder.file("status-map.yaml")
    let old = try String(contentsOfFile: path, encoding: .utf8)
    try workspace.folder.write(
      "status-map.yaml",
      old.replacing("codes:\n", with: "codes:\n  QQ2: { status: lost }\n"))
    try await reload(daemon, count: 1)
    row.parcel = "990000000002"
    row.code = "QQ2"
    try server.drop.write("b.csv", [row].file())
    try await daemon.waits(for: "file.ingested", count: 2)
    let parcel = try await workspace.json("parcel", "990000000002")
    #expect(parcel.status == "lost")
    let status = try await daemon.end()
    #expect(status == Exit.done)
  }
}
