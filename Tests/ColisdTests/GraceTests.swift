import Foundation
import TestSupport
import Testing

/// Files are read early and removed late: only what looks of ours, far enough apart, saw unchanged.
@Suite(.openSSH()) struct GraceTests {
  private func workspace(
    _ server: OpenSSHServer, grace: String = "10m", after: String = "delete"
  ) async throws -> Workspace {
    try await Workspace(server) {
      $0.source["after-ingest"] = after
      $0.source["grace"] = grace
      // Each line says when it was written.
      $0.log["format"] = "text"
    }
  }

  /// Drains so many seconds from now.
  private func drain(
    _ workspace: Workspace, in seconds: Int, _ status: Int32 = Exit.done,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await workspace.run(
      "--drain",
      environment: [
        "LD_PRELOAD": try await Faults.library("clock"), "CLOCK_SHIFT": "\(seconds)",
      ])
    #expect(result.status == status, "\(result.standardError)", sourceLocation: sourceLocation)
  }

  @Test(arguments: ["delete", "{ move: archive }"])
  func aFileIsReadAtOnceAndRemovedByALaterDrain(_ after: String) async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await workspace(server, after: after)
    for seconds in [0, 300] {
      try await drain(workspace, in: seconds)
      #expect(try await workspace.events().count == 5)
      #expect(try server.drop.names() == (after == "delete" ? ["a.csv"] : ["a.csv", "archive"]))
      let file = try await workspace.ledger()["a.csv"]
      #expect(file?.state == "ingested" && file.map { $0["error"] == .null } == true)
      #expect(file?.post_action.string?.contains("-pending") == true)
    }
    try await drain(workspace, in: 700)
    #expect(try server.drop.names() == (after == "delete" ? [] : ["archive"]))
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.post_action == (after == "delete" ? "deleted" : "moved:archive/a.csv"))
  }

  @Test func whatGrowsAfterItWasReadIsReadAgainAndWaitsAgain() async throws {
    let server = try OpenSSHServer.current
    let path = try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await workspace(server)
    try await drain(workspace, in: 0)
    let rest = TrackingRow.samples(5, from: 5).map { $0.line + "\n" }.joined()
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(rest.utf8))
    try handle.close()
    try await drain(workspace, in: 700)
    #expect(try server.drop.names() == ["a.csv"])
    #expect(try await workspace.events().count == 10)
    let files = try await workspace.json("files").elements
    #expect(files.map(\.post_action) == ["leave", "delete-pending"])
    try await drain(workspace, in: 1_400)
    #expect(try server.drop.names() == [])
  }

  @Test func theDaemonRemovesAtALaterPoll() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await workspace(server, grace: "8s")
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.moved")
    // It counts from when the file was seen first, and until it is read a busy machine may take seconds.
    let ingested = try #require(try daemon.times(of: "file.ingested").first)
    let moved = try #require(try daemon.times(of: "file.moved").first)
    #expect(moved - ingested >= 4, "\(daemon.log)")
    #expect(try server.drop.names() == [])
    #expect(try await daemon.end() == Exit.done)
  }

  @Test(arguments: [[], Array((TrackingRow.header + "\n").utf8)])
  func aFileWithoutRowsStaysForADay(_ bytes: [UInt8]) async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", bytes)
    let workspace = try await workspace(server, grace: "0s")
    for seconds in [0, 80_000] {
      try await drain(workspace, in: seconds)
      #expect(try server.drop.names() == ["a.csv"])
      #expect(try await workspace.ledger()["a.csv"]?.state == "ingested")
    }
    try await drain(workspace, in: 90_000)
    #expect(try server.drop.names() == [])
  }

  @Test func aClockThatWasAheadKeepsNoFileForEver() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await workspace(server)
    try await drain(workspace, in: 365 * 86_400)
    for seconds in [0, 300] {
      try await drain(workspace, in: seconds)
      #expect(try server.drop.names() == ["a.csv"])
    }
    try await drain(workspace, in: 700)
    #expect(try server.drop.names() == [])
  }

  @Test func anArchiveThatRefusesIsToldBeforeTheTimeHasCome() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    try server.drop.write("archive", "a file")
    let workspace = try await workspace(server, after: "{ move: archive }")
    try await drain(workspace, in: 0, Exit.refused)
    #expect(try await workspace.json("status").post_actions.failed == 1)
    try FileManager.default.removeItem(atPath: server.drop.file("archive"))
    try await drain(workspace, in: 60)
    #expect(try await workspace.json("status").post_actions.failed == 0)
    #expect(try await workspace.ledger()["a.csv"]?.post_action == "move-pending:archive")
  }

  /// The rows before a last line that is cut come in at once; it does when nothing more came.
  @Test(arguments: [false, true])
  func aCutLastLineWaitsForItsEnd(_ grows: Bool) async throws {
    let server = try OpenSSHServer.current
    let lines = TrackingRow.samples(5).map(\.line)
    let whole = ([TrackingRow.header] + lines).joined(separator: "\n")
    // In the middle of its time.
    let cut = grows ? String(whole.dropLast(20)) : whole
    try server.drop.write("a.csv", cut)
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "delete"
      $0.source["grace"] = "10m"
      $0.poll["settle"] = "listing"
    }
    try await drain(workspace, in: 0)
    let early = try await workspace.ledger()["a.csv"]
    #expect(early?.state == "settling" && early?.rows == 4 && early?.events_new == 4)
    #expect(early?.rejected == 0 && early?.error.names("no line end") == true)
    #expect(try await workspace.events().count == 4)

    try await drain(workspace, in: 300)
    #expect(try await workspace.ledger()["a.csv"] == early, "it is not read again meanwhile")
    if grows { try server.drop.write("a.csv", whole + "\n") }
    try await drain(workspace, in: 700)
    let late = try await workspace.ledger()["a.csv"]
    #expect(late?.state == "ingested" && late?.rows == 5 && late?.events_new == 5)
    #expect(late.map { $0["error"] == .null } == true)
    #expect(try await workspace.json("files").elements.count == 1)
    #expect(try await workspace.json("rejects").elements.isEmpty)
    // Unchanged since the first look, it may go with the reading of its last line.
    #expect(try server.drop.names() == (grows ? ["a.csv"] : []))
  }

  @Test(arguments: [("0s", "listing"), ("10m", "none")])
  func aCutLastLineIsReadAtOnceWhereNothingIsToWait(_ grace: String, _ settle: String) async throws
  {
    let server = try OpenSSHServer.current
    let lines = [TrackingRow.header] + TrackingRow.samples(5).map(\.line)
    try server.drop.write("a.csv", lines.joined(separator: "\n"))
    let workspace = try await Workspace(server) {
      $0.source["grace"] = grace
      $0.poll["settle"] = settle
    }
    try await workspace.drain()
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.state == "ingested" && file?.events_new == 5)
  }

  @Test func leaveHoldsBackWhatIsPending() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let workspace = try await workspace(server)
    try await drain(workspace, in: 0)
    var settings = try await Settings(server)
    settings.source["after-ingest"] = "leave"
    try workspace.configure(settings)
    try await drain(workspace, in: 700)
    #expect(try server.drop.names() == ["a.csv"])
  }

  @Test func whatIsPendingInOneDropIsNotTouchedInAnother() async throws {
    let server = try OpenSSHServer.current
    try server.drop.makeDirectory("one")
    try server.drop.makeDirectory("two")
    let path = try server.drop.write("one/a.csv", TrackingRow.samples(5).file())
    var settings = try await Settings(server)
    settings.source["after-ingest"] = "delete"
    settings.source["grace"] = "10m"
    settings.source["directory"] = "\"\(server.drop.file("one"))\""
    let workspace = try Workspace(settings)
    try await drain(workspace, in: 0)
    // Not there, and then there with the same size and time, but never read.
    settings.source["directory"] = "\"\(server.drop.file("two"))\""
    try workspace.configure(settings)
    try await drain(workspace, in: 700)
    #expect(try await workspace.ledger()["a.csv"]?.post_action == "delete-pending")
    try FileManager.default.copyItem(atPath: path, toPath: server.drop.file("two/a.csv"))
    try await drain(workspace, in: 800)
    #expect(try server.drop.names(in: "two") == ["a.csv"])
    #expect(try server.drop.names(in: "one") == ["a.csv"])

    settings.source["directory"] = "\"\(server.drop.file("one"))/\""
    try workspace.configure(settings)
    try await drain(workspace, in: 900)
    #expect(try server.drop.names(in: "one") == [])
    #expect(try server.drop.names(in: "two") == ["a.csv"])
  }

  @Test(arguments: [
    Array("TRK_".utf8) + [0xe9] + Array(".csv".utf8), Array("tab\t.csv".utf8),
    Array("back\\slash.csv".utf8), Array("plain.csv".utf8),
  ])
  func whatIsGoneBeforeItsTimeIsDoneWhateverItsNameIs(_ name: [UInt8]) async throws {
    let server = try OpenSSHServer.current
    try server.drop.write(name, TrackingRow.samples(5).file())
    let workspace = try await workspace(server)
    try await drain(workspace, in: 0)
    #expect(try await workspace.json("files").elements.map(\.post_action) == ["delete-pending"])
    let path = Array(server.drop.path.utf8) + [UInt8(ascii: "/")] + name + [0]
    let removed = path.withUnsafeBytes { bytes in
      bytes.bindMemory(to: CChar.self).baseAddress.map { unlink($0) }
    }
    #expect(removed == 0)
    try await drain(workspace, in: 10)
    #expect(try await workspace.json("files").elements.map(\.post_action) == ["deleted"])
  }
}
