import Foundation
import TestSupport
import Testing

/// What could move a terminal's cursor, or turn its text around, reaches it in no output.
@Suite struct EscapingTests {
  /// CSI and OSC as C1 controls, marks of direction and isolates, both separators, NEL, DEL, a zero-width
  /// space; CR in front of a mark, which are one `Character`.
  static let hostile =
    "\u{9b}31m\u{9d}0,x\u{7} \u{202e}a\u{202c}\u{2066}b\u{2069}\u{200e}\u{200f}\u{61c} \u{2028}c\u{2029}\u{85}\u{7f}\u{200b}e\u{301}"

  private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
    default: false
    }
  }

  private func workspace(_ change: (inout Settings) -> Void = { _ in }) async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer(change)
    var rows = [TrackingRow(parcel: 1, step: 0), TrackingRow(parcel: 2, step: 0)]
    rows[0].label = Self.hostile
    rows[0].code = "Q\u{9b}1"
    rows[1].date = "\u{202e}yesterday\u{9b}"
    try workspace.folder.write("rows\u{9b}\u{202e}.csv", rows.file())
    return workspace
  }

  @Test(arguments: ["text", "journald", "json"])
  func noOutputHasOne(_ format: String) async throws {
    let workspace = try await workspace { $0.log["format"] = format }
    let ingest = try await workspace.run("ingest", "rows\u{9b}\u{202e}.csv")
    #expect(ingest.status == Exit.incomplete || ingest.status == Exit.done)
    let odd = ingest.standardError.unicodeScalars.filter(isUnsafe)
    #expect(odd.isEmpty, "\(ingest.standardError.debugDescription)")
    for command in [
      ["events"], ["parcel", "990000000001"], ["parcel", "990000000001", "--json"], ["parcels"],
      ["parcels", "--json"], ["files"], ["files", "--json"], ["rejects"], ["rejects", "--json"],
      ["status"], ["status", "--json"], ["status", "--metrics"], ["held", "--json"],
      ["contracts", "show", "\u{9b}31m\u{202e}"], ["\u{9b}31m\u{202e}"],
      ["parcel", "\u{9b}31m\u{202e}"], ["check", "--\u{9b}31m\u{202e}"],
    ] {
      let result = try await workspace.run(command)
      let text = result.standardOutput + result.standardError
      #expect(!text.isEmpty, "\(command)")
      let odd = text.unicodeScalars.filter(isUnsafe)
      #expect(odd.isEmpty, "\(command): \(text.debugDescription)")
    }
  }

  @Test func jsonGivesBackWhatCame() async throws {
    let workspace = try await workspace()
    _ = try await workspace.run("ingest", "rows\u{9b}\u{202e}.csv")
    let events = try await workspace.events()
    let label = events.first { $0.parcel == "990000000001" }?.label.string
    #expect(label.map { Array($0.unicodeScalars) } == Array(Self.hostile.unicodeScalars))
    let text = try await workspace.run("events").standardOutput
    #expect(text.contains("\\u009b31m") && text.contains("\\u202e"), "\(text)")
  }
}
