import Foundation
import TestSupport
import Testing

/// A database that is no longer what was written to it.
@Suite(.serialized, .openSSH()) struct DamageTests {
  private func stored(_ server: OpenSSHServer) async throws -> Workspace {
    try server.drop.write("a.csv", TrackingRow.samples(3_000).file())
    let workspace = try await Workspace(server)
    try await workspace.drain()
    try server.drop.write("b.csv", TrackingRow.samples(3_000, from: 2_000).file())
    return workspace
  }

  private func damage(_ path: String, _ body: (inout Data) -> Void) throws -> Data {
    var data = try Data(contentsOf: URL(filePath: path))
    body(&data)
    try data.write(to: URL(filePath: path))
    return data
  }

  enum Damage: CaseIterable { case header, half, schema }

  @Test(arguments: Damage.allCases)
  func aDamagedStoreIsRefusedWithWhatToDoAndStaysAsItIs(_ kind: Damage) async throws {
    let server = try OpenSSHServer.current
    let workspace = try await stored(server)
    let path = workspace.folder.file("colisd.db")
    let damaged = try damage(path) { data in
      switch kind {
      case .header: data.replaceSubrange(0..<16, with: Data(count: 16))
      case .half: data.removeSubrange(data.count / 2..<data.count)
      case .schema: data.replaceSubrange(100..<4096, with: Data(repeating: 0xff, count: 3996))
      }
    }
    for arguments in [["--drain"], ["events"], ["status"]] {
      let result = try await run(
        Program.path(), arguments: arguments + ["--config", workspace.configuration],
        environment: Program.environment())
      #expect(result.status == Exit.localIO, "\(arguments): \(result.standardError)")
      #expect(
        result.standardError.contains(path) && result.standardError.contains("backup"),
        "\(arguments): \(result.standardError)")
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == damaged)
    #expect(FileManager.default.fileExists(atPath: server.drop.file("b.csv")))

    // The advice: move it away and drain again.
    try FileManager.default.moveItem(atPath: path, toPath: path + ".damaged")
    try await workspace.drain()
    #expect(try await workspace.content().count == 5_000)
  }

  @Test func noDamagedPageEndsInACrash() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await stored(server)
    let path = workspace.folder.file("colisd.db")
    let whole = try Data(contentsOf: URL(filePath: path))
    let pages = whole.count / 4096
    var random = SeededGenerator(seed: 5)
    var detected = 0
    for round in Effort(rounds: 24) {
      let page = Int.random(in: 1..<pages, using: &random)
      for tail in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + tail) }
      try whole.write(to: URL(filePath: path))
      _ = try damage(path) { data in
        let length = round.isMultiple(of: 2) ? 4096 : 64
        let start = page * 4096 + Int.random(in: 0...(4096 - length), using: &random)
        for index in start..<start + length {
          data[index] = UInt8.random(in: 0...255, using: &random)
        }
      }
      for arguments in [["events"], ["files"], ["--drain"]] {
        let result = try await run(
          Program.path(), arguments: arguments + ["--config", workspace.configuration],
          environment: Program.environment())
        // A page may hold nothing that these commands look at, and no page has a checksum.
        #expect(
          [Exit.done, Exit.localIO].contains(result.status),
          "\(arguments), page \(page): \(result.status) \(result.standardError)")
        if result.status == Exit.localIO { detected += 1 }
      }
    }
    #expect(detected > 12)
    Figures.note("damage.detected", detected)
  }
}
