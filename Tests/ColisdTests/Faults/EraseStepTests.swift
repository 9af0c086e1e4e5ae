import Foundation
import TestSupport
import Testing

/// Everything that can happen to the machine at every single step of an erasure, writing the store again included.
@Suite(.serialized) struct EraseStepTests {
  private static let ends = ["", "-wal", "-shm"]

  /// A store with the recipient's data among others. Before each run it is put back from a copy.
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer { $0.retention["raw"] = "30d" }
    try await workspace.ingest(TrackingRow.samples(300))
    try workspace.folder.write("mine.csv", EraseTests.mine)
    let result = try await workspace.run("ingest", "mine.csv")
    try #require(result.status == Exit.incomplete, "\(result.standardError)")
    let copy = try await workspace.run("backup", workspace.folder.file("before.db"))
    try #require(copy.status == Exit.done, "\(copy.standardError)")
    return workspace
  }

  private func putBack(_ workspace: Workspace) throws {
    let store = workspace.folder.file("colisd.db")
    for end in Self.ends { try? FileManager.default.removeItem(atPath: store + end) }
    try FileManager.default.copyItem(atPath: workspace.folder.file("before.db"), toPath: store)
  }

  private func erase(
    _ workspace: Workspace, _ environment: [String: String] = [:]
  ) async throws -> ProcessResult {
    try await workspace.run("erase", EraseTests.number, "--yes", environment: environment)
  }

  /// All entries; of the erasure only that it is there, as its time is another one each time.
  private func events(_ workspace: Workspace) async throws -> [String] {
    let result = try await workspace.run("events")
    try #require(result.status == Exit.done, "\(result.standardError)")
    return result.standardOutput.split(separator: "\n").map {
      $0.contains("\"type\":\"erasure\"") ? "erasure" : String($0)
    }
  }

  /// The steps of an undisturbed run, and what it leaves.
  private func undisturbed(
    _ workspace: Workspace
  ) async throws -> (steps: [Step], events: [String]) {
    try putBack(workspace)
    let steps = try await Faults.steps(of: workspace) { environment in
      let result = try await erase(workspace, environment)
      #expect(result.status == Exit.done, "\(result.standardError)")
      #expect(!result.standardOutput.contains("not complete"), "\(result.standardOutput)")
    }
    let events = try await events(workspace)
    #expect(events.count == 303 && events.last == "erasure")
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
      let first = try await erase(
        workspace,
        try await Faults.environment(fault, at: step.number, seed: round + 1, in: workspace))
      if first.status != Exit.done || first.standardOutput.contains("not complete") { failed += 1 }
      let second = try await erase(workspace)
      #expect(second.status == Exit.done, "\(fault) at \(step): \(second.standardError)")
      #expect(
        !second.standardOutput.contains("not complete"),
        "\(fault) at \(step): \(second.standardOutput)")
      #expect(try await events(workspace) == expected, "\(fault) at \(step)")
      #expect(
        try StateFolder(workspace.folder.path).places(of: EraseTests.marks) == [],
        "\(fault) at \(step)")
      let check = try await workspace.run("store", "check", "--full")
      #expect(
        check.standardOutput == "ok     the store is whole\n",
        "\(fault) at \(step): \(check.standardOutput)")
    }
    #expect(failed > chosen.count / 3)
    Figures.note("erase.\(fault)", failed)
  }
}
