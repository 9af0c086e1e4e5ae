import Foundation
import TestSupport
import Testing

/// The demos of the README, each from its beginning to its end.
@Suite(.serialized) struct DemoTests {
  private func show(_ name: String) async throws -> String {
    let demo = try await run(
      clone.appending(path: "packaging/\(name)").path, arguments: [Program.path()],
      timeout: .seconds(180))
    try #require(demo.status == 0, "\(demo.standardOutput)\n\(demo.standardError)")
    #expect(!FileManager.default.fileExists(atPath: clone.appending(path: ".demo").path))
    return demo.standardOutput
  }

  @Test func theDemoEndsWithADrainThatReadsNothingTwice() async throws {
    let shown = try await show("demo")
    #expect(shown.contains("exit code 0, and the store has the same"), "\(shown)")
  }

  @Test func twoWorkersShareTheDropAndOneIsKilled() async throws {
    let shown = try await show("demo-postgres")
    let workers = shown.split(separator: "\n").filter { $0.hasPrefix("worker ") }
    #expect(workers.count == 3, "two at first, and then one: \(shown)")
    #expect(shown.contains("991299990001"), "\(shown)")
  }
}
