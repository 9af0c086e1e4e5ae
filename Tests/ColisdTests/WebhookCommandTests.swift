import Foundation
import TestSupport
import Testing

/// `colisd webhooks`, `webhooks replay` and `webhooks resume`, without a daemon that delivers.
@Suite struct WebhookCommandTests {
  private static let parcel = "990000000001"
  /// How sentences end while nobody delivers.
  private static let idle = "; no daemon runs: start colisd"
  /// How far back what is sent again goes.
  private static let limit = ", not older than 30d (max-age)"

  /// With four entries: two events of two parcels.
  private func workspace(_ endpoints: String...) async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configure(endpoints: endpoints)
    try await workspace.ingest(
      [1, 2].flatMap { parcel in
        [0, 1].map { TrackingRow(parcel: parcel, step: $0) }
      })
    return workspace
  }

  private func state(_ name: String, _ workspace: Workspace) async throws -> JSONValue {
    try await workspace.json("webhooks").elements.first { $0.name.string == name } ?? .null
  }

  private func replay(
    _ workspace: Workspace, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let result = try await workspace.run(["webhooks", "replay", "shop"] + words)
    #expect(
      result.status == Exit.done, "\(result.standardError)", sourceLocation: sourceLocation)
    return result.standardOutput.trimmingCharacters(in: .newlines)
  }

  // MARK: The list

  @Test func withoutEndpointsThereIsASentenceAndAnEmptyList() async throws {
    let workspace = try await workspace()
    #expect(try await workspace.run("webhooks").standardOutput == "no webhooks\n")
    #expect(try await workspace.json("webhooks") == .array([]))
    let csv = try await workspace.run("webhooks", "list", "--csv")
    #expect(csv.status == Exit.done && csv.standardOutput.contains("name;server;state;position;"))
    #expect(try await workspace.json("status").webhooks == .array([]))
  }

  @Test func aNewEndpointIsListedInTheOrderOfTheConfiguration() async throws {
    let workspace = try await workspace("shop", "erp")
    let list = try await workspace.json("webhooks").elements
    #expect(list.map(\.name) == ["shop", "erp"])
    let shop = try #require(list.first)
    #expect(shop.server == "https://shop.example.net" && shop.state == "new")
    #expect(shop.position.isNull && shop.last_seq == 4 && shop.behind == 0)
    #expect(shop.parked_deliveries == .array([]) && shop.waiting_deliveries == .array([]))
    let text = try await workspace.run("webhooks")
    #expect(text.status == Exit.done)
    #expect(text.standardOutput.contains("shop: nothing was delivered yet"))
    #expect(!text.standardOutput.contains("never-shown"), "a URL may be a secret")
    // Nobody has to do anything about it.
    #expect(!(try await workspace.run("status").standardOutput.contains("webhook ")))
    let known = try await workspace.json("status").webhooks.elements
    #expect(known.map(\.name) == ["shop", "erp"])
    #expect(
      known.allSatisfy {
        $0["parked_deliveries"] == nil && $0["waiting_deliveries"] == nil && $0.state == "new"
      })
  }

  // MARK: Replay from an entry on

  @Test func aNewEndpointBeginsWhereItIsTold() async throws {
    let workspace = try await workspace("shop")
    #expect(
      try await replay(workspace, "--from", "2")
        == "shop begins at 2: it gets what it wants of 3 entries, and of what comes" + Self.limit
        + Self.idle)
    let shop = try await state("shop", workspace)
    #expect(shop.state == "delivering" && shop.position == 1 && shop.behind == 3)
    #expect(shop.pending_since.string != nil && shop.pending_since == shop.caught_up_at)
    #expect(
      try await replay(workspace, "--from", "2")
        == "shop has got up to 1, so 2 is sent without that" + Self.idle)
    // Back to what it was not sent before.
    #expect(
      try await replay(workspace, "--from", "1")
        == "shop gets what it wants of 1 entry again, from 1 on" + Self.limit + Self.idle)
    #expect(try await state("shop", workspace).position == 0)
  }

  @Test func aPositionOfThisStoreIsTakenAndOthersAreRefused() async throws {
    let workspace = try await workspace("shop")
    let id = try #require(try await workspace.json("status").store_id.string)
    for (position, word) in [("0\(id):2", "another store"), ("6", "the last one is 4")] {
      let refused = try await workspace.run("webhooks", "replay", "shop", "--from", position)
      #expect(refused.status == Exit.usage && refused.standardOutput.isEmpty)
      #expect(refused.standardError.contains(word), "\(refused.standardError)")
    }
    #expect(try await state("shop", workspace).state == "new", "nothing was changed")
    #expect(
      try await replay(workspace, "--from", "\(id):5")
        == "shop begins with what comes next" + Self.idle)
    #expect(try await state("shop", workspace).position == 4)
  }

  @Test func whatIsNoMoreIsNotPromised() async throws {
    let workspace = try Workspace()
    try workspace.configure(endpoints: ["shop"])
    try await workspace.ingest(TrackingRow.samples(10))
    _ = try await replay(workspace, "--from", "11")
    try workspace.configure(endpoints: ["shop"]) { $0.retention["events"] = "30d" }
    // The first two events of each of two parcels go.
    let prune = try await workspace.run("prune", at: try Moment("2026-09-02T12:00:00+02:00"))
    try #require(prune.standardOutput.hasPrefix("4 events"), "\(prune.standardError)")
    #expect(
      try await replay(workspace, "--from", "1")
        == "shop gets what it wants of 8 entries again, from 3 on" + Self.limit
        + "; what was before is no more" + Self.idle)
    #expect(try await state("shop", workspace).position == 0)
  }

  // MARK: Replay of a parcel

  @Test func aParcelsEventsAndItsErasureAreSentAgain() async throws {
    let workspace = try await workspace("shop")
    let erase = try await workspace.run("erase", Self.parcel, "--yes")
    try #require(erase.status == Exit.done, "\(erase.standardError)")
    _ = try await replay(workspace, "--from", "6")
    try #require(try await state("shop", workspace).position == 5)
    // Made again it is the same.
    for _ in 1...2 {
      #expect(
        try await replay(workspace, "--parcel", Self.parcel)
          == "shop gets 3 entries of parcel \(Self.parcel) again" + Self.idle)
      let shop = try await state("shop", workspace)
      #expect(shop.position == 5 && shop.waiting == 3 && shop.pending_since.string != nil)
    }
    #expect(
      try await replay(workspace, "--parcel", "990000000002 75012")
        == "shop gets 2 entries of parcel 990000000002 again" + Self.idle)
    // All of that is in what comes again anyway.
    #expect(
      try await replay(workspace, "--from", "1")
        == "shop gets what it wants of 5 entries again, from 1 on" + Self.limit + Self.idle)
    let shop = try await state("shop", workspace)
    #expect(shop.position == 0 && shop.waiting == 0 && shop.behind == 5)
  }

  @Test func whatItHasNotGotToYetComesByItself() async throws {
    let workspace = try await workspace("shop")
    let early = try await workspace.run("webhooks", "replay", "shop", "--parcel", Self.parcel)
    #expect(early.status == Exit.notFound && early.standardError.contains("--from"))
    _ = try await replay(workspace, "--from", "1")
    #expect(
      try await replay(workspace, "--parcel", Self.parcel)
        == "shop has got up to 0, so what there is of parcel \(Self.parcel) is sent without that"
        + Self.idle)
    let nobodys = try await workspace.run("webhooks", "replay", "shop", "--parcel", "999999999999")
    #expect(nobodys.status == Exit.notFound && nobodys.standardError.contains("999999999999"))
  }

  // MARK: Resume

  @Test func aStoppedEndpointIsNamedAndResumed() async throws {
    let workspace = try await workspace("shop")
    _ = try await replay(workspace, "--from", "5")
    try await workspace.changeStore(
      "UPDATE endpoint SET stopped_at = 1787910130, delivered = 4, last_delivery = 1787910100",
      """
      INSERT INTO open_delivery VALUES('shop', 1, '\(Self.parcel)', 1, 1787910130, 10, 422,
        'it answered with status 422', 'no order' || char(27, 10) || 'more')
      """)
    let shop = try await state("shop", workspace)
    #expect(shop.state == "stopped" && shop.stopped_at == "2026-08-28T09:42:10Z")
    #expect(shop.delivered == 4 && shop.parked == 1 && shop.waiting == 0)
    let parked = try #require(shop.parked_deliveries.elements.first)
    #expect(parked.seq == 1 && parked.parcel == .string(Self.parcel) && parked.status == 422)
    #expect(parked.answer == "no order\u{1b}\nmore")
    for command in ["webhooks", "status"] {
      let text = try await workspace.run(command).standardOutput
      for words in [
        "stopped since 2026-08-28T11:42:10+02:00, as it answered 410",
        "colisd webhooks resume shop", "1 parked",
      ] {
        #expect(text.contains(words), "\(command): \(text)")
      }
      #expect(text.contains(#"no order\u{1B}"#) == (command == "webhooks"))
      #expect(!text.contains("\u{1b}") && !text.contains("more\n"))
    }
    #expect(
      try await replay(workspace, "--parcel", "990000000002")
        == "shop gets 2 entries of parcel 990000000002 again; it is stopped: "
        + "colisd webhooks resume shop has it asked again" + Self.idle)

    let resume = try await workspace.run("webhooks", "resume", "shop")
    #expect(
      resume.lines == [
        "shop is asked again: it was stopped since 2026-08-28T11:42:10+02:00; "
          + "2 entries to be tried again, 0 entries to be looked at" + Self.idle
      ])
    let after = try await state("shop", workspace)
    #expect(after.state == "delivering" && after.stopped_at.isNull)
    #expect(after.parked == 1, "what is parked stays")
    let again = try await workspace.run("webhooks", "resume", "shop")
    #expect(again.status == Exit.done)
    #expect(
      again.lines == [
        "2 waiting entries of shop are tried now; 0 entries to be looked at" + Self.idle
      ])
  }

  @Test func whatItHasRefusedIsExplainedAndTriedNow() async throws {
    let workspace = try await workspace("shop")
    _ = try await replay(workspace, "--from", "5")
    let idle = try await workspace.run("webhooks", "resume", "shop")
    #expect(
      idle.lines == [
        "shop was neither stopped nor failing; 0 entries to be tried again, "
          + "0 entries to be looked at" + Self.idle
      ])
    // The second one has not had its turn yet.
    try await workspace.changeStore(
      """
      INSERT INTO open_delivery VALUES('shop', 1, '\(Self.parcel)', 0, 1787910130, 3, 500,
        'it answered with status 500', 'oh' || char(27))
      """,
      """
      INSERT INTO open_delivery VALUES('shop', 2, '\(Self.parcel)', 0, NULL, 0, NULL, NULL, NULL)
      """)
    let waiting = try await state("shop", workspace).waiting_deliveries.elements
    let first = try #require(waiting.first)
    #expect(waiting.count == 1 && first.seq == 1 && first.parcel == .string(Self.parcel))
    #expect(first.next_try_at == "2026-08-28T09:42:10Z" && first.tries == 3 && first.status == 500)
    #expect(first.answer == "oh\u{1b}")
    let text = try await workspace.run("webhooks").standardOutput
    #expect(
      text.contains(
        "shop: 2 wait for a try; the first that was refused: \(Self.parcel), seq 1, again at "
          + "2026-08-28T11:42:10+02:00: it answered with status 500\n"), "\(text)")
    let resume = try await workspace.run("webhooks", "resume", "shop")
    #expect(
      resume.lines == [
        "2 waiting entries of shop are tried now; 0 entries to be looked at" + Self.idle
      ])
    let next = try await state("shop", workspace).waiting_deliveries.elements.first
    #expect(next?.next_try_at != first.next_try_at && next?.tries == 3)
  }

  @Test func anEndpointInAnOutageIsAskedNow() async throws {
    let workspace = try await workspace("shop")
    _ = try await replay(workspace, "--from", "1")
    try await workspace.changeStore(
      """
      UPDATE endpoint SET outage_since = 1787910130, outage_tries = 3, outage_next_at = 1787911930,
        outage_status = NULL, outage_reason = 'no answer within 15 s'
      """)
    let outage = try await state("shop", workspace).outage
    #expect(outage.tries == 3 && outage.status.isNull && outage.reason == "no answer within 15 s")
    let text = try await workspace.run("status").standardOutput
    #expect(
      text.contains(
        "webhook       shop: asked again at 2026-08-28T12:12:10+02:00: no answer within 15 s"),
      "\(text)")
    let resume = try await workspace.run("webhooks", "resume", "shop")
    #expect(
      resume.lines == [
        "shop is asked again now: it has taken nothing since 2026-08-28T11:42:10+02:00; "
          + "0 entries to be tried again, 4 entries to be looked at" + Self.idle
      ])
    #expect(try await state("shop", workspace).state == "delivering")
  }

  @Test func whatWasNeverDeliveredToNeedsNoResuming() async throws {
    let resume = try await workspace("shop").run("webhooks", "resume", "shop")
    #expect(resume.status == Exit.done)
    #expect(
      resume.lines == [
        "nothing was delivered to shop yet, so there is nothing to resume" + Self.idle
      ])
  }

  // MARK: Names

  @Test func whatIsConfiguredNoMoreIsStillThere() async throws {
    let workspace = try await workspace("shop", "erp")
    _ = try await replay(workspace, "--from", "1")
    try workspace.configure(endpoints: ["erp"])
    let list = try await workspace.json("webhooks").elements
    #expect(list.map(\.name) == ["erp", "shop"])
    let shop = try #require(list.last)
    #expect(shop.state == "unconfigured" && shop.server.isNull && shop.position == 0)
    #expect(shop.pending_since.isNull, "nothing waits where nobody delivers")
    let gone = "; it is in webhooks: of the configuration no more, so nobody delivers to it"
    let resume = try await workspace.run("webhooks", "resume", "shop")
    #expect(resume.standardOutput.hasSuffix("4 entries to be looked at\(gone)\n"))
    #expect(
      try await replay(workspace, "--from", "1")
        == "shop has got up to 0, so 1 is sent without that" + gone)
  }

  @Test(arguments: [
    ["replay", "shpo", "--from", "1"], ["replay", "shpo", "--parked"], ["resume", "shpo"],
    ["parked", "shpo"],
  ])
  func anUnknownEndpointIsNotFoundAndTheNearestIsNamed(_ words: [String]) async throws {
    let workspace = try await workspace("shop", "erp")
    let result = try await workspace.run(["webhooks"] + words)
    #expect(result.status == Exit.notFound && result.standardOutput.isEmpty)
    #expect(
      result.standardError.contains("did you mean shop? There are shop, erp"),
      "\(result.standardError)")
    let bare = try Workspace()
    try bare.configureWithoutServer()
    try await bare.ingest([TrackingRow(parcel: 1, step: 0)])
    let none = try await bare.run(["webhooks"] + words)
    #expect(none.status == Exit.notFound && none.standardError.contains("names none"))
  }

  @Test(arguments: [
    ([], "--from SEQ, --parcel NUMBER or --parked"),
    (["--from", "1", "--parcel", "990000000001"], "one of them alone"),
    (["--from", "1", "--parked"], "one of them alone"),
    (["--parcel", "990000000001", "--parked"], "one of them alone"),
    (["--from", "x"], "--from"), (["--from=-1"], "--from"),
    (["--parcel", "12"], "is no parcel number"), (["--from", "1", "--all"], "--all"),
  ])
  func whatIsNoReplayIsAFaultOfUsage(_ words: [String], _ sentence: String) async throws {
    let workspace = try await workspace("shop")
    let result = try await workspace.run(["webhooks", "replay", "shop"] + words)
    #expect(result.status == Exit.usage && result.standardOutput.isEmpty)
    #expect(result.standardError.contains(sentence), "\(result.standardError)")
    #expect(try await state("shop", workspace).state == "new")
  }

  @Test(arguments: [["webhooks", "replay", "--from", "1"], ["webhooks", "resume"]])
  func withoutANameItSaysHowItIsUsed(_ words: [String]) async throws {
    let result = try await workspace("shop").run(words)
    #expect(result.status == Exit.usage)
    #expect(result.standardError.contains("colisd webhooks"), "\(result.standardError)")
  }
}
