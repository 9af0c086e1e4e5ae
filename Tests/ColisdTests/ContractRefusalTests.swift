import Foundation
import TestSupport
import Testing

/// Contracts that are wrong in themselves, and contracts that can't stand beside others.
@Suite(.openSSH()) struct ContractRefusalTests {
  private func edit(_ workspace: Workspace, _ name: String, _ old: String, _ new: String) throws {
    let path = workspace.folder.file("contracts.d/\(name)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try #require(text.contains(old))
    try workspace.folder.write("contracts.d/\(name)", text.replacing(old, with: new))
  }

  @Test func anUnknownPlanRefusesTheConfiguration() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    try edit(workspace, "dupont.yaml", "plan: growth", "plan: gold")
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(run.standardError.contains("contracts.d/dupont.yaml:4:23: "), "\(run.standardError)")
    for word in ["gold", "lite", "growth", "premium"] {
      #expect(run.standardError.contains(word), "\(run.standardError)")
    }
  }

  @Test func anAccountClaimedTwiceRefusesTheConfiguration() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    try edit(workspace, "maison-lyon.yaml", "account: D0", "account: E1")
    try edit(workspace, "maison-lyon.yaml", "EM770031", "EM180619")
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(
      run.standardError.contains("contracts.d/maison-lyon.yaml:10:15: "), "\(run.standardError)")
    for word in ["E1", "EM180619", "dupont", "maison-lyon"] {
      #expect(run.standardError.contains(word), "\(run.standardError)")
    }
  }

  @Test func twoContractsOfOneIdRefuseTheConfiguration() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    try edit(workspace, "maison-lyon.yaml", "name: Maison", "id: dupont\nname: Maison")
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(run.standardError.contains("two contracts have the id dupont"), "\(run.standardError)")
  }

  @Test func aMissingFieldHoldsItsOwnRowsAndTheDrainGoesOn() async throws {
    let server = try OpenSSHServer.current
    let rows = [
      TrackingRow(parcel: 1, step: 0),
      TrackingRow(parcel: 2, step: 0, account: "E4", accountID: "EM551200"),
    ]
    try server.drop.write("a.csv", rows.file())
    let workspace = try await Workspace(server)
    let check = try await workspace.run("check")
    #expect(check.status == Exit.configuration)
    #expect(
      check.standardOutput.contains(
        "contracts.d/comptoir-nantes.yaml:7:3: home-fr.password is missing"),
      "\(check.standardOutput)")
    try await workspace.drain()
    let held = try await workspace.json("held").elements
    #expect(held.map(\.reason) == ["contract-incomplete"])
    #expect(held.map(\.account_id) == ["EM551200"])
    let parcels = try await workspace.events().map(\.parcel)
    #expect(parcels == ["990000000001"])
  }

  @Test(arguments: [
    ("account: E1   ", "account: EE1  ", "11:12", "account"),
    ("  username: DUPONTRET\n", "", "16:3", "returns.username is missing"),
    (
      "  destination-code: DST01", "  destination-cod: DST01", "20:3",
      "did you mean destination-code?"
    ),
    ("requested: 2026-06-15", "requested: 2026-02-31", "7:24", "2026-02-31"),
    (
      "{ file: ../secrets/dupont-returns.password }", "not-a-real-one", "17:13",
      "must not hold the secret"
    ),
  ])
  func aFaultOfOneContractIsNamedByItsPlace(
    _ old: String, _ new: String, _ place: String, _ words: String
  ) async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    try edit(workspace, "dupont.yaml", old, new)
    let check = try await workspace.run("check")
    #expect(check.status == Exit.configuration)
    let line = check.lines.first { $0.contains("contracts.d/dupont.yaml:\(place): ") }
    #expect(line?.contains(words) == true, "\(check.standardOutput)")
    // The others go on.
    try OpenSSHServer.current.drop.write(
      "a.csv", [TrackingRow(parcel: 1, step: 0, account: "B1", accountID: "BE204417")].file())
    try await workspace.drain()
    let count = try await workspace.events().count
    #expect(count == 1)
  }

  @Test(arguments: [
    ("plan: growth", "plan: free", "subscription-required"),
    ("active: true", "active: false", "subscription-required"),
    ("requested: 2026-06-15", "requested: 2999-01-01", "tracking-not-requested"),
  ])
  func rowsThatMayNotComeInYetAreHeldWithTheReason(
    _ old: String, _ new: String, _ reason: String
  ) async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await Workspace(server)
    try edit(workspace, "dupont.yaml", old, new)
    try await workspace.drain()
    let held = try await workspace.json("held").elements
    #expect(held.map(\.reason.string) == [reason])
    let count = try await workspace.events().count
    #expect(count == 0)
  }

  @Test func aMapOrLayoutWithAFaultIsNamedByItsPlace() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let map = try String(contentsOfFile: workspace.folder.file("status-map.yaml"), encoding: .utf8)
    let number = try #require(
      map.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
        $0.hasPrefix("  EXP:")
      })
    try workspace.folder.write(
      "status-map.yaml",
      map.replacing("EXP: { status: announced }", with: "EXP: { status: anounced }"))
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(
      run.standardError.contains("status-map.yaml:\(number + 1):18: "), "\(run.standardError)")
    #expect(run.standardError.contains("announced") && run.standardError.contains("anounced"))
  }
}
