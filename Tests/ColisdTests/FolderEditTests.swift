import Foundation
import TestSupport
import Testing

/// Ways of editing the folder of contracts of a running daemon.
@Suite(.openSSH()) struct FolderEditTests {
  private func workspace(
    interval: String, _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> Workspace {
    let workspace = try await Workspace(OpenSSHServer.current) {
      $0.poll["interval"] = interval
      $0.log["level"] = "debug"
      change(&$0)
    }
    // Its own warning would be one more line.
    try workspace.removeContract("comptoir-nantes")
    return workspace
  }

  private func edited(active: Bool) -> ContractText {
    var contract = ContractText()
    contract.active = "\(active)"
    return contract
  }

  @Test(arguments: ContractEdit.exchanges)
  func editsInAFolderThatCameLaterAreSeenToo(_ edit: ContractEdit) async throws {
    let workspace = try await workspace(interval: "1h")
    try workspace.put(edited(active: false))
    try edit.prepare(workspace)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    try await edit.make(workspace, daemon)
    try await daemon.waits(for: "config.reloaded", within: .seconds(15))
    for active in [false, true, false] {
      let count = daemon.lines("config.reloaded").count
      // By now it is watched: each is seen at once, and not by a look now and then.
      try await Task.sleep(for: .seconds(1))
      try workspace.put(edited(active: active))
      try await daemon.waits(for: "config.reloaded", count: count + 1, within: .seconds(15))
    }
    // Between the two steps of an exchange there is no folder, which may be seen.
    let missing = "the folder of contracts cannot be read: No such file or directory"
    #expect(
      daemon.lines("config.refused").allSatisfy { $0.contains(missing) }, "\(daemon.log)")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func whatALinkLeadsToIsComparedAtEachPoll() async throws {
    let workspace = try await workspace(interval: "1s")
    let real = try workspace.folder.write("neuf.yaml", edited(active: true).yaml)
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path(ofContract: "neuf"), withDestinationPath: real)
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    #expect(try await workspace.feed() != "subscription-required")
    try workspace.folder.write("neuf.yaml", edited(active: false).yaml)
    try await daemon.waits(for: "config.reloaded")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aFileThatIsBeingWrittenIsNotRead() async throws {
    let workspace = try await workspace(interval: "1s")
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    let path = workspace.path(ofContract: "neuf")
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let file = try #require(FileHandle(forWritingAtPath: path))
    let text = Data(ContractText().yaml.utf8)
    // An empty contract was there for a moment.
    try await daemon.waits(for: "config.reloaded")
    let (refused, reloaded) = (
      daemon.lines("config.refused").count, daemon.lines("config.reloaded").count
    )
    try file.write(contentsOf: text.prefix(30))
    let polls = daemon.lines("poll.started").count
    try await daemon.waits(for: "poll.started", count: polls + 3)
    #expect(daemon.lines("config.reloaded").count == reloaded, "\(daemon.log)")
    #expect(daemon.lines("config.refused").count == refused, "\(daemon.log)")
    try file.write(contentsOf: text.dropFirst(30))
    try file.close()
    try await daemon.waits(for: "config.reloaded", count: reloaded + 1)
    #expect(daemon.lines("config.refused").count == refused, "\(daemon.log)")
    #expect(try await workspace.feed() == "awaiting-first-file")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func whatIsNotTakenForAContractIsNamedOnce() async throws {
    let workspace = try await workspace(interval: "1s")
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    #expect(daemon.lines("config.note").isEmpty, "\(daemon.log)")
    let text = ContractText().yaml
    for name in ["neuf.yaml~", "neuf.txt", ".neuf.yaml"] {
      try workspace.folder.write("contracts.d/\(name)", text)
    }
    try workspace.folder.makeDirectory("contracts.d/old", mode: 0o755)
    // A contract's own secret is no slip.
    try chmod(0o600, workspace.folder.write("contracts.d/neuf.password", "not-a-real-one\n"))
    try workspace.put(
      text.replacing(
        "{ file: ../secrets/dupont-home-fr.password }", with: "{ file: neuf.password }"),
      as: "neuf")
    try await eventually("all are named") { daemon.lines("config.note").count >= 4 }
    for count in 1...2 {
      daemon.process.signal(SIGHUP)
      try await daemon.waits(for: "config.reloaded", count: count + 1)
    }
    let notes = daemon.lines("config.note")
    #expect(notes.count == 4, "\(notes)")
    let names = [
      ("/.neuf.yaml", "dot"), ("/neuf.txt", ".yaml"), ("/neuf.yaml~", "copy"), ("/old", "folder"),
    ]
    for (name, reason) in names {
      #expect(notes.contains { $0.contains("\(name): ") && $0.contains(reason) }, "\(notes)")
    }
    for command in [["check"], ["contracts", "check"]] {
      let check = try await workspace.run(command)
      #expect(check.status == Exit.done, "\(check.standardOutput)")
      #expect(check.lines.count { $0.contains("is not read as a contract") } == 4, "\(check)")
    }
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func whatARefusedReloadHadSaidOfStrangersIsNotSkipped() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(interval: "1s") {
      $0.contracts["unknown-accounts"] = "skip"
    }
    try workspace.folder.write(
      "contracts.d/maison-lyon.yaml",
      String(contentsOfFile: workspace.path(ofContract: "maison-lyon"), encoding: .utf8)
        .replacing("{ silence: 72h }", with: "{ requested: 2026-06-15 }"))
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    let map = try String(contentsOfFile: workspace.folder.file("status-map.yaml"), encoding: .utf8)
    try workspace.folder.write("status-map.yaml", "codes: [\n" + map)
    try workspace.put(ContractText())
    try await daemon.waits(for: "config.refused")
    try server.drop.write("a.csv", [TrackingRow].stranger(3).file())
    try await daemon.waits(for: "file.ingested")
    #expect(try await workspace.heldRows() == ["C7 EM990001 unknown-account 3"])

    try workspace.folder.write("status-map.yaml", map)
    daemon.process.signal(SIGHUP)
    try await daemon.waits(for: "held.released")
    #expect(try await workspace.heldRows().isEmpty)
    // From now on it is clear again who is a stranger.
    try server.drop.write("b.csv", TrackingRow.samples(2).under("Z9", "ZZ777777").file())
    try await daemon.waits(for: "file.ingested", count: 2)
    #expect(try await workspace.ledger()["b.csv"]?.skipped == 2)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aPollThatIsUnderWayGoesByNewContractsFromItsNextFileOn() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    relay.fault = NetworkFault(.delay(.milliseconds(100)))
    let workspace = try await workspace(interval: "1h") {
      $0.source["port"] = "\(relay.port)"
      $0.contracts["unknown-accounts"] = "skip"
    }
    try workspace.put(edited(active: true))
    let count = 2_000
    for (index, row) in [TrackingRow].stranger(count).enumerated() {
      try server.drop.write("a\(10_000 + index).csv", [row].file())
    }
    // Of a contract that is not there yet; so far from all others that it would be skipped.
    try server.drop.write("b.csv", TrackingRow.samples(7).under("Z9", "ZZ777777").file())
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    try workspace.put(ContractText(account: "Z9", accountID: "ZZ777777"), as: "nouveau")
    try workspace.put(edited(active: false))
    try await daemon.waits(for: "config.reloaded")
    let events = try #require(try await workspace.json("status").events.integer)
    #expect(daemon.lines("poll.finished").isEmpty, "the poll was not under way any more")
    try await daemon.waits(for: "poll.finished")
    #expect(try await workspace.json("status").events.integer == events + 7)
    #expect(
      try await workspace.heldRows() == ["C7 EM990001 subscription-required \(count - events)"])
    #expect(try await workspace.ledger()["b.csv"]?.events_new == 7)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func onceRulesAreToldToBeInForceNothingComesInByFormerOnes() async throws {
    let count = 250_000
    var events = count
    // On a busy machine the release may be over before the second edit.
    for _ in 0..<5 where events == count { events = try await releaseAndTakeBack(count) }
    #expect(events < count, "no release was ended on its way")
  }

  /// Allows held rows by an edit, and takes that back by the next one.
  /// - Returns: how many came in.
  private func releaseAndTakeBack(_ count: Int) async throws -> Int {
    let workspace = try await workspace(interval: "1h")
    let folder = workspace.folder
    try await onThread { _ = try folder.write("a.csv", [TrackingRow].stranger(count).file()) }
    let ingest = try await workspace.run("ingest", "a.csv")
    #expect(ingest.status == Exit.done, "\(ingest.standardError)")
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.finished")
    try workspace.put(edited(active: true))
    try await daemon.waits(for: "config.reloaded")
    try workspace.put(edited(active: false))
    try await daemon.waits(for: "config.reloaded", count: 2)
    let events = try #require(try await workspace.json("status").events.integer)
    for line in daemon.lines("config.reloaded") {
      let milliseconds = try #require(line.firstMatch(of: /ms=(\d+)/)?.1)
      #expect(try #require(Int(milliseconds)) < 10_000, "\(line)")
    }
    try await eventually("the rest is held") {
      let held = try await workspace.heldRows()
      return held.isEmpty || held == ["C7 EM990001 subscription-required \(count - events)"]
    }
    #expect(try await workspace.json("status").events.integer == events)
    #expect(try await daemon.end() == Exit.done)
    return events
  }
}
