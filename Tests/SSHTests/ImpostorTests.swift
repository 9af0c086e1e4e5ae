import Foundation
import SSH
import TestSupport
import Testing

/// Somebody in the way who answers in the server's place, and would let anybody in to learn how one
/// gets in.
@Suite(.serialized) struct ImpostorTests {
  /// What we know of the right server, by which the impostor has to be told.
  enum Knowledge: CaseIterable {
    case pins, knownHosts, hashedKnownHosts, both, revoked
  }

  private func policy(
    _ knowledge: Knowledge, of server: OpenSSHServer, at port: UInt16, impostor: Impostor
  ) async throws -> HostKeyPolicy {
    let pins = [try await server.fingerprint(), try await server.fingerprint(.ecdsa)]
    // The name in the list is that which we connect to: whoever is in the way has the right address.
    let name = "[127.0.0.1]:\(port)"
    let lines = try [
      "\(name) \(server.publicHostKey())", "\(name) \(server.publicHostKey(.ecdsa))",
    ].joined(separator: "\n")
    switch knowledge {
    case .pins: return try HostKeyPolicy(pins: pins)
    case .knownHosts: return try HostKeyPolicy(pins: [], knownHosts: KnownHosts(text: lines))
    case .hashedKnownHosts:
      let file = try server.drop.write("known_hosts", lines + "\n")
      _ = try await run("/usr/bin/ssh-keygen", arguments: ["-H", "-f", file])
      let text = try String(contentsOfFile: file, encoding: .utf8)
      try #require(text.hasPrefix("|1|"))
      return try HostKeyPolicy(pins: [], knownHosts: KnownHosts(text: text))
    case .both: return try HostKeyPolicy(pins: pins, knownHosts: KnownHosts(text: lines))
    case .revoked:
      let revoked = try "@revoked * \(server.publicHostKey())\n" + lines
      return try HostKeyPolicy(pins: pins, knownHosts: KnownHosts(text: revoked))
    }
  }

  @Test(.openSSH(), arguments: Knowledge.allCases, ["ssh-ed25519", "ecdsa-sha2-nistp256"])
  func anImpostorLearnsNeitherPasswordNorKeyNorName(_ knowledge: Knowledge, _ algorithm: String)
    async throws
  {
    let server = try OpenSSHServer.current
    let impostor = try await Impostor(algorithm)
    let credentials = SSHCredentials(
      privateKeyPath: try await server.userKey(), password: "the-password-of-the-drop")
    let endpoint = SSHEndpoint(host: "127.0.0.1", port: impostor.port, username: "dupont")
    let policy = try await policy(
      knowledge, of: server, at: impostor.port, impostor: impostor)
    let error = await #expect(throws: SSHError.self) {
      try await connect(to: endpoint, hostKeys: policy, credentials: credentials) {
        _ throws(SSHError) in
      }
    }
    #expect(error?.kind == .hostKeyRefused)
    #expect(error?.description.contains(impostor.hostKey) == true, "\(String(describing: error))")
    // We come once for each of the algorithms in which the right server might have its key.
    try await eventually("the impostor saw us leave") {
      let notes = impostor.notes
      let left = notes.count { $0 == "left" }
      return left > 0 && left == notes.count { $0 == "connected" }
    }
    #expect(Set(impostor.notes) == ["connected", "left"], "\(impostor.notes)")
    #expect(!server.sawLogin)
  }

  /// So that its silence above means something.
  @Test func theImpostorHearsWhoeverTrustsIt() async throws {
    let impostor = try await Impostor("ssh-ed25519")
    let endpoint = SSHEndpoint(host: "127.0.0.1", port: impostor.port, username: "dupont")
    try await connect(
      to: endpoint, hostKeys: HostKeyPolicy(pins: [impostor.hostKey]),
      credentials: SSHCredentials(password: "the-password-of-the-drop")
    ) { _ throws(SSHError) in }
    #expect(impostor.notes.contains("user dupont"))
    #expect(impostor.notes.contains { $0.hasSuffix(" the-password-of-the-drop") })
  }
}
