import Foundation
import TestSupport
import Testing

/// `colisd map draft` writes a status map that `check` accepts once nothing is left to decide.
@Suite struct MapDraftTests {
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("status-map: { file: status-map.yaml }\n", with: ""))
    return workspace
  }

  private let rows: [TrackingRow] = {
    var rows = [TrackingRow(parcel: 1, step: 4), TrackingRow(parcel: 2, step: 4)]
    rows[1].code = "ZZ9"
    rows[1].label = "Flashage hors boucle: à l'agence"
    return rows
  }()

  /// What `check` says of the draft as status map.
  private func check(_ workspace: Workspace, _ draft: String) async throws -> ProcessResult {
    try workspace.folder.write("draft.yaml", draft)
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good.replacing("status-map.yaml", with: "draft.yaml"))
    return try await workspace.run("check", environment: ["DROP_PASSWORD": "s3cret"])
  }

  @Test func aDraftOfFilesIsAcceptedOnceItsTodoIsFilled() async throws {
    let workspace = try workspace()
    try workspace.folder.write("a.csv", rows.text())
    let result = try await workspace.run("map", "draft", workspace.folder.file("a.csv"))
    #expect(result.status == Exit.done, "\(result.standardError)")
    let draft = result.standardOutput
    #expect(draft.contains("  LIV: { status: delivered, mode: letterbox }   # 1 row\n"), "\(draft)")
    #expect(draft.contains("  # 1 × Flashage hors boucle: à l'agence\n"), "\(draft)")
    #expect(draft.contains("  ZZ9: { status: TODO }"), "\(draft)")
    #expect(result.standardError == "code ZZ9, in 1 row: its labels are not known\n")
    let refused = try await check(workspace, draft)
    #expect(refused.status == Exit.configuration)
    let line = try #require(
      draft.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.contains("ZZ9: {") })
    #expect(
      refused.standardOutput.contains("draft.yaml:\(line + 1):18: codes.ZZ9.status must be one of"),
      "\(refused.standardOutput)")
    let filled = try await check(
      workspace, draft.replacing("status: TODO", with: "status: on_hold"))
    #expect(filled.status == Exit.done, "\(filled.standardOutput)")
    #expect(filled.standardOutput.contains("status map: own version 1-"))
  }

  @Test func withoutFilesTheStoreIsAsked() async throws {
    let workspace = try workspace()
    try workspace.folder.write("a.csv", rows.text())
    let ingested = try await workspace.run("ingest", workspace.folder.file("a.csv"))
    #expect(ingested.status == Exit.done, "\(ingested.standardError)")
    let result = try await workspace.run("map", "draft")
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(result.standardOutput.contains("from the store's 2 events"))
    #expect(result.standardOutput.contains("  ZZ9: { status: TODO }"))
  }

  @Test func aLayoutNeedsNoConfiguration() async throws {
    let workspace = try workspace()
    try workspace.folder.write("a.csv", rows.text())
    try FileManager.default.removeItem(atPath: workspace.configuration)
    let result = try await workspace.run(
      "map", "draft", "--layout", workspace.folder.file("layouts/colisprive.yaml"),
      workspace.folder.file("a.csv"))
    #expect(result.status == Exit.done, "\(result.standardError)")
    #expect(result.standardOutput.contains("  LIV: { status: delivered"))
  }

  @Test func aFileThatCanNotBeReadIsADoubt() async throws {
    let workspace = try workspace()
    try workspace.folder.write("a.csv", rows.text())
    try workspace.folder.write("b.csv", "<html>\n")
    let result = try await workspace.run(
      "map", "draft", workspace.folder.file("a.csv"), workspace.folder.file("b.csv"))
    #expect(result.status == Exit.incomplete)
    #expect(result.standardOutput.contains("  LIV: { status: delivered"))
    #expect(result.standardError.contains("b.csv: not a tracking file"), "\(result.standardError)")
  }
}
