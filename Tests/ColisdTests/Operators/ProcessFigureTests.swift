import Foundation
import TestSupport
import Testing

/// What a daemon counts from its start, as `/metrics` shows it.
@Suite(.openSSH()) struct ProcessFigureTests {
  /// The samples by name and labels, as they are written.
  private func figures(_ answering: AnsweringDaemon) async throws -> [String: Double] {
    let result = try await Visitor.get.run(
      [answering.url, "/metrics"], home: answering.workspace.folder.path)
    try #require(result.status == 0, "\(result.standardOutput)\(result.standardError)")
    let samples = result.lines.filter { !$0.hasPrefix("#") }.compactMap { line in
      line.lastIndex(of: " ").flatMap { blank in
        Double(line[line.index(after: blank)...]).map { (String(line[..<blank]), $0) }
      }
    }
    return Dictionary(samples) { first, _ in first }
  }

  @Test func whatWasReadIsCounted() async throws {
    let server = try OpenSSHServer.current
    let before = Date().timeIntervalSince1970
    let bytes = TrackingRow.samples(5).file()
    try server.drop.write("a.csv", bytes)
    let answering = try await AnsweringDaemon(server)
    let found = try await figures(answering)
    let source = #"{source="127.0.0.1"}"#
    let rows = ["new", "repeated", "held", "rejected", "skipped"].compactMap {
      found["colisd_rows_total{outcome=\"\($0)\"}"]
    }
    #expect(rows.count == 5 && rows.reduce(0, +) == 5, "\(found)")
    #expect(found["colisd_received_bytes_total\(source)"] == Double(bytes.count))
    #expect(found[#"colisd_files_handled_total{outcome="ingested"}"#] == 1)
    #expect(found[#"colisd_files_handled_total{outcome="failed"}"#] == 0)
    #expect(found["colisd_commit_lag_seconds_count\(source)"] == 1)
    #expect(found[#"colisd_commit_lag_seconds_bucket{source="127.0.0.1",le="60.0"}"#] == 1)
    #expect(found["colisd_poll_failures_total\(source)"] == 0)
    #expect(found["colisd_reconnects_total\(source)"] == 0)
    #expect((found["process_resident_memory_bytes"] ?? 0) > 1_048_576)
    #expect((found["process_open_fds"] ?? 0) > 3)
    let start = try #require(found["process_start_time_seconds"])
    #expect(start >= before - 1 && start <= Date().timeIntervalSince1970)
    let polls = try #require(found["colisd_polls_total\(source)"])
    try await eventually(within: .seconds(30), "a further poll") {
      try await figures(answering)["colisd_polls_total\(source)"] ?? 0 > polls
    }
    // A poll that finds nothing new counts nothing else.
    let later = try await figures(answering)
    #expect(later[#"colisd_files_handled_total{outcome="ingested"}"#] == 1)
    #expect(later["colisd_received_bytes_total\(source)"] == Double(bytes.count))
    try await answering.end()
  }

  @Test func aPollThatFailsIsCounted() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let answering = try await AnsweringDaemon(server) { $0.source["port"] = "\(relay.port)" }
    relay.close()
    let source = #"{source="127.0.0.1"}"#
    try await eventually(within: .seconds(60), "two polls that fail") {
      try await figures(answering)["colisd_poll_failures_total\(source)"] ?? 0 >= 2
    }
    let found = try await figures(answering)
    #expect(found["colisd_source_reachable\(source)"] == 0)
    let polls = found["colisd_polls_total\(source)"] ?? 0
    #expect(polls > found["colisd_poll_failures_total\(source)"] ?? 0)
    try await answering.end()
  }
}
