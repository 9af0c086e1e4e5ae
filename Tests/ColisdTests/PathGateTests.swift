import Foundation
import TestSupport
import Testing

/// Where a layout names the account in a file's path, files that may not come in are not fetched.
@Suite(.unprivilegedOpenSSH) struct PathGateTests {
  /// A workspace whose layout has a `path`.
  private func workspace(
    _ server: OpenSSHServer, path: String = "{account}_{account-id}_*",
    _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> Workspace {
    try server.openDrop()
    let workspace = try await Workspace(server) {
      $0.layout = ["file": "layouts/mine.yaml"]
      $0.log["level"] = "debug"
      change(&$0)
    }
    let layout = try String(
      contentsOf: samples.appending(path: "layouts/colisprive.yaml"), encoding: .utf8)
    try workspace.folder.write("layouts/mine.yaml", layout + "path: \"\(path)\"\n")
    return workspace
  }

  /// Writes a file that nobody may read, so that fetching it fails.
  private func hide(_ rows: [TrackingRow], as name: String, _ server: OpenSSHServer) throws {
    try chmod(0, server.drop.write(name, rows.file()))
  }

  private func show(_ name: String, _ server: OpenSSHServer) throws {
    try chmod(0o644, server.drop.file(name))
  }

  private func expectNotFetched(
    _ name: String, _ reason: String, _ workspace: Workspace, log lines: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let file = try #require(
      try await workspace.ledger()[name], sourceLocation: sourceLocation)
    #expect(file.state == "held", sourceLocation: sourceLocation)
    #expect(
      file.error.names("not fetched", "C7", "EM990001", reason), "\(file.error)",
      sourceLocation: sourceLocation)
    #expect(file.rows == 0 && file.held == 0, sourceLocation: sourceLocation)
    let others = lines.filter { $0.contains(name) && !$0.contains("event=row.held") }
    #expect(others.isEmpty, sourceLocation: sourceLocation)
    let list = try await workspace.json(["files", "--state", "held"], at: nil).elements
    #expect(list.map(\.path.string) == [name], sourceLocation: sourceLocation)
    let status = try await workspace.json("status")
    #expect(status.files.held == 1, sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("{account}_{account-id}_*", "false", "C7_EM990001_1.csv", "E1_EM180619_1.csv"),
    ("{account}/{account-id}/*", "true", "C7/EM990001/1.csv", "E1/EM180619/1.csv"),
    ("{account-id}/*_{account}.csv", "true", "x/EM990001/1_C7.csv", "EM180619/_E1.csv"),
  ])
  func aFileIsFetchedOnceItsContractAllowsIt(
    _ path: String, _ recursive: String, _ name: String, _ other: String
  ) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server, path: path) { $0.source["recursive"] = recursive }
    for name in [name, other] where name.contains("/") {
      try server.drop.makeDirectory(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
    }
    try hide(.stranger(10), as: name, server)
    try server.drop.write(other, TrackingRow.samples(5).file())
    try show(other, server)
    let first = try await workspace.drain()
    try await expectNotFetched(name, "unknown-account", workspace, log: first.logLines)
    #expect(first.lines("row.held").count == 1)
    let line = try #require(first.lines("row.held").first)
    for word in [name, "account=C7", "account_id=EM990001", "reason=unknown-account"] {
      #expect(line.contains(word), "\(line)")
    }
    #expect(try await workspace.ledger()[other]?.events_new == 5)

    let second = try await workspace.drain()
    #expect(second.lines("row.held").isEmpty, "it was told")

    // Another reason is logged again, and the file is still not fetched.
    var contract = ContractText()
    contract.requested = nil
    try workspace.put(contract)
    let third = try await workspace.drain()
    try await expectNotFetched(name, "tracking-not-requested", workspace, log: third.logLines)
    #expect(third.lines("row.held").count == 1)

    try show(name, server)
    try workspace.put(ContractText())
    try await workspace.drain()
    let file = try #require(try await workspace.ledger()[name])
    #expect(file.state == "ingested" && file.events_new == 10 && file["error"] == .null)
    #expect(try await workspace.feed() == "live")
    #expect(try await workspace.content().count == 15)
    try await workspace.expectLedgerAddsUp(files: 2)
    let last = try await workspace.drain()
    #expect(last.lines("file.started").isEmpty && last.lines("row.held").isEmpty)
  }

  @Test func manyFilesThatAreNotFetchedAreFewLines() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    for index in 0..<50 { try hide(.stranger(1), as: "C7_EM990001_\(index).csv", server) }
    let lines = try await workspace.drain().lines("row.held")
    #expect(lines.count == 11 && lines.last?.contains("more=40") == true, "\(lines)")
    #expect(try await workspace.drain().lines("row.held").isEmpty)
  }

  @Test func theDaemonFetchesTheFileWhenTheContractChanges() async throws {
    let server = try OpenSSHServer.current
    let name = "C7_EM990001_1.csv"
    let workspace = try await workspace(server)
    try hide(.stranger(10), as: name, server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished", count: 4, within: .seconds(60))
    #expect(daemon.lines("row.held").count == 1, "told once, not at every poll")
    try await expectNotFetched(
      name, "unknown-account", workspace, log: daemon.log.split(separator: "\n").map(String.init))
    try server.drop.write("E1_EM180619_1.csv", TrackingRow.samples(5).file())
    try show("E1_EM180619_1.csv", server)
    try await daemon.waits(for: "file.ingested")

    try show(name, server)
    try workspace.put(ContractText())
    try await daemon.waits(for: "file.ingested", count: 2)
    #expect(daemon.lines("row.held").count == 1)
    #expect(daemon.lines("file.failed").isEmpty)
    #expect(try await workspace.content().count == 15)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aFileOfAnotherNameIsJudgedByItsRows() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    for name in ["plain.csv", "C7-EM990001.csv", "E1_EM180619_1.csv"] {
      try server.drop.write(name, [TrackingRow].stranger(2).file())
      try show(name, server)
    }
    try await workspace.drain()
    try await workspace.expectLedgerAddsUp(files: 3, rows: 2)
    // The name is no word against the rows: the last file's name has another account.
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 6"])
    #expect(try await workspace.events().isEmpty)
  }

  @Test(arguments: ["{account}_*", "{account}_{account-id}_{day}", "{account}_{account-id", ""])
  func aPathThatNamesNoAccountIsRefusedByItsPlace(_ path: String) async throws {
    let workspace = try await workspace(try OpenSSHServer.current, path: path)
    let check = try await workspace.run("check")
    #expect(check.status == Exit.configuration)
    let line = check.lines.first { $0.contains("layouts/mine.yaml:") }
    #expect(line?.contains("path") == true, "\(check.standardOutput)")
  }
}
