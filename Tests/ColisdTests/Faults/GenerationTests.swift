import Foundation
import TestSupport
import Testing

/// Files that come again: under the same name with other bytes, under another name with the same ones.
@Suite(.openSSH()) struct GenerationTests {
  /// What the ledger has for a name, the oldest first: rows, new, repeated.
  private func generations(
    _ name: String, _ workspace: Workspace
  ) async throws -> [[Int]] {
    try await workspace.json("files").elements.filter { $0.path.string == name }.map { file in
      #expect(file.state == "ingested")
      return ["rows", "events_new", "events_repeated"].map { file[$0]?.integer ?? -1 }
    }.sorted { $0[1] > $1[1] }
  }

  private func write(
    _ rows: [TrackingRow], to name: String, at time: TimeInterval, _ server: OpenSSHServer
  ) throws {
    try server.drop.write(name, rows.file())
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: time)], ofItemAtPath: server.drop.file(name))
  }

  @Test func aRewrittenFileBringsOnlyWhatIsNewInIt() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try write(TrackingRow.samples(100), to: "a.csv", at: 1_788_000_000, server)
    try await workspace.drain()
    // As many bytes and another time; as many seconds and other bytes.
    try write(TrackingRow.samples(100, from: 50), to: "a.csv", at: 1_788_000_060, server)
    try await workspace.drain()
    try write(TrackingRow.samples(120, from: 50), to: "a.csv", at: 1_788_000_060, server)
    try await workspace.drain()
    #expect(
      try await generations("a.csv", workspace) == [
        [100, 100, 0], [100, 50, 50], [120, 20, 100],
      ])
    #expect(try await workspace.content().count == 170)
    let digests = try await workspace.json("files").elements.compactMap { $0.sha256.string }
    #expect(Set(digests).count == 3)
  }

  @Test func aFileThatShrinksTakesNothingAway() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try write(TrackingRow.samples(100), to: "a.csv", at: 1_788_000_000, server)
    try await workspace.drain()
    try write(TrackingRow.samples(30), to: "a.csv", at: 1_788_000_060, server)
    try await workspace.drain()
    try server.drop.write("a.csv", "")
    try await workspace.drain()
    let all = try await generations("a.csv", workspace)
    #expect(all.contains([100, 100, 0]) && all.contains([30, 0, 30]) && all.contains([0, 0, 0]))
    #expect(try await workspace.content().count == 100)
  }

  @Test func theSameBytesUnderAnotherNameBringNothing() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try write(TrackingRow.samples(100), to: "a.csv", at: 1_788_000_000, server)
    try await workspace.drain()
    try write(TrackingRow.samples(100), to: "b.csv", at: 1_788_000_900, server)
    try FileManager.default.moveItem(
      atPath: server.drop.file("a.csv"), toPath: server.drop.file("c.csv"))
    try await workspace.drain()
    #expect(try await generations("b.csv", workspace) == [[100, 0, 100]])
    #expect(try await generations("c.csv", workspace) == [[100, 0, 100]])
    #expect(try await workspace.content().count == 100)
    let digests = try await workspace.json("files").elements.compactMap { $0.sha256.string }
    #expect(digests.count == 3 && Set(digests).count == 1)
  }

  @Test func aLeaseThatAKilledDaemonLeftBehindIsTakenOver() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try write(TrackingRow.samples(10), to: "a.csv", at: 1_788_000_000, server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    let refused = try await workspace.drain(Exit.leased)
    #expect(refused.standardError.contains("pid \(daemon.process.identifier) since"))
    let killed = try await daemon.end(SIGKILL)
    #expect(killed == Exit.killed)
    let lease = try String(contentsOfFile: workspace.folder.file("colisd.db.lock"), encoding: .utf8)
    #expect(lease.contains("pid \(daemon.process.identifier)"))
    #expect(try await workspace.json("status").running == false)
    try write(TrackingRow.samples(20), to: "b.csv", at: 1_788_000_060, server)
    try await workspace.drain()
    #expect(try await workspace.content().count == 20)
  }
}
