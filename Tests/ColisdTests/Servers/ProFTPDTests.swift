import Foundation
import TestSupport
import Testing

/// A real server that is not OpenSSH: ProFTPD with mod_sftp.
@Suite struct ProFTPDTests {
  private func fill(_ server: ProFTPDServer, _ names: [String]) throws {
    for (index, name) in names.enumerated() {
      let path = try server.drop.write(name, TrackingRow.samples(10, from: 10 * index).file())
      try chmod(0o644, path)
    }
  }

  @Test func aBacklogIsTakenOnceAndTheSecondDrainIsIdle() async throws {
    try await ProFTPDServer.withServer { server in
      let names = (100..<400).map { "\($0).csv" }
      try fill(server, names)
      let rows = TrackingRow.samples(20_000, from: 10_000)
      try chmod(0o644, server.drop.write("big.csv", rows.file()))
      let again = try await gzip(rows.file())
      try chmod(0o644, server.drop.write("big.csv.gz", again))
      let workspace = try await Workspace(server) { $0.poll["settle"] = "listing" }
      try await workspace.drain()
      let ledger = try await workspace.ledger()
      #expect(ledger.count == 302 && ledger.values.allSatisfy { $0.state == "ingested" })
      #expect(ledger["big.csv.gz"]?.rows == 20_000)
      let events = try await workspace.run("events").lines.count
      #expect(events == 23_000)
      let second = try await workspace.drain()
      #expect(second.isIdle, "\(second.standardError)")
      let left = try server.drop.names()
      #expect(left.count == 302)
    }
  }

  @Test func deletedFilesAreGoneAndTheirEventsStay() async throws {
    try await ProFTPDServer.withServer { server in
      try fill(server, ["a.csv", "b.csv"])
      let workspace = try await Workspace(server) { $0.source["after-ingest"] = "delete" }
      try await workspace.drain()
      let left = try server.drop.names()
      #expect(left.isEmpty)
      let ledger = try await workspace.ledger()
      #expect(ledger.values.allSatisfy { $0.post_action == "deleted" } && ledger.count == 2)
      let events = try await workspace.events().count
      #expect(events == 20)
    }
  }

  @Test func directoriesAreFollowedAndANestedArchiveIsNot() async throws {
    try await ProFTPDServer.withServer { server in
      for folder in ["paris", "paris/north"] { try server.drop.makeDirectory(folder) }
      try fill(server, ["a.csv", "paris/b.csv", "paris/north/c.csv"])
      let workspace = try await Workspace(server) {
        $0.source["recursive"] = "true"
        $0.source["after-ingest"] = "{ move: archive/done }"
      }
      try await workspace.drain()
      let archived = try server.drop.names(in: "archive/done")
      #expect(archived == ["a.csv", "b.csv", "c.csv"])
      let first = try await workspace.ledger()
      #expect(Set(first.keys) == ["a.csv", "paris/b.csv", "paris/north/c.csv"])
      #expect(first["paris/north/c.csv"]?.post_action == "moved:archive/done/c.csv")
      let second = try await workspace.drain()
      #expect(second.isIdle, "\(second.standardError)")
      let files = try await workspace.json("files").elements.count
      #expect(files == 3)
    }
  }

  @Test func aTargetThatExistsIsNotOverwritten() async throws {
    // Also where the server would replace it.
    for overwrites in ["on", "off"] {
      try await ProFTPDServer.withServer(
        configuration: ["<Directory />", "AllowOverwrite \(overwrites)", "</Directory>"]
      ) { server in
        try fill(server, ["a.csv"])
        try server.drop.makeDirectory("archive")
        try server.drop.write("archive/a.csv", "an older one")
        let workspace = try await Workspace(server) {
          $0.source["after-ingest"] = "{ move: archive }"
        }
        try await workspace.drain()
        let old = try String(contentsOfFile: server.drop.file("archive/a.csv"), encoding: .utf8)
        #expect(old == "an older one", "AllowOverwrite \(overwrites)")
        let other = try #require(try server.drop.names(in: "archive").first { $0 != "a.csv" })
        #expect(other.hasPrefix("a.csv."))
        let file = try await workspace.ledger()["a.csv"]
        #expect(file?.post_action.string == "moved:archive/\(other)")
        let left = try server.drop.names()
        #expect(left == ["archive"])
      }
    }
  }

