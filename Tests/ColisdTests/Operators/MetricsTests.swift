import Foundation
import TestSupport
import Testing

/// `/metrics`, and what packaging/prometheus makes of it.
@Suite(.openSSH()) struct MetricsTests {
  @Test func monitoringSystemsReadTheMetrics() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.metrics)
    try await answering.end()
  }

  @Test func alertRulesKeepTheirOwnTests() async throws {
    let folder = clone.appending(path: "packaging/prometheus")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") || $0.hasSuffix(".rules") }
    var (rules, tests) = (0, 0)
    for name in names.sorted() {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let isTest = text.split(separator: "\n").contains { $0.hasPrefix("tests:") }
      if isTest { tests += 1 } else { rules += 1 }
      let result = try await TestSupport.run(
        "/usr/bin/promtool", arguments: [isTest ? "test" : "check", "rules", name],
        directory: folder.path)
      #expect(result.status == 0, "\(name): \(result.standardOutput)\(result.standardError)")
    }
    #expect(rules > 0 && tests > 0, "\(names)")
  }
}
