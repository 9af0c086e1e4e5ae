import Foundation
import TestSupport
import Testing

/// Faults of a list of sources are named by file, line and column.
@Suite struct SourceRefusalTests {
  private static let good = """
    sources:
      - name: one
        host: 127.0.0.1
        username: dupont
        password: { env: DROP_PASSWORD }
        host-keys: ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
      - name: two
        host: 127.0.0.2
        username: martin
        password: { env: DROP_PASSWORD }
        host-keys: ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
        poll: { interval: 10m }
    status-map: { file: status-map.yaml }
    store: { url: "sqlite:colisd.db" }

    """

  static let faults: [ConfigurationRefusalTests.Fault] = [
    .init(
      name: "source beside sources", old: "status-map:", new: "source: { host: h }\nstatus-map:",
      place: "2:3", words: ["sources cannot stand beside source"]),
    .init(
      name: "no name", old: "name: two\n    host", new: "host", place: "7:5",
      words: ["sources[1].name is missing"]),
    .init(
      name: "misspelt name", old: "name: two", new: "nane: two", place: "7:5",
      words: ["unknown key sources[1].nane", "did you mean name?"]),
    .init(
      name: "one name twice", old: "name: two", new: "name: one", place: "7:11",
      words: ["sources[1].name", "is the name of sources[0]"]),
    .init(
      name: "blanks in a name", old: "name: two", new: "name: two words", place: "7:11",
      words: ["sources[1].name", "without blanks"]),
    .init(
      name: "unknown key", old: "    username: martin", new: "    user-name: martin", place: "9:5",
      words: ["sources[1].user-name", "did you mean username?"]),
    .init(
      name: "fault in the polls of one", old: "interval: 10m", new: "interval: often",
      place: "12:23", words: ["sources[1].poll.interval", "\"often\""]),
    .init(
      name: "unknown key in the polls of one", old: "interval: 10m", new: "intervall: 10m",
      place: "12:13", words: ["sources[1].poll.intervall", "did you mean interval?"]),
    .init(
      name: "unknown layout of one", old: "poll: { interval: 10m }", new: "layout: { name: x }",
      place: "12:21", words: ["sources[1].layout.name", "colisprive"]),
    .init(
      name: "archive outside of the drop", old: "poll: { interval: 10m }",
      new: "after-ingest: { move: ../x }", place: "12:27",
      words: ["sources[1].after-ingest.move", "below sources[1].directory"]),
    .init(
      name: "no list", old: good.components(separatedBy: "status-map")[0], new: "sources: one\n",
      place: "1:10", words: ["sources must be a list"]),
    .init(
      name: "an empty list", old: good.components(separatedBy: "status-map")[0],
      new: "sources: []\n", place: "1:10", words: ["sources is empty"]),
  ]

  @Test(arguments: faults)
  func aFaultIsNamedByItsPlace(_ fault: ConfigurationRefusalTests.Fault) async throws {
    #expect(Self.good.contains(fault.old))
    let workspace = try Workspace()
    try workspace.folder.write("colisd.yaml", Self.good.replacing(fault.old, with: fault.new))
    let result = try await workspace.run("check", environment: ["DROP_PASSWORD": "x"])
    #expect(result.status == Exit.configuration, "\(result.standardOutput)")
    let line = result.standardOutput.split(separator: "\n").first {
      $0.contains("colisd.yaml:\(fault.place): ")
    }
    let text = try #require(line, "\(result.standardOutput)")
    for word in fault.words { #expect(text.contains(word), "\(text)") }
  }

  @Test func aListWithoutFaultsIsAcceptedAndEachSourceIsNamed() async throws {
    let workspace = try Workspace()
    // One of the samples is not complete, which check says.
    try FileManager.default.removeItem(
      atPath: workspace.folder.file("contracts.d/comptoir-nantes.yaml"))
    try workspace.folder.write("colisd.yaml", Self.good)
    let result = try await workspace.run("check", environment: ["DROP_PASSWORD": "x"])
    #expect(result.status == Exit.done, "\(result.standardOutput)")
    #expect(result.standardOutput.contains("source one: dupont@127.0.0.1:22"))
    #expect(result.standardOutput.contains("source two: martin@127.0.0.2:22"))
  }
}
