import Foundation
import SSH
import TestSupport
import Testing

/// The host keys of a server, for people who compare them.
@Suite(.serialized) struct HostKeyLookTests {
  private func look(at server: OpenSSHServer) throws -> HostKeyLook {
    try SSHSession.hostKeys(
      of: SSHEndpoint(host: server.host, port: server.port, username: server.username),
      until: .now + .seconds(30), interrupt: Interrupt())
  }

  @Test(.openSSH(hostKeys: [.ecdsa, .ed25519]))
  func eachTypeIsShownTheOneThatIsUsedFirstInFront() async throws {
    let server = try OpenSSHServer.current
    let keys = try look(at: server).keys
    #expect(keys.map(\.algorithm) == ["ssh-ed25519", "ecdsa-sha2-nistp256"])
    let expected = [try await server.fingerprint(.ed25519), try await server.fingerprint(.ecdsa)]
    #expect(keys.map(\.fingerprint) == expected)
    // Nobody tried to log in.
    #expect(!server.log.contains("userauth-request"))
  }

  /// libssh2 before 1.11 signs RSA by SHA-1 only, which OpenSSH no longer offers. Who was sent the fingerprint of
  /// such a key must learn why it is not listed.
  @Test(.openSSH(hostKeys: [.rsa, .ed25519]))
  func aKeyThatCanNotBeCheckedIsNamed() async throws {
    let look = try look(at: try OpenSSHServer.current)
    let types = look.keys.map(\.algorithm)
    if LibSSH2.version.compare("1.11.0", options: .numeric) == .orderedAscending {
      #expect(types == ["ssh-ed25519"])
      #expect(look.unchecked == ["ssh-rsa"])
    } else {
      #expect(types == ["ssh-ed25519", "ssh-rsa"])
      #expect(look.unchecked.isEmpty)
    }
  }

  @Test func aServerOutOfReachIsAnError() throws {
    let port = try closedPort()
    #expect(throws: SSHError.self) {
      try SSHSession.hostKeys(
        of: SSHEndpoint(host: "127.0.0.1", port: port, username: "x"),
        until: .now + .seconds(5), interrupt: Interrupt())
    }
  }
}
