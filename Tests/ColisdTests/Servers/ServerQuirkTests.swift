import Foundation
import TestSupport
import Testing

/// Servers that show less than one would like, or something else than there is.
@Suite struct ServerQuirkTests {
  @Test(arguments: [ScriptedServer.Options.Refusal.disconnect, .channel])
  func aServerOfOneSessionGivesEverythingOverIt(by refusal: ScriptedServer.Options.Refusal)
    async throws
  {
    var options = ScriptedServer.Options()
    options.mostSessions = 1
    options.refusesBy = refusal
    try await ScriptedServer.withServer(options) { server in
      // So many that a second session is asked for.
      for (index, row) in TrackingRow.samples(2_100).enumerated() {
        try server.drop.write("\(10_000 + index).csv", [row].file())
      }
      let workspace = try Workspace(server) { $0.source["connections"] = "2" }
      try await workspace.drain()
      #expect(server.log.contains("a session too many"))
      let ledger = try await workspace.ledger()
      #expect(ledger.values.count { $0.state == "ingested" } == 2_100)
      let events = try await workspace.run("events").lines.count
      #expect(events == 2_100)
    }
  }

  @Test func aListingOfBareNamesIsCompletedBeforeItIsBelieved() async throws {
    var options = ScriptedServer.Options()
    options.hidesAttributes = .inListings
    try await ScriptedServer.withServer(options) { server in
      let outside = try TemporaryDirectory()
      let secret = try outside.write("outside.csv", [TrackingRow(parcel: 9, step: 0)].file())
      symlink(secret, server.drop.file("link.csv"))
      symlink(outside.path, server.drop.file("linked"))
      try server.drop.makeDirectory("folder.csv")
      try server.drop.write("folder.csv/b.csv", [TrackingRow(parcel: 2, step: 0)].file())
      try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
      let workspace = try Workspace(server) {
        $0.source["recursive"] = "true"
        $0.source["after-ingest"] = "{ move: archive }"
        $0.poll["settle"] = "listing"
      }
      try await workspace.drain()
      let first = try await workspace.ledger()
      #expect(Set(first.keys) == ["a.csv", "folder.csv/b.csv"], "no link was followed")
      #expect(first["a.csv"]?.size.integer == [TrackingRow(parcel: 1, step: 0)].file().count)
      #expect(first["a.csv"]?.mtime.string != nil)
      #expect(first["a.csv"]?.post_action == "moved:archive/a.csv")

      // The next generation is known by the attributes that the listing does not show.
      try server.drop.write("a.csv", TrackingRow.samples(10).file())
      try await workspace.drain()
      let left = try server.drop.names()
      #expect(left == ["archive", "folder.csv", "link.csv", "linked"])
      let events = try await workspace.events().count
      #expect(events == 11, "of the ten rows one is the event that came before")
    }
  }

