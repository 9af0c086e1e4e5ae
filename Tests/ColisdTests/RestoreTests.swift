import Foundation
import TestSupport
import Testing

/// Backups of a store in use, and a daemon that goes on from one.
@Suite(.serialized) struct RestoreTests {
  @Test(.openSSH()) func aDaemonGoesOnFromABackup() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try server.drop.write("a.csv", TrackingRow.samples(100).file())
    let copy = workspace.folder.file("kept.db")
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    let backup = try await workspace.run("backup", copy)
    #expect(backup.status == Exit.done, "\(backup.standardError)")
    // This one the backup does not know; the server still has it.
    try server.drop.write("b.csv", TrackingRow.samples(50, from: 100).file())
    try await daemon.waits(for: "file.ingested", count: 2)
    #expect(try await daemon.end() == Exit.done)
    let before = try await workspace.content()
    let id = try #require(try await workspace.json("status").store_id.string)

    // As docs/operations.md says.
    for end in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: workspace.folder.file("colisd.db" + end))
    }
    try FileManager.default.copyItem(atPath: copy, toPath: workspace.folder.file("colisd.db"))
    #expect(try await workspace.events().count == 100)
    let again = try workspace.start("run")
    try await again.waits(for: "file.ingested")
    try server.drop.write("c.csv", TrackingRow.samples(10, from: 150).file())
    try await again.waits(for: "file.ingested", count: 2)
    #expect(try await again.end() == Exit.done)
    // What the backup had is not read again.
    #expect(!again.lines("file.ingested").contains { $0.contains("a.csv") })
    let after = try await workspace.content()
    #expect(after.count == 160 && before.isSubset(of: after))
    try await workspace.expectLedgerAddsUp(files: 3)
    #expect(try await workspace.json("status").store_id.string != id)
    let position = try await workspace.run("events", "--after", "\(id):150")
    #expect(position.status == Exit.usage)
    let check = try await workspace.run("store", "check", "--full")
    #expect(check.lines == ["ok     the store is whole"], "\(check.standardOutput)")
  }

  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(TrackingRow.samples(300))
    return workspace
  }

  @Test(arguments: [Fault.kill, .diskFull, .diskBroken])
  func whicheverStepOfABackupFailsTheNextOneIsMade(_ fault: Fault) async throws {
    let workspace = try await workspace()
    let events = try await workspace.run("events").standardOutput
    // The name begins like that of the store, whose files are watched.
    let copy = workspace.folder.file("colisd.db.copy")
    let steps = try await Faults.steps(of: workspace) { environment in
      let result = try await workspace.run("backup", copy, environment: environment)
      #expect(result.status == Exit.done, "\(result.standardError)")
    }
    let chosen = steps.sample(for: fault)
    var ended = 0
    for round in Effort(rounds: chosen.count) {
      let step = steps.step(round, after: chosen)
      try? FileManager.default.removeItem(atPath: copy)
      let first = try await workspace.run(
        "backup", copy,
        environment: try await Faults.environment(
          fault, at: step.number, seed: round + 1, in: workspace))
      if first.status != Exit.done { ended += 1 }
      // Under its name there is a whole copy, or nothing.
      if !FileManager.default.fileExists(atPath: copy) {
        let second = try await workspace.run("backup", copy)
        #expect(second.status == Exit.done, "\(fault) at \(step): \(second.standardError)")
      }
      let restored = try Workspace()
      try restored.configureWithoutServer { $0.store["url"] = "\"sqlite:\(copy)\"" }
      #expect(try await restored.run("events").standardOutput == events, "\(fault) at \(step)")
      let check = try await restored.run("store", "check", "--full")
      #expect(check.status == Exit.done, "\(fault) at \(step): \(check.standardOutput)")
    }
    #expect(ended > chosen.count / 2)
    #expect(try await workspace.run("events").standardOutput == events)
    Figures.note("backup.\(fault)", ended)
  }
}
