import Foundation
import TestSupport
import Testing

/// Signals, slow servers and a second instance in the middle of a drain.
@Suite struct InterruptionTests {
  /// Settings for a scripted server.
  private func settings(_ server: ScriptedServer) -> Settings {
    var settings = Settings(
      port: server.port, username: "dupont", hostKey: server.hostKey, directory: server.drop.path)
    settings.log["level"] = "debug"
    return settings
  }

  private func workspace(_ server: ScriptedServer, timeout: String = "20s") throws -> Workspace {
    let workspace = try Workspace()
    var settings = settings(server)
    settings.source["timeout"] = timeout
    settings.source["password"] = try workspace.secret("drop.password", "s3cret")
    try workspace.configure(settings)
    return workspace
  }

  @Test func aServerOfShortAnswersLosesNothing() async throws {
    var options = ScriptedServer.Options()
    options.maximumRead = 16 * 1024
    options.jitter = 3
    try await ScriptedServer.withServer(options) { server in
      let rows = (0..<20_000).map { TrackingRow(parcel: $0 / 5, step: $0 % 5) }
      try server.drop.write("a.csv", rows.file())
      try server.drop.write("b.csv.gz", try await gzip(rows.file()))
      let workspace = try workspace(server)
      try await workspace.drain()
      let ledger = try await workspace.ledger()
      for name in ["a.csv", "b.csv.gz"] {
        #expect(ledger[name]?.rows == 20_000)
        #expect(ledger[name]?.state == "ingested")
      }
      let lines = try await workspace.run("events").lines
      #expect(lines.count == 20_000)
    }
  }

  @Test func aServerThatHidesSizesIsReadToTheEnd() async throws {
    var options = ScriptedServer.Options()
    options.hidesSizes = true
    try await ScriptedServer.withServer(options) { server in
      let rows = (0..<5_000).map { TrackingRow(parcel: $0 / 5, step: $0 % 5) }
      try server.drop.write("a.csv", rows.file())
      let workspace = try workspace(server)
      try await workspace.drain()
      let file = try await workspace.ledger()["a.csv"]
      #expect(file?.events_new == 5_000)
    }
  }

  @Test(arguments: [1, 5, 100]) func aServerOfFewOpenFilesGivesAllOfThem(most: Int) async throws {
    var options = ScriptedServer.Options()
    options.mostOpenFiles = most
    try await ScriptedServer.withServer(options) { server in
      // What is given up on in the middle must be closed too, or no other could be opened.
      let good = try await gzip(TrackingRow.samples(2_000).file())
      try server.drop.write("00.csv.gz", Array(good.prefix(1_000)) + good.reversed())
      try server.drop.write("01.csv", "<!DOCTYPE html>" + String(repeating: "x", count: 1 << 20))
      for index in 0..<120 {
        try server.drop.write(
          "file\(100 + index).csv", TrackingRow.samples(10, from: index * 10).file())
      }
      let workspace = try workspace(server)
      try await workspace.drain(Exit.incomplete)
      let states = try await workspace.ledger().mapValues { $0.state.string ?? "" }
      #expect(states.values.count { $0 == "ingested" } == 120)
      #expect(states["00.csv.gz"] == "failed" && states["01.csv"] == "failed")
    }
  }

  @Test(.openSSH()) func sigtermInTheMiddleEndsSoonAndTheNextRunCompletes() async throws {
    var options = ScriptedServer.Options()
    options.stallsAt = 1 << 20
    try await ScriptedServer.withServer(options) { server in
      let rows = (0..<20_000).map { TrackingRow(parcel: $0 / 5, step: $0 % 5) }
      try server.drop.write("big.csv", rows.file())
      let workspace = try workspace(server, timeout: "300s")
      let drain = try workspace.start("--drain")
      // From here on it waits for bytes that never come.
      try await drain.waits(for: "file.started")
      let time = try await drain.timeToEnd()
      #expect(time < .seconds(45))
      #expect(drain.process.status == 128 + SIGTERM, "\(drain.log)")
      #expect(drain.log.contains("stopped by SIGTERM"))

      let real = try OpenSSHServer.current
      var settings = try await Settings(real)
      settings.source["directory"] = "\"\(server.drop.path)\""
      try workspace.configure(settings)
      try await workspace.drain()
      let file = try await workspace.ledger()["big.csv"]
      #expect(file?.state == "ingested")
      #expect(file?.rows == 20_000)
      let count = try await workspace.run("events").lines.count
      #expect(count == 20_000)
    }
  }

  @Test(.openSSH()) func aSecondInstanceIsToldWhoHoldsTheStore() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let daemon = try workspace.start("run")
    try await eventually("the daemon has polled") {
      let status = try await workspace.run("status", "--json")
      guard status.status == Exit.done else { return false }
      return try JSONValue(status.standardOutput).last_success_at.string != nil
    }
    let second = try await workspace.run("--drain")
    #expect(second.status == Exit.leased)
    #expect(second.standardError.contains("pid \(daemon.process.identifier)"))
    let ingest = try await workspace.run("ingest", "-", input: TrackingRow.samples(3).file())
    #expect(ingest.status == Exit.done, "only polling is leased: \(ingest.standardError)")
    let reading = try await workspace.run("files")
    #expect(reading.status == Exit.done, "readers are not kept out")
    let status = try await daemon.end()
    #expect(status == Exit.done)
    try await workspace.drain()
  }
}
