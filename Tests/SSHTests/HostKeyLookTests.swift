import SSH
import TestSupport
import Testing

/// The host keys of a server, for people who compare them.
@Suite(.serialized) struct HostKeyLookTests {
  private func keys(of server: OpenSSHServer) throws -> [HostKey] {
    try SSHSession.hostKeys(
      of: SSHEndpoint(host: server.host, port: server.port, username: server.username),
      until: .now + .seconds(30), interrupt: Interrupt())
  }

  @Test(.openSSH(hostKeys: [.ecdsa, .ed25519]))
  func eachTypeIsShownTheOneThatIsUsedFirstInFront() async throws {
    let server = try OpenSSHServer.current
    let keys = try keys(of: server)
    #expect(keys.map(\.algorithm) == ["ssh-ed25519", "ecdsa-sha2-nistp256"])
    let expected = [try await server.fingerprint(.ed25519), try await server.fingerprint(.ecdsa)]
    #expect(keys.map(\.fingerprint) == expected)
    // Nobody tried to log in.
    #expect(!server.log.contains("userauth-request"))
  }

  @Test func aServerOutOfReachIsAnError() throws {
    let port = try freePort()
    #expect(throws: SSHError.self) {
      try SSHSession.hostKeys(
        of: SSHEndpoint(host: "127.0.0.1", port: port, username: "x"),
        until: .now + .seconds(5), interrupt: Interrupt())
    }
  }
}
