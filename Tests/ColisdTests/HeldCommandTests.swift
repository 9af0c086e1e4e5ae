import Foundation
import TestSupport
import Testing

/// `colisd held`, `held release` and `held discard`.
@Suite struct HeldCommandTests {
  /// Rows are held of two accounts without a contract: three of EM990001, two of EM990002.
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(
      .stranger(3) + TrackingRow.samples(2, from: 10).under("C8", "EM990002"))
    return workspace
  }

  private static let held = ["C7 EM990001 unknown-account 3", "C8 EM990002 unknown-account 2"]
  private static let left = ["C8 EM990002 unknown-account 2"]

  private func skipped(_ workspace: Workspace) async throws -> [Int?] {
    let file = try await workspace.ledger().values.first
    return [file?.rows.integer, file?.held.integer, file?.skipped.integer]
  }

  // MARK: The list

  @Test(arguments: [
    ("E1", "em180619", "letter-case", "upper and lower case"),
    ("e1", "EM180619", "letter-case", "upper and lower case"),
    ("E1", "EM180618", "one-character", "one character of its ID"),
    ("E1", "EM18619", "one-character", "one character more in its ID"),
    ("E1", "EM1806190", "one-character", "one character less in its ID"),
    ("E1", "EM180691", "one-character", "the other way round"),
    ("D7", "EM180619", "category", "under another account"),
  ])
  func anAccountThatNearlyIsOneOfAContractIsPointedOut(
    _ account: String, _ accountID: String, _ difference: String, _ words: String
  ) async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try workspace.removeContract("comptoir-nantes")
    try await workspace.ingest(TrackingRow.samples(2).under(account, accountID))
    let entry = try #require(try await workspace.json("held").elements.first)
    #expect(
      entry.keys.isSuperset(of: ["account", "account_id", "reason", "rows", "oldest", "near"]))
    #expect(entry.reason == "unknown-account" && entry.rows == 2)
    let near = try #require(entry.near.elements.first)
    #expect(near.keys == ["contract", "service", "account", "account_id", "difference"])
    #expect(near.contract == "dupont" && near.service == "home-fr")
    #expect(near.account == "E1" && near.account_id == "EM180619")
    #expect(near.difference == .string(difference))
    let text = try await workspace.run("held").standardOutput
    let note = try #require(text.split(separator: "\n").first { $0.hasPrefix("note: ") })
    for word in [account, accountID, "dupont", "E1", "EM180619", words] {
      #expect(note.contains(word), "\(word): \(note)")
    }
    // Monitoring reads it too, and is not alarmed.
    let check = try await workspace.run("check", "--feeds")
    #expect(check.standardOutput.contains(words), "\(check.standardOutput)")
  }

  @Test(arguments: [("C7", "EM990001"), ("E1", "EM180777"), ("R2", "EM770031X")])
  func anAccountThatIsNobodysIsNotPointedOut(_ account: String, _ accountID: String) async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(TrackingRow.samples(2).under(account, accountID))
    let entry = try #require(try await workspace.json("held").elements.first)
    #expect(entry.near == .array([]))
    #expect(!(try await workspace.run("held").standardOutput.contains("note:")))
  }

  @Test(.openSSH()) func aDrainTellsOfANearMatchOnce() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(3).under("E1", "EM180618").file())
    let workspace = try await Workspace(server)
    let drain = try await workspace.drain()
    let lines = drain.lines("row.held").filter { $0.contains("near=") }
    #expect(lines.count == 1)
    #expect(lines.first?.contains("contract=dupont") == true, "\(lines)")
  }

  @Test func skippedRowsAreNamedByAccountWithWhatToDo() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer { $0.contracts["unknown-accounts"] = "skip" }
    try workspace.removeContract("comptoir-nantes")
    try await workspace.ingest(TrackingRow.samples(1), as: "own.csv")
    #expect(try await workspace.json("status").skipped == .array([]))
    #expect(!(try await workspace.run("held").standardOutput.contains("skipped")))
    #expect(!(try await workspace.run("status").standardOutput.contains("skipped")))
    try await workspace.ingest(
      .stranger(3) + TrackingRow.samples(2, from: 10).under("C8", "EM990002"))

    // What is held is another thing.
    #expect(try await workspace.json("held") == .array([]))
    let status = try await workspace.json("status").skipped.elements
    #expect(status.map(\.account_id) == ["EM990001", "EM990002"])
    let first = try #require(status.first)
    #expect(first.keys == ["account", "account_id", "rows", "latest"])
    #expect(first.account == "C7" && first.rows == 3 && first.latest.string?.hasSuffix("Z") == true)
    let text = try await workspace.run("status").lines
    #expect(
      text.contains(
        "skipped       5 rows: C7 / EM990001 (3), C8 / EM990002 (2); colisd held tells what to do"))
    let metrics = try await workspace.run("status", "--metrics").lines
    #expect(metrics.contains("colisd_skipped_rows 5"))

    try workspace.put(ContractText())
    let held = try await workspace.run("held").lines
    #expect(held.first == "no rows are held")
    #expect(held.contains { $0.hasPrefix("skipped: 5 rows of unknown accounts") })
    func row(_ accountID: String) -> [Substring] {
      let line = held.first { $0.contains(accountID) } ?? ""
      return line.split(separator: " ")
    }
    #expect(row("EM990001").prefix(3) == ["C7", "EM990001", "3"])
    #expect(row("EM990001").last == "neuf" && row("EM990002").last == "-")
    #expect(held.contains { $0.contains("add a contract") && $0.contains("colisd contracts new") })
    // What was skipped comes in by the file.
    try await workspace.ingest(
      .stranger(3) + TrackingRow.samples(2, from: 10).under("C8", "EM990002"), as: "again.csv")
    #expect(try await workspace.events().count == 4)
  }

  // MARK: Release

  @Test func releaseLetsInWhatContractsAllowAndTellsOfTheRest() async throws {
    let workspace = try await workspace()
    let none = try await workspace.run("held", "release")
    #expect(none.status == Exit.done)
    #expect(none.lines.last == "nothing to release; 5 rows stay held: colisd held tells why")

    try workspace.put(ContractText())
    try workspace.put(ContractText(account: "C8", accountID: "EM990002"), as: "huit")
    let one = try await workspace.run("held", "release", "--account-id", "EM990001")
    #expect(one.status == Exit.done, "\(one.standardError)")
    #expect(one.lines.last == "nothing is held any more", "of this account ID")
    #expect(
      one.lines.contains { $0.split(separator: " ").prefix(3) == ["C7", "EM990001", "neuf"] })
    #expect(one.lines("held.released").count == 1)
    let held = try await workspace.json("held").elements
    #expect(held.map(\.account_id) == ["EM990002"])
    #expect(try await workspace.events().count == 3)

    let all = try await workspace.run("held", "release")
    #expect(all.lines.contains { $0.contains("huit") }, "\(all.standardOutput)")
    #expect(try await workspace.events().count == 5)
    let last = try await workspace.run("held", "release")
    #expect(last.lines == ["nothing to release; nothing is held any more"])
    try await workspace.expectLedgerAddsUp(files: 1, rows: 5)
  }

  // MARK: Discard

  private func terminal(_ workspace: Workspace) throws -> PseudoTerminal {
    try PseudoTerminal(["held", "discard", "--account-id", "EM990001"], in: workspace)
  }

  @Test func discardAsksForTheAccountIDOnATerminal() async throws {
    let workspace = try await workspace()
    let terminal = try terminal(workspace)
    try await terminal.waits(for: "3 rows of account C7")
    try await terminal.waits(for: "(unknown-account)")
    try await terminal.answer("Type the account ID EM990001", "EM990001")
    try await terminal.waits(for: "discarded 3 rows of account ID EM990001")
    #expect(try await terminal.end() == Exit.done)
    #expect(try await workspace.heldRows() == Self.left)
    #expect(try await skipped(workspace) == [5, 2, 3])
    // They do not come back.
    try workspace.put(ContractText())
    _ = try await workspace.run("held", "release")
    #expect(try await workspace.events().isEmpty)
  }

  @Test(arguments: ["EM990002", "em990001", "y", "yes", ""])
  func aWrongAnswerDiscardsNothing(_ answer: String) async throws {
    let workspace = try await workspace()
    let terminal = try terminal(workspace)
    try await terminal.answer("Type the account ID EM990001", answer)
    try await terminal.waits(for: "nothing was discarded")
    #expect(try await terminal.end() == Exit.usage)
    #expect(!terminal.shown.contains("Usage:") && !terminal.shown.contains("Error:"))
    #expect(try await workspace.heldRows() == Self.held)
  }

  @Test(arguments: [PseudoTerminal.controlC, PseudoTerminal.controlD])
  func leavingTheQuestionDiscardsNothing(_ key: String) async throws {
    let workspace = try await workspace()
    let terminal = try terminal(workspace)
    try await terminal.waits(for: "Type the account ID EM990001")
    try terminal.type(key)
    let status = try await terminal.end()
    #expect(status == (key == PseudoTerminal.controlC ? 128 + SIGINT : Exit.usage))
    #expect(try await workspace.heldRows() == Self.held)
  }

  @Test func withoutATerminalItTakesAWord() async throws {
    let workspace = try await workspace()
    let input = Array("EM990001\n".utf8)
    let silent = try await workspace.run(
      ["held", "discard", "--account-id", "EM990001"], input: input)
    #expect(silent.status == Exit.usage)
    #expect(silent.standardError.contains("--yes"), "\(silent.standardError)")
    #expect(try await workspace.heldRows() == Self.held)
    let nobody = try await workspace.run("held", "discard", "--yes")
    #expect(nobody.status == Exit.usage, "without an account ID nothing is meant")
    let sure = try await workspace.run("held", "discard", "--account-id", "EM990001", "--yes")
    #expect(sure.status == Exit.done, "\(sure.standardError)")
    #expect(sure.lines == ["discarded 3 rows of account ID EM990001"])
    #expect(try await workspace.heldRows() == Self.left)
  }

  @Test func discardTakesRowsOfOneAccountOfAnIDOnly() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(
      .stranger(3) + TrackingRow.samples(2, from: 10).under("C8", "EM990001"))
    let discard = try await workspace.run(
      "held", "discard", "--account-id", "EM990001", "--account", "C8", "--yes")
    #expect(discard.status == Exit.done, "\(discard.standardError)")
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 3"])
  }

  @Test func anAccountIDOfWhichNothingIsHeldIsNotFound() async throws {
    let workspace = try await workspace()
    let discard = try await workspace.run("held", "discard", "--account-id", "EM990003", "--yes")
    #expect(discard.status == Exit.notFound)
    #expect(discard.standardError.contains("EM990003"), "\(discard.standardError)")
    #expect(try await workspace.heldRows() == Self.held)
  }

  @Test(.openSSH(), arguments: [["release"], ["discard", "--account-id", "EM990001", "--yes"]])
  func bothWorkBesideARunningDaemon(_ command: [String]) async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow].stranger(3).file())
    let workspace = try await Workspace(server)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    let result = try await workspace.run(["held"] + command)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let isDiscarded = command.first == "discard"
    #expect(
      try await workspace.heldRows() == (isDiscarded ? [] : ["C7 EM990001 unknown-account 3"]))
    // The daemon goes on with what the command left.
    try workspace.put(ContractText())
    if !isDiscarded { try await daemon.waits(for: "held.released") }
    try server.drop.write("b.csv", [TrackingRow].stranger(2, from: 10).file())
    try await daemon.waits(for: "file.ingested", count: 2)
    #expect(try await daemon.end() == Exit.done)
    #expect(try await workspace.events().count == (isDiscarded ? 2 : 5))
    #expect(try await workspace.heldRows().isEmpty)
  }
}
