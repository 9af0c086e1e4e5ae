import Foundation
import TestSupport
import Testing

/// A reload takes the contracts as they are now; a mistake in one of them stops no other one.
@Suite(.openSSH()) struct AllOrNothingTests {
  /// What is wrong with a contract, or between two.
  enum Mistake: CaseIterable, Sendable {
    case brokenYAML, unknownPlan, pairClaimedTwice

    /// The file and the place of the mistake.
    var place: String {
      switch self {
      case .brokenYAML: "faute.yaml:2:1"
      case .unknownPlan: "faute.yaml:1:23"
      case .pairClaimedTwice: "faute.yaml:7:15"
      }
    }

    var words: String {
      switch self {
      case .brokenYAML: "a value is missing here"
      case .unknownPlan: "gold"
      case .pairClaimedTwice: "EM180619"
      }
    }

    /// Whether `status` shows it as well; an incomplete contract has a feed that does.
    var isOfTheFolder: Bool { self != .unknownPlan }

    func make(_ workspace: Workspace) throws {
      switch self {
      case .brokenYAML: try workspace.put("home-fr: [\n", as: "faute")
      case .unknownPlan:
        var contract = ContractText(account: "C9", accountID: "EM990009")
        contract.plan = "gold"
        try workspace.put(contract, as: "faute")
      case .pairClaimedTwice:
        try workspace.put(ContractText(account: "E1", accountID: "EM180619"), as: "faute")
      }
    }
  }

  /// The log says that contracts are in force before the store has it.
  private func waitsForNoMistake(_ workspace: Workspace) async throws {
    try await eventually("status has no mistake") {
      try await workspace.json("status").configuration["error"] == .null
    }
  }

  private func reload(_ daemon: Daemon, _ bySignal: Bool) {
    if bySignal { daemon.process.signal(SIGHUP) }
  }

  @Test(arguments: Mistake.allCases, [true, false])
  func aMistakeHoldsItsOwnRowsAndTheOthersChange(
    _ mistake: Mistake, _ bySignal: Bool
  ) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    // Its own warning would be one more line.
    try workspace.removeContract("comptoir-nantes")
    let daemon = try workspace.start("run")
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    try await daemon.waits(for: "file.ingested")

    // Beside the mistake a contract that is good, and one that is no more.
    try workspace.put(ContractText())
    try workspace.removeContract("atelier-lille")
    try mistake.make(workspace)
    reload(daemon, bySignal)
    try await daemon.waits(for: "config.reloaded")
    // A file that is no contract is refused; a contract that is not complete is logged as such.
    try await eventually("the mistake is told") {
      let lines = daemon.lines("config.refused") + daemon.lines("contract.incomplete")
      return lines.contains { $0.contains("faute") && $0.contains(mistake.words) }
    }
    // The first reading may have been before the last of the edits.
    try await eventually("the new contract is in force") {
      try await workspace.json("contracts", "history", "neuf").elements.count == 1
    }
    let rows =
      TrackingRow.samples(5, from: 10) + .stranger(2)
      + TrackingRow.samples(3, from: 50).under("P3", "PR330051")
    try server.drop.write("b.csv", rows.file())
    try await daemon.waits(for: "file.ingested", count: 2)
    // Of what can't be read nobody knows whether it is the contract that seems to be gone.
    let ofTheOneGone =
      "P3 PR330051 \(mistake == .brokenYAML ? "contract-incomplete" : "unknown-account") 3"
    let isClaimed = mistake == .pairClaimedTwice
    #expect(
      try await workspace.heldRows()
        == (isClaimed ? ["E1 EM180619 contract-incomplete 5"] : []) + [ofTheOneGone])
    #expect(try await workspace.events().count == (isClaimed ? 7 : 12))

    try await expectTold(workspace, mistake)

    let reloaded = daemon.lines("config.reloaded").count
    try workspace.removeContract("faute")
    reload(daemon, bySignal)
    try await daemon.waits(for: "config.reloaded", count: reloaded + 1)
    if isClaimed {
      try await daemon.waits(for: "held.released")
      // Both were logged as incomplete, and the one that is left to be complete again.
      #expect(
        daemon.lines("contract.incomplete").contains { $0.contains("contract=dupont") }
          && daemon.lines("contract.complete").contains { $0.contains("contract=dupont") })
    }
    try await eventually("all rows of contracts are in") {
      try await workspace.events().count == 12
    }
    try await waitsForNoMistake(workspace)
    let text = try await workspace.run("status").standardOutput
    #expect(!text.contains("refused"), "\(text)")
    #expect(try await workspace.run("check").status == Exit.done)
    #expect(try await daemon.end() == Exit.done)
  }

  /// What people and scripts see as long as the mistake is there.
  private func expectTold(
    _ workspace: Workspace, _ mistake: Mistake, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let status = try await workspace.json("status")
    #expect(status.running == true, sourceLocation: sourceLocation)
    #expect(status.configuration.loaded_at.string != nil, sourceLocation: sourceLocation)
    #expect(
      status.configuration.error.names(mistake.place) == mistake.isOfTheFolder,
      sourceLocation: sourceLocation)
    let text = try await workspace.run("status").lines
    let told = text.filter { $0.hasPrefix("contracts ") }
    #expect(
      told.count == (mistake.isOfTheFolder ? 1 : 0)
        && told.allSatisfy { $0.contains("contracts.d/\(mistake.place)") }, "\(text)",
      sourceLocation: sourceLocation)
    let metrics = try await workspace.run("status", "--metrics").lines
    #expect(
      metrics.contains("colisd_configuration_refused \(mistake.isOfTheFolder ? 1 : 0)"),
      sourceLocation: sourceLocation)
    let check = try await workspace.run("check")
    #expect(check.status == Exit.configuration, sourceLocation: sourceLocation)
    #expect(
      check.lines.contains {
        $0.hasPrefix("error ") && $0.contains("contracts.d/\(mistake.place): ")
          && $0.contains(mistake.words)
      }, "\(check.standardOutput)", sourceLocation: sourceLocation)
  }

  @Test(arguments: [true, false])
  func aContractThatLacksAFieldHoldsItsOwnRowsOnly(_ bySignal: Bool) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    try workspace.put(ContractText())
    let daemon = try workspace.start("run")
    try server.drop.write("a.csv", [TrackingRow].stranger(2).file())
    try await daemon.waits(for: "file.ingested")

    var contract = ContractText()
    contract["home-fr", "username"] = nil
    try workspace.put(contract)
    try workspace.put(ContractText(account: "C8", accountID: "EM990002"), as: "huit")
    reload(daemon, bySignal)
    try await daemon.waits(for: "config.reloaded")
    try await eventually("the new contract is in force") {
      try await workspace.json("contracts", "history", "huit").elements.count == 1
    }
    try await daemon.waits(for: "contract.incomplete")
    let line = try #require(daemon.lines("contract.incomplete").last)
    #expect(line.contains("contract=neuf reason=\"home-fr.username is missing"), "\(line)")
    #expect(daemon.lines("config.refused").isEmpty, "nothing was refused")
    let rows =
      [TrackingRow].stranger(3, from: 10)
      + TrackingRow.samples(4, from: 20).under("C8", "EM990002")
      + TrackingRow.samples(5, from: 30)
    try server.drop.write("b.csv", rows.file())
    try await daemon.waits(for: "file.ingested", count: 2)
    #expect(try await workspace.heldRows() == ["C7 EM990001 contract-incomplete 3"])
    #expect(try await workspace.events().count == 11)
    let status = try await workspace.json("status")
    #expect(status.configuration["error"] == .null, "what is in force is what was read")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func takingAMistakeBackIsMendingItToo() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "contract.incomplete")
    let refused = daemon.lines("config.refused").count
    try Mistake.brokenYAML.make(workspace)
    try await daemon.waits(for: "config.refused", count: refused + 1)
    try await daemon.waits(for: "config.reloaded", count: 1)
    // What is there now is what has been in force before.
    try workspace.removeContract("faute")
    try await daemon.waits(for: "config.reloaded", count: 2)
    try await waitsForNoMistake(workspace)
    // The same mistake again is worth telling again.
    try Mistake.brokenYAML.make(workspace)
    try await daemon.waits(for: "config.refused", count: refused + 2)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aDrainThatReadsAllForgetsTheRefusalOfADaemonBefore() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.log["level"] = "debug" }
    // Makes the store, so that the daemon need not be waited for with it.
    try await workspace.drain()
    let daemon = try workspace.start("run")
    // By then it listens to signals.
    try await daemon.waits(for: "poll.started", count: 2)
    let map = workspace.folder.file("status-map.yaml")
    let good = try String(contentsOfFile: map, encoding: .utf8)
    try workspace.folder.write("status-map.yaml", "codes: [\n")
    daemon.process.signal(SIGHUP)
    try await eventually("status tells of the refusal") {
      try await workspace.json("status").configuration.error.names("status-map.yaml:2:1")
    }
    #expect(daemon.lines("config.refused").last?.contains("stays in force") == true)
    #expect(daemon.lines("config.reloaded").isEmpty)
    #expect(try await daemon.end() == Exit.done)
    try workspace.folder.write("status-map.yaml", good)
    try await workspace.drain()
    #expect(try await workspace.json("status").configuration["error"] == .null)
  }

  @Test func aPipeAmongTheContractsKeepsNobodyWaiting() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    try #require(mkfifo(workspace.path(ofContract: "faute"), 0o600) == 0)
    let check = try await workspace.run(["contracts", "check"], timeout: .seconds(20))
    #expect(check.status == Exit.configuration)
    #expect(check.standardOutput.contains("contracts.d/faute.yaml"), "\(check.standardOutput)")
  }

  @Test func aMistakeAtTheStartStopsNobody() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    try server.drop.write(
      "a.csv", TrackingRow.samples(2, from: 50).under("P3", "PR330051").file())
    for mistake in Mistake.allCases {
      try mistake.make(workspace)
      let drain = try await workspace.drain()
      #expect(
        drain.standardError.contains("contracts.d/\(mistake.place): ")
          || drain.standardError.contains("event=contract.incomplete contract=faute"))
    }
    #expect(try await workspace.events().count == 2)
  }
}
