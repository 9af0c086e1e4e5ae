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
    try await workspace.drain()
    #expect(try await workspace.ledger()["a.csv"]?.state == "failed")

    let result = try await workspace.run("files", "retry", "a.csv")
    #expect(result.status == Exit.done, "\(result.standardError)")
    let again = try await workspace.run("files", "retry", "a.csv")
    #expect(again.status == Exit.done && again.standardOutput.contains("already"))
    try await workspace.drain()
    let files = try await workspace.json("files").elements
    #expect(files.map(\.state) == ["ingested"] && files.allSatisfy { $0["error"] == .null })
    #expect(try server.drop.names() == [])
    let gone = try await workspace.run("files", "retry", "a.csv")
    #expect(gone.status == 66 && gone.standardError.contains("was deleted"))
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
