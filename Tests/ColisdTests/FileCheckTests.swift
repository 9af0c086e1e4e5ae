import Foundation
import TestSupport
import Testing

/// `colisd check FILE` says row by row what would happen, and changes nothing.
@Suite struct FileCheckTests {
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.folder.write("colisd.yaml", ConfigurationRefusalTests.good)
    return workspace
  }

  private func check(
    _ workspace: Workspace, _ arguments: String...
  ) async throws -> (status: Int32, report: JSONValue) {
    let result = try await workspace.run(["check", "--json"] + arguments)
    return (result.status, try JSONValue(result.standardOutput))
  }

  /// One row of each fate; the first one is in the store.
  private let rows: [TrackingRow] = {
    var rows = [1, 2, 2, 3, 4, 5].map { TrackingRow(parcel: $0, step: 4) }
    rows[3].accountID = "XX000001"
    rows[4].date = "31/02/2026"
    rows[5].code = "ZZ9"
    rows[5].label = "Flashage hors boucle"
    return rows
  }()

  @Test func eachRowHasItsRuleItsVerdictAndWhatTheStoreHas() async throws {
    let workspace = try workspace()
    try workspace.folder.write("before.csv", [rows[0]].text())
    try workspace.folder.write("a.csv", rows.text())
    let path = workspace.folder.file("before.csv")
    #expect(try await workspace.run("ingest", path).status == Exit.done)
    let (status, report) = try await check(workspace, workspace.folder.file("a.csv"))
    #expect(status == Exit.incomplete)
    let lines = report.rows.elements
    #expect(lines.map(\.line.integer) == [2, 3, 4, 5, 6, 7])
    #expect(
      lines.map(\.fate.string) == ["stored", "new", "repeated", "held", "rejected", "new"])
    let stored = try #require(lines.first?.stored)
    #expect(stored.file.string == path)
    #expect(stored.line.integer == 2)
    #expect(lines[2].same_as_line.integer == 3)
    #expect(lines[3].reason_against == "unknown-account")
    #expect(lines[4].reason_against == "date-malformed")
    #expect(lines[4].raw.string == rows[4].line)
    #expect(lines[1].contract == "dupont")
    #expect(lines[1].service == "home-fr")
    #expect(lines[1].status == "delivered")
    #expect(lines[1].mode == "letterbox")
    // The place of the rule in the file of the map.
    let map = try String(
      contentsOfFile: workspace.folder.file("status-map.yaml"), encoding: .utf8)
    let number = try #require(
      map.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.hasPrefix("  LIV:") })
    let place = try #require(lines[1].rule_at.string)
    #expect(place.hasSuffix("status-map.yaml:\(number + 1):8"), "\(place)")
    #expect(lines[5].rule_at == .null)
    #expect(lines[5].status == "unmapped")
    let counts = report.counts
    #expect(
      [
        counts.rows, counts.new, counts.stored, counts.repeated, counts.held, counts.skipped,
        counts.rejected, counts.unmapped,
      ].map(\.integer) == [6, 2, 1, 1, 1, 0, 1, 1])
    // It was only a look.
    let events = try await workspace.events()
    #expect(events.count == 1)
    #expect(try await workspace.ledger().count == 1)
    let again = try await check(workspace, path)
    #expect(again.status == Exit.done)
    #expect(
      again.report.notes.elements.contains {
        $0.string?.contains("read this file already") == true
      })
  }

  /// What is one event and what is not is decided twice, here and in the store.
  @Test func whatIsForetoldIsWhatHappens() async throws {
    let workspace = try workspace()
    let drop = samples.appending(path: "drop")
    let names = try FileManager.default.contentsOfDirectory(atPath: drop.path).sorted()
      .filter { !$0.hasSuffix(".filepart") }
    #expect(names.count == 11)
    for name in names {
      let file = drop.appending(path: name).path
      let (_, report) = try await check(workspace, file)
      _ = try await workspace.run("ingest", file)
      let ledger = try await workspace.ledger()
      let row = try #require(ledger.first { $0.key.hasSuffix(name) }?.value, "\(name)")
      let counts = report.counts
      let repeated = (counts.stored.integer ?? 0) + (counts.repeated.integer ?? 0)
      let foretold = [
        counts.rows.integer, counts.new.integer, repeated, counts.held.integer,
        counts.rejected.integer,
      ]
      let happened = ["rows", "events_new", "events_repeated", "held", "rejected"].map {
        row[$0]?.integer
      }
      #expect(foretold == happened, "\(name)")
    }
  }

  @Test func thereNeedBeNoStoreAndNoneIsMade() async throws {
    let workspace = try workspace()
    try workspace.folder.write("a.csv", [rows[0]].text())
    let (status, report) = try await check(workspace, workspace.folder.file("a.csv"))
    #expect(status == Exit.done)
    #expect(report.counts.new == 1)
    #expect(report.notes.elements.contains { $0.string?.contains("no store yet") == true })
    #expect(!workspace.folder.holds("colisd.db"))
  }

  @Test(.openSSH()) func aDaemonMayRunMeanwhile() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("first.csv", [rows[0]].text())
    let workspace = try await Workspace(server)
    try workspace.folder.write("a.csv", [rows[0], rows[1]].text())
    let daemon = try workspace.start("run")
    try await eventually("the first event") {
      try await workspace.statusIfThere()?.events.integer == 1
    }
    let (status, report) = try await check(workspace, workspace.folder.file("a.csv"))
    #expect(status == Exit.done)
    #expect(report.rows.elements.map(\.fate.string) == ["stored", "new"])
    #expect(report.rows.elements.first?.stored.file.string == "first.csv")
    _ = daemon
  }

  @Test func whatIsCutOffIsSaid() async throws {
    let workspace = try workspace()
    try workspace.folder.write("a.csv", TrackingRow.samples(5).text())
    let result = try await workspace.run(
      "check", "--limit", "2", workspace.folder.file("a.csv"))
    #expect(result.status == Exit.done)
    #expect(result.standardError == "2 of 5 rows are shown; --limit\n")
    #expect(
      result.standardOutput.contains("\n5 rows: 5 new, 0 in the store already"),
      "\(result.standardOutput)")
    #expect(result.standardOutput.contains("status-map.yaml:"), "\(result.standardOutput)")
  }

  @Test func theColumnsThatAreFoundAreNamed() async throws {
    let workspace = try workspace()
    let file = samples.appending(path: "drop/TRK_20260827_140000.csv").path
    let (_, report) = try await check(workspace, file)
    var found: [String: String] = [:]
    for column in report.columns.elements {
      found[column.column.string ?? ""] = column.found.string
    }
    #expect(found["parcel"] == "CPPclCode (5)")
    #expect(found["code"] == "stscode (3)")
    #expect(report.unused_columns.elements.map(\.string) == ["Poids"])
  }

  @Test func aFileThatWouldFailSaysWhy() async throws {
    let workspace = try workspace()
    let file = samples.appending(path: "drop/TRK_20260829_070000.csv").path
    let (status, report) = try await check(workspace, file)
    #expect(status == Exit.incomplete)
    #expect(report.failure.string?.hasPrefix("not a tracking file") == true)
    #expect(report.ok == .bool(false))
  }

  @Test func anArchiveWithoutFilesIsAFailure() async throws {
    let workspace = try workspace()
    let empty = Array("PK".utf8) + [5, 6] + [UInt8](repeating: 0, count: 18)
    try workspace.folder.write("a.zip", empty)
    let (status, report) = try await check(workspace, workspace.folder.file("a.zip"))
    #expect(status == Exit.incomplete)
    #expect(report.failure.string?.hasPrefix("it has no files in it") == true)
  }

  @Test func whatDoesNotFitTheCommandIsRefused() async throws {
    let workspace = try workspace()
    let missing = try await workspace.run("check", workspace.folder.file("none.csv"))
    #expect(missing.status == Exit.notFound, "\(missing.standardError)")
    for words in [["--connect", "a.csv"], ["--limit", "0", "a.csv"], ["--source", "x"]] {
      #expect(try await workspace.run(["check"] + words).status == Exit.usage, "\(words)")
    }
  }
}
