import Foundation
import TestSupport
import Testing

/// `colisd erase` where copies of files are kept, and what `explain` finds in them before.
@Suite struct EraseCopiesTests {
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer { $0.retention["raw"] = "30d" }
    let files = [
      ("mine.csv", Array(EraseTests.mine.utf8)), ("again.csv", Array(EraseTests.mine.utf8)),
      ("held.csv", Array(EraseTests.held.utf8)),
      ("drop.zip", ZIPFile([.init("m.csv", EraseTests.mine)]).bytes),
      ("other.csv", TrackingRow.samples(20).file()),
    ]
    for (name, bytes) in files {
      try workspace.folder.write(name, bytes)
      let result = try await workspace.run("ingest", name)
      try #require([Exit.done, Exit.incomplete].contains(result.status), "\(result.standardError)")
    }
    return workspace
  }

  private func raw(_ workspace: Workspace, _ name: String) async throws -> ProcessResult {
    try await workspace.run("files", "raw", workspace.folder.file(name))
  }

  @Test func filesThatBroughtAnEventAgainAreNamed() async throws {
    let workspace = try await workspace()
    let shown = try await workspace.run("explain", EraseTests.number, "--account-id", "EM180619")
    #expect(shown.status == Exit.done, "\(shown.standardError)")
    for place in ["drop.zip!m.csv:2", "again.csv:2", "again.csv:3"] {
      #expect(shown.standardOutput.contains(place), "\(place): \(shown.standardOutput)")
    }
    let json = try await workspace.run(
      "explain", EraseTests.number, "--account-id", "EM180619", "--json")
    #expect(json.standardOutput.contains(#""cut_off":false,"unreadable":0"#))
    #expect(json.standardOutput.contains(#"again.csv","line":3}]"#), "\(json.standardOutput)")
  }

  @Test func theRowsGoFromAllCopies() async throws {
    let workspace = try await workspace()
    let events = try await workspace.json("parcel", EraseTests.number).events.elements.count
    let erased = try await workspace.run(
      "erase", EraseTests.number, "--account-id", "EM180619", "--yes")
    #expect(erased.status == Exit.done, "\(erased.standardError)")
    #expect(
      erased.standardOutput.contains("2 copies of files were rewritten without its lines\n"),
      "\(erased.standardOutput)")
    #expect(erased.standardOutput.contains("1 copy of a file was removed as a whole"))
    #expect(erased.standardOutput.contains("drop.zip\n"))

    for name in ["mine.csv", "again.csv"] {
      let left = try await raw(workspace, name)
      #expect(left.status == Exit.done && left.standardOutput == TrackingRow.header + "\n\n\n\n")
      #expect(left.standardError.contains("is not as it came"), "\(left.standardError)")
    }
    let archive = try await raw(workspace, "drop.zip")
    #expect(archive.status == 66 && archive.standardError.contains("could not be taken out of it"))
    // A row of another account, and other parcels.
    let held = try await raw(workspace, "held.csv")
    #expect(held.standardOutput == EraseTests.held && held.standardError.isEmpty)
    let other = try await raw(workspace, "other.csv")
    #expect(other.rawOutput == TrackingRow.samples(20).file() && other.standardError.isEmpty)

    let copy = workspace.folder.file("redacted.csv")
    let written = try await workspace.run(
      "files", "raw", workspace.folder.file("mine.csv"), "--output", copy)
    #expect(written.status == Exit.done && written.standardError.contains("is not as it came"))
    let again = try await workspace.run("ingest", copy)
    #expect(again.status == Exit.done, "\(again.standardError)")
    #expect(
      try await workspace.json("parcel", EraseTests.number).events.elements.count == events)
    let check = try await workspace.run("store", "check", "--full")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  /// Its rows are from before the erasure, and its copy is whole before they are taken out of it.
  @Test func aFileThatComesAfterwardsKeepsNoRowEither() async throws {
    let workspace = try await workspace()
    let erased = try await workspace.run(
      "erase", EraseTests.number, "--account-id", "EM180619", "--yes")
    #expect(erased.status == Exit.done, "\(erased.standardError)")
    try workspace.folder.write("late.csv", EraseTests.mine)
    let late = try await workspace.run("ingest", "late.csv")
    #expect([Exit.done, Exit.incomplete].contains(late.status), "\(late.standardError)")
    #expect(try await workspace.run("prune").status == Exit.done)
    let left = try await raw(workspace, "late.csv")
    #expect(left.standardOutput == TrackingRow.header + "\n\n\n\n", "\(left.standardOutput)")
  }
}
