import Foundation
import TestSupport
import Testing

/// Files that the drop does not show any more.
@Suite(.openSSH()) struct GoneFileTests {
  private func remove(_ name: String, _ server: OpenSSHServer) throws {
    try FileManager.default.removeItem(atPath: server.drop.file(name))
  }

  @Test func whatWasReadGoesQuietlyAndWhatWasNotIsAnAlarmUntilItIsDismissed() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("good.csv", TrackingRow.samples(5).file())
    try server.drop.write("bad.csv", "<html>\n")
    let workspace = try await Workspace(server)
    // One of the samples is not complete, which check says.
    try FileManager.default.removeItem(
      atPath: workspace.folder.file("contracts.d/comptoir-nantes.yaml"))
    try await workspace.drain(Exit.incomplete)
    for name in ["good.csv", "bad.csv"] { try remove(name, server) }
    let first = try await workspace.drain()
    #expect(first.lines("file.gone").isEmpty)
    var ledger = try await workspace.ledger()
    #expect(ledger.mapValues(\.state) == ["good.csv": "ingested", "bad.csv": "failed"])

    let second = try await workspace.drain(Exit.incomplete)
    let told = second.lines("file.gone")
    #expect(told.count == 1 && told[0].contains("file=bad.csv"), "\(second.standardError)")
    ledger = try await workspace.ledger()
    #expect(ledger.mapValues(\.state) == ["good.csv": "gone", "bad.csv": "gone"])
    #expect(ledger["good.csv"]?["error"] == .null)
    #expect(ledger["good.csv"]?.gone_at.string?.hasPrefix("20") == true)
    #expect(ledger["bad.csv"]?.error.names("gone from the drop", "had failed") == true)
    #expect(try await workspace.json("files", "--state", "gone").elements.count == 2)

    let third = try await workspace.drain()
    #expect(third.lines("file.gone").isEmpty, "told once")
    let status = try await workspace.json("status")
    #expect(status.lost_files == 1 && status.files.gone == 2)
    let text = try await workspace.run("status").standardOutput
    #expect(text.contains("lost files    1 file was gone") && text.contains("bad.csv"), "\(text)")
    let metrics = try await workspace.run("status", "--metrics").standardOutput
    #expect(metrics.contains("\ncolisd_files_lost 1\n"))
    let check = try await workspace.run("check")
    #expect(check.status == Exit.incomplete && check.standardOutput.contains("bad.csv"))

    let retry = try await workspace.run("files", "retry", "bad.csv")
    #expect(retry.status == 66 && retry.standardError.contains("is gone from the drop"))
    let quiet = try await workspace.run("files", "dismiss", "good.csv")
    #expect(quiet.status == 66 && quiet.standardError.contains("nothing to dismiss"))
    #expect(try await workspace.run("files", "dismiss", "bad.csv").status == Exit.done)
    #expect(try await workspace.json("status").lost_files == 0)
    #expect(try await workspace.run("check").status == Exit.done)
    #expect(try await workspace.ledger()["bad.csv"]?.state == "dismissed")
    #expect(try await workspace.events().count == 5)
  }

  @Test func aFileThatWaitsAndGoesIsLost() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await Workspace(server) { $0.poll["settle"] = "3600s" }
    try await workspace.drain()
    #expect(try await workspace.ledger()["a.csv"]?.state == "settling")
    try remove("a.csv", server)
    try await workspace.drain()
    try await workspace.drain(Exit.incomplete)
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.state == "gone" && file?.error.names("before it was read") == true)

    // It comes back, and is read.
    var settings = try await Settings(server)
    settings.poll["settle"] = "none"
    try workspace.configure(settings)
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    try await workspace.drain()
    let files = try await workspace.json("files").elements
    #expect(files.map(\.state) == ["ingested"] && files.map { $0["gone_at"] } == [.null])
    #expect(try await workspace.events().count == 5)
  }

  @Test func whatComesBackAsItWasBringsNoEventTwice() async throws {
    let server = try OpenSSHServer.current
    func write() throws {
      let path = try server.drop.write("a.csv", TrackingRow.samples(5).file())
      var times = [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]
      #expect(utimes(path, &times) == 0)
    }
    try write()
    let workspace = try await Workspace(server)
    try await workspace.drain()
    try remove("a.csv", server)
    for _ in 0..<2 { try await workspace.drain() }
    #expect(try await workspace.ledger()["a.csv"]?.state == "gone")
    try write()
    let back = try await workspace.drain()
    #expect(back.lines("file.ingested").count == 1)
    let files = try await workspace.json("files").elements
    #expect(files.map(\.state) == ["ingested"] && files.map(\.events_new) == [5])
    #expect(try await workspace.events().count == 5)
  }

  @Test func whatColisdRemovesIsNotGone() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await Workspace(server) { $0.source["after-ingest"] = "delete" }
    for _ in 0..<4 { try await workspace.drain() }
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.state == "ingested" && file?.post_action == "deleted")
  }

  @Test func aDaemonTellsItOnce() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("bad.csv", "<html>\n")
    let workspace = try await Workspace(server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.failed")
    try remove("bad.csv", server)
    try await daemon.waits(for: "file.gone")
    try await Task.sleep(for: .seconds(3))
    #expect(daemon.lines("file.gone").count == 1, "\(daemon.log)")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func whatTheConfigurationLeavesOutIsNotGone() async throws {
    let server = try OpenSSHServer.current
    try server.drop.makeDirectory("below")
    for name in ["bad.csv", "below/bad.csv", "old.txt"] {
      try server.drop.write(name, "<html>\n")
    }
    let workspace = try await Workspace(server) {
      $0.source["recursive"] = "true"
      $0.source["include"] = "[\"*.csv\", \"*.txt\"]"
    }
    try await workspace.drain(Exit.incomplete)
    var settings = try await Settings(server)
    settings.source["exclude"] = "[\"bad*\"]"
    try workspace.configure(settings)
    for _ in 0..<3 { try await workspace.drain() }
    let ledger = try await workspace.ledger()
    #expect(ledger.count == 3 && ledger.values.allSatisfy { $0.state == "failed" }, "\(ledger)")
  }
}

/// The same with folders that may not be read.
@Suite(.unprivilegedOpenSSH) struct GoneFolderTests {
  @Test func aFolderThatCannotBeListedSaysNothingAndOneThatIsGoneDoes() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    for folder in ["day", "day/hour"] { try server.drop.makeDirectory(folder) }
    for name in ["day/a.csv", "day/hour/b.csv", "c.csv"] {
      try chmod(0o644, server.drop.write(name, "<html>\n"))
    }
    let workspace = try await Workspace(server) { $0.source["recursive"] = "true" }
    try await workspace.drain(Exit.incomplete)
    try chmod(0, server.drop.file("day"))
    for _ in 0..<3 { _ = try await workspace.run("--drain") }
    var ledger = try await workspace.ledger()
    #expect(ledger.count == 3 && ledger.values.allSatisfy { $0.state == "failed" }, "\(ledger)")

    try chmod(0o777, server.drop.file("day"))
    try FileManager.default.removeItem(atPath: server.drop.file("day"))
    try await workspace.drain()
    let told = try await workspace.drain(Exit.incomplete).lines("file.gone")
    #expect(told.count == 2, "\(told)")
    ledger = try await workspace.ledger()
    #expect(
      ledger.mapValues(\.state)
        == ["day/a.csv": "gone", "day/hour/b.csv": "gone", "c.csv": "failed"])
  }
}
