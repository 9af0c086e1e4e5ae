import Foundation
import TestSupport
import Testing

/// `colisd store copy`, as somebody uses it who moves.
@Suite(.postgreSQLSchemas) struct StoreMoveTests {
  /// A store in SQLite with some of everything, and where it may go.
  private func workspace(rows: Int = 40) async throws -> (Workspace, old: String, new: String) {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(TrackingRow.samples(rows))
    try workspace.folder.write(
      "more.csv",
      [
        TrackingRow.header, TrackingRow(parcel: 1, step: 0, account: "C7", accountID: "EM99").line,
        "nonsense",
      ].joined(separator: "\n"))
    _ = try await workspace.run("ingest", "more.csv")
    let old = "sqlite:\(workspace.folder.file("colisd.db"))"
    return (workspace, old, try await PostgreSQLServer.shared().makeSchema())
  }

  private func use(_ url: String, _ workspace: Workspace) throws {
    try workspace.configureWithoutServer { $0.store["url"] = "\"\(url)\"" }
  }

  /// What the commands say of all that is in a store.
  private func said(_ workspace: Workspace) async throws -> [String] {
    var said: [String] = []
    for command in [
      ["events"], ["parcels", "--json"], ["files", "--json"], ["held", "--json"],
      ["rejects", "--json"], ["store", "check", "--full"],
    ] {
      let result = try await workspace.run(command)
      // Of two parcels with the same time each kind of store has another one first.
      let order = command[0] == "parcels" ? String(result.standardOutput.sorted()) : nil
      said.append("\(command) \(result.status) \(order ?? result.standardOutput)")
    }
    said.append(try await workspace.json("status").store_id.string ?? "")
    return said
  }

  @Test func aStoreMovesToAServerAndBack() async throws {
    let (workspace, old, new) = try await workspace()
    let before = try await said(workspace)
    let there = try await workspace.run("store", "copy", "--from", old, "--to", new)
    #expect(there.status == Exit.done && there.standardError.isEmpty, "\(there.standardError)")
    #expect(
      there.standardOutput.contains("40 events, 2 files, "),
      "\(there.standardOutput)")
    // The old one can still be asked, and not written to.
    #expect(try await said(workspace) == before)
    let refused = try await workspace.run("ingest", "more.csv")
    #expect(refused.status == Exit.localIO)
    #expect(refused.standardError.contains("the store was moved to"), "\(refused.standardError)")

    try use(new, workspace)
    #expect(try await said(workspace) == before)
    let back = "sqlite:\(workspace.folder.file("back.db"))"
    let copied = try await workspace.run("store", "copy", "--from", new, "--to", back)
    #expect(copied.status == Exit.done, "\(copied.standardError)")
    let also = try await workspace.run("ingest", "more.csv")
    #expect(also.status == Exit.localIO && also.standardError.contains("the store was moved to"))
    try use(back, workspace)
    #expect(try await said(workspace) == before)
    try await workspace.ingest([TrackingRow(parcel: 9_999, step: 0)])
    #expect(try await workspace.run("events").lines.count == 41)
  }

  @Test(.openSSH()) func besideADaemonTheCopyIsNotComplete() async throws {
    let (workspace, old, new) = try await workspace()
    try workspace.configure(try await Settings(OpenSSHServer.current))
    let daemon = try workspace.start("run")
    try await eventually("the daemon has the store") {
      try await workspace.json("status").running == true
    }
    let first = try await workspace.run("store", "copy", "--from", old, "--to", new)
    #expect(first.status == Exit.leased && first.standardOutput.isEmpty)
    #expect(first.standardError.contains("stop the daemon and run this again"))
    try use(new, workspace)
    let early = try await workspace.run("events")
    #expect(early.status == Exit.localIO && early.standardError.contains("is not complete"))
    #expect(try await daemon.end() == Exit.done)
    let last = try await workspace.run("store", "copy", "--from", old, "--to", new)
    #expect(last.status == Exit.done, "\(last.standardError)")
    #expect(try await workspace.run("events").lines.count == 40)
  }

  @Test func aRunThatIsKilledIsGoneOnWith() async throws {
    let (workspace, old, new) = try await workspace(rows: 30_000)
    var kills = 0
    for delay: UInt32 in [50, 150, 300, 500, 800] {
      let copy = try workspace.start("store", "copy", "--from", old, "--to", new)
      try await onThread {
        usleep(delay * 1_000)
        copy.process.kill()
      }
      let status = try await copy.end(SIGKILL)
      if status == Exit.killed { kills += 1 }
      // The original is free at once.
      let check = try await workspace.run("store", "check")
      #expect(check.status == Exit.done, "\(check.standardError)")
      if status == Exit.done { break }
    }
    #expect(kills > 0)
    let last = try await workspace.run("store", "copy", "--from", old, "--to", new)
    let isDone = last.standardError.contains("data of its own")
    #expect(last.status == Exit.done || isDone, "\(last.standardError)")
    try use(new, workspace)
    #expect(try await workspace.run("events").lines.count == 30_000)
    let check = try await workspace.run("store", "check", "--full")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  @Test(arguments: [
    ["--from", "sqlite:", "--to", "sqlite:/tmp/x.db"],
    ["--from", "mysql://x/y", "--to", "sqlite:/tmp/x.db"],
    ["--from", "sqlite:a.db", "--to", "sqlite:a.db"],
    ["--from", "sqlite:a.db", "--to", "postgresql://u:s3cret@h/d"],
    ["--from", "sqlite:a.db"],
  ])
  func whatIsNoStoreIsAMistakeOnTheCommandLine(_ options: [String]) async throws {
    let workspace = try Workspace()
    let result = try await workspace.run(["store", "copy"] + options)
    #expect(result.status == Exit.usage && result.standardOutput.isEmpty)
    #expect(!result.standardError.contains("s3cret"), "\(result.standardError)")
  }

  @Test func aStoreWithDataIsNoTarget() async throws {
    let (workspace, old, new) = try await workspace()
    let other = try Workspace()
    try other.configureWithoutServer { $0.store["url"] = "\"\(new)\"" }
    try await other.ingest([TrackingRow(parcel: 1, step: 0)])
    let result = try await workspace.run("store", "copy", "--from", old, "--to", new)
    #expect(result.status == Exit.localIO)
    #expect(result.standardError.contains("data of its own"), "\(result.standardError)")
    #expect(try await other.run("events").lines.count == 1)
    let missing = try await workspace.run(
      "store", "copy", "--from", "sqlite:none.db", "--to", "sqlite:new.db")
    #expect(missing.status == Exit.localIO && !workspace.folder.holds("new.db"))
  }
}