  @Test func aServerWithoutAnyAttributesIsReadOnce() async throws {
    var options = ScriptedServer.Options()
    options.hidesAttributes = .everywhere
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(2_000).file())
      try server.drop.write("b.csv", TrackingRow.samples(10, from: 2_000).file())
      let workspace = try Workspace(server) { $0.poll["settle"] = "listing" }
      try await workspace.drain()
      let ledger = try await workspace.ledger()
      for name in ["a.csv", "b.csv"] {
        #expect(ledger[name]?.state == "ingested")
        #expect(ledger[name]?["size"] == .null && ledger[name]?["mtime"] == .null)
      }
      let events = try await workspace.run("events").lines.count
      #expect(events == 2_010)
      let second = try await workspace.drain()
      #expect(second.isIdle, "\(second.standardError)")
    }
  }

  /// What a listing says wrongly, what the open file says wrongly, and what comes of it.
  struct WrongSize: Sendable, CustomTestStringConvertible {
    var listed: Int
    var opened: Int
    /// What the ledger's error says; nil where the file is ingested all the same.
    var error: String?
    var testDescription: String { "listing \(listed), open file \(opened)" }
  }

  static let wrongSizes = [
    WrongSize(listed: 100, opened: 0), WrongSize(listed: -100, opened: 0),
    WrongSize(listed: 100, opened: 100, error: "it ended after"),
    WrongSize(listed: -100, opened: -100, error: "it has bytes behind"),
    WrongSize(listed: 0, opened: 100, error: "it ended after"),
    WrongSize(listed: 0, opened: -100, error: "it has bytes behind"),
  ]

  @Test(arguments: wrongSizes) func aWrongSizeIsNoReasonToLoseOrDoubleARow(size: WrongSize)
    async throws
  {
    var options = ScriptedServer.Options()
    options.sizeError = size.listed
    options.openSizeError = size.opened
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(50).file())
      let workspace = try Workspace(server)
      // Twice, for what the server says twice is no truer.
      for _ in 0..<2 {
        try await workspace.drain()
        let file = try #require(try await workspace.ledger()["a.csv"])
        if let error = size.error {
          #expect(file.state == "settling")
          #expect(
            file.error.names(error, "/a.csv", "127.0.0.1:\(server.port)"), "\(file.error)")
        } else {
          #expect(file.state == "ingested" && file.rows == 50 && file["error"] == .null)
        }
      }
      try server.behave()
      try await workspace.drain()
      let files = try await workspace.json("files").elements
      #expect(files.existAndAll { $0.state == "ingested" && $0.rows == 50 })
      let parcels = try await workspace.events().map { [$0.parcel, $0.code] }
      #expect(parcels.count == 50 && Set(parcels).count == 50)
    }
  }

  @Test func filesThatAreNeverCompleteAreToldOnce() async throws {
    var options = ScriptedServer.Options()
    options.openSizeError = 100
    try await ScriptedServer.withServer(options) { server in
      for index in 0..<15 {
        try server.drop.write("f\(index).csv", TrackingRow.samples(1, from: index).file())
      }
      let workspace = try Workspace(server) { $0.log["level"] = "debug" }
      let daemon = try workspace.start("run")
      try await daemon.waits(for: "poll.finished", count: 4, within: .seconds(60))
      let told = daemon.lines("file.settling").filter { !$0.hasPrefix("<7>") }
      #expect(told.count == 11, "\(told)")
      #expect(told.last?.contains("more=5") == true)
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func extensionsThatNobodyKnowsAreSkipped() async throws {
    var options = ScriptedServer.Options()
    options.extends = true
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(50).file())
      let workspace = try Workspace(server) { $0.source["after-ingest"] = "{ move: archive }" }
      try await workspace.drain()
      let file = try #require(try await workspace.ledger()["a.csv"])
      #expect(file.state == "ingested" && file.events_new == 50)
      #expect(file.size.integer == TrackingRow.samples(50).file().count)
      #expect(file.post_action == "moved:archive/a.csv")
    }
  }

  @Test(arguments: ScriptedServer.Options.Answer.allCases)
  func aPacketOfFourGigabytesIs69(answer: ScriptedServer.Options.Answer) async throws {
    var options = ScriptedServer.Options()
    options.giantPacket = answer
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("a.csv", TrackingRow.samples(50).file())
      let workspace = try Workspace(server)
      let result = try await workspace.drain(Exit.unreachable)
      let words = "a packet of 4294967280 bytes was announced"
      #expect(result.standardError.contains(words), "\(result.standardError)")
      #expect(result.standardError.contains("127.0.0.1:\(server.port)"))
      try server.behave()
      try await workspace.drain()
      let file = try await workspace.ledger()["a.csv"]
      #expect(file?.state == "ingested" && file?.events_new == 50)
    }
  }

  @Test(.openSSH(subsystem: "echo /////wIAAAAD | /usr/bin/base64 -d"))
  func aFirstPacketOfFourGigabytesIs69() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let result = try await workspace.drain(Exit.unreachable)
    let words = "a packet of 4294967295 bytes was announced"
    #expect(result.standardError.contains(words), "\(result.standardError)")
    #expect(result.standardError.contains("127.0.0.1:\(server.port)"))
  }
}
