import Foundation
import TestSupport
import Testing

/// ZIP archives in a drop, made by Python as a merchant's program may make them.
@Suite(.unprivilegedOpenSSH) struct ArchiveDropTests {
  /// Packs members by deflate; with their sizes after the content, as programs do that write to a pipe.
  private func zip(_ members: [(name: String, content: [UInt8])]) async throws -> [UInt8] {
    let script = """
      import io, json, sys, zipfile
      class Pipe(io.RawIOBase):
          def writable(self): return True
          def seekable(self): return False
          def write(self, data): return sys.stdout.buffer.write(data)
      with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
          for name, content in json.load(sys.stdin): archive.writestr(name, content)
      """
    let input = try JSONSerialization.data(
      withJSONObject: members.map { [$0.name, String(decoding: $0.content, as: UTF8.self)] })
    let result = try await run(
      "/usr/bin/python3", arguments: ["-c", script], input: Array(input))
    try #require(result.status == 0, "\(result.standardError)")
    return result.rawOutput
  }

  private func rows(_ parcel: Int) -> [UInt8] { [TrackingRow(parcel: parcel, step: 0)].file() }

  private func workspace(
    _ server: OpenSSHServer, _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> Workspace {
    try await Workspace(server) {
      $0.source["include"] = "[\"*.csv\", \"*.zip\"]"
      $0.source["recursive"] = "true"
      change(&$0)
    }
  }

  @Test func anArchiveThatIsGoneIsOneFileAndItsMembersStayAsTheyAre() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    let good = try await zip([("a.csv", rows(0))])
    let bad = try await zip([("b.csv", Array("<html>".utf8))])
    try chmod(0o644, try server.drop.write("good.zip", good))
    try chmod(0o644, try server.drop.write("bad.zip", bad))
    let workspace = try await workspace(server)
    try await workspace.drain(Exit.incomplete)
    for name in ["good.zip", "bad.zip"] {
      try FileManager.default.removeItem(atPath: server.drop.file(name))
    }
    try await workspace.drain()
    let told = try await workspace.drain(Exit.incomplete).lines("file.gone")
    #expect(told.count == 1 && told[0].contains("file=bad.zip"), "\(told)")
    try await workspace.drain()
    #expect(
      try await workspace.ledger().mapValues(\.state) == [
        "good.zip": "gone", "good.zip!a.csv": "ingested", "bad.zip": "gone",
        "bad.zip!b.csv": "failed",
      ])
    #expect(try await workspace.json("status").lost_files == 1)
  }

  @Test func membersAreReadAlsoInFoldersAndTheArchiveGoesAfterThem() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    try server.drop.makeDirectory("day")
    try chmod(0o777, server.drop.file("day"))
    let archive = try await zip([("a.csv", rows(0)), ("back/b.csv", rows(1))])
    try chmod(0o644, try server.drop.write("day/TRK.ZIP", archive))
    try chmod(
      0o644, try server.drop.write("bad.zip", try await zip([("c.csv", Array("<html>".utf8))])))
    let workspace = try await workspace(server) { $0.source["after-ingest"] = "delete" }
    try await workspace.drain(Exit.incomplete)
    let ledger = try await workspace.ledger()
    #expect(
      ledger.mapValues(\.state) == [
        "day/TRK.ZIP": "ingested", "day/TRK.ZIP!a.csv": "ingested",
        "day/TRK.ZIP!back/b.csv": "ingested", "bad.zip": "failed", "bad.zip!c.csv": "failed",
      ])
    #expect(ledger["day/TRK.ZIP"]?.post_action == "deleted")
    #expect(ledger["day/TRK.ZIP!a.csv"]?.post_action == "leave")
    #expect(try server.drop.names(in: "day").isEmpty)
    #expect(try server.drop.names() == ["bad.zip", "day"])
    let files = try await workspace.events().map(\.file)
    #expect(files == ["day/TRK.ZIP!a.csv", "day/TRK.ZIP!back/b.csv"])
  }

  @Test func aMemberThatFailedIsReadAgainWithItsArchive() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    let archive = try await zip([("a.csv", rows(0)), ("b.csv", Array("<html>".utf8))])
    try chmod(0o644, try server.drop.write("drop.zip", archive))
    let workspace = try await workspace(server)
    try await workspace.drain(Exit.incomplete)
    try await workspace.drain()
    let retry = try await workspace.run("files", "retry", "drop.zip!b.csv")
    #expect(retry.status == Exit.done, "\(retry.standardError)")
    let again = try await workspace.drain(Exit.incomplete)
    #expect(
      again.logLines.contains {
        $0.contains("event=file.failed") && $0.contains("file=drop.zip!b.csv")
      })
    let ledger = try await workspace.ledger()
    #expect(ledger.count == 3)
    #expect(ledger["drop.zip!a.csv"]?.events_new.integer == 1)
  }

  @Test func aMemberIsKnownByTheAccountInItsPath() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server) { $0.layout["file"] = "paths.yaml" }
    try workspace.folder.write(
      "paths.yaml",
      """
      name: paths
      version: "1"
      format: delimited
      path: "{account}_{account-id}_*"
      columns:
        account: { path: account }
        account-id: { path: account-id }
        parcel: CPPclCode
        code: StsCode
        date: StsDate
      """)
    let text = "CPPclCode;StsCode;StsDate\n990000000000;EXP;01/08/2026 06:01:00\n"
    let path = try workspace.folder.write(
      "drop.zip", try await zip([("E1_EM180619_a.csv", Array(text.utf8))]))
    let result = try await workspace.run("ingest", path)
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(try await workspace.events().count == 1)
  }
}