  @Test func aFileThatMayNotBeReadFailsAndTheOthersGoOn() async throws {
    try await ProFTPDServer.withServer { server in
      try fill(server, ["a.csv", "b.csv"])
      try chmod(0o000, server.drop.file("a.csv"))
      let workspace = try await Workspace(server)
      try await workspace.drain(Exit.incomplete)
      let ledger = try await workspace.ledger()
      let closed = try #require(ledger["a.csv"])
      #expect(closed.state == "failed" && ledger["b.csv"]?.state == "ingested")
      #expect(
        closed.error.names("/a.csv", "127.0.0.1:\(server.port)", "permission denied"),
        "\(closed.error)")
      try chmod(0o644, server.drop.file("a.csv"))
      try await workspace.drain()
      let opened = try await workspace.ledger()["a.csv"]
      #expect(opened?.state == "ingested" && opened?.events_new == 10)
    }
  }

  @Test func aDropThatMayNotBeListedOrChangedIs77() async throws {
    try await ProFTPDServer.withServer { server in
      try fill(server, ["a.csv"])
      let workspace = try await Workspace(server) { $0.source["after-ingest"] = "delete" }
      // The drop belongs to the server's account; as root's it is what its mode says.
      chown(server.drop.path, 0, 0)
      try chmod(0o700, server.drop.path)
      let closed = try await workspace.drain(Exit.refused)
      #expect(closed.standardError.contains("127.0.0.1:\(server.port)"), "\(closed.standardError)")
      try chmod(0o755, server.drop.path)
      try await workspace.drain(Exit.refused)
      let pending = try #require(try await workspace.ledger()["a.csv"])
      #expect(pending.state == "ingested" && pending.post_action == "delete-pending")
      #expect(pending.error.names("/a.csv", "permission denied"), "\(pending.error)")
      try chmod(0o777, server.drop.path)
      try await workspace.drain()
      let left = try server.drop.names()
      #expect(left.isEmpty)
      let events = try await workspace.events().count
      #expect(events == 10)
    }
  }

  @Test func linksAreNotFollowed() async throws {
    try await ProFTPDServer.withServer { server in
      try fill(server, ["a.csv", "b.txt"])
      try server.drop.makeDirectory("folder")
      try chmod(0o644, server.drop.write("folder/c.csv", TrackingRow.samples(10, from: 50).file()))
      symlink("b.txt", server.drop.file("link.csv"))
      symlink("nothing", server.drop.file("dangling.csv"))
      symlink("folder", server.drop.file("linked"))
      symlink(".", server.drop.file("loop"))
      let workspace = try await Workspace(server) { $0.source["recursive"] = "true" }
      try await workspace.drain()
      let files = try await workspace.ledger().keys
      #expect(Set(files) == ["a.csv", "folder/c.csv"])
    }
  }

  @Test func namesAreBytesThereToo() async throws {
    try await ProFTPDServer.withServer { server in
      let latin1 = Array("d".utf8) + [0xe9] + Array("p".utf8) + [0xf4] + Array("t.csv".utf8)
      let names = [latin1, Array("œuvre’s.csv".utf8), Array("new\nline.csv".utf8)]
      for (index, name) in names.enumerated() {
        try server.drop.write(
          name, [TrackingRow(parcel: index, step: 0)].file())
      }
      let workspace = try await Workspace(server) {
        $0.source["after-ingest"] = "{ move: archive }"
      }
      try await workspace.drain()
      let ledger = try await workspace.ledger()
      #expect(Set(ledger.keys) == [#"d\xE9p\xF4t.csv"#, "œuvre’s.csv", #"new\nline.csv"#])
      #expect(ledger.values.allSatisfy { $0.state == "ingested" })
      let archived = try server.drop.byteNames(in: "archive")
      #expect(Set(archived) == Set(names), "each has kept its bytes")
      let left = try server.drop.names()
      #expect(left == ["archive"])
    }
  }

  @Test func keysPasswordsAndPinsCountAsElsewhere() async throws {
    try await ProFTPDServer.withServer { server in
      try fill(server, ["a.csv"])
      let workspace = try Workspace()
      var settings = Settings(
        port: server.port, username: server.username, hostKey: try await server.fingerprint(),
        directory: server.directory)
      settings.source["password"] = try workspace.secret("wrong", "wrong-password-of-the-drop")
      try workspace.configure(settings)
      let refused = try await workspace.drain(Exit.refused)
      #expect(refused.standardError.contains("dupont"), "\(refused.standardError)")

      settings.source["password"] = try workspace.secret("right", ProFTPDServer.password)
      try workspace.configure(settings)
      try await workspace.drain()
      settings.source["password"] = nil
      settings.source["private-key"] = server.userKey
      try workspace.configure(settings)
      try await workspace.drain()
      let count = try await workspace.events().count
      #expect(count == 10)
    }
  }

  @Test func aKeyThatIsNotPinnedIs76BeforeAnyLogin() async throws {
    try await ProFTPDServer.withServer { server in
      let pin = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      let workspace = try await Workspace(server) { $0.source["host-keys"] = "[\"\(pin)\"]" }
      let result = try await workspace.drain(Exit.hostKey)
      let shown = try await server.fingerprint()
      #expect(result.standardError.contains(shown), "\(result.standardError)")
      let attempt = "userauth"
      #expect(!server.log.contains(attempt))
      // What a login leaves in the server's log, so that its lack above means something.
      let good = try await Workspace(server)
      try await good.drain()
      #expect(server.log.contains(attempt), "\(server.log)")
    }
  }
}
