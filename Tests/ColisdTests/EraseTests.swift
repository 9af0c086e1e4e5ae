import Foundation
import TestSupport
import Testing

/// `colisd erase`: a recipient's data of a parcel is forgotten, in every file of the store.
@Suite struct EraseTests {
  static let number = "991122334455"
  static let marks = ["MARK-ORDER", "MARK-HELD", "MARK-BAD", "97139"]

  static func line(
    _ order: String, account: String = "E1;EM180619", code: String = "LIV",
    date: String = "28/08/2026 11:42:10"
  ) -> String {
    "\(account);\(number);\(order);\(code);Votre colis a été livré;\(date);75A;97139;FR\n"
  }

  /// Of the recipient two events and a line that can't be read, and a row that is held under another account.
  static let mine =
    TrackingRow.header + "\n" + line("MARK-ORDER")
    + line("MARK-ORDER", code: "EXP", date: "26/08/2026 09:00:00")
    + line("MARK-BAD", date: "31/02/2026 10:00:00")
  static let held = TrackingRow.header + "\n" + line("MARK-HELD", account: "X9;XX999999")

  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer { $0.retention["raw"] = "30d" }
    try await workspace.ingest(TrackingRow.samples(300))
    for (name, text) in [("mine.csv", Self.mine), ("held.csv", Self.held)] {
      try workspace.folder.write(name, text)
      let result = try await workspace.run("ingest", name)
      try #require([Exit.done, Exit.incomplete].contains(result.status), "\(result.standardError)")
    }
    return workspace
  }

  private func places(_ workspace: Workspace) throws -> [String] {
    try StateFolder(workspace.folder.path).places(of: Self.marks)
  }

  private func erase(
    _ workspace: Workspace, _ accountID: String = "EM180619"
  ) async throws -> ProcessResult {
    let result = try await workspace.run("erase", Self.number, "--account-id", accountID, "--yes")
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(!result.standardOutput.contains("not complete"), "\(result.standardOutput)")
    return result
  }

  @Test func nothingOfTheRecipientIsLeftAndTheTimelineStays() async throws {
    let workspace = try await workspace()
    let before = try places(workspace)
    for mark in Self.marks {
      #expect(before.contains { $0.hasPrefix("\(mark) in ") }, "\(before)")
      #expect(before.contains { $0.hasPrefix("\(mark), packed") }, "\(before)")
    }
    let shop = try await erase(workspace)
    #expect(
      shop.standardOutput.hasPrefix(
        "the recipient's data of parcel \(Self.number) (EM180619) is erased; 2 events of it stay\n"),
      "\(shop.standardOutput)")
    #expect(shop.standardOutput.contains("the text of 1 line that could not be read is gone\n"))
    #expect(shop.lines("parcel.erased").count == 1)
    // A row of another merchant is another parcel's.
    #expect(try await workspace.heldRows() == ["X9 XX999999 unknown-account 1"])
    let other = try await erase(workspace, "XX999999")
    #expect(
      other.standardOutput.contains("1 held row says nothing of the recipient any more\n"),
      "\(other.standardOutput)")
    #expect(try await workspace.heldRows() == ["X9 XX999999 unknown-account 1"])
    #expect(try places(workspace) == [])

    let parcel = try await workspace.json("parcel", Self.number)
    #expect(parcel.order.isNull && parcel.postcode.isNull)
    #expect(parcel.events.elements.count == 2 && parcel.status == .string("delivered"))
    let entries = try await workspace.events().filter { $0.type == .string("erasure") }
    #expect(entries.map(\.account_id) == [.string("EM180619"), .string("XX999999")])
    #expect(entries.map(\.parcel) == [.string(Self.number), .string(Self.number)])
    #expect(entries.allSatisfy { $0.status.isNull && $0.received_at.string != nil })
    let rejects = try await workspace.json("rejects").elements
    #expect(rejects.count == 1 && rejects[0].raw == .string("") && rejects[0].line == 4)
    let check = try await workspace.run("store", "check", "--full")
    #expect(check.status == Exit.done && check.standardOutput == "ok     the store is whole\n")

    // The same files again, under other names.
    try workspace.folder.write("again.csv", Self.mine)
    try workspace.folder.write("held-again.csv", Self.held)
    let again = try await workspace.run("ingest", "again.csv", "held-again.csv")
    #expect(again.status == Exit.incomplete, "\(again.standardError)")
    #expect(try places(workspace) == [])
    #expect(try await workspace.heldRows() == ["X9 XX999999 unknown-account 2"])
    // They come in once a contract has the account, and say nothing of the recipient.
    try workspace.put(ContractText(account: "X9", accountID: "XX999999"))
    let release = try await workspace.run("held", "release")
    #expect(release.status == Exit.done, "\(release.standardError)")
    #expect(try await workspace.heldRows().isEmpty)
    let released = try await workspace.run(
      "parcel", Self.number, "--account-id", "XX999999", "--json")
    let late = try JSONValue(released.standardOutput)
    #expect(late.order.isNull && late.postcode.isNull && late.events.elements.count == 1)
    #expect(try places(workspace) == [])
  }

  @Test func whereSeveralAccountsHaveTheNumberOneHasToBeNamed() async throws {
    let workspace = try await workspace()
    let several = try await workspace.run("erase", Self.number, "--yes")
    #expect(several.status == Exit.usage)
    for word in ["--account-id", "EM180619", "XX999999"] {
      #expect(several.standardError.contains(word), "\(several.standardError)")
    }
    let unknown = try await workspace.run("erase", Self.number, "--account-id", "EM0", "--yes")
    #expect(unknown.status == Exit.notFound)
    #expect(unknown.standardError.contains("it is known under EM180619, XX999999"))
    #expect(try await workspace.run("erase", "AB1234567890", "--yes").status == Exit.notFound)
    #expect(try await workspace.run("erase", "12", "--yes").status == Exit.usage)
    #expect(try await workspace.run("erase", "--yes").status == Exit.usage)
    #expect(try await workspace.json("parcel", Self.number).order == .string("MARK-ORDER"))
  }

  @Test func withoutATerminalYesIsNeeded() async throws {
    let workspace = try await workspace()
    let result = try await workspace.run("erase", Self.number, "--account-id", "EM180619")
    #expect(result.status == Exit.usage && result.standardError.contains("--yes"))
    #expect(try await workspace.json("parcel", Self.number).order == .string("MARK-ORDER"))
  }

  @Test(arguments: [("no", 64), ("991 122 334 455", 0)] as [(String, Int32)])
  func onATerminalItShowsWhatGoesAndAsks(_ answer: String, _ status: Int32) async throws {
    let workspace = try await workspace()
    let terminal = try PseudoTerminal(
      ["erase", "99112233445575012", "--account-id", "EM180619"], in: workspace)
    try await terminal.waits(for: "order reference, postcode, country")
    try await terminal.answer("Type the number \(Self.number)", answer)
    #expect(try await terminal.end() == status, "\(terminal.shown)")
    let order = try await workspace.json("parcel", Self.number).order
    #expect(order == (status == 0 ? .null : .string("MARK-ORDER")))
  }

  @Test func twoAtOnceEraseOnce() async throws {
    let workspace = try await workspace()
    let words = ["erase", Self.number, "--account-id", "EM180619", "--yes"]
    async let first = workspace.run(words)
    async let second = workspace.run(words)
    // One that waits too long for the other one's rewriting of the store leaves that to the next erasure.
    for result in [try await first, try await second] {
      #expect(result.status == Exit.done, "\(result.standardError)")
    }
    #expect(try await workspace.events().count { $0.type == .string("erasure") } == 1)
    _ = try await erase(workspace, "XX999999")
    #expect(try places(workspace) == [])
    let check = try await workspace.run("store", "check", "--full")
    #expect(check.standardOutput == "ok     the store is whole\n")
  }
}

