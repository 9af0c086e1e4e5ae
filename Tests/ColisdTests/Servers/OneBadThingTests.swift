import Foundation
import TestSupport
import Testing

/// One file or folder that makes trouble keeps no other one out.
@Suite struct OneBadThingTests {
  /// Each silence of a server takes as long. It is the time for connecting, too, which a busy machine needs.
  private static let timeout = "8s"

  @Test(arguments: ScriptedServer.Options.Trouble.allCases)
  func aFileThatCostsTheConnectionIsTriedLastAndTheOthersComeIn(
    trouble: ScriptedServer.Options.Trouble
  ) async throws {
    var options = ScriptedServer.Options()
    options.troubles = ["a.csv": trouble]
    try await ScriptedServer.withServer(options) { server in
      let path = try server.drop.write("a.csv", TrackingRow.samples(10).file())
      // The carrier's order has it first.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
      for index in 1...3 {
        try server.drop.write(
          "b\(index).csv", TrackingRow.samples(10, from: 10 * index).file())
      }
      let workspace = try Workspace(server) { settings in
        settings.source["timeout"] = Self.timeout
        settings.source["after-ingest"] = "delete"
      }
      let first = try await workspace.run("--drain")
      #expect(first.status == Exit.unreachable, "\(first.standardError)")
      let second = try await workspace.run("--drain")
      #expect(second.status == Exit.incomplete)
      let ledger = try await workspace.ledger()
      for index in 1...3 { #expect(ledger["b\(index).csv"]?.state == "ingested") }
      let file = try #require(ledger["a.csv"])
      #expect(file.state == "failed" && file.error.names("a.csv"), "\(file.error)")
      #expect(try await workspace.events().count == 30)
      // What was read is removed before the other one is tried again.
      #expect(try await workspace.run("--drain").status == Exit.incomplete)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: server.drop.path) == ["a.csv"])

      try server.behave()
      try await workspace.drain()
      #expect(try await workspace.events().count == 40)
      try await workspace.drain()
      #expect(try FileManager.default.contentsOfDirectory(atPath: server.drop.path).isEmpty)
    }
  }

  @Test func theOneOfManyIsFoundAndBlamesNoOther() async throws {
    var options = ScriptedServer.Options()
    options.troubles = ["f79.csv": .hangUp]
    try await ScriptedServer.withServer(options) { server in
      for index in 0..<80 {
        let path = try server.drop.write(
          "f\(index).csv", TrackingRow.samples(1, from: index).file())
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000 + Double(index))],
          ofItemAtPath: path)
      }
      let workspace = try Workspace(server)
      _ = try await workspace.run("--drain")
      for _ in 1...2 {
        let result = try await workspace.run("--drain")
        #expect(result.status == Exit.incomplete, "\(result.standardError)")
      }
      let ledger = try await workspace.ledger()
      #expect(ledger.values.filter { $0.state == "ingested" }.count == 79)
      #expect(ledger["f79.csv"]?.state == "failed")
    }
  }

  @Test func aBrokenFolderIsNamedAndTheOthersGoOn() async throws {
    var options = ScriptedServer.Options()
    options.breaksFolders = ["broken"]
    try await ScriptedServer.withServer(options) { server in
      for folder in ["broken", "good"] {
        try FileManager.default.createDirectory(
          atPath: server.drop.file(folder), withIntermediateDirectories: true)
        try server.drop.write("\(folder)/a.csv", TrackingRow.samples(10).file())
      }
      let workspace = try Workspace(server) { $0.source["recursive"] = "true" }
      let result = try await workspace.run("--drain")
      #expect(result.status == Exit.done)
      let line = result.standardError.split(separator: "\n").first {
        $0.contains("event=file.failed")
      }
      #expect(line?.contains("broken/") == true && line?.contains("Stale file handle") == true)
      #expect(try await workspace.events().count == 10)
    }
  }

  @Test(arguments: [5, 6, 7, 8, 77])
  func aStatusOfAnyCodeIsAboutItsFolderOrFileAlone(code: Int) async throws {
    var options = ScriptedServer.Options()
    options.answers = ["bad": code, "bad.csv": code]
    try await ScriptedServer.withServer(options) { server in
      for folder in ["bad", "good"] {
        try server.drop.makeDirectory(folder)
        try server.drop.write("\(folder)/a.csv", TrackingRow.samples(10).file())
      }
      try server.drop.write("bad.csv", TrackingRow.samples(10, from: 100).file())
      let workspace = try Workspace(server) { $0.source["recursive"] = "true" }
      let result = try await workspace.run("--drain")
      #expect(result.status == Exit.incomplete, "\(result.standardError)")
      #expect(
        result.logLines.contains {
          $0.contains("event=file.failed") && $0.contains("bad/") && $0.contains("gone behind")
        }, "\(result.standardError)")
      let ledger = try await workspace.ledger()
      #expect(ledger["bad.csv"]?.state == "failed")
      #expect(ledger["good/a.csv"]?.state == "ingested")
      #expect(try await workspace.events().count == 10)

      options.answers = [server.drop.url.lastPathComponent: code]
      try server.behave(options)
      #expect(try await workspace.run("--drain").status == Exit.unreachable)
    }
  }

  @Test func aFolderThatIsNeverAnsweredIsListedLastAndTheOthersComeIn() async throws {
    var options = ScriptedServer.Options()
    options.stallsFolders = ["m"]
    try await ScriptedServer.withServer(options) { server in
      for (index, folder) in ["a", "m", "m/below", "z"].enumerated() {
        try server.drop.makeDirectory(folder)
        try server.drop.write(
          "\(folder)/f.csv", TrackingRow.samples(10, from: 10 * index).file())
      }
      let workspace = try Workspace(server) { settings in
        settings.source["timeout"] = Self.timeout
        settings.source["recursive"] = "true"
        settings.source["after-ingest"] = "delete"
      }
      #expect(try await workspace.run("--drain").status == Exit.unreachable)
      // What the others have comes in and is removed; the drain says all the same what it is about.
      for _ in 1...2 {
        let result = try await workspace.run("--drain")
        #expect(result.status == Exit.unreachable)
        #expect(result.standardError.contains("cannot list \(server.drop.file("m"))"))
        #expect(try await workspace.ledger().keys.sorted() == ["a/f.csv", "z/f.csv"])
      }
      for folder in ["a", "z"] {
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: server.drop.file(folder)).isEmpty)
      }
      #expect(try await workspace.events().count == 20)

      try server.behave()
      try await workspace.drain()
      #expect(try await workspace.events().count == 40)
      try await workspace.drain()
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: server.drop.file("m/below")).isEmpty)
    }
  }

  @Test func whatIsPendingInAFolderThatIsNeverAnsweredIsAskedForWithIt() async throws {
    var options = ScriptedServer.Options()
    options.denies = ["remove"]
    try await ScriptedServer.withServer(options) { server in
      for (index, folder) in ["a", "m"].enumerated() {
        try server.drop.makeDirectory(folder)
        try server.drop.write(
          "\(folder)/f.csv", TrackingRow.samples(10, from: 10 * index).file())
      }
      let workspace = try Workspace(server) { settings in
        settings.source["timeout"] = Self.timeout
        settings.source["recursive"] = "true"
        settings.source["after-ingest"] = "delete"
      }
      #expect(try await workspace.run("--drain").status == Exit.refused)
      options = ScriptedServer.Options()
      options.stallsFolders = ["m"]
      try server.behave(options)
      for _ in 1...2 {
        let result = try await workspace.run("--drain")
        #expect(result.status == Exit.unreachable)
        #expect(result.standardError.contains("cannot list \(server.drop.file("m"))"))
      }
      var ledger = try await workspace.ledger()
      #expect(ledger["a/f.csv"]?.post_action == "deleted")
      #expect(ledger["m/f.csv"]?.post_action == "delete-pending")

      try server.behave()
      try await workspace.drain()
      ledger = try await workspace.ledger()
      #expect(ledger["m/f.csv"]?.post_action == "deleted")
    }
  }

  @Test(arguments: [["m", "n"], ["n", "m"]])
  func ofTwoFoldersThatAreNeverAnsweredTheOneThatHealsComesIn(order: [String]) async throws {
    var options = ScriptedServer.Options()
    options.stallsFolders = ["m", "n"]
    try await ScriptedServer.withServer(options) { server in
      for (index, folder) in ["m", "n"].enumerated() {
        try server.drop.makeDirectory(folder)
        try server.drop.write(
          "\(folder)/f.csv", TrackingRow.samples(10, from: 10 * index).file())
      }
      let workspace = try Workspace(server) { settings in
        settings.source["timeout"] = Self.timeout
        settings.source["recursive"] = "true"
      }
      for _ in 1...2 { #expect(try await workspace.run("--drain").status == Exit.unreachable) }
      for healed in order {
        options.stallsFolders.remove(healed)
        try server.behave(options)
        for _ in 1...3 where try await workspace.ledger()["\(healed)/f.csv"] == nil {
          _ = try await workspace.run("--drain")
        }
        #expect(try await workspace.ledger()["\(healed)/f.csv"]?.state == "ingested")
      }
      try await workspace.drain()
      #expect(try await workspace.events().count == 20)
    }
  }

  @Test(.openSSH()) func foldersEndAtADepthAndExcludedOnesAreNotLookedInto() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.source["recursive"] = "true" }
    let deep = (1...40).map { "d\($0)" }.joined(separator: "/")
    for folder in [deep, ".hidden", "d1/d2"] {
      try FileManager.default.createDirectory(
        atPath: server.drop.file(folder), withIntermediateDirectories: true)
    }
    try server.drop.write("d1/d2/a.csv", TrackingRow.samples(1).file())
    try server.drop.write(".hidden/b.csv", TrackingRow.samples(1, from: 10).file())
    try server.drop.write("\(deep)/c.csv", TrackingRow.samples(1, from: 20).file())
    let result = try await workspace.run("--drain")
    #expect(result.status == Exit.done)
    #expect(result.standardError.contains("d33/"), "\(result.standardError)")
    #expect(try await workspace.ledger().keys.sorted() == ["d1/d2/a.csv"])
  }

  @Test(.openSSH()) func namesThatUnicodeTakesForOneAreTwoFiles() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.source["after-ingest"] = "delete" }
    let names = ["suivi_\u{e9}t\u{e9}.csv", "suivi_e\u{301}te\u{301}.csv"]
    for (index, name) in names.enumerated() {
      try server.drop.write(name, TrackingRow.samples(10 + index, from: 100 * index).file())
    }
    try await workspace.drain()
    #expect(try await workspace.events().count == 21)
    #expect(try FileManager.default.contentsOfDirectory(atPath: server.drop.path).isEmpty)
    let files = try await workspace.json("files").elements
    #expect(files.count == 2 && files.allSatisfy { $0.post_action == "deleted" })
  }

  @Test(.openSSH()) func manyFilesThatWaitAreOneWriteAndFewLines() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.poll["settle"] = "1h" }
    for index in 0..<50 {
      try server.drop.write("f\(index).csv", TrackingRow.samples(1, from: index).file())
    }
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "daemon.started")
    try await eventually("all are noted") {
      try await workspace.json("files").elements.count == 50
    }
    // A few polls later nothing more was said.
    try await Task.sleep(for: .seconds(3))
    #expect(daemon.lines("file.settling").count == 11)
    #expect(daemon.lines("file.settling").last?.contains("more=40") == true)
    #expect(try await daemon.end() == Exit.done)
  }
}
