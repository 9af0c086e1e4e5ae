import SSH
import TestSupport
import Testing

/// Whatever a host key is refused for, the log of the real server has nothing of a login.
@Suite(.serialized) struct HostKeyRefusalTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    /// PIN stands for that of the server.
    var pins: [String] = []
    /// HOST and KEY stand for the server's name and its Ed25519 key, OTHER for a key of somebody else.
    var knownHosts: String?
    var testDescription: String { name }
  }

  static let stranger = "SHA256:" + String(repeating: "A", count: 43)

  static let refusals = [
    Refusal(name: "no pin and no list"),
    Refusal(name: "another pin", pins: [stranger]),
    Refusal(name: "two pins of a rotation that is over", pins: [stranger, "SHA256:" + b]),
    Refusal(name: "an empty list", knownHosts: ""),
    Refusal(name: "another key of this host", knownHosts: "HOST OTHER"),
    Refusal(name: "another key by a wildcard", knownHosts: "[127.0.0.*]:* OTHER"),
    Refusal(name: "the right key of another host", knownHosts: "example.net KEY"),
    Refusal(name: "the right key at another port", knownHosts: "127.0.0.1 KEY"),
    Refusal(name: "a host that is taken out", knownHosts: "[*]:*,!HOST KEY"),
    Refusal(name: "revoked", knownHosts: "HOST KEY\n@revoked HOST KEY"),
    Refusal(name: "revoked, though pinned", pins: ["PIN"], knownHosts: "@revoked * KEY"),
    Refusal(name: "the right key as an authority", knownHosts: "@cert-authority HOST KEY"),
    Refusal(name: "a line that is cut off", knownHosts: "HOST ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"),
  ]
  private static let b = String(repeating: "B", count: 42) + "A"

  @Test(.openSSH(hostKeys: [.ed25519]), arguments: refusals)
  func nothingIsSentToAKeyThatIsRefused(_ refusal: Refusal) async throws {
    let server = try OpenSSHServer.current
    let other =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
    var pins: [String] = []
    for pin in refusal.pins { pins.append(pin == "PIN" ? try await server.fingerprint() : pin) }
    let key = try server.publicHostKey()
    let list = refusal.knownHosts?
      .replacing("HOST", with: "[127.0.0.1]:\(server.port)")
      .replacing("OTHER", with: other).replacing("KEY", with: key)
    if let list, refusal.name.contains("another key") {
      #expect(KnownHosts(text: list).unreadableLines.isEmpty, "the other key is one")
    }
    let error = try await server.loginError(pins: pins, knownHosts: list)
    #expect(error?.kind == .hostKeyRefused)
    try await eventually("sshd saw us leave") { server.sawLeaving }
    #expect(server.log.contains("KEX done") || server.log.contains("kex:"), "it came to the key")
    #expect(!server.sawLogin, "\(server.log)")
  }

  @Test(.openSSH(hostKeys: [.ecdsa]), arguments: [true, false])
  func aServerWithoutTheKeyThatWeKnowOffersAnotherAndIsRefused(isPinned: Bool) async throws {
    let server = try OpenSSHServer.current
    let ours = KnownHostsTests.key
    let error = try await server.loginError(
      pins: isPinned ? [ours.fingerprint] : [],
      knownHosts: isPinned
        ? nil : KnownHostsTests.line("[127.0.0.1]:\(server.port)", ours))
    #expect(error?.kind == .hostKeyRefused)
    #expect(error?.description.contains(try await server.fingerprint(.ecdsa)) == true)
    try await eventually("sshd saw us leave") { server.sawLeaving }
    #expect(!server.sawLogin)
  }

  @Test(.openSSH()) func theRightServerBehindARelayIsTheRightServer() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let endpoint = SSHEndpoint(host: "127.0.0.1", port: relay.port, username: server.username)
    try await connect(
      to: endpoint, hostKeys: HostKeyPolicy(pins: [server.fingerprint()]),
      credentials: SSHCredentials(privateKeyPath: server.userKey())
    ) { _ throws(SSHError) in }
    #expect(server.sawLogin)
  }
}
