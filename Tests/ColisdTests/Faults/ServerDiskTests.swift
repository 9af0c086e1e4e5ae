import Foundation
import TestSupport
import Testing

/// The disk of the store's server is full.
@Suite(.openSSH(), .enabled("mounting a small disk needs root") { await SmallDisk.isPossible })
struct ServerDiskTests {
  private static let rows = 20_000

  private func workspace(_ server: PostgreSQLServer) async throws -> Workspace {
    try await Workspace(OpenSSHServer.current) {
      $0.store["url"] = "\"\(server.url)\""
      $0.source["after-ingest"] = "{ move: archive }"
    }
  }

  private func drop(_ files: Range<Int>) throws {
    try OpenSSHServer.current.drop.take(files, rows: Self.rows)
  }

  private func expectAllCounted(_ workspace: Workspace, files: Int) async throws {
    try await workspace.expectLedgerAddsUp(files: files, rows: Self.rows)
    #expect(try await workspace.content().count == files * Self.rows)
    #expect(try await workspace.json("status")["store_error"] == .null)
    let check = try await workspace.run("store", "check")
    #expect(check.status == Exit.done, "\(check.standardOutput)\(check.standardError)")
    #expect(try OpenSSHServer.current.drop.names(in: "archive").count == files)
  }

  @Test(.postgreSQL()) func tablesThatCannotGrowAreSaidAndLoseNothing() async throws {
    let server = try PostgreSQLServer.current
    try await SmallDisk.with("size=24m") { disk in
      let space = try await makeFolder("space", on: disk)
      try await server.execute("CREATE TABLESPACE small LOCATION '\(space)'")
      try await server.execute("ALTER ROLE postgres SET default_tablespace = 'small'")
      try Data(count: 10 << 20).write(to: URL(filePath: "\(disk)/filler"))
      let workspace = try await workspace(server)
      try drop(0..<8)
      let drain = try await workspace.drain(Exit.localIO)
      let sentence = try #require(drain.logLines.last)
      for part in ["No space left on device", "127.0.0.1:\(server.port)", "server's disk"] {
        #expect(sentence.contains(part), "\(sentence)")
      }
      // Not all of the files were stored, so not all are gone.
      #expect(try OpenSSHServer.current.drop.names().contains("7.csv"))
      let stored = try await workspace.events().count
      #expect(stored < 8 * Self.rows)

      let daemon = try workspace.start("run")
      try await daemon.waits(for: "poll.failed")
      let failure = try #require(daemon.lines("poll.failed").first)
      #expect(failure.contains("No space left on device"), "\(failure)")
      #expect(failure.contains("make room on the server's disk"), "\(failure)")
      // It is not the carrier's fault.
      let status = try await workspace.json("status")
      #expect(status.source["error"] == .null)
      try FileManager.default.removeItem(atPath: "\(disk)/filler")
      try await SmallDisk.mount("-o", "remount,size=400m", disk)
      try await daemon.waits(for: "poll.recovered", within: .seconds(60))
      try await eventually(within: .seconds(60), "all files are moved") {
        try OpenSSHServer.current.drop.names(in: "archive").count == 8
      }
      try await expectAllCounted(workspace, files: 8)
      #expect(try await daemon.end() == Exit.done)
    }
  }

  /// A server that can't write its log ends.
  @Test func aServerThatEndsForWantOfRoomIsWaitedFor() async throws {
    try await SmallDisk.with("size=24m") { disk in
      let log = try await makeFolder("wal", on: disk)
      try await PostgreSQLServer.withServer(
        // What is written again where it stands needs no room.
        settings: ["max_wal_size = 8MB", "min_wal_size = 2MB", "wal_recycle = off"],
        options: ["--wal-segsize=1", "-X", log]
      ) { server in
        let workspace = try await workspace(server)
        try drop(0..<2)
        let daemon = try workspace.start("run")
        try await daemon.waits(for: "file.moved", count: 2)
        try SmallDisk.fill("\(disk)/filler")
        try drop(2..<8)
        try await eventually(within: .seconds(60), "the server has ended") {
          // A checkpoint gives room back.
          try SmallDisk.fill("\(disk)/filler")
          try await Task.sleep(for: .milliseconds(100))
          return server.hasEnded
        }
        try await daemon.waits(for: "poll.failed")
        #expect(!daemon.process.hasEnded)
        try FileManager.default.removeItem(atPath: "\(disk)/filler")
        try await SmallDisk.mount("-o", "remount,size=400m", disk)
        try await server.startAgain()
        try await daemon.waits(for: "poll.recovered", within: .seconds(60))
        try await eventually(within: .seconds(120), "all files are moved") {
          try OpenSSHServer.current.drop.names(in: "archive").count == 8
        }
        try await expectAllCounted(workspace, files: 8)
        #expect(try await daemon.end() == Exit.done)
      }
    }
  }

  private func makeFolder(_ name: String, on disk: String) async throws -> String {
    let path = "\(disk)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try await PostgreSQLServer.giveToServer(path)
    return path
  }
}
