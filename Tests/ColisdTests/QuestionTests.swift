import Foundation
import TestSupport
import Testing

/// What support staff ask, and what they see.
@Suite struct QuestionTests {
  /// How long ago an event was, in words of a tracking file, by the clock of Paris.
  private func ago(days: Double) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "Europe/Paris")
    format.dateFormat = "dd/MM/yyyy HH:mm:ss"
    return format.string(from: Date().addingTimeInterval(-days * 86_400))
  }

  /// Six parcels, 1 to 6, each with its order, site and postcode: in transit for 1, 3 and 5 days, delivered for
  /// 4, and at a pick-up point for 7 and 2.
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    let rows: [(code: String, days: Double)] = [
      ("INF", 1), ("INF", 3), ("INF", 5), ("LIV", 4), ("REL", 7), ("REL", 2.1),
    ]
    let labels = [
      "INF": "Arrivé à l’agence de Nîmes", "LIV": "Votre colis a été livré en boîte aux lettres",
      "REL": "Votre colis vous attend dans votre point de retrait",
    ]
    let lines = rows.enumerated().map { index, row in
      let code = row.code == "REL" ? "" : row.code
      return
        "E1;EM180619;99000000000\(index + 1);CMD-\(index + 1);\(code);\(labels[row.code] ?? "");"
        + "\(ago(days: row.days));7\(index + 1)A;7500\(index + 1);FR"
    }
    try workspace.folder.write(
      "rows.csv", ([TrackingRow.header] + lines).map { $0 + "\n" }.joined())
    let result = try await workspace.run("ingest", "rows.csv")
    #expect(result.status == Exit.done, "\(result.standardError)")
    return workspace
  }

  @Test(arguments: [
    (["--order", "CMD-2"], "2"), (["--order", "cmd-2"], "2"), (["--postcode", "75003"], "3"),
    (["--site", "74A"], "4"), (["--contract", "dupont", "--status", "delivered"], "4"),
    (["--status", "delivered,ready_for_pickup"], "645"), (["--status", "in-transit"], "123"),
    (["--open"], "16235"), (["--open", "--status", "delivered,in_transit"], "123"),
    (["--stuck", "48h"], "6235"), (["--stuck", "4d"], "35"),
    (["--stuck", "4d", "--status", "in_transit"], "3"),
    (["--pickup-due", "2d"], "5"), (["--pickup-due", "30d"], "65"),
    (["--since", "60h"], "16"), (["--until", "100h"], "35"),
    (["--since", "100h", "--until", "60h"], "24"),
    (["--order", "nothing"], ""),
  ])
  func parcelsAreFoundByWhatIsKnownOfThem(_ words: [String], _ parcels: String) async throws {
    let workspace = try await workspace()
    let list = try await workspace.json(["parcels"] + words, at: nil)
    let found = list.elements.compactMap { $0.parcel.string?.suffix(1) }.joined()
    #expect(found == parcels)
    let count = try await workspace.run(["parcels", "--count"] + words)
    #expect(count.standardOutput == "\(parcels.count)\n" && count.standardError.isEmpty)
  }

  @Test func theDaysAtAPickUpPointAreASetting() async throws {
    let workspace = try await workspace()
    let text = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    try workspace.folder.write("colisd.yaml", text + "\npickup-days: 3\n")
    let due = try await workspace.json("parcels", "--pickup-due", "2d")
    #expect(due.elements.map(\.parcel) == ["990000000006"])
    try workspace.folder.write("colisd.yaml", text + "\npickup-days: 0\n")
    let refused = try await workspace.run("parcels")
    #expect(refused.status == Exit.configuration)
    #expect(refused.standardError.contains("pickup-days must be a number from 1 to 365"))
  }

  @Test(arguments: [
    (["--status", "deliverd"], "did you mean delivered?"),
    (["--status", "delivered,lots"], "did you mean lost?"),
    (["--status", "delivered", "--open"], "--open and --status delivered exclude each other"),
    (["--status", "lost", "--stuck", "2d"], "--stuck and --status lost exclude each other"),
    (["--status", "lost", "--pickup-due", "2d"], "--pickup-due is about ready_for_pickup"),
    (["--stuck", "soon"], "such as 48h"), (["--stuck", "0d"], "such as 48h"),
    (["--pickup-due", "-1d"], "--pickup-due"),
    (["--since", "2026-08-29", "--until", "2026-08-28"], "--since is after --until"),
    (["--contract", "dupond"], "did you mean dupont?"),
    (["--order", ""], "--order must not be empty"),
    (["--postcode", "Paris"], "is no postcode"), (["--cursor", "x"], "--cursor"),
    (["--count", "--limit", "3"], "--count says one number"),
    (["--json", "--csv"], "exclude each other"),
    (["--limit", "0"], "--limit must be at least 1"),
  ])
  func aFilterThatMeansNothingIsRefused(_ words: [String], _ hint: String) async throws {
    let workspace = try await workspace()
    let result = try await workspace.run(["parcels"] + words)
    #expect(result.status == Exit.usage, "\(result.standardError)")
    #expect(
      result.standardOutput.isEmpty && result.standardError.contains(hint),
      "\(result.standardError)")
  }

  @Test func whatIsNearlyASiteOrAnAccountIsPointedOut() async throws {
    let workspace = try await workspace()
    let site = try await workspace.run("parcels", "--site", "74B")
    #expect(site.status == Exit.done && site.standardOutput == "no parcels\n")
    #expect(site.standardError == "note: no event has the site 74B; did you mean 74A?\n")
    let account = try await workspace.run("parcels", "--account-id", "EM180618")
    #expect(account.standardError.contains("did you mean EM180619?"))
  }

  @Test func pagesGoOnWithTheCursorOfTheLastParcel() async throws {
    let workspace = try await workspace()
    let all = try await workspace.json("parcels").elements.map(\.parcel)
    #expect(all.count == 6)
    var paged: [JSONValue] = []
    var words: [String] = []
    for _ in 0..<4 {
      let result = try await workspace.run(["parcels", "--json", "--limit", "2"] + words)
      let page = try JSONValue(result.standardOutput).elements
      paged += page.map(\.parcel)
      guard let cursor = page.last?.cursor.string else { break }
      words = ["--cursor", cursor]
      let note =
        paged.count == 2 ? "2 of 6; --limit\n" : paged.count < 6 ? "2, and more; --limit\n" : ""
      #expect(result.standardError == note)
    }
    #expect(paged == all)
  }

  @Test func parcelsAsCSVOpenInASpreadsheet() async throws {
    let workspace = try await workspace()
    let result = try await workspace.run("parcels", "--csv", "--order", "CMD-4")
    #expect(Array(result.rawOutput.prefix(3)) == [0xef, 0xbb, 0xbf])
    let lines = result.standardOutput.split(separator: "\r\n")
    #expect(
      lines.count == 2
        && lines[0].hasSuffix(
          "parcel;postcode;order;account;account_id;status;reason;mode;status_since;delivered")
    )
    #expect(
      lines.last?.hasPrefix(
        "\"=\"\"990000000004\"\"\";\"=\"\"75004\"\"\";CMD-4;E1;EM180619;delivered;") == true)
    for command in [
      ["files"], ["held"], ["rejects"], ["contracts"], ["contracts", "history", "dupont"],
      ["events"], ["status"], ["remap", "--dry-run"],
    ] {
      let list = try await workspace.run(command + ["--csv"])
      #expect(list.status == Exit.done, "\(command): \(list.standardError)")
      #expect(Array(list.rawOutput.prefix(3)) == [0xef, 0xbb, 0xbf], "\(command)")
    }
  }

  @Test func whatIsCheckedAndTheStatusAreTablesForASpreadsheetToo() async throws {
    let workspace = try await workspace()
    let status = try await workspace.run("status", "--csv").standardOutput
      .split(separator: "\r\n").map(String.init)
    #expect(status.first?.hasSuffix("name;value") == true)
    #expect(status.contains("running;false") && status.contains("parcels;6"), "\(status)")
    #expect(status.contains { $0.hasPrefix("files.ingested;") })
    let findings = try await workspace.run("check", "--csv").standardOutput
    #expect(findings.split(separator: "\r\n").first?.hasSuffix("what;ok;text") == true)
    let problems = try await workspace.run("contracts", "check", "--csv")
    #expect(Array(problems.rawOutput.prefix(3)) == [0xef, 0xbb, 0xbf])
    let refused = try await workspace.run("status", "--csv", "--metrics")
    #expect(refused.status == Exit.usage)
  }

  @Test func allParcelsAreListedWhateverTheUsualLimit() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    let count = 2_345
    let rows = (0..<count).map { TrackingRow(parcel: $0, step: $0 % 3) }
    try await workspace.ingest(rows)
    let all = try await workspace.run("parcels", "--limit", "all", "--json")
    #expect(all.standardError.isEmpty)
    let listed = try JSONValue(all.standardOutput).elements.compactMap(\.parcel.string)
    #expect(listed.count == count && Set(listed).count == count)
    let table = try await workspace.run("parcels", "--limit", "all").lines
    #expect(table.count == count + 1)
    // The widths are those of the first page.
    let column = try #require(table[0].ranges(of: "since").first?.lowerBound)
    let place = table[0].distance(from: table[0].startIndex, to: column)
    #expect(table.dropFirst().allSatisfy { $0.dropFirst(place).hasPrefix("20") })
    let csv = try await workspace.run("parcels", "--limit", "all", "--csv").standardOutput
    #expect(csv.split(separator: "\r\n").count == count + 1)
    let cut = try await workspace.run("parcels", "--limit", "1500", "--open")
    #expect(cut.standardError == "1500 of \(count); --limit\n")
  }

  @Test(arguments: [
    (["--site", "72A"], "2"), (["--status", "delivered,ready_for_pickup"], "645"),
    (["--parcel", "990 000 000 003"], "3"), (["--parcel", "99000000000375012"], "3"),
    (["--since", "60h"], "16"), (["--until", "100h"], "35"), (["--site", "nowhere"], ""),
    (["--status", "lost"], ""),
  ])
  func eventsAreFoundByTimeSiteStatusAndParcel(_ words: [String], _ parcels: String) async throws {
    let workspace = try await workspace()
    let result = try await workspace.run(["events"] + words)
    #expect(result.status == Exit.done && result.standardError.isEmpty, "\(result.standardError)")
    let found = try result.lines.map { try JSONValue($0) }.compactMap {
      $0.parcel.string?.suffix(1)
    }
    #expect(Set(found) == Set(parcels.map { Substring(String($0)) }))
  }

  @Test func eventsThatWereCutOffAreMentioned() async throws {
    let workspace = try await workspace()
    let cut = try await workspace.run("events", "--limit", "2")
    #expect(cut.lines.count == 2 && cut.standardError == "2, and more; --limit\n")
    let whole = try await workspace.run("events", "--limit", "6")
    #expect(whole.lines.count == 6 && whole.standardError.isEmpty)
    for words in [
      ["--status", "deliverd"], ["--parcel", "1"], ["--site", " "], ["--csv", "--follow"],
    ] {
      #expect(try await workspace.run(["events"] + words).status == Exit.usage, "\(words)")
    }
    #expect(try await workspace.run("events", "--source", "nobody").status == Exit.notFound)
  }

  @Test func timesAreThoseOfParisUnlessUTCIsWanted() async throws {
    let workspace = try await workspace()
    for command in [["parcels"], ["files"], ["parcel", "990000000004"], ["status"]] {
      let paris = try await workspace.run(command).standardOutput
      let utc = try await workspace.run(command + ["--utc"]).standardOutput
      #expect(!paris.contains(/T\d\d:\d\d:\d\dZ/), "\(paris)")
      #expect(!utc.contains(/T\d\d:\d\d:\d\d\+/), "\(utc)")
    }
  }
}
