import Foundation
import TestSupport
import Testing

/// What happens on the server after a file is safely stored.
@Suite(.unprivilegedOpenSSH) struct PostActionTests {
  private func fill(_ server: OpenSSHServer, _ names: [String]) throws {
    try server.openDrop()
    for (index, name) in names.enumerated() {
      let path = try server.drop.write(name, [TrackingRow(parcel: index, step: 0)].file())
      try chmod(0o644, path)
    }
  }

  @Test func deletedFilesAreGoneAndTheirEventsStay() async throws {
    let server = try OpenSSHServer.current
    try fill(server, ["a.csv", "b.csv"])
    try server.drop.write("broken.csv", "<html>\n")
    let workspace = try await Workspace(server) { $0.source["after-ingest"] = "delete" }
    let result = try await workspace.drain(Exit.incomplete)
    let left = try server.drop.names()
    #expect(left == ["broken.csv"], "what failed is left for somebody to look at")
    let moved = result.logLines.filter { $0.contains("event=file.moved") }
    #expect(moved.count == 2)
    let ledger = try await workspace.ledger()
    #expect(ledger["a.csv"]?.post_action == "deleted")
    #expect(ledger["broken.csv"]?.post_action == "leave")
    try await workspace.drain()
    let count = try await workspace.events().count
    #expect(count == 2)
  }

  @Test func movedFilesAreInTheArchive() async throws {
    let server = try OpenSSHServer.current
    try fill(server, ["a.csv", "b.csv"])
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "{ move: archive/done }"
      $0.source["recursive"] = "true"
    }
    try await workspace.drain()
    let left = try server.drop.names()
    #expect(left == ["archive"])
    let archived = try server.drop.names(in: "archive/done")
    #expect(archived == ["a.csv", "b.csv"])
    // The archive lies in the drop and is not read again, though directories are followed.
    try await workspace.drain()
    let ledger = try await workspace.ledger()
    #expect(Set(ledger.keys) == ["a.csv", "b.csv"])
    #expect(ledger["a.csv"]?.post_action == "moved:archive/done/a.csv")
  }

  @Test func aTargetThatExistsIsNotOverwritten() async throws {
    let server = try OpenSSHServer.current
    try fill(server, ["a.csv"])
    try server.drop.makeDirectory("archive")
    try server.drop.write("archive/a.csv", "an older one")
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "{ move: archive }"
    }
    try await workspace.drain()
    let archived = try server.drop.names(in: "archive")
    #expect(archived.count == 2)
    let old = try String(contentsOfFile: server.drop.file("archive/a.csv"), encoding: .utf8)
    #expect(old == "an older one")
    let other = try #require(archived.first { $0 != "a.csv" })
    #expect(other.hasPrefix("a.csv."))
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.post_action.string == "moved:archive/\(other)")
    let left = try server.drop.names()
    #expect(left == ["archive"])
  }

  @Test func theNextGenerationUnderTheSameNameIsTakenAndMovedToo() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "{ move: archive }"
    }
    try fill(server, ["a.csv"])
    try await workspace.drain()
    let second = [TrackingRow(parcel: 8, step: 0), TrackingRow(parcel: 9, step: 0)]
    try chmod(0o644, server.drop.write("a.csv", second.file()))
    try await workspace.drain()
    let count = try await workspace.events().count
    #expect(count == 3)
    let left = try server.drop.names()
    #expect(left == ["archive"])
    let archived = try server.drop.names(in: "archive")
    #expect(archived.count == 2)
  }

  @Test func anArchiveThatRefusesIs77AndTheNextRunTriesAgain() async throws {
    let server = try OpenSSHServer.current
    try fill(server, ["a.csv", "b.csv"])
    try server.drop.makeDirectory("archive", mode: 0o555)
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "{ move: archive }"
    }
    let refused = try await workspace.drain(Exit.refused)
    #expect(refused.standardError.contains("a.csv"))
    let events = try await workspace.run("events").standardOutput
    #expect(events.split(separator: "\n").count == 2, "the events are kept")
    let pending = try await workspace.ledger()
    #expect(pending["a.csv"]?.post_action.string?.hasPrefix("move-pending") == true)
    #expect(pending["a.csv"]?.error.string != nil)
    let left = try server.drop.names()
    #expect(left == ["a.csv", "archive", "b.csv"])

    try chmod(0o777, server.drop.file("archive"))
    try await workspace.drain()
    let archived = try server.drop.names(in: "archive")
    #expect(archived == ["a.csv", "b.csv"])
    let done = try await workspace.ledger()
    #expect(done["a.csv"]?.post_action == "moved:archive/a.csv")
    #expect(done["a.csv"]?["error"] == .null)
    let after = try await workspace.run("events").standardOutput
    #expect(after == events)
  }

  @Test func nothingIsTouchedBeforeItIsStored() async throws {
    let server = try OpenSSHServer.current
    try fill(server, ["a.csv"])
    // A store that can't be written: nothing may happen on the server.
    let workspace = try await Workspace(server) {
      $0.source["after-ingest"] = "delete"
      $0.store["url"] = "\"sqlite:colisd.db/impossible.db\""
    }
    try workspace.folder.write("colisd.db", "no directory")
    let result = try await workspace.run("--drain")
    #expect(result.status == 74)
    #expect(result.standardError.contains("colisd.db"))
    let left = try server.drop.names()
    #expect(left == ["a.csv"])
  }

  @Test func aFileThatMayNotBeReadFailsAndTheOthersGoOn() async throws {
    let server = try OpenSSHServer.current
    try fill(server, ["a.csv", "b.csv"])
    try chmod(0o000, server.drop.file("a.csv"))
    let workspace = try await Workspace(server)
    try await workspace.drain(Exit.incomplete)
    let ledger = try await workspace.ledger()
    #expect(ledger["a.csv"]?.state == "failed")
    #expect(ledger["a.csv"]?.error.string?.contains("a.csv") == true)
    #expect(ledger["b.csv"]?.state == "ingested")
    try chmod(0o644, server.drop.file("a.csv"))
    try await workspace.drain()
    let later = try await workspace.ledger()
    #expect(later["a.csv"]?.state == "ingested")
  }

  @Test func aFolderThatMayNotBeListedIsToldAndTheOthersGoOn() async throws {
    let server = try OpenSSHServer.current
    for folder in ["open", "closed"] {
      let path = server.drop.file(folder)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try chmod(0o777, path)
    }
    try fill(server, ["open/a.csv", "closed/b.csv"])
    try chmod(0o700, server.drop.file("closed"))
    let workspace = try await Workspace(server) { $0.source["recursive"] = "true" }
    let result = try await workspace.drain()
    #expect(
      result.logLines.contains {
        $0.contains("event=file.failed") && $0.contains("file=closed/")
          && $0.contains("permission denied")
      }, "\(result.standardError)")
    #expect(try await Set(workspace.ledger().keys) == ["open/a.csv"])
    try chmod(0o777, server.drop.file("closed"))
    try await workspace.drain()
    #expect(try await Set(workspace.ledger().keys) == ["open/a.csv", "closed/b.csv"])
  }
}
