import Foundation
import TestSupport
import Testing

/// The URL that is asked after good polls.
@Suite(.openSSH()) struct HeartbeatTests {
  private static let path = "/ping/3f9a-not-for-the-log?token=abc"

  private func workspace(
    _ server: OpenSSHServer, _ pings: PingServer, every: String = "1s",
    _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> Workspace {
    try await Workspace(server) {
      $0.heartbeat = ["url": "\"http://127.0.0.1:\(pings.port)\(Self.path)\"", "every": every]
      change(&$0)
    }
  }

  @Test func aGoodPollAsksTheURLAtMostSoOften() async throws {
    let pings = try await PingServer.start()
    let workspace = try await workspace(OpenSSHServer.current, pings, every: "1h")
    let daemon = try workspace.start("run")
    try await eventually(within: .seconds(30), "a ping") { !pings.requests.isEmpty }
    let first = try await workspace.json("status").last_success_at
    try await eventually(within: .seconds(30), "a further poll") {
      try await workspace.json("status").last_success_at != first
    }
    #expect(try await daemon.end() == Exit.done)
    #expect(pings.requests == [Self.path])
    #expect(daemon.lines("heartbeat.failed").isEmpty && !daemon.log.contains("not-for-the-log"))
  }

  @Test func eachGoodPollAsksAgainOnceTheTimeHasCome() async throws {
    let pings = try await PingServer.start()
    let daemon = try await workspace(OpenSSHServer.current, pings).start("run")
    try await eventually(within: .seconds(60), "three pings") { pings.requests.count >= 3 }
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aPollThatFailsAsksNothing() async throws {
    let pings = try await PingServer.start()
    let port = try closedPort()
    let workspace = try await workspace(OpenSSHServer.current, pings) {
      $0.source["port"] = "\(port)"
    }
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.failed")
    try await Task.sleep(for: .seconds(2))
    #expect(pings.requests.isEmpty)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aSourceThatFailsSilencesItForAllOfThem() async throws {
    let server = try OpenSSHServer.current
    let pings = try await PingServer.start()
    let port = try closedPort()
    let workspace = try await workspace(server, pings) { settings in
      var other = settings.source
      other["name"] = "broken"
      other["port"] = "\(port)"
      settings.source["name"] = "whole"
      settings.others = [other]
    }
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.failed")
    try await eventually(within: .seconds(30), "good polls of the other source") {
      guard let status = try await workspace.statusIfThere() else { return false }
      return status.sources.elements.contains { $0.last_success_at.string != nil }
    }
    try await Task.sleep(for: .seconds(3))
    #expect(pings.requests.isEmpty, "\(daemon.log)")
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aFailureIsToldOnceWithoutTheURLAndItsEndToo() async throws {
    let pings = try await PingServer.start(status: 302)
    let daemon = try await workspace(OpenSSHServer.current, pings).start("run")
    try await eventually(within: .seconds(60), "three pings") { pings.requests.count >= 3 }
    #expect(pings.requests.allSatisfy { $0 == Self.path }, "no redirection is followed")
    let failed = daemon.lines("heartbeat.failed")
    #expect(failed.count == 1, "\(daemon.log)")
    for word in ["<4>", "host=http://127.0.0.1:\(pings.port) ", "status 302", "redirection"] {
      #expect(failed.first?.contains(word) == true, "\(word): \(daemon.log)")
    }
    try pings.answer(with: 204)
    try await daemon.waits(for: "heartbeat.recovered")
    #expect(daemon.lines("heartbeat.recovered").first?.contains("failures=") == true)
    #expect(!daemon.log.contains("not-for-the-log") && !daemon.log.contains("token=abc"))
    #expect(daemon.lines("poll.failed").isEmpty)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aServerThatNobodyReachesDelaysNoPoll() async throws {
    let port = try closedPort()
    let workspace = try await Workspace(OpenSSHServer.current) {
      $0.heartbeat = ["url": "http://127.0.0.1:\(port)/", "every": "1s"]
    }
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "heartbeat.failed")
    let failed = try #require(daemon.lines("heartbeat.failed").first)
    #expect(failed.contains("host=http://127.0.0.1:\(port) "), "\(failed)")
    let first = try await workspace.json("status").last_success_at
    try await eventually(within: .seconds(30), "a further poll") {
      try await workspace.json("status").last_success_at != first
    }
    #expect(try await daemon.end() == Exit.done)
  }
}
