import Foundation
import TestSupport
import Testing

/// A file that is moved finds a name of its own in the archive, and is never read from there.
@Suite(.unprivilegedOpenSSH) struct ArchiveTests {
  private static let long = String(repeating: "L", count: 247) + ".csv"

  private func workspace(_ server: OpenSSHServer) async throws -> Workspace {
    try server.openDrop()
    return try await Workspace(server) { $0.source["after-ingest"] = "{ move: archive }" }
  }

  @Test(arguments: ["a.csv", long])
  func aNameIsMovedAsOftenAsItComes(_ name: String) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    let bytes = TrackingRow.samples(5).file()
    for count in 1...4 {
      try chmod(0o644, server.drop.write(name, bytes))
      var times = [timeval(tv_sec: 1_790_000_000 + count, tv_usec: 0)]
      times.append(times[0])
      #expect(utimes(server.drop.file(name), &times) == 0)
      try await workspace.drain()
      #expect(try server.drop.names() == ["archive"])
      let archived = try server.drop.names(in: "archive")
      #expect(archived.count == count && archived.contains(name))
      #expect(archived.allSatisfy { $0.contains(".csv") })
    }
  }

  @Test func aRefusedFolderIsNamedWithTheServersWords() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    try chmod(0o644, server.drop.write("a.csv", TrackingRow.samples(5).file()))
    try chmod(0o555, server.drop.path)
    let result = try await workspace.drain(Exit.refused)
    try chmod(0o777, server.drop.path)
    let log = result.standardError
    #expect(log.contains("cannot make directory \(server.drop.file("archive"))"), "\(log)")
    #expect(log.contains("permission denied"), "\(log)")
  }

  @Test func failedActionsShowWhereOneLooks() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    // It is incomplete, which would be a finding of its own.
    try FileManager.default.removeItem(
      atPath: workspace.folder.file("contracts.d/comptoir-nantes.yaml"))
    for name in ["a.csv", "b.csv"] {
      try chmod(0o644, server.drop.write(name, TrackingRow.samples(5).file()))
    }
    try server.drop.write("archive", "a file")
    for _ in 1...2 {
      let result = try await workspace.drain(Exit.refused)
      let lines = result.logLines.filter { $0.contains("event=file.failed") }
      #expect(lines.count == 1, "one for both: \(lines)")
      #expect(lines.allSatisfy { $0.contains("it is no folder") })
    }
    let status = try await workspace.json("status")
    #expect(status.post_actions.failed == 2 && status.post_actions.pending == 2)
    #expect(status.post_actions.error.names("it is no folder"))
    let text = try await workspace.run("status").standardOutput
    #expect(text.contains("post-actions  2 files could not be moved or deleted"))
    let metrics = try await workspace.run("status", "--metrics").standardOutput
    #expect(metrics.contains("\ncolisd_post_actions_failed 2\n"))
    let check = try await workspace.run("check")
    #expect(check.status == Exit.incomplete && check.standardOutput.contains("it is no folder"))

    try FileManager.default.removeItem(atPath: server.drop.file("archive"))
    try await workspace.drain()
    #expect(try server.drop.names(in: "archive") == ["a.csv", "b.csv"])
    #expect(try await workspace.json("status").post_actions.failed == 0)
    #expect(try await workspace.run("check").status == Exit.done)
  }

  @Test func aFormerArchiveIsNotReadAsADrop() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    try chmod(0o644, server.drop.write("a.csv", TrackingRow.samples(5).file()))
    try await workspace.drain()
    // One that is in the archive in another form, so that the ledger does not know it.
    try chmod(0o644, server.drop.write("archive/b.csv", TrackingRow.samples(10).file()))
    for directory in [server.drop.path, server.drop.path + "/."] {
      var settings = try await Settings(server)
      settings.source["directory"] = "\"\(directory)\""
      settings.source["after-ingest"] = "delete"
      settings.source["recursive"] = "true"
      try workspace.configure(settings)
      try await workspace.drain()
      #expect(try server.drop.names(in: "archive") == ["a.csv", "b.csv"])
      #expect(try await workspace.json("files").elements.count == 1)
    }
  }
}

@Suite struct ReplacingServerTests {
  @Test func aServerWhoseRenameReplacesOverwritesNothing() async throws {
    var options = ScriptedServer.Options()
    options.renameReplaces = true
    try await ScriptedServer.withServer(options) { server in
      try server.drop.makeDirectory("archive")
      try server.drop.write("archive/a.csv", "an older one")
      // All three are moved at once, to one name.
      for folder in ["", "x/", "y/"] {
        if !folder.isEmpty { try server.drop.makeDirectory(folder) }
        try server.drop.write(folder + "a.csv", TrackingRow.samples(5).file())
      }
      let workspace = try Workspace(server) {
        $0.source["after-ingest"] = "{ move: archive }"
        $0.source["recursive"] = "true"
      }
      try await workspace.drain()
      #expect(server.log.contains("renamed"))
      let archived = try server.drop.names(in: "archive")
      #expect(archived.count == 4)
      let old = try String(contentsOfFile: server.drop.file("archive/a.csv"), encoding: .utf8)
      #expect(old == "an older one")
      #expect(try server.drop.names() == ["archive", "x", "y"])
    }
  }
}
