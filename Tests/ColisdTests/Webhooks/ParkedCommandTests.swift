import TestSupport
import Testing

/// `colisd webhooks parked` and `webhooks replay --parked`, without a daemon that delivers.
@Suite struct ParkedCommandTests {
  /// How sentences end while nobody delivers.
  private static let idle = "; no daemon runs: start colisd"

  /// What is left of it is parked: of each parcel the first event.
  private static let park = """
    INSERT INTO open_delivery
      SELECT 'shop', min(e.seq), p.number, 1, 1787910130, 10, 422, 'it answered with status 422',
        'no order' || char(27, 10) || 'more'
      FROM parcel p JOIN event e ON e.parcel = p.id GROUP BY p.id
    """

  /// Two events of each parcel, all of which `shop` has got to, and the first of each is parked. Nobody has begun to
  /// deliver to `erp`.
  private func workspace(parcels: Int) async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configure(endpoints: ["shop", "erp"])
    try await workspace.ingest(
      (1...parcels).flatMap { parcel in [0, 1].map { TrackingRow(parcel: parcel, step: $0) } })
    let begin = try await workspace.run(
      "webhooks", "replay", "shop", "--from", "\(2 * parcels + 1)")
    try #require(begin.status == Exit.done, "\(begin.standardError)")
    try await workspace.changeStore(Self.park)
    return workspace
  }

  private func replay(
    _ workspace: Workspace, _ name: String = "shop",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let result = try await workspace.run("webhooks", "replay", name, "--parked")
    #expect(result.status == Exit.done, "\(result.standardError)", sourceLocation: sourceLocation)
    return result.lines.joined(separator: "\n")
  }

  // MARK: The list

  @Test func allThatIsParkedIsListed() async throws {
    // More than are read at once.
    let workspace = try await workspace(parcels: 1_203)
    let all = try await workspace.json("webhooks", "parked").elements
    #expect(all.count == 1_203 && Set(all.map(\.parcel.string)).count == 1_203)
    #expect(all.compactMap(\.seq.integer) == all.compactMap(\.seq.integer).sorted())
    let first = try #require(all.first)
    #expect(
      first.keys == [
        "endpoint", "seq", "parcel", "parked_at", "tries", "status", "reason", "answer",
      ])
    #expect(first.endpoint == "shop" && first.seq == 1 && first.status == 422)
    #expect(first.parked_at == "2026-08-28T09:42:10Z" && first.answer == "no order\u{1b}\nmore")
    #expect(try await workspace.json("webhooks", "parked", "shop").elements == all)
    #expect(try await workspace.json("webhooks", "parked", "erp") == .array([]))

    let csv = try await workspace.run("webhooks", "parked", "shop", "--csv")
    let rows = csv.standardOutput.split(separator: "\r\n")
    #expect(rows.count == 1_204 && csv.standardError.isEmpty)
    #expect(rows.first == "\u{feff}endpoint;seq;parcel;parked_at;tries;status;reason;answer")
    #expect(rows.last?.hasSuffix(#";no order\u{1B}\nmore"#) == true, "\(rows.last ?? "")")
    let table = try await workspace.run("webhooks", "parked")
    #expect(table.lines.count == 1_204)
    #expect(table.lines.filter { $0.hasPrefix("endpoint ") }.count == 1)
    #expect(table.lines.last?.hasSuffix(#"no order\u{1B}"#) == true, "\(table.lines.last ?? "")")
  }

  @Test(arguments: [[], ["--json"], ["--csv"]])
  func whatALimitCutsOffIsSaid(_ form: [String]) async throws {
    let workspace = try await workspace(parcels: 5)
    let cut = try await workspace.run(["webhooks", "parked", "--limit", "2"] + form)
    #expect(cut.status == Exit.done && cut.standardError == "2 of 5; --limit\n")
    let whole = try await workspace.run(["webhooks", "parked", "--limit", "5"] + form)
    #expect(whole.standardError.isEmpty)
    #expect(cut.standardOutput.utf8.count < whole.standardOutput.utf8.count)
    let none = try await workspace.run(["webhooks", "parked", "--limit", "0"] + form)
    #expect(none.status == Exit.usage)
  }

  @Test func whereNothingIsParkedThatIsSaid() async throws {
    let workspace = try await workspace(parcels: 1)
    let text = try await workspace.run("webhooks", "parked", "erp")
    #expect(text.status == Exit.done && text.standardOutput == "nothing is parked\n")
    let csv = try await workspace.run("webhooks", "parked", "erp", "--csv")
    #expect(
      csv.standardOutput.hasSuffix("endpoint;seq;parcel;parked_at;tries;status;reason;answer\r\n"))
  }

  @Test func theListOfEndpointsSaysHowToSeeTheRest() async throws {
    let workspace = try await workspace(parcels: 22)
    let text = try await workspace.run("webhooks").standardOutput
    for words in [
      "shop: 22 parked; once the cause is mended, colisd webhooks replay shop --parked sends them",
      "and 2 more of shop: colisd webhooks parked shop\n",
    ] {
      #expect(text.contains(words), "\(text)")
    }
  }

  /// Its entries are parked still, and may be sent again once it is back in the configuration.
  @Test func whatIsConfiguredNoMoreIsListedToo() async throws {
    let workspace = try await workspace(parcels: 2)
    try workspace.configure(endpoints: ["erp"])
    #expect(try await workspace.json("webhooks", "parked", "shop").elements.count == 2)
    #expect(try await workspace.json("webhooks", "parked").elements.count == 2)
  }

  // MARK: Sent again

  @Test func eachParcelWithAParkedEntryIsSentAgainWhole() async throws {
    // More than are taken up at once.
    let workspace = try await workspace(parcels: 1_203)
    #expect(
      try await replay(workspace) == "shop gets 2,406 entries of 1,203 parcels again" + Self.idle)
    let shop = try await workspace.json("webhooks").elements.first
    #expect(shop?.parked == 0 && shop?.waiting == 2_406 && shop?.position == 2_406)
    #expect(try await workspace.json("webhooks", "parked") == .array([]))
    #expect(try await replay(workspace) == "shop has nothing parked" + Self.idle)
    #expect(try await replay(workspace, "erp") == "erp has nothing parked" + Self.idle)
    let check = try await workspace.run("store", "check")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  /// As after an interruption: some of them wait already.
  @Test func whatWaitsAlreadyIsNotTakenUp() async throws {
    let workspace = try await workspace(parcels: 4)
    let parcel = TrackingRow(parcel: 2, step: 0).parcel
    let one = try await workspace.run("webhooks", "replay", "shop", "--parcel", parcel)
    #expect(one.lines == ["shop gets 2 entries of parcel \(parcel) again" + Self.idle])
    try await workspace.changeStore(
      "UPDATE open_delivery SET at = 1787910130, tries = 3 WHERE parcel = '\(parcel)' AND seq = 3")
    #expect(try await replay(workspace) == "shop gets 6 entries of 3 parcels again" + Self.idle)
    try await workspace.changeStore("DELETE FROM open_delivery WHERE tries <> 3")
    let shop = try await workspace.json("webhooks").elements.first
    #expect(shop?.waiting == 1 && shop?.parked == 0)
  }

  @Test func whatRetentionHasDeletedIsNotPromised() async throws {
    let workspace = try Workspace()
    try workspace.configure(endpoints: ["shop"])
    try await workspace.ingest(TrackingRow.samples(10))
    let begin = try await workspace.run("webhooks", "replay", "shop", "--from", "11")
    try #require(begin.status == Exit.done, "\(begin.standardError)")
    let parcel = TrackingRow(parcel: 0, step: 0).parcel
    for seq in [1, 4] {
      try await workspace.changeStore(
        "INSERT INTO open_delivery VALUES('shop', \(seq), '\(parcel)', 1, 9, 10, 422, 'no', NULL)")
    }
    try workspace.configure(endpoints: ["shop"]) { $0.retention["events"] = "30d" }
    // The first two events of each parcel go.
    let prune = try await workspace.run("prune", at: try Moment("2026-09-02T12:00:00+02:00"))
    try #require(prune.standardOutput.hasPrefix("4 events"), "\(prune.standardError)")
    #expect(
      try await replay(workspace)
        == "shop gets 3 entries of 1 parcel again; 1 entry that was parked can't be sent: "
        + "retention has deleted it" + Self.idle)
    // Whoever delivers closes the one that is no more.
    let shop = try await workspace.json("webhooks").elements.first
    #expect(shop?.parked == 0 && shop?.waiting == 4)
  }
}
