import Foundation
import TestSupport
import Testing

/// Files that match no pattern are named, so that nobody waits for them in vain.
@Suite(.openSSH()) struct UnmatchedFileTests {
  @Test func eachIsReportedOnceInTheLogAndInEachCheck() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.CSV", [TrackingRow(parcel: 0, step: 0)].file())
    try server.drop.write("b.txt", "x")
    try server.drop.write("c.tmp", "left out on purpose")
    let workspace = try await Workspace(server)
    func unmatched(_ result: ProcessResult) -> [String] {
      result.logLines.filter { $0.contains("event=file.unmatched") }
    }
    let first = unmatched(try await workspace.drain())
    #expect(first.count == 1 && first.contains { $0.contains("file=b.txt") })
    let ledger = try await workspace.ledger()
    #expect(ledger.mapValues(\.state) == ["a.CSV": "ingested"])
    #expect(unmatched(try await workspace.drain()).isEmpty)
    try server.drop.write("d.zip", "x")
    let third = unmatched(try await workspace.drain())
    #expect(third.count == 1 && third.contains { $0.contains("file=d.zip") })
    let check = try await workspace.run("check", "--connect")
    #expect(check.standardOutput.contains("no pattern of include or exclude matches: b.txt, d.zip"))
    #expect(!check.standardOutput.contains("c.tmp"))
  }
}
