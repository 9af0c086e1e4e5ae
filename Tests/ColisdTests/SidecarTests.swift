import Foundation
import TestSupport
import Testing

/// A carrier that writes a small file after each file, to say that it is complete.
@Suite(.unprivilegedOpenSSH) struct SidecarTests {
  private func write(_ server: OpenSSHServer, _ name: String, parcel: Int) throws {
    let path = try server.drop.write(name, [TrackingRow(parcel: parcel, step: 0)].file())
    try chmod(0o644, path)
  }

  private func workspace(
    _ server: OpenSSHServer, _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> Workspace {
    try await Workspace(server) {
      $0.poll["settle"] = "{ sidecar: \"*.ok\" }"
      $0.source["include"] = "[\"*\"]"
      change(&$0)
    }
  }

  @Test func aFileCountsWhenItsSidecarIsThereAndNoSidecarIsRead() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    for (index, name) in ["A.csv", "B.csv", "C.CSV", "D.csv"].enumerated() {
      try write(server, name, parcel: index)
    }
    try server.drop.write("A.csv.ok", "")
    try server.drop.write("B.ok", "")
    try server.drop.write("c.OK", "")
    let workspace = try await workspace(server)
    let result = try await workspace.drain()
    let early = try await workspace.ledger()
    #expect(
      early.mapValues(\.state) == [
        "A.csv": "ingested", "B.csv": "ingested", "C.CSV": "ingested", "D.csv": "settling",
      ])
    #expect(result.logLines.contains { $0.contains("event=file.settling file=D.csv") })
    try server.drop.write("D.ok", "")
    try await workspace.drain()
    let late = try await workspace.ledger()
    #expect(late["D.csv"]?.state == "ingested")
    #expect(late.count == 4)
  }

  @Test(arguments: ["delete", "{ move: archive }"])
  func theSidecarGoesWithTheLastOfItsFiles(action: String) async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    try write(server, "A.csv", parcel: 1)
    try write(server, "B.csv", parcel: 2)
    try write(server, "B.csv.gz", parcel: 3)
    try server.drop.write("A.csv.ok", "")
    try server.drop.write("B.ok", "")
    try server.drop.write("stray.ok", "")
    let workspace = try await workspace(server) { $0.source["after-ingest"] = action }
    try await workspace.drain()
    let left = try server.drop.names()
    #expect(left.filter { $0 != "archive" } == ["stray.ok"])
    guard action != "delete" else { return }
    let archived = try server.drop.names(in: "archive")
    #expect(archived == ["A.csv", "A.csv.ok", "B.csv", "B.csv.gz", "B.ok"])
  }

  @Test func aFailedFileKeepsItsSidecar() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    try server.drop.write("A.csv", "<html>\n")
    try server.drop.write("A.ok", "")
    let workspace = try await workspace(server) { $0.source["after-ingest"] = "delete" }
    try await workspace.drain(Exit.incomplete)
    let left = try server.drop.names()
    #expect(left == ["A.csv", "A.ok"])
  }
}
