import Foundation
import TestSupport
import Testing

/// `colisd prune`, and what a drain and a daemon do by themselves: events go after the time for which they are kept.
@Suite struct PruneTests {
  private let september = Result { try Moment("2026-09-02T12:00:00+02:00") }

  /// Ten rows of two parcels, two on each day from 1 to 5 August.
  private func workspace(_ retention: String = "30d") async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(TrackingRow.samples(10))
    try workspace.configureWithoutServer { $0.retention["events"] = retention }
    return workspace
  }

  @Test func aDryRunSaysWhatWouldGoAndDeletesNothing() async throws {
    let workspace = try await workspace()
    let september = try september.get()
    for _ in 0..<2 {
      let dry = try await workspace.run("prune", "--dry-run", at: september)
      #expect(dry.status == Exit.done, "\(dry.standardError)")
      #expect(
        dry.standardOutput.hasPrefix(
          "4 events from before 2026-08-03 would go, and 0 parcels with them\n"),
        "\(dry.standardOutput)")
    }
    #expect(try await workspace.events().count == 10)
  }

  @Test func whatIsTooOldGoesAndAFollowerGetsTheRangesOnce() async throws {
    let workspace = try await workspace()
    let september = try september.get()
    let done = try await workspace.run("prune", at: september)
    #expect(done.status == Exit.done, "\(done.standardError)")
    #expect(
      done.standardOutput.hasPrefix(
        "4 events from before 2026-08-03 are gone, and 0 parcels with them\n"),
      "\(done.standardOutput)")
    #expect(done.lines("events.pruned").count == 1)
    let entries = try await workspace.events()
    let ranges = entries.filter { $0.type == .string("pruned") }
    // Each parcel's events lie side by side in the journal.
    #expect(ranges.map(\.from) == [1, 6] && ranges.map(\.to) == [2, 7], "\(ranges)")
    #expect(ranges.map(\.seq) == [2, 7])
    #expect(entries.filter { $0.type == .string("event") }.map(\.seq) == [3, 4, 5, 8, 9, 10])
    let again = try await workspace.run("prune", at: september)
    #expect(again.standardOutput.hasPrefix("0 events"), "\(again.standardOutput)")
    let report = try await workspace.json(["prune", "--dry-run"], at: september)
    #expect(report.events == 0 && report.events_before == .string("2026-08-03T00:00:00Z"))
    let check = try await workspace.run("store", "check", "--full")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  @Test func aRowThatComesAgainIsSkipped() async throws {
    let workspace = try await workspace()
    let september = try september.get()
    _ = try await workspace.run("prune", at: september)
    try workspace.folder.write("again.csv", TrackingRow.samples(15).file())
    let again = try await workspace.run("ingest", "again.csv", at: september)
    #expect(again.status == Exit.done, "\(again.standardError)")
    #expect(
      again.standardOutput
        == "1 file read, 15 rows: 3 new, 6 repeated, 0 held, 0 rejected, 6 skipped\n")
    // Of the third parcel the first two rows are as old.
    let file = try #require(
      try await workspace.json("files").elements.first {
        $0.path.string?.hasSuffix("again.csv") == true
      })
    #expect([file.rows, file.events_new, file.events_repeated, file.skipped] == [15, 3, 6, 6])
  }

  @Test func aCheckOfAFileSaysWhichRowsAreTooOld() async throws {
    let workspace = try await workspace()
    let file = try workspace.folder.write("new.csv", TrackingRow.samples(5, from: 100).file())
    let check = try await workspace.run("check", file, at: september.get())
    #expect(check.lines.count { $0.contains("skipped: older than retention.events") } == 2)
    let report = try await workspace.json(["check", file], at: september.get())
    #expect(report.counts.skipped == 2 && report.counts.new == 3)
    let reasons = report.rows.elements.map(\.reason_against.string)
    #expect(reasons == ["retention-expired", "retention-expired", nil, nil, nil])
  }

  @Test func withoutRetentionNothingGoes() async throws {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(TrackingRow.samples(5))
    let done = try await workspace.run("prune")
    #expect(done.status == Exit.done)
    #expect(
      done.standardOutput == "events are kept for ever: retention.events is not set\n")
    #expect(try await workspace.events().count == 5)
  }
}

/// The same by a drain, which a timer may start.
@Suite(.openSSH()) struct PruneByDrainTests {
  @Test func aDrainAppliesTheRetention() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.retention["events"] = "30d" }
    let august = try Moment("2026-08-06T12:00:00+02:00")
    try server.drop.write("a.csv", TrackingRow.samples(10).file())
    try await workspace.drain(at: august)
    #expect(try await workspace.events().count == 10)
    let later = try await workspace.drain(at: august + 60 * 24)
    #expect(later.lines("events.pruned").count == 1, "\(later.standardError)")
    let entries = try await workspace.events()
    #expect(entries.map(\.type) == [.string("pruned")] && entries.map(\.to) == [10])
    #expect(try await workspace.json("parcels").elements.isEmpty)
  }
}
