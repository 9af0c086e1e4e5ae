import Foundation
import TestSupport
import Testing

/// What monitoring sees of feeds that brought rows and bring none any more, for whatever reason.
@Suite struct FeedMonitoringTests {
  private func live(skips: Bool = false) async throws -> Workspace {
    let workspace = try Workspace(alone: ContractText())
    if skips { try workspace.configureWithoutServer { $0.contracts["unknown-accounts"] = "skip" } }
    #expect(try await ingest("a.csv", parcel: 1, workspace).status == Exit.done)
    #expect(try await workspace.service().feed == "live")
    let check = try await workspace.run(["check", "--feeds"])
    #expect(check.standardOutput.contains("ok     feed: neuf home-fr is live"), "\(check)")
    return workspace
  }

  private func ingest(
    _ name: String, parcel: Int, _ workspace: Workspace
  ) async throws -> ProcessResult {
    let rows = [TrackingRow(parcel: parcel, step: 0)].under("C7", "EM990001")
    let file = try workspace.folder.write(name, rows.file())
    return try await workspace.run(["ingest", file])
  }

  @Test(arguments: ["subscription", "year", "field", "unreadable"])
  func aLiveFeedThatItsOwnContractStopsIsBroken(_ slip: String) async throws {
    let workspace = try await live()
    var contract = ContractText()
    switch slip {
    case "subscription": contract.active = "false"
    case "year": contract.requested = "2096-06-15"
    case "field": contract["home-fr", "username"] = nil
    default: break
    }
    if slip == "unreadable" {
      try workspace.put("home-fr: [\n", as: "neuf")
    } else {
      try workspace.put(contract)
    }
    let check = try await workspace.run(["check", "--feeds"])
    #expect(check.standardOutput.contains("error  feed: neuf home-fr is "), "\(check)")
    #expect(check.status == Exit.incomplete)
    let metrics = try await workspace.run(["status", "--metrics"]).standardOutput
    #expect(metrics.contains("service=\"home-fr\",account_id=\"EM990001\"} 1\n"), "\(metrics)")
    #expect(!metrics.contains(/state="live"[^\n]*} 1\n/))
  }

  @Test(arguments: ["", "# nothing yet\n", "id: neuf\n", "home-fr: [\n"])
  func rowsOfAContractThatIsEmptyForTheMomentAreHeldEvenWhereStrangersAreSkipped(
    _ text: String
  ) async throws {
    let workspace = try await live(skips: true)
    try workspace.put(text, as: "neuf")
    _ = try await ingest("b.csv", parcel: 2, workspace)
    let held = try await workspace.json("held").elements
    #expect(held.map(\.rows) == [1] && held.map(\.reason) == ["contract-incomplete"])
    try workspace.put(ContractText())
    _ = try await ingest("c.csv", parcel: 3, workspace)
    #expect(try await workspace.json("held").elements.isEmpty)
    #expect(try await workspace.json("status").events == 3)
  }

  @Test func aMisspeltAccountIsHeldWhereStrangersAreSkipped() async throws {
    let workspace = try await live(skips: true)
    let rows =
      [TrackingRow(parcel: 8, step: 0)].under("C7", "EM990003")
      + [TrackingRow(parcel: 9, step: 0)].under("Z1", "ZZ000000")
    let file = try workspace.folder.write("b.csv", rows.file())
    let result = try await workspace.run(["ingest", file])
    #expect(result.standardError.contains("near="), "\(result.standardError)")
    #expect(result.standardError.contains("held=1") && result.standardError.contains("skipped=1"))
    #expect(try await workspace.json("held").elements.map(\.account_id) == ["EM990003"])
  }

  @Test func aSlipInTheLayoutCostsNoHeldRow() async throws {
    var contract = ContractText()
    contract.requested = nil
    let workspace = try Workspace(alone: contract)
    _ = try await ingest("a.csv", parcel: 1, workspace)
    let layout = try String(
      contentsOf: samples.appending(path: "layouts/colisprive.yaml"), encoding: .utf8)
    try workspace.folder.write(
      "layout.yaml", layout.replacingOccurrences(of: "[auto]", with: "[\"yyyyMMddHHmmss\"]"))
    try workspace.configureWithoutServer { $0.layout["file"] = "layout.yaml" }
    try workspace.put(ContractText())
    let release = try await workspace.run(["held", "release"])
    // It comes in by the layout by which it was read.
    #expect(release.standardOutput.contains("nothing is held any more"), "\(release)")
    #expect(try await workspace.json("held").elements.isEmpty)
    #expect(try await workspace.json("status").events == 1)
  }

  @Test func aContractThatIsGoneIsToldByEveryMeansOnceItsRowsCome() async throws {
    let workspace = try await live()
    try workspace.removeContract("neuf")
    var check = try await workspace.run(["check", "--feeds"])
    #expect(!check.standardOutput.contains("neuf"), "nobody has to know of what was ended")
    let result = try await ingest("b.csv", parcel: 2, workspace)
    let lines = result.standardError.split(separator: "\n").filter { $0.contains("contract.held") }
    #expect(lines.count == 1 && lines.first?.contains("reason=\"removed: ") == true, "\(result)")
    check = try await workspace.run(["check", "--feeds"])
    #expect(check.status == Exit.incomplete)
    #expect(check.standardOutput.contains("error  feed: neuf home-fr is removed: "), "\(check)")
    let metrics = try await workspace.run("status", "--metrics").standardOutput
    let labels = "contract=\"neuf\",service=\"home-fr\",account_id=\"EM990001\""
    #expect(metrics.contains("colisd_feed_broken{\(labels)} 1\n"), "\(metrics)")
    #expect(metrics.contains("colisd_feed_state{\(labels),state=\"removed\"} 1\n"))
    // Put back, it is live again, and nothing is broken.
    try workspace.put(ContractText())
    _ = try await ingest("c.csv", parcel: 3, workspace)
    check = try await workspace.run(["check", "--feeds"])
    #expect(!check.standardOutput.contains("removed"), "\(check)")
    #expect(try await workspace.service().feed == "live")
    #expect(try await workspace.json("status").events == 3)
  }

  @Test func aContractFileUnderAnotherNameKeepsItsHistory() async throws {
    let workspace = try await live()
    try FileManager.default.moveItem(
      atPath: workspace.path(ofContract: "neuf"), toPath: workspace.path(ofContract: "boutique"))
    _ = try await ingest("b.csv", parcel: 2, workspace)
    let history = try await workspace.json("contracts", "history", "boutique").elements
    #expect(
      history.map(\.cause) == [
        "added (read at start)", "home-fr: the first row came", "renamed from neuf (read at start)",
      ])
    let contract = try #require(try await workspace.json("contracts").elements.first)
    #expect(contract.id == "boutique" && contract.services.elements.first?.feed == "live")
    #expect(try await workspace.json("status").events == 2)
  }
}
