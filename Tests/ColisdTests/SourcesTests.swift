import Foundation
import TestSupport
import Testing

/// Several drops that are read into one store.
@Suite(.openSSH()) struct SourcesTests {
  /// A source with this name in a folder of the server's drop.
  private func source(_ name: String, in folder: String = "") async throws -> Settings.Section {
    let server = try OpenSSHServer.current
    var source = try await Settings(server).source
    source["name"] = name
    if !folder.isEmpty {
      try? server.drop.makeDirectory(folder)
      source["directory"] = "\"\(server.drop.file(folder))\""
    }
    return source
  }

  private func workspace(_ sources: Settings.Section...) async throws -> Workspace {
    let workspace = try Workspace()
    try await configure(workspace, sources)
    return workspace
  }

  private func configure(_ workspace: Workspace, _ sources: [Settings.Section]) async throws {
    var settings = try await Settings(OpenSSHServer.current)
    settings.source = sources[0]
    settings.others = Array(sources[1...])
    try workspace.configure(settings)
  }

  @Test func theSamePathInTwoSourcesIsTwoFilesAndEachSaysWhereItIsFrom() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(source("one", in: "one"), source("two", in: "two"))
    try server.drop.write("one/a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try server.drop.write(
      "two/a.csv", [TrackingRow(parcel: 2, step: 0)].file() + Array("?\n".utf8))
    let result = try await workspace.drain(Exit.incomplete)
    for name in ["one", "two"] {
      #expect(
        result.logLines.contains {
          $0.contains("event=drain.finished") && $0.contains("source=\(name)")
        }, "\(result.standardError)")
    }
    let files = try await workspace.json("files").elements
    #expect(Set(files.map(\.source.string)) == ["one", "two"])
    #expect(files.map(\.path.string) == ["a.csv", "a.csv"])
    let two = try await workspace.json("files", "--source", "two").elements
    #expect(two.map(\.source) == ["two"])
    let unknown = try await workspace.run("files", "--source", "three")
    #expect(unknown.status == Exit.notFound)
    #expect(unknown.standardError.contains("one, two"), "\(unknown.standardError)")
    #expect(try await Set(workspace.events().map(\.source.string)) == ["one", "two"])
    #expect(try await workspace.json("rejects").elements.map(\.source) == ["two"])
    // The table of one source has no column for it.
    let table = try await workspace.run("files").standardOutput
    #expect(table.contains("source") && table.contains("two"), "\(table)")

    let ambiguous = try await workspace.run("files", "retry", "a.csv")
    #expect(ambiguous.status == Exit.usage, "\(ambiguous.standardError)")
    #expect(ambiguous.standardError.contains("--source"))
    let retried = try await workspace.run("files", "retry", "a.csv", "--source", "two")
    #expect(retried.status == Exit.done, "\(retried.standardError)")
    let status = try await workspace.json("status")
    #expect(status.sources.elements.map(\.name) == ["one", "two"])
    #expect(status.sources.elements.allSatisfy { $0.reachable == true })
    let again = try await workspace.drain(Exit.incomplete)
    #expect(again.logLines.filter { $0.contains("event=file.ingested") }.count == 1)
  }

  @Test func aSourceThatNeverAnswersHoldsNoOtherOneUp() async throws {
    let server = try OpenSSHServer.current
    var options = ScriptedServer.Options()
    options.stallsListing = true
    try await ScriptedServer.withServer(options) { silent in
      let workspace = try Workspace()
      var stalled = try workspace.source(silent)
      stalled["name"] = "stalled"
      // It hangs for as long as the test runs.
      stalled["timeout"] = "600s"
      try await configure(workspace, [stalled, source("good", in: "good")])
      let daemon = try workspace.start("run")
      for round in 0..<5 {
        try server.drop.write("good/\(round).csv", [TrackingRow(parcel: round, step: 0)].file())
        try await daemon.waits(for: "file.ingested", count: round + 1)
      }
      #expect(daemon.lines("file.ingested").allSatisfy { $0.contains("source=good") })
      let status = try await workspace.json("status").sources.elements
      #expect(status.map(\.name) == ["stalled", "good"])
      #expect(status.map(\.reachable) == [.null, true])
      #expect(status[1].last_success_at.string != nil)
      // The oldest one counts, and it was never polled.
      let check = try await workspace.run("status", "--check")
      #expect(check.status == Exit.unreachable && check.standardOutput.contains("stalled"))
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func aServerThatNeverAnswersKeepsNoSignOfLifeFromSystemd() async throws {
    var options = ScriptedServer.Options()
    options.stallsListing = true
    try await ScriptedServer.withServer(options) { silent in
      let workspace = try Workspace()
      var stalled = try workspace.source(silent)
      stalled["name"] = "stalled"
      stalled["timeout"] = "600s"
      try await configure(workspace, [stalled, source("good", in: "good")])
      let socket = try NotifySocket()
      let daemon = try workspace.start(
        "run", environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "1000000"])
      try await eventually(within: .seconds(30), "the good source is polled") {
        socket.receive().contains { $0.hasPrefix("STATUS=good: last poll") }
      }
      // Fewer would come if a silence of half of systemd's patience ended them.
      try await socket.waits(forSigns: 12)
      #expect(try await daemon.end() == Exit.done)
    }
  }

  /// What stands in the way of the second and third source, and what a drain ends with.
  enum Faults: CaseIterable, Sendable {
    case unreachable, refused, hostKey, rejected

    var status: Int32 {
      switch self {
      case .unreachable: Exit.unreachable
      case .refused: Exit.refused
      case .hostKey: Exit.hostKey
      case .rejected: Exit.incomplete
      }
    }

    /// In the order of seriousness.
    static let pairs: [(Faults, Faults)] = [
      (.rejected, .unreachable), (.unreachable, .refused), (.refused, .hostKey),
    ]
  }

  private func faulty(_ fault: Faults) async throws -> Settings.Section {
    var source = try await source("\(fault)", in: "\(fault)")
    switch fault {
    case .unreachable: source["port"] = "\(try closedPort())"
    case .refused: source["username"] = "nobody-of-this-name"
    case .hostKey: source["host-keys"] = "[\"SHA256:\(String(repeating: "A", count: 43))\"]"
    case .rejected:
      try OpenSSHServer.current.drop.write("\(fault)/bad.csv", [].file() + Array("?\n".utf8))
    }
    return source
  }

  @Test(arguments: Faults.pairs)
  func aDrainReadsAllSourcesAndEndsWithTheMostSeriousCode(_ less: Faults, _ more: Faults)
    async throws
  {
    let server = try OpenSSHServer.current
    let good = try await source("good", in: "good")
    try server.drop.write("good/a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    for (number, faults) in [[less, more], [more, less]].enumerated() {
      let sources = try await [faulty(faults[0]), faulty(faults[1]), good]
      let workspace = try Workspace()
      try await configure(workspace, sources)
      let result = try await workspace.drain(more.status)
      let file = try await workspace.json("files", "--source", "good").elements
      #expect(file.map(\.state) == ["ingested"], "\(number): \(result.standardError)")
      let failed = result.logLines.filter { $0.contains("event=drain.failed") }
      #expect(failed.count == (less == .rejected ? 1 : 2), "\(result.standardError)")
      #expect(failed.contains { $0.contains("source=\(more)") })
      // People read which one it was, too.
      #expect(result.standardError.contains("colisd: source \(more): "))
    }
  }

  @Test func aDaemonGoesOnWhileOneSourceIsNotRefused() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(faulty(.refused), source("good", in: "good"))
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "poll.failed")
    try server.drop.write("good/a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try await daemon.waits(for: "file.ingested")
    #expect(daemon.lines("poll.failed").allSatisfy { $0.contains("source=refused") })
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aDaemonEndsWhenEverySourceIsRefusedByTheMostSeriousCode() async throws {
    let workspace = try await workspace(faulty(.refused), faulty(.hostKey))
    let result = try await workspace.run("run")
    #expect(result.status == Exit.hostKey, "\(result.standardError)")
    #expect(result.logLines.filter { $0.contains("event=poll.failed") }.count == 2)
  }

  @Test
  func aSourceIsAddedToARunningSetUpInTheWordsOfDocsSourcesMd() async throws {
    let server = try OpenSSHServer.current
    var first = try await source("first", in: "first")
    try server.drop.write("first/a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let unnamed = first.filter { $0.key != "name" }
    let workspace = try Workspace()
    // One of the samples is not complete, which check says.
    try FileManager.default.removeItem(
      atPath: workspace.folder.file("contracts.d/comptoir-nantes.yaml"))
    try await configure(workspace, [unnamed])
    try await workspace.drain()
    #expect(try await workspace.json("files").elements.map(\.source) == ["127.0.0.1"])

    // 1 and 2: the list, with a name for the one that was there.
    first["name"] = "colisprive"
    let second = try await source("returns", in: "second")
    try server.drop.write("second/b.csv", [TrackingRow(parcel: 2, step: 0)].file())
    try await configure(workspace, [first, second])
    // 3: check names both.
    let check = try await workspace.run("check", "--connect")
    #expect(check.status == Exit.done, "\(check.standardError)")
    for name in ["colisprive", "returns"] {
      #expect(check.standardOutput.contains("server \(name): host key and login are good"))
    }
    // 4: the first has another name, and its files are not read again.
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "file.ingested")
    try await daemon.waits(for: "daemon.started")
    let changed = daemon.lines("source.changed")
    #expect(changed.count == 1 && changed[0].contains("source=colisprive"), "\(daemon.log)")
    #expect(
      daemon.lines("daemon.started").allSatisfy {
        $0.contains("colisprive: ") && $0.contains("returns: ")
      })
    #expect(try await daemon.end() == Exit.done)
    #expect(daemon.lines("file.ingested").count == 1)
    let files = try await workspace.json("files").elements
    #expect(files.map(\.source) == ["colisprive", "returns"])
    let status = try await workspace.run("status").standardOutput
    #expect(status.contains("colisprive") && status.contains("returns"))
  }

  @Test func whatIsPendingAtAFormerPlaceIsToldAndNeverDone() async throws {
    let server = try OpenSSHServer.current
    var source = try await source("drop", in: "one")
    source["after-ingest"] = "delete"
    source["grace"] = "10m"
    try server.drop.write("one/a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await workspace(source)
    try await workspace.drain()
    let former = source
    try server.drop.makeDirectory("two")
    source["directory"] = "\"\(server.drop.file("two"))\""
    try await configure(workspace, [source])
    let moved = try await workspace.drain()
    let told = moved.logLines.filter { $0.contains("event=source.changed") }
    #expect(told.count == 1 && told[0].contains("1 file that was to be moved or deleted stays"))
    #expect(told.allSatisfy { $0.contains("/one") && $0.contains("/two") })
    let again = try await workspace.drain()
    #expect(!again.standardError.contains("source.changed"), "told once")
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.post_action == "delete-pending")
    #expect(file?.error.names("/one", "drop") == true, "\(String(describing: file))")
    let status = try await workspace.run("status").standardOutput
    #expect(status.contains("1 file") && status.contains("/one"), "\(status)")
    #expect(try server.drop.names(in: "one") == ["a.csv"])
    try await configure(workspace, [former])
    let back = try await workspace.drain()
    #expect(back.standardError.contains("source.changed"))
    #expect(try await workspace.ledger()["a.csv"]?["error"] == .null)
  }

  @Test func eachSourceHasItsOwnLayoutAndOneThatIsChangedReadsNoFileOfTheOtherAgain() async throws {
    let server = try OpenSSHServer.current
    var odd = try await source("odd", in: "odd")
    odd["layout"] = "{ file: layouts/odd.yaml }"
    let workspace = try await workspace(source("usual", in: "usual"), odd)
    let text = """
      name: odd
      separator: ","
      columns:
        account: A
        account-id: I
        parcel: P
        code: C
        date: D
      """
    try workspace.folder.write("layouts/odd.yaml", text)
    try server.drop.write("usual/a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try server.drop.write("usual/bad.csv", "<html>\n")
    try server.drop.write(
      "odd/a.csv", "A,I,P,C,D\nE1,EM180619,990000000007,LIV,28/08/2026 10:00:00\n")
    try await workspace.drain(Exit.incomplete)
    #expect(try await workspace.events().count == 2)
    try workspace.folder.write("layouts/odd.yaml", text.replacing("name: odd", with: "name: new"))
    let after = try await workspace.drain()
    #expect(!after.standardError.contains("file.retried"), "\(after.standardError)")
  }
}
