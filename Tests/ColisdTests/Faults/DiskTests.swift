import Foundation
import TestSupport
import Testing

/// Disks that are full, read-only or have lost what was on them.
@Suite(.openSSH(), .enabled("mounting a small disk needs root") { await SmallDisk.isPossible })
struct DiskTests {
  private static let rows = 12_000

  private func workspace(_ server: OpenSSHServer, on disk: String) async throws -> Workspace {
    try await Workspace(server) {
      $0.store["url"] = "\"sqlite:\(disk)/colisd.db\""
      $0.source["after-ingest"] = "{ move: archive }"
    }
  }

  @Test func aDaemonOnAFullDiskPausesAndGoesOnOnceThereIsRoom() async throws {
    let server = try OpenSSHServer.current
    try await SmallDisk.with("size=5m") { disk in
      let filler = URL(filePath: "\(disk)/filler")
      try Data(count: 2 << 20).write(to: filler)
      let workspace = try await workspace(server, on: disk)
      let daemon = try workspace.start("run")
      var files = 0
      func drop() throws {
        let rows = TrackingRow.samples(Self.rows, from: files * Self.rows)
        try server.drop.write("file\(100 + files).csv", rows.file())
        files += 1
      }
      while daemon.lines("poll.failed").isEmpty, files < 60 {
        try drop()
        try await eventually(within: .seconds(30), "it is stored, or there is no room") {
          daemon.lines("file.ingested").count == files || !daemon.lines("poll.failed").isEmpty
        }
      }
      let failure = try #require(daemon.lines("poll.failed").first)
      #expect(failure.contains("make room") && failure.contains("\(disk)/colisd.db"))
      #expect(!daemon.process.hasEnded)
      // It is not the server's fault.
      let full = try await workspace.json("status")
      #expect(full.source["error"] == .null && full.source.reachable == true)
      // Readers still read.
      let stored = try await workspace.events().count
      #expect(stored > 0 && stored.isMultiple(of: Self.rows))
      // What could not be stored is still on the server.
      #expect(FileManager.default.fileExists(atPath: server.drop.file("file\(99 + files).csv")))

      try FileManager.default.removeItem(at: filler)
      try await daemon.waits(for: "file.moved", count: files)
      try await daemon.waits(for: "poll.recovered")
      let status = try await daemon.end()
      #expect(status == Exit.done)
      #expect(daemon.lines("poll.failed").count == 1 && daemon.lines("poll.recovered").count == 1)
      #expect(try await workspace.json("status")["store_error"] == .null)
      #expect(try await workspace.content().count == Self.rows * files)
      try await workspace.expectLedgerAddsUp(files: files, rows: Self.rows)
      let moved = try FileManager.default.contentsOfDirectory(atPath: server.drop.file("archive"))
      #expect(moved.count == files)
    }
  }

  @Test(arguments: ["size=20m,nr_inodes=3", "size=64k", "size=20m,ro"])
  func aDiskThatTakesNoStoreIs74AndSaysSo(_ options: String) async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(100).file())
    try await SmallDisk.with(options) { disk in
      let workspace = try await workspace(server, on: disk)
      let result = try await workspace.drain(Exit.localIO)
      let sentence = try #require(result.logLines.last)
      #expect(sentence.contains("\(disk)/colisd.db"), "\(sentence)")
      #expect(sentence.contains("room") || sentence.contains("check"), "\(sentence)")
      #expect(FileManager.default.fileExists(atPath: server.drop.file("a.csv")))
      guard options.hasSuffix("ro") else { return }
      try await SmallDisk.mount("-o", "remount,rw", disk)
      try await workspace.drain()
      #expect(try await workspace.events().count == 100)
    }
  }

  @Test func aDiskThatTurnsReadOnlyIs74AndLosesNothing() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", TrackingRow.samples(100).file())
    try await SmallDisk.with("size=20m") { disk in
      let workspace = try await workspace(server, on: disk)
      try await workspace.drain()
      try await SmallDisk.mount("-o", "remount,ro", disk)
      try server.drop.write("b.csv", TrackingRow.samples(50, from: 100).file())
      try await workspace.drain(Exit.localIO)
      #expect(FileManager.default.fileExists(atPath: server.drop.file("b.csv")))
      // SQLite has to make its files of shared memory, also for reading.
      let reading = try await workspace.run("events")
      #expect(reading.status == Exit.localIO)
      try await SmallDisk.mount("-o", "remount,rw", disk)
      try await workspace.drain()
      #expect(try await workspace.events().count == 150)
    }
  }
}
