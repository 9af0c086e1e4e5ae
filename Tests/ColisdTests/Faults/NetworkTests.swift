import Foundation
import TestSupport
import Testing

/// A network that fails at any byte of a drain: of the handshake, a listing, a read or a rename.
@Suite(.serialized, .openSSH()) struct NetworkTests {
  private static let files = 12
  private static let rows = 400

  /// A drop whose files are moved away, reached through a relay.
  private func prepare() async throws
    -> (OpenSSHServer, Relay, (OpenSSHServer) async throws -> Workspace)
  {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    return (
      server, relay,
      { server in
        try? FileManager.default.removeItem(atPath: server.drop.file("archive"))
        for file in 0..<Self.files {
          try server.drop.write(
            Self.name(file), TrackingRow.samples(Self.rows, from: file * Self.rows).file())
        }
        // Long names that are passed over, so that a listing takes its share of the bytes.
        for file in 0..<400 { try server.drop.write(Self.name(file) + ".part", "") }
        return try await Workspace(settings(server, relay))
      }
    )
  }

  private func settings(
    _ server: OpenSSHServer, _ relay: Relay, timeout: String = "20s"
  ) async throws -> Settings {
    var settings = try await Settings(server, port: relay.port)
    settings.source["timeout"] = timeout
    settings.source["after-ingest"] = "{ move: archive }"
    return settings
  }

  private static func name(_ file: Int) -> String {
    "TRK_\(100 + file)_\(String(repeating: "x", count: 180)).csv"
  }

  /// The next drain finds a healthy network: everything is there once, every file moved once.
  private func expectWhole(
    _ workspace: Workspace, _ server: OpenSSHServer, _ content: Set<ArraySlice<UInt8>>,
    _ fault: NetworkFault
  ) async throws {
    try await workspace.drain()
    #expect(try await workspace.content() == content, "\(fault)")
    try await workspace.expectLedgerAddsUp(files: Self.files, rows: Self.rows, "\(fault)")
    let moved = try FileManager.default.contentsOfDirectory(atPath: server.drop.file("archive"))
    #expect(moved.sorted() == (0..<Self.files).map(Self.name), "\(fault)")
    let left = try FileManager.default.contentsOfDirectory(atPath: server.drop.path)
    #expect(left.filter { !$0.hasSuffix(".part") } == ["archive"], "\(fault)")
  }

  @Test func aConnectionThatBreaksAtAnyByteIs69AndTheNextRunIsWhole() async throws {
    let (server, relay, fill) = try await prepare()
    defer { relay.close() }
    let undisturbed = try await fill(server)
    try await undisturbed.drain()
    let content = try await undisturbed.content()
    #expect(content.count == Self.files * Self.rows)
    let length = relay.longest
    let handshake = 3_000

    var operations: Set<String> = []
    var broken = 0
    let rounds = 32
    var random = SeededGenerator(seed: 4)
    for round in Effort(rounds: rounds) {
      let workspace = try await fill(server)
      let direction: NetworkFault.Direction = round % 4 < 2 ? .fromServer : .fromClient
      let total = direction == .fromServer ? length.fromServer : length.fromClient
      // A quarter of them in the handshake, the others spread over what follows.
      let share = (Double(round / 4) + .random(in: 0..<1, using: &random)) / Double(rounds / 4)
      let range = round % 4 == 0 ? 0..<handshake : handshake..<total
      let place = share < 1 ? share : Double.random(in: 0..<1, using: &random)
      let fault = NetworkFault(
        round.isMultiple(of: 2) ? .reset : .cut,
        after: range.lowerBound + Int(Double(range.count) * place), direction)
      relay.fault = fault
      let start = ContinuousClock.now
      let result = try await workspace.run("--drain")
      relay.fault = nil
      #expect(ContinuousClock.now - start < .seconds(15), "\(fault): no waiting for the deadline")
      // The last bytes of all are only a good-bye.
      if result.status != Exit.done {
        broken += 1
        #expect(result.status == Exit.unreachable, "\(fault): \(result.standardError)")
        let sentence = try #require(result.logLines.last)
        #expect(sentence.contains("127.0.0.1") && sentence.contains("; "), "\(fault): \(sentence)")
        let words = sentence.split(separator: " ").drop { $0 != "cannot" }.dropFirst()
        operations.insert(words.first.map(String.init) ?? sentence)
        if try await hasStore(workspace) {
          let status = try await workspace.json("status")
          #expect(status.source.error.string?.contains("127.0.0.1") == true, "\(fault)")
          #expect(status.source.reachable == false, "\(fault)")
        }
      }
      try await expectWhole(workspace, server, content, fault)
    }
    #expect(broken > rounds * 8 / 10)
    #expect(operations.isSuperset(of: ["exchange", "list", "read", "rename"]), "\(operations)")
    Figures.note("network.broken", broken)
  }

  private func hasStore(_ workspace: Workspace) async throws -> Bool {
    FileManager.default.fileExists(atPath: workspace.folder.file("colisd.db"))
  }

  @Test(arguments: [NetworkFault.Kind.stall, .trickle])
  func aConnectionThatDriesUpAtAnyByteIsLeftAtTheDeadline(_ kind: NetworkFault.Kind) async throws {
    let (server, relay, fill) = try await prepare()
    defer { relay.close() }
    let undisturbed = try await fill(server)
    try await undisturbed.drain()
    let content = try await undisturbed.content()
    let length = relay.longest
    var left = 0
    let rounds = 6
    for round in Effort(rounds: rounds) {
      let workspace = try await fill(server)
      // Only of what is broken: a busy machine may need longer to connect.
      try await workspace.configure(settings(server, relay, timeout: "2s"))
      let share = Double(round % rounds) / Double(rounds)
      let fault = NetworkFault(kind, after: Int(share * Double(length.fromServer)))
      relay.fault = fault
      let start = ContinuousClock.now
      let result = try await workspace.run("--drain")
      let time = ContinuousClock.now - start
      relay.fault = nil
      // Two seconds for the connection and two for an answer, and what a busy machine adds.
      #expect(time < .seconds(12), "\(fault): \(time)")
      if result.status != Exit.done {
        left += 1
        #expect(result.status == Exit.unreachable, "\(fault): \(result.standardError)")
        #expect(
          result.standardError.contains("2.0 seconds") || result.standardError.contains("deadline"),
          "\(fault): \(result.standardError)")
      }
      try await workspace.configure(settings(server, relay))
      try await expectWhole(workspace, server, content, fault)
    }
    #expect(left >= rounds / 2)
    Figures.note("network.\(kind)", left)
  }

  @Test func aSlowRoundTripIsOnlySlow() async throws {
    let (server, relay, fill) = try await prepare()
    defer { relay.close() }
    let workspace = try await fill(server)
    relay.fault = NetworkFault(.delay(.milliseconds(500)))
    let start = ContinuousClock.now
    try await workspace.drain()
    // A login takes about seven round trips of a second, and so do listing, reading and moving.
    #expect(ContinuousClock.now - start > .seconds(5))
    try await workspace.expectLedgerAddsUp(files: Self.files, rows: Self.rows)
  }
}
