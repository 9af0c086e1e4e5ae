import Foundation
import TestSupport
import Testing

/// A service whose account or account ID changes has to be configured again by the carrier.
@Suite(.openSSH()) struct AccountChangeTests {
  private static let wednesday = "2026-09-02T10:00:00+02:00"

  /// The pair that comes after C7 / EM990001.
  struct Pair: Sendable {
    var account: String
    var accountID: String
  }

  private func sha256(_ workspace: Workspace) async throws -> String {
    let result = try await run(
      "/usr/bin/sha256sum", arguments: [workspace.path(ofContract: "neuf")])
    try #require(result.status == 0, "\(result.standardError)")
    return String(result.standardOutput.prefix(64))
  }

  /// A live feed of which rows of parcels 0 and 1 came.
  private func live(_ server: OpenSSHServer, at moment: Moment) async throws -> Workspace {
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    try workspace.put(ContractText())
    let rows = (0..<2).map { TrackingRow(parcel: $0, step: 0) }.under("C7", "EM990001")
    try server.drop.write("a.csv", rows.file())
    try await workspace.drain(at: moment)
    #expect(try await workspace.feed(at: moment) == "live")
    return workspace
  }

  @Test(arguments: [
    Pair(account: "C7", accountID: "EM990002"), Pair(account: "C8", accountID: "EM990001"),
  ])
  func aChangeOfThePairLeadsOverTheAdvisorToLiveAgain(_ new: Pair) async throws {
    let server = try OpenSSHServer.current
    let wednesday = try Moment(Self.wednesday)
    let workspace = try await live(server, at: wednesday)
    var hashes = [try await sha256(workspace)]

    // The change, on Thursday.
    let thursday = wednesday + 24
    var contract = ContractText(account: new.account, accountID: new.accountID)
    try workspace.put(contract)
    hashes.append(try await sha256(workspace))
    let change = try await workspace.drain(at: thursday)
    let told = change.lines("contract.reconfiguration")
    #expect(told.count == 1)
    for word in [
      "contract=neuf", "service=home-fr", "account=\(new.account)", "account_id=\(new.accountID)",
    ] { #expect(told.first?.contains(word) == true, "\(told)") }
    try await expectReconfiguration(workspace, new, at: thursday)

    // Of the old pair only parcels that are known may come; of the new one nothing may.
    let rows =
      [TrackingRow(parcel: 0, step: 1), TrackingRow(parcel: 7, step: 0)].under("C7", "EM990001")
      + [TrackingRow(parcel: 0, step: 2), TrackingRow(parcel: 8, step: 0)]
      .under(new.account, new.accountID)
    try server.drop.write("b.csv", rows.file())
    let second = try await workspace.drain(at: thursday + 1)
    #expect(second.lines("contract.live").isEmpty)
    let held = [
      "C7 EM990001 account-changed 1",
      "\(new.account) \(new.accountID) tracking-not-requested 2",
    ]
    #expect(try await workspace.heldRows().sorted() == held.sorted())
    let events = try await workspace.events()
    #expect(events.map(\.parcel) == ["990000000000", "990000000001", "990000000000"])
    #expect(events.allSatisfy { $0.account_id == "EM990001" })

    // The advisor was told again.
    contract.requested = "2026-09-03"
    try workspace.put(contract)
    hashes.append(try await sha256(workspace))
    let third = try await workspace.drain(at: thursday + 2)
    #expect(third.lines("held.released").count == 1)
    #expect(third.lines("contract.live").count == 1)
    #expect(try await workspace.feed(at: thursday + 2) == "live")
    #expect(try await workspace.heldRows() == ["C7 EM990001 account-changed 1"])
    #expect(try await workspace.content().count == 5)
    let parcel = try await workspace.json(
      ["parcel", "990000000000", "--account-id", new.accountID], at: nil)
    #expect(parcel.contract == "neuf")
    try await workspace.expectLedgerAddsUp(files: 2)
    try await expectHistory(workspace, new, hashes, from: wednesday)
  }

  private func expectReconfiguration(
    _ workspace: Workspace, _ new: Pair, at moment: Moment
  ) async throws {
    let service = try #require(
      try await workspace.contract(at: moment).services.elements.first)
    #expect(service.feed == "reconfiguration-required")
    for word in ["C7", "EM990001", new.account, new.accountID, "tracking.requested"] {
      #expect(service.next_step.names(word), "\(service.next_step)")
    }
    for word in [
      "Ancien compte : C7", "Ancien ID de compte : EM990001", "Nouveau compte : \(new.account)",
      "Nouvel ID de compte : \(new.accountID)", "configure à nouveau", "SFTP",
    ] { #expect(service.message.names(word), "\(service.message)") }
    #expect(service.former_accounts.elements.map(\.account_id) == ["EM990001"])
    let check = try await workspace.run("check", "--feeds", at: moment)
    #expect(check.status == Exit.incomplete)
    #expect(check.standardOutput.contains("neuf home-fr is reconfiguration-required"))
    let metrics = try await workspace.run("status", "--metrics", at: moment).lines
    #expect(
      metrics.contains {
        $0.hasPrefix("colisd_feed_broken{contract=\"neuf\"") && $0.hasSuffix(" 1")
      })
  }

  private func expectHistory(
    _ workspace: Workspace, _ new: Pair, _ hashes: [String], from moment: Moment
  ) async throws {
    let history = try await workspace.json("contracts", "history", "neuf").elements
    #expect(
      history.map { $0.services.elements.first?.feed } == [
        "awaiting-first-file", "live", "reconfiguration-required", "awaiting-first-file", "live",
      ])
    #expect(
      history.map { $0.sha256.string }
        == [hashes[0], hashes[0], hashes[1], hashes[2], hashes[2]])
    #expect(
      history.map { $0.services.elements.first?.account_id.string }
        == ["EM990001", "EM990001"] + Array(repeating: new.accountID, count: 3))
    #expect(
      history.map(\.cause) == [
        "added (read at start)", "home-fr: the first row came", "file changed (read at start)",
        "file changed (read at start)", "home-fr: the first row came",
      ])
    #expect(history.allSatisfy { $0.file.names("contracts.d/neuf.yaml") })
    let hours = try history.map { entry in
      (try Moment(try #require(entry.at.string)).seconds - moment.seconds) / 3600
    }
    #expect(hours == [0, 0, 24, 26, 26])

    let text = try await workspace.run("contracts", "history", "neuf", "--utc").standardOutput
    var rest = text[...]
    for entry in history {
      let feed = entry.services.elements.first?.feed.string
      for word in [entry.at.string, entry.cause.string, entry.sha256.string, feed] {
        let range = try #require(rest.range(of: word ?? "?"), "\(word ?? ""): \(text)")
        rest = rest[range.upperBound...]
      }
    }
    #expect(try await workspace.run("contracts", "history", "nobody").status == Exit.notFound)
  }

  @Test func aMisspeltPairThatIsCorrectedIsNoChange() async throws {
    let server = try OpenSSHServer.current
    let wednesday = try Moment(Self.wednesday)
    let workspace = try await Workspace(server)
    try workspace.put(ContractText(accountID: "EM990010"))
    try server.drop.write("a.csv", [TrackingRow].stranger(3).file())
    try await workspace.drain(at: wednesday)
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 3"])
    try workspace.put(ContractText())
    let drain = try await workspace.drain(at: wednesday + 24)
    #expect(drain.lines("contract.reconfiguration").isEmpty)
    #expect(drain.lines("contract.live").count == 1)
    #expect(try await workspace.events().count == 3)
  }

  @Test func aPairThatIsTakenBackIsLiveAsIfNothingWas() async throws {
    let server = try OpenSSHServer.current
    let wednesday = try Moment(Self.wednesday)
    let workspace = try await live(server, at: wednesday)
    try workspace.put(ContractText(accountID: "EM990002"))
    try server.drop.write("b.csv", [TrackingRow(parcel: 7, step: 0)].under("C7", "EM990001").file())
    try await workspace.drain(at: wednesday + 24)
    #expect(try await workspace.heldRows() == ["C7 EM990001 account-changed 1"])
    try workspace.put(ContractText())
    let drain = try await workspace.drain(at: wednesday + 25)
    #expect(drain.lines("held.released").count == 1)
    #expect(drain.lines("contract.live").count == 1)
    #expect(try await workspace.heldRows().isEmpty)
    #expect(try await workspace.events().count == 3)
  }

  @Test func aContractThatIsRemovedIsNotedAndItsRowsAreHeld() async throws {
    let server = try OpenSSHServer.current
    let wednesday = try Moment(Self.wednesday)
    let workspace = try await live(server, at: wednesday)
    try workspace.removeContract("neuf")
    try server.drop.write("b.csv", [TrackingRow(parcel: 0, step: 1)].under("C7", "EM990001").file())
    try await workspace.drain(at: wednesday + 24)
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 1"])
    let history = try await workspace.json("contracts", "history", "neuf").elements
    #expect(
      history.suffix(2).map(\.cause) == [
        "removed (read at start)",
        "home-fr: it is in no contract any more, and its rows come and are held",
      ])
    #expect(history.last?["file"] == .null && history.last?["sha256"] == .null)
  }
}
