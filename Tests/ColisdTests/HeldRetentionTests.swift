import Foundation
import TestSupport
import Testing

/// How long held rows are kept, and which rows are not kept at all.
@Suite(.openSSH()) struct HeldRetentionTests {
  private let noon = Result { try Moment("2026-09-02T12:00:00+02:00") }

  @Test func rowsThatAreTooOldAreCountedAsSkipped() async throws {
    let server = try OpenSSHServer.current
    let noon = try noon.get()
    let workspace = try await Workspace(server) { $0.retention["held"] = "1s" }
    try server.drop.write("a.csv", (.stranger(12) + TrackingRow.samples(3, from: 100)).file())
    try await workspace.drain(at: noon)
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 12"])
    let later = try await workspace.drain(at: noon + 1)
    let lines = later.lines("row.held")
    #expect(lines.count == 1)
    for word in ["rows=12", "reason=retention-expired"] {
      #expect(lines.first?.contains(word) == true, "\(lines)")
    }
    #expect(try await workspace.heldRows().isEmpty)
    let file = try #require(try await workspace.ledger()["a.csv"])
    #expect([file.rows, file.events_new, file.held, file.skipped] == [15, 3, 0, 12])
    // Gone is gone.
    try workspace.put(ContractText())
    let last = try await workspace.drain(at: noon + 2)
    #expect(last.lines("held.released").isEmpty)
    #expect(try await workspace.events().count == 3)
  }

  @Test func rowsThatMayComeInByNowAreNotTooOld() async throws {
    let server = try OpenSSHServer.current
    let noon = try noon.get()
    let workspace = try await Workspace(server) { $0.retention["held"] = "1s" }
    try server.drop.write("a.csv", [TrackingRow].stranger(12).file())
    try await workspace.drain(at: noon)
    try workspace.put(ContractText())
    let later = try await workspace.drain(at: noon + 24)
    #expect(later.lines("held.released").count == 1)
    #expect(try await workspace.content().count == 12)
  }

  @Test func rowsYoungerThanThatStay() async throws {
    let server = try OpenSSHServer.current
    let noon = try noon.get()
    let workspace = try await Workspace(server) { $0.retention["held"] = "30d" }
    try server.drop.write("a.csv", [TrackingRow].stranger(3).file())
    try await workspace.drain(at: noon)
    try server.drop.write("b.csv", [TrackingRow].stranger(4, from: 10).file())
    try await workspace.drain(at: noon + 24)
    try await workspace.drain(at: noon + 29 * 24)
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 7"])
    try await workspace.drain(at: noon + 30 * 24 + 1)
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 4"])
    try await workspace.drain(at: noon + 31 * 24 + 1)
    #expect(try await workspace.heldRows().isEmpty)
  }

  // MARK: unknown-accounts: skip

  private func skipping(_ server: OpenSSHServer) async throws -> Workspace {
    let workspace = try await Workspace(server) { $0.contracts["unknown-accounts"] = "skip" }
    let rows = [TrackingRow].stranger(4) + TrackingRow.samples(2, from: 100)
    try server.drop.write("a.csv", rows.file())
    return workspace
  }

  @Test func anUnknownAccountIsCountedAndNotKept() async throws {
    let workspace = try await skipping(try OpenSSHServer.current)
    try await workspace.drain()
    #expect(try await workspace.heldRows().isEmpty)
    let file = try #require(try await workspace.ledger()["a.csv"])
    #expect([file.rows, file.events_new, file.held, file.skipped] == [6, 2, 0, 4])
  }

  /// As long as a contract's account is not known, a row may be its.
  @Test(arguments: ["no account ID", "no account", "broken"])
  func anUnknownAccountIsHeldWhileItMayBeSomeContracts(_ lack: String) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await skipping(server)
    var contract = ContractText()
    switch lack {
    case "no account ID": contract["home-fr", "account-id"] = nil
    case "no account": contract["home-fr", "account"] = nil
    default: break
    }
    try workspace.put(lack == "broken" ? "home-fr: [\n" : contract.yaml, as: "neuf")
    try await workspace.drain()
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 4"])

    try workspace.put(ContractText())
    let drain = try await workspace.drain()
    #expect(drain.lines("held.released").count == 1)
    #expect(try await workspace.content().count == 6)
    #expect(try await workspace.heldRows().isEmpty)
    // From here on every account is known again.
    try server.drop.write("b.csv", TrackingRow.samples(3).under("C9", "EM990009").file())
    try await workspace.drain()
    #expect(try await workspace.ledger()["b.csv"]?.skipped == 3)
  }

  @Test func whatWasHeldOnceIsNotThrownAwayByAWordOfTheConfiguration() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try server.drop.write("a.csv", [TrackingRow].stranger(4).file())
    try await workspace.drain()
    var settings = try await Settings(server)
    settings.contracts["unknown-accounts"] = "skip"
    try workspace.configure(settings)
    try await workspace.drain()
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 4"])
    try workspace.put(ContractText())
    try await workspace.drain()
    #expect(try await workspace.content().count == 4)
  }
}
