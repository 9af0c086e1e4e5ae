import Foundation
import TestSupport
import Testing

/// `colisd contracts new` on a terminal.
@Suite struct ContractsDialogueTests {
  /// Answers up to the password of home-fr.
  private func answerUpToPassword(_ terminal: PseudoTerminal) async throws {
    try await terminal.answer("Name", "Le Neu")
    try await terminal.answer("[le-neu]", "")
    try await terminal.answer("Plan", "growth")
    try await terminal.answer("active? [Y/n]", "")
    try await terminal.answer("Home delivery in France [y/N]", "y")
    for title in ["Belgium", "Pick-up points", "Returns"] { try await terminal.answer(title, "") }
    try await terminal.answer("  username", "NEUWS")
    try await terminal.waits(for: "(not shown): ")
  }

  @Test func theDialogueLeadsFromTheNameToTheFile() async throws {
    let new = try NewContract()
    let terminal = try new.terminal()
    try await answerUpToPassword(terminal)
    #expect(!terminal.isEchoing)
    try terminal.type(NewContract.password + "\r")
    try await terminal.answer("  account (", "E9")
    #expect(terminal.isEchoing)
    try await terminal.answer("  account-id (", "EM990009")
    try await terminal.answer("Small Pro Relais", NewContract.controlKey)
    try await terminal.answer("informed, yyyy-MM-dd", "2026-06-15")
    try await terminal.waits(for: "password: { file: ../secrets/le-neu-home-fr.password }")
    #expect(
      !FileManager.default.fileExists(atPath: new.file("contracts.d/le-neu.yaml")))
    try await terminal.answer("Write it? [Y/n]", "")
    let status = try await terminal.end()
    #expect(status == Exit.done)
    let shown = terminal.shown
    #expect(shown.contains("colisd contracts show le-neu"), "\(shown)")
    #expect(!shown.contains(NewContract.password) && !shown.contains(NewContract.controlKey))
    #expect(terminal.isEchoing)
    #expect(try new.text("secrets/le-neu-home-fr.password") == NewContract.password + "\n")
    let check = try await new.run(["contracts", "check"])
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    let contract = try await new.contract("le-neu")
    #expect(contract?.services.elements.map(\.feed) == ["awaiting-first-file"])
  }

  @Test func whatWillNotDoIsAskedAgainWithTheReason() async throws {
    let new = try NewContract()
    let terminal = try new.terminal()
    try await terminal.answer("Name", "")
    try await terminal.answer("Id", "../x")
    try await terminal.waits(for: "the id must be")
    try await terminal.answer("Id", "dupont")
    try await terminal.waits(for: "a contract dupont already")
    try await terminal.answer("Id", "neu")
    try await terminal.answer("Plan", "gold")
    try await terminal.waits(for: "one of free, lite, growth, premium")
    try await terminal.answer("Plan", "lite")
    try await terminal.answer("active?", "perhaps")
    try await terminal.waits(for: "answer y or n")
    try await terminal.answer("active?", "n")
    for title in ["France", "Belgium", "points", "Returns"] {
      try await terminal.answer(title, "n")
    }
    try await terminal.waits(for: "at least one service")
    for title in ["France", "Belgium", "points"] { try await terminal.answer(title, "n") }
    try await terminal.answer("Returns", "oui")
    try await terminal.answer("  username", "")
    try await terminal.waits(for: "must not be empty")
    try await terminal.answer("  username", "NEURET")
    try await terminal.answer("(not shown)", "")
    try await terminal.waits(for: "it is empty")
    try await terminal.answer("(not shown)", NewContract.password)
    try await terminal.answer("  account-id", "x y")
    try await terminal.waits(for: "1 to 16 letters, digits")
    try await terminal.answer("  account-id", "EM180620")
    try await terminal.answer("  account (", "EE")
    try await terminal.waits(for: "a letter and a digit")
    try await terminal.waits(for: "a letter and a digit")
    try await terminal.answer("  account (", "R2")
    try await terminal.waits(for: "contract dupont already")
    // Either of the two may be the slip.
    try await terminal.answer("  account-id", "EM180620")
    try await terminal.answer("  account (", "R9")
    try await terminal.answer("account manager", "DST09")
    try await terminal.answer("informed", "31/12/2026")
    try await terminal.waits(for: "a day of the calendar")
    try await terminal.answer("informed", "")
    try await terminal.waits(for: "# tracking:")
    try await terminal.answer("Write it?", "y")
    #expect(try await terminal.end() == Exit.done)
    #expect(!terminal.shown.contains(NewContract.password))
    let contract = try await new.contract()
    #expect(contract?.services.elements.map(\.feed) == ["subscription-required"])
  }

  @Test(arguments: [PseudoTerminal.controlC, PseudoTerminal.controlD])
  func leavingAtTheSecretLeavesNothingButTheEcho(_ key: String) async throws {
    let new = try NewContract()
    let before = try new.listing()
    let terminal = try new.terminal()
    try await answerUpToPassword(terminal)
    #expect(!terminal.isEchoing)
    try terminal.type(key)
    let status = try await terminal.end()
    #expect(status == (key == PseudoTerminal.controlC ? 128 + SIGINT : Exit.usage))
    #expect(terminal.isEchoing)
    #expect(try new.listing() == before)
    if key == PseudoTerminal.controlD {
      #expect(terminal.shown.contains("ended before all was answered"), "\(terminal.shown)")
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
  func aSignalAtTheSecretLeavesNothingButTheEcho(_ signal: Int32) async throws {
    let new = try NewContract()
    let before = try new.listing()
    let terminal = try new.terminal()
    try await answerUpToPassword(terminal)
    terminal.process.signal(signal)
    #expect(try await terminal.end() == 128 + signal)
    #expect(terminal.isEchoing)
    #expect(try new.listing() == before)
  }

  /// Answers all questions on the contract itself.
  private func answerUpToTheEnd(_ terminal: PseudoTerminal) async throws {
    try await answerUpToPassword(terminal)
    try terminal.type(NewContract.password + "\r")
    try await terminal.answer("  account (", "E9")
    try await terminal.answer("  account-id (", "EM990009")
    try await terminal.answer("Small Pro Relais", "")
    try await terminal.answer("informed", "")
  }

  @Test func nothingIsWrittenWithoutAYes() async throws {
    let new = try NewContract()
    let before = try new.listing()
    let terminal = try new.terminal()
    try await answerUpToTheEnd(terminal)
    try await terminal.answer("Write it?", "n")
    #expect(try await terminal.end() == Exit.done)
    #expect(terminal.shown.contains("nothing was written"))
    #expect(try new.listing() == before)
  }

  @Test func systemdCredsIsOfferedWhereItIs() async throws {
    let new = try NewContract()
    try await new.install(systemdCreds: "exit 1\n")
    let terminal = try new.terminal()
    try await answerUpToTheEnd(terminal)
    try await terminal.answer("encrypted by systemd-creds", "y")
    try await terminal.answer("Write it?", "n")
    #expect(try await terminal.end() == Exit.done)
    let shown = terminal.shown
    #expect(shown.contains("password: { credential: le-neu-home-fr.password }"), "\(shown)")
  }

  @Test func withOptionsOnlySecretsAndPlanAreAsked() async throws {
    let new = try NewContract()
    let terminal = try new.terminal(["neu"] + NewContract.homeFR)
    try await terminal.answer("Plan", "premium")
    try await terminal.answer("home-fr.password (not shown)", NewContract.password)
    #expect(try await terminal.end() == Exit.done)
    #expect(!terminal.shown.contains(NewContract.password))
    #expect(try new.text("secrets/neu-home-fr.password") == NewContract.password + "\n")
  }
}
