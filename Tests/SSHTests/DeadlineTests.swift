import SSH
import TestSupport
import Testing

@Suite struct DeadlineTests {
  func attempt(
    _ port: UInt16, host: String = "127.0.0.1", timeout: Duration,
    interrupt: Interrupt = Interrupt()
  ) async throws -> (SSHError?, Duration) {
    let clock = ContinuousClock()
    let start = clock.now
    let policy = try HostKeyPolicy(pins: ["SHA256:" + String(repeating: "A", count: 43)])
    do {
      try await connect(
        to: SSHEndpoint(host: host, port: port, username: "u"), hostKeys: policy,
        credentials: SSHCredentials(password: "p"), timeout: timeout, interrupt: interrupt
      ) { _ throws(SSHError) in }
      return (nil, clock.now - start)
    } catch let error as SSHError {
      return (error, clock.now - start)
    }
  }

  @Test func aSilentPeerIsLeftAtTheDeadline() async throws {
    let peer = try SilentPeer()
    let (error, time) = try await attempt(peer.port, timeout: .milliseconds(400))
    #expect(error?.kind == .timedOut)
    #expect(time >= .milliseconds(400) && time < .seconds(3))
  }

  @Test func anInterruptReachesAStuckPeer() async throws {
    let peer = try SilentPeer()
    let interrupt = Interrupt()
    async let attempt = attempt(peer.port, timeout: .seconds(60), interrupt: interrupt)
    try await eventually("the peer has a connection") { peer.hasConnection }
    interrupt.fire()
    let (error, time) = try await attempt
    #expect(error?.kind == .cancelled)
    #expect(time < .seconds(20))
  }

  @Test func aClosedPortIsUnreachableAtOnce() async throws {
    let (error, time) = try await attempt(try freePort(), timeout: .seconds(30))
    #expect(error?.kind == .unreachable)
    #expect(error?.reason == "Connection refused")
    #expect(time < .seconds(5))
  }

  @Test func anUnknownNameIsUnreachable() async throws {
    let (error, _) = try await attempt(22, host: "no-such-host.invalid", timeout: .seconds(20))
    #expect(error?.kind == .unreachable || error?.kind == .timedOut)
    #expect(error?.operation == "look up")
  }
}
