import Foundation
import TestSupport
import Testing

/// A reload takes all contracts as they are now, or none.
@Suite(.openSSH()) struct AllOrNothingTests {
  /// What is wrong with the folder of contracts as a whole.
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
      case .brokenYAML: "expected node content"
      case .unknownPlan: "gold"
      case .pairClaimedTwice: "EM180619"
      }
    }

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

  private func reload(_ daemon: Daemon, _ bySignal: Bool) {
    if bySignal { daemon.process.signal(SIGHUP) }
  }

  @Test(arguments: Mistake.allCases, [true, false])
  func aMistakeLeavesTheRunningSetAsItWasUntilItIsMended(
    _ mistake: Mistake, _ bySignal: Bool
  ) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    let daemon = try workspace.start("run")
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    try await daemon.waits(for: "file.ingested")

    // Beside the mistake a contract that is good, and one that is no more.
    try mistake.make(workspace)
    try workspace.put(ContractText())
    try workspace.removeContract("atelier-lille")
    reload(daemon, bySignal)
    try await daemon.waits(for: "config.refused")
    let line = try #require(daemon.lines("config.refused").last)
    for word in ["contracts.d/\(mistake.place): ", mistake.words, "stays in force"] {
      #expect(line.contains(word), "\(line)")
    }
    try server.drop.write(
      "b.csv",
      (TrackingRow.samples(5, from: 10) + .stranger(2)
        + TrackingRow.samples(3, from: 50).under("P3", "PR330051")).file())
    try await daemon.waits(for: "file.ingested", count: 2)
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 2"])
    #expect(try await workspace.events().count == 13, "the old set is in force, all of it")
    #expect(daemon.lines("config.reloaded").isEmpty)

    try await expectRefused(workspace, mistake)

    try workspace.removeContract("faute")
    reload(daemon, bySignal)
    try await daemon.waits(for: "config.reloaded")
    try await daemon.waits(for: "held.released")
    #expect(try await workspace.events().count == 15)
    try await eventually("status tells that it is mended") {
      try await workspace.json("status").configuration["error"] == .null
    }
    let text = try await workspace.run("status").standardOutput
    #expect(!text.contains("refused"), "\(text)")
    #expect(try await workspace.run("check").status == Exit.done)
    #expect(try await daemon.end() == Exit.done)
  }

  /// What people and scripts are told as long as the mistake is there.
  private func expectRefused(
    _ workspace: Workspace, _ mistake: Mistake, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await eventually("status tells of the refusal") {
      try await workspace.json("status").configuration.error.names(mistake.place)
    }
    let status = try await workspace.json("status")
    #expect(status.running == true, sourceLocation: sourceLocation)
    #expect(
      status.configuration.keys.isSuperset(of: ["loaded_at", "error"]),
      sourceLocation: sourceLocation)
    #expect(status.configuration.loaded_at.string != nil, sourceLocation: sourceLocation)
    let text = try await workspace.run("status").lines
    let told = text.filter { $0.hasPrefix("contracts ") }
    #expect(
      told.count == 1 && told[0].contains("contracts.d/\(mistake.place)"), "\(text)",
      sourceLocation: sourceLocation)
    let metrics = try await workspace.run("status", "--metrics").lines
    #expect(metrics.contains("colisd_configuration_refused 1"), sourceLocation: sourceLocation)
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
    #expect(refused == 0)
    try Mistake.unknownPlan.make(workspace)
    try await daemon.waits(for: "config.refused", count: refused + 1)
    try await eventually("status tells of the refusal") {
      try await workspace.json("status").configuration.error.names(Mistake.unknownPlan.place)
    }
    // What is there now is what has been in force all the time.
    try workspace.removeContract("faute")
    try await eventually(within: .seconds(10), "status tells that it is mended") {
      try await workspace.json("status").configuration["error"] == .null
    }
    // The same mistake again is worth telling again.
    try Mistake.unknownPlan.make(workspace)
    try await daemon.waits(for: "config.refused", count: refused + 2)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aDrainThatReadsAllContractsForgetsTheRefusalOfADaemonBefore() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    // Makes the store, so that the daemon need not be waited for with it.
    try await workspace.drain()
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "daemon.started")
    try Mistake.unknownPlan.make(workspace)
    try await eventually("status tells of the refusal") {
      try await workspace.json("status").configuration.error.names(Mistake.unknownPlan.place)
    }
    #expect(try await daemon.end() == Exit.done)
    try workspace.removeContract("faute")
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

  @Test func aMistakeAtTheStartIsAConfigurationError() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    for mistake in [Mistake.unknownPlan, .pairClaimedTwice] {
      try mistake.make(workspace)
      let drain = try await workspace.drain(Exit.configuration)
      #expect(drain.standardError.contains("contracts.d/\(mistake.place): "))
    }
  }
}
