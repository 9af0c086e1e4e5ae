import Foundation
import TestSupport
import Testing

/// The commands that look at a file look into a ZIP archive as well.
@Suite struct ArchiveLookTests {
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.folder.write("colisd.yaml", ConfigurationRefusalTests.good)
    return workspace
  }

  private func archive(_ members: (name: String, rows: [TrackingRow])...) -> [UInt8] {
    ZIPFile(members.map { .init($0.name, $0.rows.text()) }).bytes
  }

  private let rows = [1, 2, 3].map { TrackingRow(parcel: $0, step: 4) }

  @Test func aCheckHasAReportPerMember() async throws {
    let workspace = try workspace()
    try workspace.folder.write(
      "drop.zip", archive(("a.csv", [rows[0], rows[1]]), (".hidden", []), ("b/b.csv", [rows[1]])))
    let path = workspace.folder.file("drop.zip")
    let result = try await workspace.run("check", "--json", path)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let reports = try JSONValue(result.standardOutput).elements
    #expect(reports.map(\.file.string) == ["\(path)!a.csv", "\(path)!b/b.csv"])
    let fates = reports.map { $0.rows.elements.map(\.fate.string) }
    // What another member has said already is new only once.
    #expect(fates == [["new", "new"], ["repeated"]])
    let text = try await workspace.run("check", path)
    #expect(text.standardOutput.contains("file     \(path)!b/b.csv\n"), "\(text.standardOutput)")
    #expect(!workspace.folder.holds("colisd.db"))
  }

  @Test func anArchiveThatIsCutOffHasWhatCouldBeReadAndItsFailure() async throws {
    let workspace = try workspace()
    let bytes = archive(("a.csv", rows))
    try workspace.folder.write("drop.zip", Array(bytes.dropLast(30)))
    let path = workspace.folder.file("drop.zip")
    let result = try await workspace.run("check", "--json", path)
    #expect(result.status == Exit.incomplete)
    let reports = try JSONValue(result.standardOutput).elements
    #expect(reports.map(\.file.string) == ["\(path)!a.csv", path])
    #expect(reports.first?.counts.new.integer == 3)
    #expect(reports.last?.failure.string?.contains("not complete yet") == true)
  }

  @Test func aLayoutIsGuessedFromItsMembers() async throws {
    let workspace = try workspace()
    try workspace.folder.write("drop.zip", archive(("a.csv", rows), ("b.csv", rows)))
    let result = try await TestSupport.run(
      Program.path(), arguments: ["layout", "guess", workspace.folder.file("drop.zip")],
      environment: Program.environment())
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(result.standardOutput.contains("  parcel: CPPclCode "), "\(result.standardOutput)")
    #expect(result.standardError.contains("drop.zip!b.csv: 3 of 3 rows can be read"))
  }

  @Test func itsCodesAreInTheDraftOfAMap() async throws {
    let workspace = try workspace()
    try workspace.folder.write("drop.zip", archive(("a.csv", rows), ("b.csv", [rows[0]])))
    let result = try await workspace.run("map", "draft", workspace.folder.file("drop.zip"))
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(result.standardOutput.contains("# 4 rows"), "\(result.standardOutput)")
  }
}
