import Foundation
import TestSupport
import Testing

/// The end of the process, or of the machine's power, at any step of a drain from a real server: before
/// a commit, after it and before the move, during the move, during the migration.
@Suite(.serialized, .openSSH()) struct DrainStepTests {
  private static let names = (0..<3).map { "file\($0).csv" }
  private static let rows = 14_000

  /// Files of which the first two share events, in a drop that each run empties.
  private func fill(_ server: OpenSSHServer) throws {
    for (index, name) in Self.names.enumerated() {
      let rows = TrackingRow.samples(Self.rows, from: index * Self.rows / 2)
      try server.drop.write(name, rows.file())
    }
  }

  private func workspace(_ server: OpenSSHServer, _ afterIngest: String) async throws -> Workspace {
    try? FileManager.default.removeItem(atPath: server.drop.file("archive"))
    try fill(server)
    return try await Workspace(server) { $0.source["after-ingest"] = afterIngest }
  }

  private func left(_ server: OpenSSHServer) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: server.drop.path).sorted()
  }

  @Test(arguments: [(Fault.kill, "{ move: archive }"), (.power, "delete")])
  func whicheverStepIsTheLastEveryEventIsStoredOnce(
    _ fault: Fault, _ afterIngest: String
  ) async throws {
    let server = try OpenSSHServer.current
    let undisturbed = try await workspace(server, afterIngest)
    let steps = try await Faults.steps(of: undisturbed) { environment in
      let result = try await undisturbed.run("--drain", environment: environment)
      #expect(result.status == Exit.done, "\(result.standardError)")
    }
    let content = try await undisturbed.content()
    #expect(content.count == Self.rows * 2)
    let named = steps.filter(\.isNamed)
    #expect(named.count { $0.name == "send" } > 10 && named.count { $0.name == "sync" } > 6)

    var random = SeededGenerator(seed: 31)
    var ended = 0
    let rounds = 16
    for round in Effort(rounds: rounds) {
      // Threads take turns differently in each run, so a number is a moment, not always a place.
      let pool = round.isMultiple(of: 2) ? named : steps
      let share = (Double(round % rounds) + .random(in: 0..<1, using: &random)) / Double(rounds)
      let step = pool[min(Int(share * Double(pool.count)), pool.count - 1)]
      let workspace = try await workspace(server, afterIngest)
      let result = try await workspace.run(
        "--drain",
        environment: try await Faults.environment(
          fault, at: step.number, seed: round + 1, in: workspace))
      if result.status == Exit.killed { ended += 1 }
      if fault == .power { try await expectGoneIsStored(workspace, server, "\(step)") }
      try await workspace.drain()
      #expect(try await workspace.content() == content, "\(fault) at \(step)")
      try await workspace.expectLedgerAddsUp(
        files: Self.names.count, rows: Self.rows, "\(fault) at \(step)")
      let done = fault == .kill ? "moved:archive" : "deleted"
      for (name, file) in try await workspace.ledger() {
        #expect(file.post_action.string?.hasPrefix(done) == true, "\(name), \(fault) at \(step)")
      }
      if fault == .kill {
        #expect(try left(server) == ["archive"])
        let moved = try FileManager.default.contentsOfDirectory(atPath: server.drop.file("archive"))
        #expect(moved.sorted() == Self.names, "each file is moved once")
      } else {
        #expect(try left(server).isEmpty)
      }
    }
    #expect(ended >= rounds * 8 / 10, "only \(ended) runs were still at work")
    Figures.note("drain.\(fault)", ended)
  }

  /// What the server was told to delete is in the store already, although the power has gone.
  private func expectGoneIsStored(
    _ workspace: Workspace, _ server: OpenSSHServer, _ comment: Comment
  ) async throws {
    let gone = Set(Self.names).subtracting(try left(server))
    guard !gone.isEmpty else { return }
    let ledger = try await workspace.ledger()
    for name in gone {
      #expect(ledger[name]?.state == "ingested", "\(name) is lost; \(comment)")
      #expect(ledger[name]?.rows.integer == Self.rows, "\(name); \(comment)")
    }
  }
}
