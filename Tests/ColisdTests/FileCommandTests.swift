import Foundation
import TestSupport
import Testing

/// Files that somebody has to look after: read again, or taken off the list.
@Suite(.openSSH()) struct FileCommandTests {
  private static let mostlyBad = Array(
    ([TrackingRow.header, TrackingRow(parcel: 1, step: 0).line, "?", "!"].joined(separator: "\n")
      + "\n").utf8)

  private func workspace(_ server: OpenSSHServer) async throws -> Workspace {
    try await Workspace(server) { $0.source["after-ingest"] = "delete" }
  }

  @Test func aFileOfMostlyRejectsStaysUntilItIsDismissed() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", Self.mostlyBad)
    let workspace = try await workspace(server)
    try await workspace.drain(Exit.incomplete)
    try await workspace.drain()
    #expect(try server.drop.names() == ["a.csv"])
    var file = try await workspace.ledger()["a.csv"]
    #expect(file?.state == "ingested" && file?.rejected == 2)
    #expect(file?.error.names("stays on the server", "files dismiss") == true, "\(file as Any)")

    let result = try await workspace.run("files", "dismiss", "a.csv")
    #expect(result.status == Exit.done, "\(result.standardError)")
    file = try await workspace.ledger()["a.csv"]
    #expect(file?.state == "dismissed" && file?.dismissed_by.string?.isEmpty == false)
    #expect(file?.dismissed_at.string?.hasPrefix("20") == true)
    try await workspace.drain()
    #expect(try server.drop.names() == [])
    #expect(try await workspace.ledger()["a.csv"]?.post_action == "deleted")
    #expect(try await workspace.json("files", "--state", "dismissed").elements.count == 1)
  }

  @Test func aLayoutThatFitsReadsAFileAgain() async throws {
    let server = try OpenSSHServer.current
    let example = try Data(
      contentsOf: samples.appending(path: "layouts/with-trailer.example.csv"))
    try server.drop.write("a.csv", example)
    let workspace = try await workspace(server)
    try await workspace.drain(Exit.incomplete)
    #expect(try await workspace.ledger()["a.csv"]?.state == "failed")
    var settings = try await Settings(server)
    settings.source["after-ingest"] = "delete"
    settings.layout = ["file": "layouts/with-trailer.yaml"]
    try workspace.configure(settings)
    let drain = try await workspace.drain()
    #expect(drain.lines("file.retried").count == 1 && drain.standardError.contains("files=1"))
    let files = try await workspace.json("files").elements
    #expect(files.map(\.state) == ["ingested"] && files.allSatisfy { $0["error"] == .null })
    #expect(try server.drop.names() == [])
    let gone = try await workspace.run("files", "retry", "a.csv")
    #expect(gone.status == 66 && gone.standardError.contains("was deleted"))
  }

  @Test func aMendedLayoutReadsAFileOfMostlyRejectsByItself() async throws {
    let server = try OpenSSHServer.current
    let lines = TrackingRow.samples(5).enumerated().map { index, row in
      // One that the layout can read as it is.
      index > 0 ? row.line : row.line.replacing("01/08/2026", with: "2026-08-01")
    }
    try server.drop.write(
      "a.csv", ([TrackingRow.header] + lines).map { $0 + "\n" }.joined())
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "delete"
      $0.source["grace"] = "10m"
      $0.layout = ["file": "layouts/mine.yaml"]
    }
    func write(times: String) throws {
      let layout = try String(
        contentsOf: samples.appending(path: "layouts/colisprive.yaml"), encoding: .utf8)
      try workspace.folder.write(
        "layouts/mine.yaml",
        layout.replacing("time-formats: [auto]", with: "time-formats: \(times)"))
    }
    func drain(in seconds: Int, _ status: Int32 = Exit.done) async throws -> ProcessResult {
      let result = try await workspace.run(
        "--drain",
        environment: [
          "LD_PRELOAD": try await Faults.library("clock"), "CLOCK_SHIFT": "\(seconds)",
        ])
      #expect(result.status == status, "\(result.standardError)")
      return result
    }
    try write(times: "[\"yyyy-MM-dd HH:mm:ss\"]")
    _ = try await drain(in: 0, Exit.incomplete)
    _ = try await drain(in: 700)
    var file = try await workspace.ledger()["a.csv"]
    #expect(file?.rejected == 4 && file?.events_new == 1)
    #expect(file?.error.names("stays on the server", "correct the layout") == true)
    // Another one that is no better is tried once.
    try write(times: "[\"yyyy-MM-dd HH:mm:ss\", \"yyyyMMdd\"]")
    #expect(try await drain(in: 800, Exit.incomplete).lines("file.retried").count == 1)
    #expect(try await drain(in: 900).lines("file.started").isEmpty)
    #expect(try server.drop.names() == ["a.csv"])
    #expect(try await workspace.json("rejects").elements.count == 4)

    try write(times: "[auto]")
    #expect(try await drain(in: 1_000).lines("file.retried").count == 1)
    file = try await workspace.ledger()["a.csv"]
    #expect(file?.state == "ingested" && file?.rows == 5 && file?.rejected == 0)
    #expect(file?.post_action == "deleted", "it was seen unchanged for long enough")
    #expect(try await workspace.events().count == 5)
    #expect(try await workspace.json("rejects").elements.isEmpty)
    #expect(try await workspace.json("files").elements.count == 1)
    #expect(try server.drop.names() == [])
  }

  @Test func aFileIsReadAgainWhenSomebodyAsks() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", "<html>\n")
    let workspace = try await workspace(server)
    try await workspace.drain(Exit.incomplete)
    try await workspace.drain()
    let result = try await workspace.run("files", "retry", "a.csv")
    #expect(result.status == Exit.done, "\(result.standardError)")
    let again = try await workspace.run("files", "retry", "a.csv")
    #expect(again.status == Exit.done && again.standardOutput.contains("already"))
    try await workspace.drain(Exit.incomplete)
    #expect(try await workspace.ledger()["a.csv"]?.state == "failed")
  }

  @Test func aDismissedFailureStaysOnTheServerUntilItChanges() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", "<html>\n")
    let workspace = try await workspace(server)
    try await workspace.drain(Exit.incomplete)
    #expect(try await workspace.run("files", "dismiss", "a.csv").status == Exit.done)
    try await workspace.drain()
    #expect(try server.drop.names() == ["a.csv"])
    let twice = try await workspace.run("files", "dismiss", "a.csv")
    #expect(twice.status == 66 && twice.standardError.contains("is dismissed"))
    let unknown = try await workspace.run("files", "retry", "b.csv")
    #expect(unknown.status == 66 && unknown.standardError.contains("b.csv"))

    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    try await workspace.drain()
    #expect(try server.drop.names() == [])
    #expect(
      try await workspace.json("files").elements.map(\.state) == ["dismissed", "ingested"])
  }

  @Test func bothWorkBesideARunningDaemon() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", Self.mostlyBad)
    try server.drop.write("b.csv", "<html>\n")
    let workspace = try await workspace(server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.failed")
    try await daemon.waits(for: "file.ingested")
    let retry = try await workspace.run("files", "retry", "b.csv")
    #expect(retry.status == Exit.done, "\(retry.standardError)")
    try await daemon.waits(for: "file.failed", count: 2)
    let dismiss = try await workspace.run("files", "dismiss", "a.csv")
    #expect(dismiss.status == Exit.done, "\(dismiss.standardError)")
    try await daemon.waits(for: "file.moved")
    #expect(try server.drop.names() == ["b.csv"])
    #expect(try await daemon.end() == Exit.done)
    #expect(try await workspace.events().count == 1)
  }
}
