import TestSupport
import Testing

/// What commands print, which users script against.
@Suite(.openSSH()) struct OutputTests {
  static let eventKeys: Set<String> = [
    "seq", "parcel", "occurred_at", "precision", "received_at", "code", "label", "status",
    "reason", "mode", "site", "file", "line",
  ]

  private func expectKeys(
    _ value: JSONValue?, _ keys: Set<String>, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let missing = keys.subtracting(value?.keys ?? [])
    #expect(missing.isEmpty, "\(what) lacks \(missing)", sourceLocation: sourceLocation)
  }

  @Test func listsWithoutRowsHaveTheTitlesOfThoseWithRows() async throws {
    let (samples, _) = try await drainedSamples()
    let empty = try Workspace()
    try empty.configureWithoutServer()
    try await empty.ingest([], as: "empty.csv")
    for command in [
      ["parcels"], ["files"], ["held"], ["held", "--rows"], ["rejects"], ["events"],
      ["export", "--format", "csv"],
    ] {
      let asked = command.first == "export" ? command : command + ["--csv"]
      let titles = try await samples.run(asked).standardOutput.split(separator: "\r\n")
      #expect(titles.count > 1, "\(command) has no rows")
      let only = try await empty.run(asked)
      #expect(only.status == Exit.done, "\(command): \(only.standardError)")
      let lines = only.standardOutput.split(separator: "\r\n")
      #expect(lines.first == titles.first, "\(command)")
      if command != ["files"] { #expect(lines.count == 1, "\(command): \(lines)") }
      guard command.first != "export" else { continue }
      // What the titles say is what the rows have.
      let json = try await samples.run(command + (command == ["events"] ? [] : ["--json"]))
      let first = try JSONValue(
        command == ["events"] ? json.lines[0] : json.standardOutput)
      let keys = (first.elements.first ?? first).keys
      let named = titles[0].split(separator: ";").map { $0.trimmingPrefix("\u{feff}") }
      #expect(Set(named.map(String.init)) == keys.subtracting(["cursor"]), "\(command)")
      for row in titles.dropFirst() where !row.contains("\"") {
        #expect(row.split(separator: ";", omittingEmptySubsequences: false).count == named.count)
      }
    }
  }

  @Test func jsonHasEveryKeyAndAbsentValuesAreNull() async throws {
    let (workspace, _) = try await drainedSamples()
    for number in ["991122334455", "AB1234567908", "992200110033"] {
      let parcel = try await workspace.json("parcel", number)
      expectKeys(
        parcel,
        [
          "parcel", "postcode", "order", "contract", "service", "account", "account_id", "status",
          "reason", "mode", "status_since", "delivered", "expected_on", "tracking_url",
          "sendcloud", "aftership", "easypost", "events",
        ], "parcel")
      expectKeys(parcel.sendcloud, ["id", "message"], "sendcloud")
      for event in parcel.events.elements { expectKeys(event, Self.eventKeys, "event") }
    }
    let delivered = try await workspace.json("parcel", "991122334455")
    #expect(delivered["expected_on"] == .null)
    let events = try await workspace.events()
    for event in events {
      expectKeys(event, Self.eventKeys.union(["account_id", "source"]), "events")
    }
    #expect(events.contains { $0["code"] == .null }, "the row without a code")
    #expect(events.contains { $0["mode"] == .null })

    let files = try await workspace.json("files").elements
    for file in files {
      expectKeys(
        file,
        [
          "path", "size", "mtime", "sha256", "state", "rows", "events_new", "events_repeated",
          "held", "rejected", "error", "ingested_at", "post_action", "source",
        ], "files")
    }
    #expect(files.contains { $0["error"] == .null })
    for entry in try await workspace.json("rejects").elements {
      expectKeys(entry, ["file", "line", "reason", "raw", "source"], "rejects")
    }
    for entry in try await workspace.json("held").elements {
      expectKeys(entry, ["account", "account_id", "reason", "rows", "oldest"], "held")
    }
    for contract in try await workspace.json("contracts").elements {
      expectKeys(contract, ["id", "name", "plan", "services"], "contracts")
      for service in contract.services.elements {
        expectKeys(
          service,
          [
            "service", "account", "account_id", "feed", "next_step", "last_row_at", "methods",
          ], "service")
        for method in service.methods.elements {
          expectKeys(method, ["method", "enabled", "missing", "label_price"], "method")
        }
      }
    }
  }

  @Test func statusHasEveryKeyAndTheTotals() async throws {
    let (workspace, _) = try await drainedSamples()
    let status = try await workspace.json("status")
    expectKeys(
      status,
      [
        "running", "last_poll_at", "last_success_at", "next_poll_at", "source", "sources",
        "store_id",
        "files", "events", "parcels", "held", "rejected", "unmapped_codes", "feeds",
      ], "status")
    expectKeys(status.source, ["host", "reachable", "error"], "source")
    #expect(status.sources.elements.count == 1)
    for source in status.sources.elements {
      expectKeys(source, ["name", "host", "reachable", "error", "last_success_at"], "sources")
    }
    expectKeys(
      status.files, ["settling", "ingesting", "ingested", "failed", "held", "gone", "dismissed"],
      "files by state")
    #expect(status.running == false)
    #expect(status["next_poll_at"] == .null)
    #expect(status.source.reachable == true)
    #expect(status.last_poll_at.string != nil)
    #expect(status.last_poll_at == status.last_success_at)
    #expect(status.events == 60)
    #expect(status.parcels == 11)
    #expect(status.held == 9)
    #expect(status.rejected == 6)
    #expect(status.files.ingested == 10)
    #expect(status.files.failed == 1)
    for feed in status.feeds.elements {
      expectKeys(feed, ["contract", "service", "account_id", "feed"], "feeds")
    }
  }

  @Test func timesAreRFC3339() async throws {
    let (workspace, _) = try await drainedSamples()
    let events = try await workspace.events()
    try #require(events.contains { $0.occurred_at.string != nil })
    for event in events {
      let received = try #require(event.received_at.string)
      #expect(received.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil, "\(received)")
      guard let occurred = event.occurred_at.string else { continue }
      #expect(
        occurred.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00/) != nil, "\(occurred)")
    }
  }

  @Test(arguments: [
    ["parcel", "991122334455"], ["parcels"], ["files"], ["held"], ["rejects"], ["contracts"],
    ["contracts", "show", "dupont"], ["status"], ["check"],
  ])
  func tablesAreReadable(_ command: [String]) async throws {
    let (workspace, _) = try await drainedSamples()
    let result = try await TestSupport.run(
      Program.path(), arguments: command + ["--config", workspace.configuration],
      environment: Program.environment())
    // `check` names the samples' incomplete contract.
    #expect(result.status == (command == ["check"] ? Exit.configuration : Exit.done))
    let text = result.standardOutput
    #expect(text.hasSuffix("\n"))
    #expect(text.split(separator: "\n").count >= 2)
    #expect(
      !text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    #expect(!text.contains("Optional(") && !text.contains("nil"), "\(text)")
    #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
    #expect(result.standardError.isEmpty)
  }

  @Test func aParcelsTableTellsWhatTheJSONTells() async throws {
    let (workspace, _) = try await drainedSamples()
    let text = try await workspace.run("parcel", "991122334455").standardOutput
    #expect(text.contains("991122334455"))
    #expect(text.contains("delivered (letterbox)"))
    #expect(text.contains("Votre colis a été livré en boîte aux lettres"))
    #expect(text.contains("numColis=99112233445575012"))
    #expect(text.contains("TRK_20260824_180000.csv:2"))
  }

  @Test func eventsComeInTheOrderOfSeqFromWhereOneLikes() async throws {
    let (workspace, _) = try await drainedSamples()
    let all = try await workspace.events()
    let seqs = all.compactMap(\.seq.integer)
    #expect(seqs.count == 60)
    #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 < $1 })
    let lines = try await workspace.run("events").lines
    let middle = "\(seqs[24])"
    let after = try await workspace.run("events", "--after", middle)
    #expect(after.lines == Array(lines[25...]))
    let seven = try await workspace.run("events", "--after", middle, "--limit", "7")
    #expect(seven.lines == Array(lines[25..<32]))
    let none = try await workspace.run("events", "--after", "\(seqs[59])")
    #expect(none.status == Exit.done)
    #expect(none.standardOutput.isEmpty)
  }

  @Test func aFollowerSeesWhatALaterDrainStores() async throws {
    let (workspace, _) = try await drainedSamples()
    let follower = try workspace.start("events", "--follow")
    try await eventually("the follower has caught up") {
      follower.output.split(separator: "\n").count == 60
    }
    let rows = (0..<5).map { TrackingRow(parcel: 7, step: $0) }
    try OpenSSHServer.current.drop.write("later.csv", rows.file())
    try await workspace.drain()
    try await eventually("the follower sees five more") {
      follower.output.split(separator: "\n").count == 65
    }
    let last = try follower.output.split(separator: "\n").suffix(5).map {
      try JSONValue(String($0))
    }
    #expect(last.map(\.parcel) == Array(repeating: "990000000007", count: 5))
    #expect(last.map(\.seq.integer).allSatisfy { ($0 ?? 0) > 60 })
    _ = try await follower.end()
    let whole = try await workspace.run("events").standardOutput
    #expect(follower.output == whole)
  }

  @Test(arguments: [
    ["991122334455"], ["99112233445575012"], ["991 122 334 455 75012"],
    ["991", "122", "334", "455"],
  ])
  func aParcelIsFoundHoweverItsNumberIsTyped(_ number: [String]) async throws {
    try await expectParcel(number, "991122334455")
  }

  @Test(arguments: [["ab1234567890b1000"], ["AB12 3456 7890 B1000"], ["ab1234567890"]])
  func aBelgianParcelToo(_ number: [String]) async throws {
    try await expectParcel(number, "AB1234567890")
  }

  private func expectParcel(_ number: [String], _ parcel: String) async throws {
    let (workspace, _) = try await drainedSamples()
    // Options stand first: what follows the number belongs to it.
    let result = try await TestSupport.run(
      Program.path(),
      arguments: ["parcel", "--json", "--config", workspace.configuration] + number,
      environment: Program.environment())
    #expect(result.status == Exit.done, "\(result.standardError)")
    let found = try JSONValue(result.standardOutput)
    #expect(found.parcel.string == parcel)
  }

  @Test func whatIsNotThereIs66() async throws {
    let (workspace, _) = try await drainedSamples()
    let parcel = try await workspace.run("parcel", "000000000000")
    #expect(parcel.status == Exit.notFound)
    #expect(parcel.standardError.contains("000000000000"))
    let contract = try await workspace.run("contracts", "show", "nobody")
    #expect(contract.status == Exit.notFound)
    #expect(contract.standardError.contains("nobody"))
    #expect(contract.standardError.contains("dupont"), "it tells which there are")
    let elsewhere = try await workspace.run("parcel", "991122334455", "--account-id", "BE204417")
    #expect(elsewhere.status == Exit.notFound)
    let file = try await workspace.run("ingest", "no-such-file.csv")
    #expect(file.status == Exit.notFound)
    #expect([parcel, contract, elsewhere, file].allSatisfy { $0.standardOutput.isEmpty })
  }

  @Test(arguments: [
    ["parcel", "123"], ["parcel"], ["files", "--state", "lost"], ["parcels", "--status", "gone"],
    ["events", "--after", "-1"], ["events", "--limit", "0"], ["parcels", "--since", "yesterday"],
    ["fly"], ["--no-such-option"], ["ingest"], ["contracts", "show"],
  ])
  func aUsageErrorIs64(_ command: [String]) async throws {
    let result = try await TestSupport.run(
      Program.path(), arguments: command, environment: Program.environment())
    #expect(result.status == Exit.usage, "\(result.standardError)")
    #expect(result.standardOutput.isEmpty)
    #expect(result.standardError.contains("Usage:"))
  }

  @Test func theVersionIsPrinted() async throws {
    let result = try await TestSupport.run(
      Program.path(), arguments: ["--version"], environment: Program.environment())
    #expect(result.status == Exit.done)
    #expect(result.standardOutput.wholeMatch(of: /colisd \d+\.\d+\.\d+\n/) != nil)
  }

  @Test func readingBeforeTheFirstDrainSaysThatThereIsNoStore() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let result = try await workspace.run("files")
    #expect(result.status == 74)
    #expect(result.standardError.contains("colisd.db"))
    let contracts = try await workspace.json("contracts")
    #expect(contracts.elements.count == 5)
  }
}
