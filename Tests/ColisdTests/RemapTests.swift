import Foundation
import TestSupport
import Testing

/// `colisd remap`: history follows the status map, and what it changes is shown.
@Suite struct RemapTests {
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("status-map.yaml", with: "annex.yaml"))
    try workspace.folder.write("annex.yaml", map(["LIV": "delivered"]))
    var rows = [TrackingRow(parcel: 1, step: 4), TrackingRow(parcel: 2, step: 4)]
    rows[1].code = "ZZ9"
    rows[1].label = "Flashage hors boucle"
    try workspace.folder.write("a.csv", rows.text())
    let ingested = try await workspace.run("ingest", workspace.folder.file("a.csv"))
    #expect(ingested.status == Exit.done, "\(ingested.standardError)")
    let first = try await workspace.run("remap")
    #expect(first.status == Exit.done, "\(first.standardError)")
    #expect(first.standardOutput == "every code and label means what it meant before\n")
    return workspace
  }

  private func map(_ codes: [String: String]) -> String {
    "name: annex\ncodes:\n"
      + codes.sorted { $0.key < $1.key }.map { "  \($0.key): { status: \($0.value) }\n" }.joined()
  }

  @Test func aDryRunShowsWhatWouldChangeAndChangesNothing() async throws {
    let workspace = try await workspace()
    try workspace.folder.write("annex.yaml", map(["LIV": "delivered", "ZZ9": "on_hold"]))
    for _ in 0..<2 {
      let dry = try await workspace.run("remap", "--dry-run")
      #expect(dry.status == Exit.done, "\(dry.standardError)")
      #expect(
        dry.standardOutput == """
          code  label                 from      to       events  parcels
          ZZ9   Flashage hors boucle  unmapped  on_hold       1        1

          """)
    }
    let check = try await workspace.run("check", environment: ["DROP_PASSWORD": "s3cret"])
    #expect(
      check.standardOutput.contains("1 known wording means something else by it"),
      "\(check.standardOutput)")
  }

  @Test func whatTheMapLearntIsAnEntryOfEvents() async throws {
    let workspace = try await workspace()
    try workspace.folder.write("annex.yaml", map(["LIV": "delivered", "ZZ9": "on_hold"]))
    let done = try await workspace.run("remap")
    #expect(done.status == Exit.done, "\(done.standardError)")
    #expect(
      done.standardOutput.hasSuffix("1 current status was corrected\n"), "\(done.standardOutput)")
    #expect(done.standardError.contains("code.remapped"), "\(done.standardError)")
    // A table has events only, and counts these.
    let none = try await workspace.run("events", "--csv", "--after", "2", "--limit", "1")
    #expect(none.standardOutput.split(separator: "\r\n").count == 1, "only titles")
    #expect(none.standardError.isEmpty)
    let events = try await workspace.run("events", "--after", "2")
    #expect(events.standardOutput.hasPrefix(#"{"seq":3,"parcel":"#), "\(events.standardOutput)")
    #expect(
      events.standardOutput.contains(
        #""type":"correction","previous_status":"unmapped","map":"1-"#),
      "\(events.standardOutput)")
    #expect(events.standardOutput.contains(#""status":"on_hold""#))
    // A filter that a correction meets has it; a table and a file to carry away have events only.
    let held = try await workspace.run("events", "--status", "on_hold")
    #expect(held.lines.count == 2 && held.standardOutput.contains(#""type":"correction""#))
    let today = try await workspace.run("events", "--since", "1h")
    #expect(today.lines.count == 1 && today.standardOutput.contains(#""type":"correction""#))
    let table = try await workspace.run("events", "--csv")
    let lines = table.standardOutput.components(separatedBy: "\r\n")
    #expect(lines.count == 4 && lines[3].isEmpty, "titles and two events")
    let export = try await workspace.run("export")
    #expect(export.lines.count == 2 && !export.standardOutput.contains("correction"))
    let again = try await workspace.run("remap")
    #expect(again.standardOutput == "every code and label means what it meant before\n")
  }

  @Test func aMapThatLosesKnownCodesWaitsForYes() async throws {
    let workspace = try await workspace()
    try workspace.folder.write("annex.yaml", map(["XYZ": "delivered"]))
    let refused = try await workspace.run("remap")
    #expect(refused.status == Exit.usage)
    #expect(
      refused.standardOutput.contains("1 known wording would be unmapped"),
      "\(refused.standardOutput)")
    #expect(refused.standardError.contains("--yes"), "\(refused.standardError)")
    let done = try await workspace.run("remap", "--yes")
    #expect(done.status == Exit.done, "\(done.standardError)")
    let list = try await workspace.run("parcels", "--json")
    #expect(!list.standardOutput.contains(#""status":"delivered""#), "\(list.standardOutput)")
    let both = try await workspace.run("remap", "--yes", "--dry-run")
    #expect(both.status == Exit.usage)
  }
}
