import Foundation
import TestSupport
import Testing

/// Files of the configuration that are made to take time, memory or the stack.
@Suite struct HostileConfigurationTests {
  struct Attack: Sendable, CustomTestStringConvertible {
    var name: String
    /// What is appended to a good configuration.
    var text: String
    /// What the one sentence contains.
    var words: String
    var testDescription: String { name }
  }

  private static func nested(_ open: String, _ close: String, _ depth: Int) -> String {
    "x: " + String(repeating: open, count: depth) + String(repeating: close, count: depth) + "\n"
  }

  static let attacks = [
    // Each line doubles the one before: 2 to the power of 1,000 values, if anybody followed them.
    Attack(
      name: "aliases a thousand deep",
      text: "a0: &a0 [x, x]\n"
        + (1..<1_000).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined(),
      words: "anchors and aliases are not allowed"),
    Attack(
      name: "an alias of itself", text: "x: &a [*a]\n",
      words: "anchors and aliases are not allowed"),
    Attack(
      name: "thirty thousand lists", text: nested("[", "]", 30_000), words: "nested too deeply"),
    Attack(
      name: "sixty thousand brackets that stay open", text: nested("[", "", 60_000),
      words: "nested too deeply"),
    Attack(
      name: "twelve thousand sections", text: nested("{a: ", "}", 12_000),
      words: "nested too deeply"),
    Attack(
      name: "thirty thousand dashes",
      text: "x:\n  " + String(repeating: "- ", count: 30_000) + "y\n", words: "nested too deeply"),
    Attack(
      name: "ever further to the right",
      text: (0..<340).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      words: "unknown key"),
    Attack(
      name: "five thousand keys", text: (0..<5_000).map { "k\($0): 1\n" }.joined(),
      words: "unknown key"),
    Attack(
      name: "one line of sixty kilobytes",
      text: "x: " + String(repeating: "y", count: 60_000) + "\n",
      words: "unknown key"),
  ]

  @Test(arguments: attacks)
  func isRefusedAtOnceByItsPlace(_ attack: Attack) async throws {
    let workspace = try Workspace()
    let good = ConfigurationRefusalTests.good
    try workspace.folder.write("colisd.yaml", good + attack.text)
    let run = try await MeasuredRun(
      of: Program.path(), ["--drain", "--config", workspace.configuration],
      environment: ["DROP_PASSWORD": "s3cret"])
    #expect(run.status == Exit.configuration)
    #expect(run.processorTime < .seconds(1), "\(run.processorTime)")
    #expect(run.peakMemory < 200 << 20, "\(run.peakMemory >> 20) MiB")
    let first = try #require(run.logLines.first)
    #expect(first.contains(/colisd\.yaml:\d+:\d+:/), "\(first.prefix(300))")
    #expect(first.contains(attack.words), "\(first.prefix(300))")
    #expect(!workspace.folder.holds("colisd.db"), "nothing is begun")
  }

  @Test func moreThanTheLimitIsNotEvenParsed() async throws {
    let workspace = try Workspace()
    try workspace.folder.write(
      "colisd.yaml",
      ConfigurationRefusalTests.good + String(repeating: "# nothing\n", count: 7_000))
    let run = try await workspace.run("check")
    #expect(run.status == Exit.configuration)
    #expect(run.standardOutput.contains("larger than 65536 bytes"), "\(run.standardOutput)")
  }

  @Test func aDeviceWithoutAnEndIsNotReadToIt() async throws {
    let run = try await MeasuredRun(of: Program.path(), ["files", "--config", "/dev/zero"])
    #expect(run.status == Exit.configuration)
    #expect(run.standardError.contains("larger than 65536 bytes"), "\(run.standardError)")
    #expect(run.peakMemory < 100 << 20)
  }
}
