import Foundation
import TestSupport
import Testing

/// Everything that can happen to the machine at every single step of a pruning, giving the space back included.
@Suite(.serialized) struct PruneStepTests {
  private static let ends = ["", "-wal", "-shm"]

  /// A store with old parcels, and some of today. Before each run it is put back from a copy.
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    let format = DateFormatter()
    format.dateFormat = "dd/MM/yyyy"
    format.timeZone = TimeZone(identifier: "Europe/Paris")
    let today = format.string(from: Date())
    let young = TrackingRow.samples(30, from: 1_000).map { row in
      var row = row
      row.date = "\(today) 00:00:0\(row.code == "LIV" ? 1 : 0)"
      return row
    }
    try await workspace.ingest(TrackingRow.samples(300), as: "old.csv")
    try await workspace.ingest(young, as: "young.csv")
    let copy = try await workspace.run("backup", workspace.folder.file("before.db"))
    try #require(copy.status == Exit.done, "\(copy.standardError)")
    try workspace.configureWithoutServer { $0.retention["events"] = "30d" }
    return workspace
  }

  private func putBack(_ workspace: Workspace) throws {
    let store = workspace.folder.file("colisd.db")
    for end in Self.ends { try? FileManager.default.removeItem(atPath: store + end) }
    try FileManager.default.copyItem(atPath: workspace.folder.file("before.db"), toPath: store)
  }

  private func events(_ workspace: Workspace) async throws -> String {
    let result = try await workspace.run("events")
    try #require(result.status == Exit.done, "\(result.standardError)")
    return result.standardOutput
  }

  /// The steps of an undisturbed run, and what it leaves.
  private func undisturbed(_ workspace: Workspace) async throws -> (steps: [Step], events: String) {
    try putBack(workspace)
    let steps = try await Faults.steps(of: workspace) { environment in
      let result = try await workspace.run("prune", environment: environment)
      #expect(result.status == Exit.done && result.standardOutput.hasPrefix("300 events"))
    }
    let events = try await events(workspace)
    #expect(events.split(separator: "\n").count == 31)
    return (steps, events)
  }

  @Test(arguments: [Fault.kill, .power, .diskFull, .diskBroken])
  func whicheverStepFailsTheNextRunCompletesIt(_ fault: Fault) async throws {
    let workspace = try await workspace()
    let (steps, expected) = try await undisturbed(workspace)
    let chosen = steps.sample(for: fault)
    var failed = 0
    for round in Effort(rounds: chosen.count) {
      let step = steps.step(round, after: chosen)
      try putBack(workspace)
      let first = try await workspace.run(
        ["prune"],
        environment: try await Faults.environment(
          fault, at: step.number, seed: round + 1, in: workspace))
      if first.status != Exit.done { failed += 1 }
      let second = try await workspace.run("prune")
      #expect(second.status == Exit.done, "\(fault) at \(step): \(second.standardError)")
      #expect(try await events(workspace) == expected, "\(fault) at \(step)")
      let check = try await workspace.run("store", "check", "--full")
      #expect(check.status == Exit.done, "\(fault) at \(step): \(check.standardOutput)")
    }
    #expect(failed > chosen.count / 3)
    Figures.note("prune.\(fault)", failed)
  }
}
