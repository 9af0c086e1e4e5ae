import Foundation
import TestSupport
import Testing

/// `colisd explain`: why a parcel's events say what they say.
@Suite struct ExplainTests {
  @Test func eachEventHasFileLayoutRuleAndPlace() async throws {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("status-map.yaml", with: "annex.yaml"))
    try workspace.folder.write("annex.yaml", "name: annex\ncodes:\n  LIV: { status: delivered }\n")
    try workspace.folder.write("a.csv", [TrackingRow(parcel: 1, step: 4)].text())
    let ingested = try await workspace.run("ingest", workspace.folder.file("a.csv"))
    #expect(ingested.status == Exit.done, "\(ingested.standardError)")

    let shown = try await workspace.run("explain", "990000000001")
    #expect(shown.status == Exit.done, "\(shown.standardError)")
    for part in [
      "a.csv:2, read by layout colisprive", "code \"LIV\"", "annex.yaml:3:", "gate      admitted",
      "this event decides the current status",
    ] {
      #expect(shown.standardOutput.contains(part), "\(part): \(shown.standardOutput)")
    }
    // The path says the same to who is in another folder than a daemon.
    let relative = try await TestSupport.run(
      Program.path(), arguments: ["explain", "990000000001", "--config", "colisd.yaml"],
      environment: Program.environment(), directory: workspace.folder.path)
    #expect(
      relative.standardOutput.contains("(/") && relative.standardOutput.contains("/annex.yaml:3:"),
      "\(relative.standardOutput)")
    let json = try await workspace.run("explain", "990000000001", "--json")
    #expect(json.standardOutput.hasPrefix(#"{"parcel":"990000000001","#))
    #expect(json.standardOutput.contains(#""decided_by":1"#))

    // The map learns something else, and is not in force yet.
    try workspace.folder.write("annex.yaml", "name: annex\ncodes:\n  LIV: { status: lost }\n")
    let other = try await workspace.run("explain", "990000000001")
    #expect(
      other.standardOutput.contains("the configured map says lost"), "\(other.standardOutput)")
    let missing = try await workspace.run("explain", "990000000009")
    #expect(missing.status == Exit.notFound)
    let wrong = try await workspace.run("explain", "?")
    #expect(wrong.status == Exit.usage)
    for command in ["explain", "erase"] {
      let two = try await workspace.run(command, "990000000001", "990000000009")
      #expect(two.status == Exit.usage)
      #expect(two.standardError.contains("give one at a time"), "\(two.standardError)")
    }
    let spaced = try await workspace.run("explain", "990 000 000 001", "75012")
    #expect(spaced.status == Exit.done, "\(spaced.standardError)")
  }
}
