import TestSupport
import Testing

/// What is said of parcels whose rows are held or could not be read, and of what a list leaves out.
@Suite struct KeptMentionsTests {
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    return workspace
  }

  @Test func aParcelOfWhichRowsAreHeldIsNotDenied() async throws {
    let workspace = try workspace()
    try await workspace.ingest(.stranger(6))
    let number = TrackingRow(parcel: 0, step: 0).parcel
    let shown = try await workspace.run("parcel", number)
    #expect(shown.status == Exit.done && shown.standardError.isEmpty)
    for word in [number, "5 rows", "held", "C7 / EM990001", "unknown-account", "colisd contracts"] {
      #expect(shown.standardOutput.contains(word), "\(word): \(shown.standardOutput)")
    }
    let json = try await workspace.json("parcel", number)
    #expect(json.parcel == .string(number) && json.events == .array([]))
    // No code of it is unknown to the map: there is none yet.
    #expect(json.status.isNull && json.sendcloud.isNull && json.aftership.isNull)
    #expect(json.account_id == "EM990001")
    let held = try #require(json.held.elements.first)
    #expect(held.rows == 5 && held.reason == "unknown-account" && held.line == 2)
    // Under another account nothing of it is held, and of other numbers neither.
    for other in [["--account-id", "EM1", number], ["009900000000"]] {
      let missing = try await workspace.run(["parcel"] + other)
      #expect(missing.status == Exit.notFound && missing.standardOutput.isEmpty)
    }
  }

  @Test func heldRowsOfAKnownParcelAreNamedToo() async throws {
    let workspace = try workspace()
    let rows = TrackingRow.samples(2)
    try await workspace.ingest(rows + rows.under("C7", "EM990001"))
    let json = try await workspace.json("parcel", rows[0].parcel)
    #expect(json.account_id == "EM180619" && json.events.elements.count == 2)
    #expect(json.held.elements.map(\.rows) == [2] && json.rejected == 0)
    let text = try await workspace.run("parcel", rows[0].parcel).standardOutput
    #expect(text.contains("2 rows of it are held under account C7 / EM990001"))
  }

  @Test func aNumberOfWhichALineCouldNotBeReadSaysSo() async throws {
    let workspace = try workspace()
    var row = TrackingRow(parcel: 0, step: 0)
    row.date = "31/02/2026"
    let file = try workspace.folder.write("a.csv", [row].file())
    #expect(try await workspace.run("ingest", file).status == Exit.incomplete)
    let missing = try await workspace.run("parcel", row.parcel)
    #expect(missing.status == Exit.notFound)
    for word in ["date-malformed", ":2", "colisd rejects"] {
      #expect(missing.standardError.contains(word), "\(missing.standardError)")
    }
  }

  @Test func aListSaysWhatItCutOff() async throws {
    let workspace = try workspace()
    try await workspace.ingest(TrackingRow.samples(30))
    let cut = try await workspace.run("parcels", "--limit", "4")
    #expect(cut.standardError == "4 of 6; --limit\n" && cut.lines.count == 5)
    let json = try await workspace.run("parcels", "--json", "--limit", "4")
    #expect(json.standardError == "4 of 6; --limit\n")
    for whole in [["--limit", "6"], [], ["--limit", "4", "--status", "announced"]] {
      #expect(try await workspace.run(["parcels"] + whole).standardError.isEmpty)
    }
  }
}
