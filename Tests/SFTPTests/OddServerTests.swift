import SFTP
import SSH
import Synchronization
import TestSupport
import Testing

/// Servers that do what the protocol allows, and some that do not.
@Suite(.serialized) struct OddServerTests {
  @Test(arguments: [0, 5])
  func shortAnswersAndOvertakingOnesLoseNothing(jitter: Int) async throws {
    var options = ScriptedServer.Options()
    options.maximumRead = 16_384
    options.jitter = jitter
    try await ScriptedServer.withServer(options) { server in
      let big = content(3_000_000)
      let small = content(20_000, seed: 2)
      try server.drop.write("big", big)
      try server.drop.write("small", small)
      try await server.withClient { client in
        let bigRead = try await client.bytes(server.path("big"))
        #expect(bigRead == big)
        let smallRead = try await client.bytes(server.path("small"), expectedSize: 20_000)
        #expect(smallRead == small)
      }
    }
  }

  @Test func aFileThatClaimsToBeEmptyIsReadToItsEnd() async throws {
    var options = ScriptedServer.Options()
    options.hidesSizes = true
    try await ScriptedServer.withServer(options) { server in
      for size in [0, 5, 32_768, 700_001] {
        try server.drop.write("f", content(size))
        let read = try await server.withClient {
          try await $0.bytes(server.path("f"), expectedSize: 0)
        }
        #expect(read == content(size))
      }
    }
  }

  /// What ends a client with a short timeout after it has connected; on a busy machine that may take longer, so it tries
  /// again then.
  private func failure(
    at server: ScriptedServer, _ body: @Sendable (SFTPClient) async throws -> Void
  ) async throws -> SFTPError? {
    for _ in 0..<20 {
      do {
        try await server.withClient(timeout: .seconds(2), body)
        return nil
      } catch let error as SFTPError where error.operation != "start SFTP with" {
        return error
      } catch is SFTPError {
      } catch let error as SSHError where error.kind == .timedOut {
      }
    }
    throw TestSupportError("it never connected within two seconds")
  }

  @Test func aServerThatStallsIsLeftAfterTheTimeout() async throws {
    var options = ScriptedServer.Options()
    options.stallsAt = 1_000_000
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("f", content(2_000_000))
      let error = try await failure(at: server) { _ = try await $0.bytes(server.path("f")) }
      #expect(error?.kind == .timedOut)
    }
  }

  @Test func aServerThatTricklesIsLeftAfterTheTimeout() async throws {
    var options = ScriptedServer.Options()
    options.tricklesAfter = 200_000
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("f", content(2_000_000))
      let error = try await failure(at: server) { _ = try await $0.bytes(server.path("f")) }
      #expect(error?.kind == .timedOut)
    }
  }

  @Test func cancellationReachesAStuckRead() async throws {
    var options = ScriptedServer.Options()
    options.stallsAt = 1_000_000
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("f", content(2_000_000))
      let (segments, announce) = AsyncStream.makeStream(of: Int.self)
      let reading = Task {
        try await server.withClient(timeout: .seconds(60)) { client in
          try await client.withFile(server.path("f")) { file in
            while let segment = try await file.next() { announce.yield(segment.count) }
          }
        }
      }
      // Three segments lie before the place where it sticks.
      var iterator = segments.makeAsyncIterator()
      for _ in 0..<3 { _ = await iterator.next() }
      let start = ContinuousClock.now
      reading.cancel()
      let error = await #expect(throws: SFTPError.self) { try await reading.value }
      #expect(error?.kind == .cancelled)
      #expect(ContinuousClock.now - start < .seconds(30))
    }
  }

  @Test func aListingThatIsNeverAnsweredEndsAtTheTimeout() async throws {
    var options = ScriptedServer.Options()
    options.stallsListing = true
    try await ScriptedServer.withServer(options) { server in
      let error = try await failure(at: server) {
        _ = try await $0.list(RemotePath(server.drop.path))
      }
      #expect(error?.kind == .timedOut)
    }
  }

  @Test func cancellationAndTheServersEndReachAStuckListing() async throws {
    var options = ScriptedServer.Options()
    options.stallsListing = true
    try await ScriptedServer.withServer(options) { server in
      let (connected, announce) = AsyncStream.makeStream(of: Void.self)
      let listing = Task {
        try await server.withClient(timeout: .seconds(60)) { client in
          announce.yield()
          _ = try await client.list(RemotePath(server.drop.path))
        }
      }
      var iterator = connected.makeAsyncIterator()
      await iterator.next()
      let start = ContinuousClock.now
      listing.cancel()
      let error = await #expect(throws: SFTPError.self) { try await listing.value }
      #expect(error?.kind == .cancelled)
      #expect(ContinuousClock.now - start < .seconds(30))
    }
  }

  @Test func cancellationReachesASilentPeer() async throws {
    let peer = try SilentPeer()
    let connecting = Task {
      try await SFTPClient.withConnection(
        to: SSHAccess(
          endpoint: SSHEndpoint(host: "127.0.0.1", port: peer.port, username: "u"),
          hostKeys: HostKeyPolicy(pins: []), credentials: SSHCredentials(password: "p")),
        timeout: .seconds(60)
      ) { _ in }
    }
    try await eventually("we have connected") { peer.hasConnection }
    let start = ContinuousClock.now
    connecting.cancel()
    let error = await #expect(throws: SSHError.self) { try await connecting.value }
    #expect(error?.kind == .cancelled)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func eachStepOfConnectingAndEachAnswerIsASignOfLife() async throws {
    var options = ScriptedServer.Options()
    options.stepTakes = 300
    try await ScriptedServer.withServer(options) { server in
      try server.drop.write("f", content(10))
      let signs = Mutex<[ContinuousClock.Instant]>([])
      let start = ContinuousClock.now
      try await server.withClient(progress: { signs.withLock { $0.append(.now) } }) { client in
        let connecting = signs.withLock { $0 }
        // Look-up, address, key exchange, host key, list of methods, password, channel, SFTP.
        #expect(connecting.count >= 8)
        // None comes early, and on a busy machine some may come late: in each of the slow steps there is one.
        for step in 1...3 {
          let end = start + .milliseconds(300) * step
          #expect(connecting.contains { $0 > end - .milliseconds(150) && $0 < end + .seconds(20) })
        }
        for _ in 1...3 { _ = try await client.attributes(of: server.path("f")) }
        #expect(signs.withLock(\.count) == connecting.count + 3)
        let error = await #expect(throws: SFTPError.self) {
          try await client.remove(server.path("none"))
        }
        #expect(error?.kind == .noSuchFile)
        #expect(signs.withLock(\.count) == connecting.count + 4)
      }
    }
  }

  @Test(arguments: [4, 5, 6, 7, 8, 77])
  func aStatusIsAboutItsPathWhateverItsCode(code: Int) async throws {
    var options = ScriptedServer.Options()
    options.answers = ["folder": code, "f": code]
    try await ScriptedServer.withServer(options) { server in
      for name in ["f", "g"] { try server.drop.write(name, content(10)) }
      try await server.withClient { client in
        for call in ["list", "read"] {
          let error = await #expect(throws: SFTPError.self) {
            if call == "list" {
              _ = try await client.list(server.path("folder"))
            } else {
              _ = try await client.bytes(server.path("f"))
            }
          }
          #expect(error?.kind == .failure(code: UInt32(code)))
          #expect(error?.reason.contains("gone behind") == true)
        }
        let other = try await client.bytes(server.path("g"))
        #expect(other == content(10))
      }
    }
  }
}
