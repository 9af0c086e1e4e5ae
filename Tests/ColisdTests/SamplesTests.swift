import Foundation
import TestSupport
import Testing

/// What Samples/README.md promises of its drop.
@Suite(.openSSH()) struct SamplesTests {
  @Test func everyFileHasTheNumbersOfTheTable() async throws {
    let (workspace, _) = try await drainedSamples()
    let ledger = try await workspace.ledger()
    let names = ["rows", "events_new", "events_repeated", "held", "rejected"]
    var totals = [0, 0, 0, 0, 0]
    var files = 0
    for row in try MarkdownTable(below: "## The drop").rows {
      try #require(row.count == 8)
      guard row[0].hasPrefix("TRK_") else {
        #expect(row[3...].map { Int($0) } == totals, "together")
        continue
      }
      let numbers = row[3...].compactMap { Int($0) }
      guard numbers.count == 5 else {
        #expect(ledger[row[0]] == nil, "\(row[0]) is not to be looked at")
        continue
      }
      let file = try #require(ledger[row[0]], "\(row[0])")
      let counts = names.map { file[$0]?.integer }
      #expect(counts == numbers, "\(row[0])")
      #expect(numbers[0] == numbers[1...].reduce(0, +), "\(row[0]) adds up")
      #expect(file.state == (row[2].contains("failed") ? "failed" : "ingested"), "\(row[0])")
      totals = zip(totals, numbers).map(+)
      files += 1
    }
    #expect(files == 11)
    #expect(ledger.count == files)
    #expect(totals == [85, 60, 10, 9, 6])
  }

  @Test func everyParcelHasItsAccountEventsAndStatus() async throws {
    let (workspace, _) = try await drainedSamples()
    let rows = try MarkdownTable(below: "### Parcels").rows
    #expect(rows.count == 11)
    for row in rows {
      let parcel = try await workspace.json("parcel", row[1])
      #expect("\(parcel.account.string ?? "") / \(parcel.account_id.string ?? "")" == row[0])
      #expect(parcel.events.elements.count == Int(row[2]), "\(row[1])")
      let words = row[3].split(separator: ", ")
      #expect(parcel.status.string == words.first.map(String.init), "\(row[1])")
      if words.count > 1 { #expect(parcel.mode.string == String(words[1]), "\(row[1])") }
      #expect(parcel.delivered == .bool(words.first == "delivered"), "\(row[1])")
    }
    let parcels = try await workspace.json("parcels").elements
    #expect(Set(parcels.map(\.parcel.string)) == Set(rows.map { $0[1] }))
  }

  @Test func heldRowsHaveTheirAccountReasonAndNumber() async throws {
    let (workspace, _) = try await drainedSamples()
    let held = try await workspace.json("held").elements.map { entry in
      [
        "\(entry.account.string ?? "") / \(entry.account_id.string ?? "")",
        entry.reason.string ?? "", "\(entry.rows.integer ?? -1)",
      ]
    }
    let promised = try MarkdownTable(below: "### Held").rows
    #expect(Set(held) == Set(promised))
    #expect(held.count == promised.count)
  }

  @Test func rejectedLinesHaveTheirNumberReasonAndText() async throws {
    let (workspace, _) = try await drainedSamples()
    let rejects = try await workspace.json("rejects").elements
    let promised = try MarkdownTable(below: "### Rejects").rows
    #expect(
      rejects.map { ["\($0.line.integer ?? -1)", $0.reason.string ?? ""] }
        == promised.map { Array($0[0...1]) })
    #expect(rejects.allSatisfy { $0.file == "TRK_20260828_140000.csv" })
    let lines = try sampleLines(of: "TRK_20260828_140000.csv")
    for reject in rejects {
      let number = try #require(reject.line.integer)
      #expect(reject.raw.string == lines[number - 1])
    }
    let same = try await workspace.json("rejects", "--file", "TRK_20260828_140000.csv")
    #expect(same.elements == rejects)
    let none = try await workspace.json("rejects", "--file", "TRK_20260824_180000.csv")
    #expect(none == .array([]))
  }

  @Test func anUnknownCodeIsKeptAndReportedOnce() async throws {
    let (workspace, result) = try await drainedSamples()
    let reports = result.logLines.filter { $0.contains("event=code.unmapped") }
    #expect(reports.count == 1)
    #expect(reports.first?.contains("ZZ9") == true)
    let codes = try await workspace.json("status").unmapped_codes.elements
    #expect(codes.map(\.code) == ["ZZ9"])
    #expect(codes.first?.count == 2)
    let events = try await workspace.events().filter { $0.status == "unmapped" }
    #expect(events.count == 2)
    #expect(events.allSatisfy { $0.code == "ZZ9" })
  }

  @Test func accentsComeOutAlikeFromAllEncodings() async throws {
    let (workspace, _) = try await drainedSamples()
    let events = try await workspace.events()
    // UTF-8, UTF-8 with a mark, gzip and ISO-8859-1, each with a label of its own.
    let expected = [
      "TRK_20260824_180000.csv": "préparation par l'expéditeur",
      "TRK_20260825_200000.csv": "agence régionale",
      "TRK_20260826_070000.csv": "retardé d’une journée : manœuvre impossible au dépôt",
      "TRK_20260914_200000.csv": "retourné à l'expéditeur",
    ]
    for (file, text) in expected {
      let labels = events.filter { $0.file.string == file }.compactMap(\.label.string)
      #expect(labels.contains { $0.contains(text) }, "\(file): \(labels)")
    }
    for event in events {
      let label = event.label.string ?? ""
      #expect(!label.contains("Ã") && !label.contains("\u{fffd}"), "\(label)")
      #expect(!label.unicodeScalars.contains { (0x80...0x9f).contains($0.value) }, "\(label)")
    }
    let windows = events.filter { $0.file == "TRK_20260826_070000.csv" }
      .compactMap(\.label.string).joined()
    #expect(["’", "œ", "€"].allSatisfy { windows.contains($0) }, "\(windows)")
  }

  @Test func aTimelineIsInTheOrderOfLife() async throws {
    let (workspace, _) = try await drainedSamples()
    let rank = [
      "announced", "picked_up", "in_transit", "out_for_delivery", "delivery_failed",
      "ready_for_pickup", "delivered",
    ]
    // Days without a time, which the file has in no order: the life cycle decides within a day.
    let belgian = try await workspace.json("parcel", "AB1234567890").events.elements
    try #require(belgian.count > 1)
    #expect(belgian.allSatisfy { $0.precision == "day" })
    for (earlier, later) in zip(belgian, belgian.dropFirst()) {
      let days = [earlier, later].map { $0.occurred_at.string?.prefix(10) ?? "" }
      let ranks = [earlier, later].map { rank.firstIndex(of: $0.status.string ?? "") ?? -1 }
      #expect(days[0] < days[1] || (days[0] == days[1] && ranks[0] <= ranks[1]))
    }
    let files = belgian.compactMap(\.line.integer)
    #expect(files != files.sorted(), "the file must not have the right order by itself")

    // A late scan stands where it belongs and does not take the delivery back.
    let french = try await workspace.json("parcel", "991122334455")
    let times = french.events.elements.compactMap(\.occurred_at.string)
    #expect(times == times.sorted())
    #expect(french.events.elements.last?.status == "delivered")
    let sources = french.events.elements.compactMap(\.file.string)
    #expect(sources != sources.sorted(), "the late scan comes from a later file")
  }

  @Test func announcedDaysAreReadUntilTheParcelIsDelivered() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    // Up to the file whose labels name a day; later ones deliver the parcels.
    let early = ["24_180000.csv", "25_200000.csv", "26_070000.csv", "26_200000.csv.gz"]
    for name in early {
      let path = samples.appending(path: "drop/TRK_202608\(name)").path
      let run = try await workspace.run("ingest", path)
      #expect(run.status == Exit.done, "\(run.standardError)")
    }
    let expected = [
      "991122334455": JSONValue.string("2026-08-28"), "993300510017": "2026-08-27",
      // 31/02 is no day, and this one is delivered.
      "993300510024": .null, "991122334486": .null,
    ]
    for (parcel, day) in expected {
      let timeline = try await workspace.json("parcel", parcel)
      #expect(timeline["expected_on"] == day, "\(parcel)")
    }
  }

  @Test func aSecondDrainAddsNothing() async throws {
    let (workspace, _) = try await drainedSamples()
    let before = try await workspace.run("events").standardOutput
    let ledger = try await workspace.run("files", "--json").standardOutput
    let again = try await workspace.drain(Exit.done)
    #expect(!again.standardError.contains("event=file.ingested"))
    #expect(!again.standardError.contains("event=code.unmapped"))
    let after = try await workspace.run("events").standardOutput
    #expect(after == before)
    let ledgerAfter = try await workspace.run("files", "--json").standardOutput
    #expect(ledgerAfter == ledger)
  }
}
