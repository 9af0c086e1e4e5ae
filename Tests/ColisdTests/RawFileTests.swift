import Foundation
import TestSupport
import Testing

/// Files that the store gives back as they were fetched.
@Suite(.openSSH()) struct RawFileTests {
  private func workspace(_ server: OpenSSHServer, raw: String? = "30d") async throws -> Workspace {
    try await Workspace(server) {
      $0.source["include"] = "[\"*\"]"
      $0.source["after-ingest"] = "delete"
      $0.retention["raw"] = raw
    }
  }

  @Test func everyFileOfADropIsGivenBackBitByBit() async throws {
    let server = try OpenSSHServer.current
    let plain = TrackingRow.samples(20_000).file()
    let member = TrackingRow.samples(10, from: 90_000).file()
    let files = [
      "a.csv": plain, "b.csv.gz": try await gzip(TrackingRow.samples(50, from: 30_000).file()),
      "c.csv": TrackingRow.samples(5, from: 40_000).file(.windows1252, lineEnd: "\r\n"),
      "drop.zip": ZIPFile([.init("m.csv", member)]).bytes,
      "held.csv": [TrackingRow].stranger(3).file(), "failed.csv": Array("<html>\n\0".utf8),
    ]
    for (name, bytes) in files { try server.drop.write(name, bytes) }
    let workspace = try await workspace(server)
    try await workspace.drain(Exit.incomplete)
    for (name, bytes) in files {
      let raw = try await workspace.run("files", "raw", name)
      #expect(raw.status == Exit.done && raw.standardError.isEmpty, "\(name) \(raw.standardError)")
      #expect(raw.rawOutput == bytes, "\(name)")
    }
    let raw = try await workspace.run("files", "raw", "drop.zip!m.csv")
    #expect(raw.status == Exit.done && raw.rawOutput == member)
    // Of a file that the server does not have any more.
    #expect(try !server.drop.names().contains("a.csv"))
    let copy = workspace.folder.file("again.csv")
    let written = try await workspace.run("files", "raw", "a.csv", "--output", copy)
    #expect(written.status == Exit.done && written.rawOutput.isEmpty)
    #expect(try Array(Data(contentsOf: URL(filePath: copy))) == plain)
    let before = try await workspace.events().count
    let again = try await workspace.run("ingest", "again.csv")
    #expect(again.status == Exit.done, "\(again.standardError)")
    #expect(again.standardOutput.contains("0 new, 20000 repeated"), "\(again.standardOutput)")
    #expect(try await workspace.events().count == before)
    let check = try await workspace.run("store", "check", "--full")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  @Test func whereThereIsNoCopyTheSentenceSaysWhy() async throws {
    let server = try OpenSSHServer.current
    let noon = try Moment("2026-09-02T12:00:00+02:00")
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await workspace(server, raw: nil)
    try await workspace.drain(at: noon)
    func raw(_ name: String) async throws -> String {
      let result = try await workspace.run("files", "raw", name)
      #expect(result.status == 66 && result.rawOutput.isEmpty)
      return result.standardError
    }
    #expect(try await raw("a.csv").contains("retention.raw is not set"))
    #expect(try await raw("z.csv").contains("no file z.csv"))

    var settings = try await Settings(server)
    settings.retention["raw"] = "30d"
    try workspace.configure(settings)
    try server.drop.write("b.csv", TrackingRow.samples(5, from: 100).file())
    try await workspace.drain(at: noon + 1)
    #expect(try await raw("a.csv").contains("read before retention.raw was set"))
    #expect(try await workspace.run("files", "raw", "b.csv").status == Exit.done)

    let later = try await workspace.drain(at: noon + 31 * 24)
    #expect(later.lines("file.copies").first?.contains("files=1") == true)
    #expect(try await raw("b.csv").contains("older than retention.raw"))
    #expect(try await workspace.events().count == 10)
  }

  @Test func aDryRunKeepsNoCopy() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer { $0.retention["raw"] = "30d" }
    try workspace.folder.write("a.csv", TrackingRow.samples(5).file())
    let dry = try await workspace.run("ingest", "--dry-run", "a.csv")
    #expect(dry.status == Exit.done, "\(dry.standardError)")
    #expect(!workspace.folder.holds("colisd.db"))
  }

  @Test func aHostileFileCannotControlTheTerminal() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer { $0.retention["raw"] = "30d" }
    let bytes = Array("<html>\r\n\u{1b}]0;owned\u{7}\u{9b}2J the end\n".utf8)
    let path = try workspace.folder.write("a.csv", bytes)
    #expect(try await workspace.run("ingest", "a.csv").status == Exit.incomplete)
    let terminal = try PseudoTerminal(["files", "raw", path], in: workspace)
    try await terminal.waits(for: "the end")
    #expect(try await terminal.end() == Exit.done)
    #expect(!terminal.shown.utf8.contains(0x1b) && !terminal.shown.utf8.contains(0x07))
    #expect(!terminal.shown.unicodeScalars.contains("\u{9b}"))
    let raw = try await workspace.run("files", "raw", path)
    #expect(raw.rawOutput == bytes)
  }

  @Test func aBackupHasTheCopies() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer { $0.retention["raw"] = "30d" }
    let rows = TrackingRow.samples(500)
    try await workspace.ingest(rows)
    let path = workspace.folder.file("rows.csv")
    let backup = try await workspace.run("backup", workspace.folder.file("kept.db"))
    #expect(backup.status == Exit.done, "\(backup.standardError)")
    try workspace.configureWithoutServer {
      $0.retention["raw"] = "30d"
      $0.store["url"] = "\"sqlite:kept.db\""
    }
    let raw = try await workspace.run("files", "raw", path)
    #expect(raw.status == Exit.done && raw.rawOutput == rows.file(), "\(raw.standardError)")
  }
}
