import TestSupport
import Testing

/// `colisd held --rows` and `held --skipped`, and numbers with a wrong postcode.
@Suite struct HeldRowsTests {
  private func workspace(_ change: (inout Settings) -> Void = { _ in }) async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer(change)
    return workspace
  }

  @Test func heldRowsAreListedAsTheyCame() async throws {
    let workspace = try await workspace()
    let rows: [TrackingRow] = .stranger(3)
    try await workspace.ingest(rows + TrackingRow.samples(2, from: 10).under("C8", "EM990002"))
    let list = try await workspace.json("held", "--rows").elements
    #expect(list.count == 5)
    #expect(list.prefix(3).map(\.raw.string) == rows.map(\.line))
    #expect(list.map(\.line.integer) == [2, 3, 4, 5, 6])
    #expect(
      list[0].keys == ["account", "account_id", "reason", "received_at", "file", "line", "raw"])
    #expect(list[0].reason == "unknown-account" && list[0].account_id == "EM990001")
    let table = try await workspace.run("held", "--rows", "--limit", "2")
    #expect(table.lines.count == 3 && table.standardError == "2, and more; --limit\n")
    let of = try await workspace.run("held", "--rows", "--account-id", "EM990002", "--csv")
    #expect(of.standardOutput.split(separator: "\r\n").count == 3 && of.standardError.isEmpty)
    let exact = try await workspace.run("held", "--rows", "--limit", "5")
    #expect(exact.lines.count == 6 && exact.standardError.isEmpty)
    let nobody = try await workspace.run("held", "--rows", "--account-id", "EM1")
    #expect(nobody.status == Exit.notFound)
    for words in [["--rows", "--skipped"], ["--limit", "3"], ["--rows", "--limit", "0"]] {
      #expect(try await workspace.run(["held"] + words).status == Exit.usage, "\(words)")
    }
  }

  @Test func whereNothingIsHeldOrSkippedTheListsSaySo() async throws {
    let workspace = try await workspace()
    try await workspace.ingest(TrackingRow.samples(2))
    #expect(try await workspace.run("held", "--rows").standardOutput == "no rows are held\n")
    #expect(try await workspace.json("held", "--rows") == .array([]))
    #expect(try await workspace.run("held", "--skipped").standardOutput == "no rows were skipped\n")
  }

  @Test func whatToDoIsSaidOfAHeldParcel() async throws {
    let workspace = try await workspace()
    try await workspace.ingest(.stranger(1))
    let number = TrackingRow(parcel: 0, step: 0).parcel
    let text = try await workspace.run("parcel", number).standardOutput
    #expect(text.contains("1 row of it is held under account C7 / EM990001 (unknown-account)"))
    #expect(text.contains("colisd contracts new") && text.contains("Then it comes in"))
    let held = try await workspace.json("parcel", number).held.elements
    #expect(held.first?.next_step.string?.contains("colisd contracts new") == true)
  }

  @Test func aWrongPostcodeAfterANumberIsPointedOut() async throws {
    let workspace = try await workspace()
    let row = TrackingRow(parcel: 1, step: 0)
    try await workspace.ingest([row])
    for (postcode, agrees) in [("75013", false), ("75012", true)] {
      let shown = try await workspace.run("parcel", row.parcel, postcode)
      #expect(shown.status == Exit.done)
      #expect(shown.standardOutput.contains("is 75013, and its rows have 75012") == !agrees)
      let json = try await workspace.json("parcel", row.parcel, postcode)
      #expect(json.postcode_agrees == .bool(agrees))
    }
    #expect(try await workspace.json("parcel", row.parcel)["postcode_agrees"] == .null)
  }

  @Test func noLineOfATableIsWiderThanTheTerminal() async throws {
    let workspace = try await workspace()
    let rows: [TrackingRow] = .stranger(3)
    try await workspace.ingest(rows)
    let terminal = try PseudoTerminal(["held", "--rows"], in: workspace)
    try await terminal.waits(for: "…")
    _ = try await terminal.end()
    let lines = terminal.shown.split(whereSeparator: \.isNewline)
    #expect(lines.count >= 4 && lines.allSatisfy { $0.count <= 80 }, "\(terminal.shown)")
    let piped = try await workspace.run("held", "--rows").lines
    #expect(piped.last?.hasSuffix(rows[2].line) == true)
  }
}
