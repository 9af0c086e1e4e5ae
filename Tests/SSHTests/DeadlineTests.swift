import Foundation
import SSH
import TestSupport
import Testing

@Suite struct DeadlineTests {
  /// Gives the error and the time until it came, taken on the thread that waits.
  func attempt(
    _ port: UInt16, host: String = "127.0.0.1", timeout: Duration,
    interrupt: Interrupt = Interrupt()
  ) async throws -> (SSHError?, Duration) {
    let policy = try HostKeyPolicy(pins: [])
    let endpoint = SSHEndpoint(host: host, port: port, username: "u")
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let start = ContinuousClock.now
        var failure: SSHError?
        do throws(SSHError) {
          _ = try SSHSession.connect(
            to: SSHAccess(
              endpoint: endpoint, hostKeys: policy, credentials: SSHCredentials(password: "p")),
            until: start + timeout, interrupt: interrupt)
        } catch {
          failure = error
        }
        continuation.resume(returning: (failure, ContinuousClock.now - start))
      }
    }
  }

  @Test func aSilentPeerIsLeftAtTheDeadline() async throws {
    let peer = try SilentPeer()
    let (error, time) = try await attempt(peer.port, timeout: .milliseconds(400))
    #expect(error?.kind == .timedOut)
    #expect(time >= .milliseconds(400) && time < .seconds(20))
  }

  @Test func anInterruptReachesAStuckPeer() async throws {
    let peer = try SilentPeer()
    let interrupt = Interrupt()
    async let attempt = attempt(peer.port, timeout: .seconds(60), interrupt: interrupt)
    try await eventually("the peer has a connection") { peer.hasConnection }
    interrupt.fire()
    let (error, time) = try await attempt
    #expect(error?.kind == .cancelled)
    #expect(time < .seconds(30))
  }

  @Test func aClosedPortIsUnreachableAtOnce() async throws {
    let (error, time) = try await attempt(closedPort(), timeout: .seconds(30))
    #expect(error?.kind == .unreachable)
    #expect(error?.reason == "Connection refused")
    #expect(time < .seconds(20))
  }

  @Test func anUnknownNameIsUnreachable() async throws {
    let (error, _) = try await attempt(22, host: "no-such-host.invalid", timeout: .seconds(20))
    #expect(error?.kind == .unreachable || error?.kind == .timedOut)
    #expect(error?.operation == "look up")
  }
}
