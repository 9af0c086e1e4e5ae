import Foundation
import TestSupport
import Testing

/// `colisd --drain`: everything once.
@Suite(.openSSH()) struct DrainTests {
  @Test func fortyFilesInAllEncodingsGiveEveryEventOnce() async throws {
    let server = try OpenSSHServer.current
    var random = SeededGenerator(seed: 40)
    var distinct: Set<TrackingRow> = []
    var rowsOfFile: [String: Int] = [:]
    for index in 0..<40 {
      // Few parcels, so that many rows come again within a file and in others.
      var rows = (0..<Int.random(in: 20...120, using: &random)).map { _ in
        TrackingRow(
          parcel: .random(in: 0..<300, using: &random), step: .random(in: 0..<5, using: &random))
      }
      var held = 0
      if index % 4 == 0 {
        rows.append(TrackingRow(parcel: index, step: 0, account: "C7", accountID: "EM990001"))
        held = 1
      }
      distinct.formUnion(rows.dropLast(held))
      let encoding = FileEncoding.allCases[index % 3]
      var bytes = rows.file(encoding, lineEnd: index % 2 == 0 ? "\n" : "\r\n")
      let malformed = index % 5 == 0 ? 1 : 0
      if malformed == 1 { bytes += Array("E1;EM180619;too;few\n".utf8) }
      let name = "file\(index).csv" + (index % 7 == 0 ? ".gz" : "")
      try server.drop.write(name, index % 7 == 0 ? try await gzip(bytes) : bytes)
      rowsOfFile[name] = rows.count + malformed
    }
    let workspace = try await Workspace(server)
    try await workspace.drain(Exit.incomplete)

    let ledger = try await workspace.ledger()
    #expect(ledger.count == 40)
    var new = 0
    for (name, rows) in rowsOfFile {
      let file = try #require(ledger[name])
      let parts = ["events_new", "events_repeated", "held", "rejected"].map {
        file[$0]?.integer ?? .min
      }
      #expect(file.rows.integer == rows, "\(name)")
      #expect(parts.reduce(0, +) == rows, "\(name)")
      #expect(file.state == "ingested")
      new += parts[0]
    }
    #expect(new == distinct.count)
    let events = try await workspace.events()
    #expect(events.count == distinct.count)
    let labels = Dictionary(uniqueKeysWithValues: TrackingRow.lifeCycle.map { ($0.code, $0.label) })
    var seen: Set<[String?]> = []
    for event in events {
      seen.insert([event.parcel.string, event.code.string, event.occurred_at.string])
      #expect(event.label.string == labels[event.code.string ?? ""])
    }
    #expect(seen.count == distinct.count)

    let printed = try await workspace.run("events").standardOutput
    try await workspace.drain()
    let again = try await workspace.run("events").standardOutput
    #expect(again == printed)
    let ledgerAgain = try await workspace.ledger()
    #expect(ledgerAgain == ledger)
  }

  @Test func directoriesAreFollowedOnlyWhereAsked() async throws {
    let server = try OpenSSHServer.current
    try server.drop.makeDirectory("2026/08")
    try server.drop.write("top.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try server.drop.write("2026/a.csv", [TrackingRow(parcel: 2, step: 0)].file())
    try server.drop.write("2026/08/a.csv", [TrackingRow(parcel: 3, step: 0)].file())
    let flat = try await Workspace(server)
    try await flat.drain()
    let flatLedger = try await flat.ledger()
    #expect(Set(flatLedger.keys) == ["top.csv"])
    let deep = try await Workspace(server) { $0.source["recursive"] = "true" }
    try await deep.drain()
    let deepLedger = try await deep.ledger()
    #expect(Set(deepLedger.keys) == ["top.csv", "2026/a.csv", "2026/08/a.csv"])
    let count = try await deep.events().count
    #expect(count == 3)
  }

  @Test func includeAndExcludeDecideByName() async throws {
    let server = try OpenSSHServer.current
    let names = [
      "TRK_1.csv", "TRK_2.txt", "OTHER_3.csv", ".TRK_4.csv", "TRK_5.csv.part", "TRK_6.tmp",
    ]
    for (index, name) in names.enumerated() {
      try server.drop.write(name, [TrackingRow(parcel: index, step: 0)].file())
    }
    let usual = try await Workspace(server)
    try await usual.drain()
    let usualLedger = try await usual.ledger()
    #expect(Set(usualLedger.keys) == ["TRK_1.csv", "OTHER_3.csv"])
    let own = try await Workspace(server) {
      $0.source["include"] = "[\"TRK_*\"]"
      $0.source["exclude"] = "[\"*.tmp\", \"*_1.*\"]"
    }
    try await own.drain()
    let ownLedger = try await own.ledger()
    #expect(Set(ownLedger.keys) == ["TRK_2.txt", "TRK_5.csv.part"])
  }

  @Test func aNewFileUnderAnOldNameIsTakenToo() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let rows = (0..<5).map { TrackingRow(parcel: 1, step: $0) }
    try server.drop.write("status.csv", Array(rows[0..<3]).file())
    try await workspace.drain()
    try server.drop.write("status.csv", rows.file())
    try await workspace.drain()
    let count = try await workspace.events().count
    #expect(count == 5)
    let files = try await workspace.json("files").elements
    #expect(files.map(\.path) == ["status.csv", "status.csv"])
    #expect(Set(files.map(\.events_new.integer)) == [3, 2])
    #expect(Set(files.map(\.events_repeated.integer)) == [0, 3])
  }

  @Test func aLinkIsNotFollowedOutOfTheDrop() async throws {
    let server = try OpenSSHServer.current
    let outside = try TemporaryDirectory()
    try outside.write("secret.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try FileManager.default.createSymbolicLink(
      atPath: server.drop.file("link.csv"), withDestinationPath: outside.file("secret.csv"))
    let workspace = try await Workspace(server)
    try await workspace.drain()
    let count = try await workspace.events().count
    #expect(count == 0)
  }

  @Test func unknownAccountsAreSkippedWhereAsked() async throws {
    let server = try OpenSSHServer.current
    let rows = [
      TrackingRow(parcel: 1, step: 0),
      TrackingRow(parcel: 2, step: 0, account: "C7", accountID: "EM990001"),
    ]
    try server.drop.write("a.csv", rows.file())
    let workspace = try await Workspace(server) { $0.contracts["unknown-accounts"] = "skip" }
    try await workspace.drain()
    let held = try await workspace.json("held")
    #expect(held == .array([]))
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.rows == 2)
    #expect(file?.events_new == 1)
    #expect(file?.skipped == 1)
  }

  @Test func localFilesGoThroughTheSameRooms() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let rows = (0..<4).map { TrackingRow(parcel: 1, step: $0) }
    try workspace.folder.write("back.csv", rows.file(.windows1252))
    let dry = try await workspace.run("ingest", "--dry-run", "back.csv")
    #expect(dry.status == Exit.done)
    #expect(dry.standardOutput.contains("4 new"))
    let before = try await workspace.run("events")
    #expect(before.status == 74, "a dry run stores nothing: \(before.standardError)")
    let real = try await workspace.run("ingest", "back.csv")
    #expect(real.status == Exit.done)
    let piped = try await workspace.run("ingest", "-", input: rows.file())
    #expect(piped.standardOutput.contains("0 new, 4 repeated"), "\(piped.standardOutput)")
    let labels = try await workspace.events().compactMap(\.label.string)
    #expect(labels.sorted() == rows.map(\.label).sorted())
  }

  @Test func progressIsNotDrawnWhereNoTerminalIs() async throws {
    let server = try OpenSSHServer.current
    let rows = (0..<60_000).map { TrackingRow(parcel: $0 / 5, step: $0 % 5) }
    try server.drop.write("a.csv", rows.file())
    let result = try await Workspace(server).drain()
    #expect(!result.standardError.contains("\u{1b}") && !result.standardError.contains("\r"))
    #expect(result.standardOutput.isEmpty)
  }
}
