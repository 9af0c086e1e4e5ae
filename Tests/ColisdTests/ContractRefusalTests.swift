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

  /// A mistake of one contract, or between two: whose rows it holds, and where it is named.
  struct Mistake: Sendable, CustomTestStringConvertible {
    var name: String
    var file = "dupont.yaml"
    /// Pairs of texts.
    var edits: [[String]]
    var place: String
    var words: [String]
    /// The account IDs whose rows are held, with the reason.
    var held = ["EM180619 contract-incomplete"]
    var testDescription: String { name }
  }

  static let mistakes = [
    Mistake(
      name: "unknown plan", edits: [["plan: growth", "plan: gold"]], place: "dupont.yaml:4:23",
      words: ["gold", "lite", "growth", "premium"]),
    Mistake(
      name: "a pair of two contracts", file: "maison-lyon.yaml",
      edits: [["account: D0", "account: E1"], ["EM770031", "EM180619"]],
      place: "maison-lyon.yaml:10:15", words: ["E1", "EM180619", "dupont", "maison-lyon"]),
    Mistake(
      name: "an id of two contracts", file: "maison-lyon.yaml",
      edits: [["name: Maison", "id: dupont\nname: Maison"]], place: "maison-lyon.yaml:3:5",
      words: ["dupont", "dupont.yaml", "another id"],
      held: ["EM180619 contract-incomplete", "EM770031 contract-incomplete"]),
    Mistake(
      name: "no YAML", edits: [["subscription:", "subscription: ["]], place: "dupont.yaml:",
      words: ["[ ]"], held: ["EM180619 unknown-account"]),
    Mistake(
      name: "a key given twice", edits: [["home-fr:", "name: x\nhome-fr:"]],
      place: "dupont.yaml:", words: ["name", "twice"], held: ["EM180619 unknown-account"]),
    Mistake(
      name: "an unknown key", edits: [["home-fr:", "colour: blue\nhome-fr:"]],
      place: "dupont.yaml:", words: ["unknown key colour"]),
    Mistake(
      name: "a list for a text", edits: [["plan: growth", "plan: [growth]"]],
      place: "dupont.yaml:4:23", words: ["subscription.plan", "one value"]),
    Mistake(
      name: "an id that is none", edits: [["id: dupont ", "id: [a] "]],
      place: "dupont.yaml:2:5", words: ["id must be one value"], held: ["EM180619 unknown-account"]),
    Mistake(
      name: "a day that is none", edits: [["2026-06-15", "2026-06-31"]], place: "dupont.yaml:7:24",
      words: ["2026-06-31"]),
    Mistake(
      name: "a secret from nowhere",
      edits: [["{ file: ../secrets/dupont-returns.password }", "{ fil: x }"]],
      place: "dupont.yaml:17:", words: ["returns.password.fil"]),
  ]

  @Test(arguments: mistakes)
  func aMistakeHoldsItsOwnRowsAndNobodyElses(_ mistake: Mistake) async throws {
    let server = try OpenSSHServer.current
    let rows = [
      TrackingRow(parcel: 1, step: 0),
      TrackingRow(parcel: 2, step: 0, account: "D0", accountID: "EM770031"),
      TrackingRow(parcel: 3, step: 0, account: "B1", accountID: "BE204417"),
      TrackingRow(parcel: 4, step: 0, account: "P3", accountID: "PR330051"),
    ]
    try server.drop.write("a.csv", rows.file())
    // Not even to skip what is unknown loses a row.
    let workspace = try await Workspace(server) { $0.contracts["unknown-accounts"] = "skip" }
    try workspace.removeContract("comptoir-nantes")
    try edit(workspace, "maison-lyon.yaml", "{ silence: 72h }", "{ requested: 2026-06-15 }")
    for change in mistake.edits { try edit(workspace, mistake.file, change[0], change[1]) }
    for command in [["check"], ["contracts", "check"]] {
      let check = try await workspace.run(command)
      #expect(check.status == Exit.configuration)
      let lines = check.lines.filter { $0.contains("contracts.d/\(mistake.place)") }
      #expect(lines.count == 1, "one error a mistake: \(check.standardOutput)")
      for word in mistake.words {
        #expect(lines.first?.contains(word) == true, "\(check.standardOutput)")
      }
      let errors = check.lines.filter {
        $0.hasPrefix("error ") || $0.contains("contracts.d/\(mistake.file):")
      }
      #expect(Set(errors).count == 1, "\(check.standardOutput)")
    }
    let drain = try await workspace.drain()
    let isTold =
      drain.standardError.contains("contracts.d/\(mistake.place)")
      || drain.standardError.contains("event=contract.incomplete contract=")
    #expect(isTold, "\(drain.standardError)")
    let held = try await workspace.json("held").elements.map {
      "\($0.account_id.string ?? "?") \($0.reason.string ?? "?")"
    }
    let isOthers = mistake.file == "maison-lyon.yaml"
    // The other pair of the pair that two contracts name is nobody's now.
    let strangers = isOthers && mistake.held.count == 1 ? ["EM770031 unknown-account"] : []
    let skipped = strangers.isEmpty ? 0 : 1
    #expect(held.filter { !strangers.contains($0) }.sorted() == mistake.held, "\(held)")
    #expect(try await workspace.events().count == rows.count - mistake.held.count - skipped)
  }

  @Test func anOddAccountIDIsANoteAndItsRowsComeIn() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write(
      "a.csv", [TrackingRow(parcel: 1, step: 0, account: "E1", accountID: "E-7")].file())
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    try edit(workspace, "dupont.yaml", "account-id: EM180619", "account-id: E-7")
    for command in [["check"], ["contracts", "check"]] {
      let check = try await workspace.run(command)
      #expect(check.status == Exit.done, "\(check.standardOutput)")
      #expect(
        check.lines.contains {
          $0.contains("note: ") && $0.contains("home-fr.account-id is \"E-7\"")
        },
        "\(check.standardOutput)")
    }
    try await workspace.drain()
    #expect(try await workspace.events().count == 1)
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
