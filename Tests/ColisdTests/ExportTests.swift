import Foundation
import TestSupport
import Testing

/// All events as a file to carry away.
@Suite struct ExportTests {
  private func workspace(rows: Int) async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest(TrackingRow.samples(rows))
    return workspace
  }

  @Test func anExportHasTheLinesOfEventsInTheirOrder() async throws {
    // More than two pages.
    let workspace = try await workspace(rows: 12_345)
    let events = try await workspace.run("events")
    let export = try await workspace.run("export")
    #expect(export.status == Exit.done && export.standardError.isEmpty)
    #expect(export.lines.count == 12_345)
    #expect(export.standardOutput == events.standardOutput)
  }

  @Test func aFileHasTheSameAndReplacesTheOneOfYesterday() async throws {
    let workspace = try await workspace(rows: 7)
    let file = workspace.folder.file("out.ndjson")
    try workspace.folder.write("out.ndjson", "yesterday")
    // Left by one that was killed.
    try workspace.folder.write("out.ndjson.partial", String(repeating: "x", count: 9_999))
    let result = try await workspace.run("export", "--output", file)
    #expect(result.status == Exit.done && result.standardOutput.isEmpty)
    #expect(result.standardError.contains("7 events are written to"))
    let events = try await workspace.run("events").standardOutput
    #expect(try String(contentsOfFile: file, encoding: .utf8) == events)
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(!FileManager.default.fileExists(atPath: file + ".partial"))
  }

  @Test func aHyphenIsStandardOutputAndNoFile() async throws {
    let workspace = try await workspace(rows: 3)
    let export = try await workspace.run("export", "--output", "-")
    #expect(export.status == Exit.done && export.lines.count == 3)
    let folder = try await workspace.run("export", "--output", workspace.folder.path)
    #expect(folder.status != Exit.done)
    #expect(folder.standardError.contains("name a file in it"), "\(folder.standardError)")
  }

  @Test func csvOpensInAFrenchSpreadsheet() async throws {
    let workspace = try await workspace(rows: 6_000)
    let bytes = try await workspace.run("export", "--format", "csv").rawOutput
    #expect(bytes.starts(with: [0xef, 0xbb, 0xbf]))
    let text = String(decoding: bytes.dropFirst(3), as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n")
    // Titles once, and nothing after the last line's end.
    #expect(lines.count == 6_002 && lines.last == "")
    #expect(lines[0].hasPrefix("seq;parcel;occurred_at;"))
    #expect(lines.count { $0.hasPrefix("seq;") } == 1)
    #expect(lines[1].hasPrefix("1;\"=\"\"990000000000\"\"\";2026-08-01 06:00:00;"), "\(lines[1])")
  }

  @Test func sinceIsAboutWhenAnEventHappened() async throws {
    let workspace = try await workspace(rows: 10)
    let all = try await workspace.events().compactMap(\.occurred_at.string)
    let export = try await workspace.run("export", "--since", "2026-08-03")
    #expect(export.lines.count == all.filter { $0 >= "2026-08-03" }.count)
    #expect(export.lines.count == 6)
    let none = try await workspace.run("export", "--since", "2030-01-01", "--format", "csv")
    #expect(none.status == Exit.done && none.standardOutput.split(separator: "\r\n").count == 1)
  }

  @Test(arguments: [
    ["--format", "xlsx"], ["--since", "yesterweek"], ["--utc"],
    ["--since", "2026-08-03", "--format", "ndjson", "--utc"],
  ])
  func whatMeansNothingIsRefused(_ arguments: [String]) async throws {
    let result = try await workspace(rows: 1).run(["export"] + arguments)
    #expect(result.status == Exit.usage && result.standardOutput.isEmpty)
  }

  @Test(arguments: ["no/such/folder/out.csv", "."])
  func whereNothingCanBeWrittenIs74(_ path: String) async throws {
    let result = try await workspace(rows: 1).run("export", "--output", path)
    #expect(result.status == Exit.localIO, "\(result.standardError)")
    #expect(result.standardError.contains("cannot write"))
  }

  @Test(.enabled("mounting a small disk needs root") { await SmallDisk.isPossible })
  func aFullDiskLeavesTheFileOfYesterday() async throws {
    let workspace = try await workspace(rows: 20_000)
    try await SmallDisk.with("size=1m") { disk in
      try Data("yesterday".utf8).write(to: URL(filePath: disk + "/out"))
      let result = try await workspace.run("export", "--output", disk + "/out")
      #expect(result.status == Exit.localIO && result.standardError.contains("make room"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == ["out"])
      #expect(try String(contentsOfFile: disk + "/out", encoding: .utf8) == "yesterday")
    }
  }
}