/// The same while a daemon runs.
@Suite(.openSSH()) struct EraseBesideADaemonTests {
  @Test func aRunningDaemonBringsNothingBack() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try server.drop.write("a.csv", Array(EraseTests.mine.utf8))
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    let follower = try workspace.start("events", "--follow")
    try await eventually(within: .seconds(30), "the events") {
      follower.output.split(separator: "\n").count == 2
    }
    let erased = try await workspace.run("erase", EraseTests.number, "--yes")
    #expect(erased.status == Exit.done, "\(erased.standardError)")
    try await eventually(within: .seconds(30), "the erasure") {
      follower.output.contains("\"type\":\"erasure\"")
    }
    try server.drop.write(
      "b.csv",
      Array((EraseTests.mine + EraseTests.line("MARK-ORDER", code: "LVR", date: "")).utf8))
    try await daemon.waits(for: "file.ingested", count: 2)
    let parcel = try await workspace.json("parcel", EraseTests.number)
    #expect(parcel.order.isNull && parcel.postcode.isNull)
    #expect(parcel.events.elements.count == 3)
    _ = try await follower.end()
    #expect(try await daemon.end() == Exit.done)
    // Also where the daemon was reading when it was asked.
    _ = try await workspace.run("erase", EraseTests.number, "--yes")
    #expect(try StateFolder(workspace.folder.path).places(of: EraseTests.marks) == [])
  }
}
