import Foundation
import TestSupport
import Testing

/// Names on the server are bytes that somebody else chose.
@Suite(.openSSH()) struct RemoteNameTests {
  static let names: [[UInt8]] = [
    Array("new\nline.csv".utf8), Array("\u{1b}[31mred\u{1b}[0m.csv".utf8),
    Array("-rf.csv".utf8), Array("; touch hacked ;.csv".utf8), Array("$(id)`id`.csv".utf8),
    Array("é’œ.csv".utf8),
    Array("d".utf8) + [0xe9] + Array("p".utf8) + [0xf4] + Array("t.csv".utf8),
    Array(repeating: UInt8(ascii: "n"), count: 251) + Array(".csv".utf8),
    Array("  spaces  .csv".utf8), Array("tab\tquote\"back\\slash.csv".utf8),
    [0x7f] + Array(".csv".utf8),
  ]

  @Test func hostileNamesAreTakenAndEscaped() async throws {
    let server = try OpenSSHServer.current
    for (index, name) in Self.names.enumerated() {
      try server.drop.write(name, [TrackingRow(parcel: index, step: 0)].file())
    }
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "{ move: archive }"
    }
    let result = try await workspace.drain()
    let events = try await workspace.events()
    #expect(Set(events.map(\.parcel)).count == Self.names.count)
    let left = try server.drop.names()
    #expect(left == ["archive"], "each was moved under its own name")
    let archived = try server.drop.names(in: "archive")
    #expect(archived.count == Self.names.count)

    let files = try await workspace.json("files").elements
    #expect(Set(files.map(\.path)).count == Self.names.count)
    #expect(files.allSatisfy { $0.state == "ingested" })
    let tables = try await workspace.run("files").standardOutput
    let timeline = try await workspace.run("parcel", "990000000000").standardOutput
    let json = try await workspace.run("files", "--json").standardOutput
    for text in [result.standardError, tables, timeline, json] {
      let controls = text.unicodeScalars.filter {
        $0.properties.generalCategory == .control && $0 != "\n"
      }
      #expect(controls.isEmpty, "\(text.debugDescription)")
    }
    // Each line of the log is one event: no name could add one.
    #expect(result.logLines.existAndAll { $0.wholeMatch(of: /<\d>event=.*/) != nil })
    #expect(tables.split(separator: "\n").count == Self.names.count + 1)
    #expect(!server.drop.holds("hacked") && !workspace.folder.holds("hacked"))
  }
}
