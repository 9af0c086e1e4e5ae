import Foundation
import TestSupport
import Testing

/// Everything that can happen to the machine at every single step of the store, from the first byte of
/// a new database on, its migration included. Local files, so that nothing else takes time.
@Suite(.serialized) struct StoreStepTests {
  private static let names = ["a.csv", "b.csv"]

  /// Two files that share half of their events.
  private func workspace() throws -> Workspace {
    var settings = Settings(
      port: 1, username: "nobody", hostKey: "SHA256:" + String(repeating: "A", count: 43),
      directory: "/out")
    settings.source["private-key"] = "never-read"
    // Copies come in the same transactions as the rows.
    settings.retention["raw"] = "30d"
    let workspace = try Workspace(settings)
    try workspace.folder.write("a.csv", TrackingRow.samples(60).file())
    try workspace.folder.write("b.csv", TrackingRow.samples(60, from: 30).file())
    return workspace
  }

  private func ingest(
    _ workspace: Workspace, _ environment: [String: String] = [:]
  ) async throws -> ProcessResult {
    try await workspace.run("ingest", "a.csv", "b.csv", environment: environment)
  }

  /// The steps of an undisturbed run, and what is in its store.
  private func undisturbed(
    _ workspace: Workspace
  ) async throws -> (steps: [Step], content: Set<ArraySlice<UInt8>>) {
    let steps = try await Faults.steps(of: workspace) { environment in
      let result = try await ingest(workspace, environment)
      #expect(result.status == Exit.done)
    }
    let content = try await workspace.content()
    #expect(content.count == 90)
    // Creation, migration, commit and the checkpoint at the end.
    #expect(steps.count > 100 && steps.count { $0.name == "sync" } >= 6)
    return (steps, content)
  }

  /// Runs until the step, from an empty store on, and once more undisturbed.
  private func runTwice(
    _ workspace: Workspace, _ environment: [String: String],
    expecting content: Set<ArraySlice<UInt8>>, _ name: String
  ) async throws -> ProcessResult {
    for end in ["", "-wal", "-shm", "-journal", ".lock"] {
      try? FileManager.default.removeItem(atPath: workspace.folder.file("colisd.db\(end)"))
    }
    let first = try await ingest(workspace, environment)
    // What the log says is stored has to be there before anything is done again.
    let promised = Self.names.filter { name in
      first.logLines.contains { $0.contains("event=file.ingested") && $0.contains("/\(name) ") }
    }
    if !promised.isEmpty {
      let ledger = try await workspace.ledger()
      for name in promised {
        let file = ledger.first { $0.key.hasSuffix("/\(name)") }?.value
        #expect(file?.state == "ingested", "\(name) was reported")
        try await expectCopy(of: name, in: workspace)
      }
    }
    let second = try await ingest(workspace)
    #expect(second.status == Exit.done, "\(name): \(second.standardError)")
    #expect(try await workspace.content() == content, "\(name)")
    try await workspace.expectLedgerAddsUp(files: 2, rows: 60, "\(name)")
    for name in Self.names { try await expectCopy(of: name, in: workspace) }
    return first
  }

  /// The store gives the file back as it is.
  private func expectCopy(of name: String, in workspace: Workspace) async throws {
    let path = workspace.folder.file(name)
    let bytes = try Data(contentsOf: URL(filePath: path))
    let copy = try await workspace.run("files", "raw", path)
    #expect(copy.status == Exit.done && copy.rawOutput == Array(bytes), "\(copy.standardError)")
  }

  @Test(arguments: [Fault.kill, .power])
  func whicheverStepIsTheLastEveryEventIsStoredOnce(_ fault: Fault) async throws {
    let workspace = try workspace()
    let (steps, content) = try await undisturbed(workspace)
    let chosen = steps.sample(for: fault)
    var ended = 0
    for round in Effort(rounds: chosen.count) {
      let step = steps.step(round, after: chosen)
      let result = try await runTwice(
        workspace,
        try await Faults.environment(fault, at: step.number, seed: round + 1, in: workspace),
        expecting: content, "\(fault) at \(step)")
      if result.status == Exit.killed { ended += 1 }
    }
    #expect(ended >= chosen.count * 9 / 10)
    Figures.note("store.\(fault)", ended)
  }

  @Test(arguments: [Fault.diskFull, .diskBroken, .diskReadOnly])
  func whicheverStepFailsNothingIsLostAndTheExitCodeSaysSo(_ fault: Fault) async throws {
    let workspace = try workspace()
    let (steps, content) = try await undisturbed(workspace)
    let chosen = steps.sample(for: fault)
    var failures = 0
    for round in Effort(rounds: chosen.count) {
      let step = steps.step(round, after: chosen)
      let result = try await runTwice(
        workspace,
        try await Faults.environment(
          fault, at: step.number, lasts: round.isMultiple(of: 3) ? 1 : nil, in: workspace),
        expecting: content, "\(fault) at \(step)")
      // Some steps are for later comfort only: emptying the log at the end, who holds the lease.
      guard result.status != Exit.done else { continue }
      failures += 1
      #expect(result.status == Exit.localIO, "\(step): \(result.standardError)")
      let sentence = try #require(result.logLines.last)
      #expect(sentence.contains("colisd.db") && sentence.contains("; "), "\(step): \(sentence)")
    }
    #expect(failures > chosen.count / 3)
    Figures.note("store.\(fault)", failures)
  }
}
