import Foundation
import TestSupport
import Testing

/// Servers that can't be reached, can't be trusted, or don't let one in.
@Suite(.openSSH()) struct ServerRefusalTests {
  @Test func aPortWhereNobodyListensIs69() async throws {
    let port = try closedPort()
    let workspace = try await Workspace(OpenSSHServer.current) { $0.source["port"] = "\(port)" }
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.unreachable)
    #expect(run.standardError.contains("127.0.0.1:\(port)"), "\(run.standardError)")
    let status = try await workspace.json("status")
    #expect(status.source.reachable == false)
    #expect(status.source.error.string?.contains("\(port)") == true)
  }

  @Test func aNameThatDoesNotResolveIs69() async throws {
    let workspace = try await Workspace(OpenSSHServer.current) {
      $0.source["host"] = "drop.invalid"
    }
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.unreachable)
    #expect(run.standardError.contains("drop.invalid"), "\(run.standardError)")
  }

  @Test func aSilentPeerIs69WithinTheTimeout() async throws {
    let peer = try SilentPeer()
    let workspace = try await Workspace(OpenSSHServer.current) {
      $0.source["port"] = "\(peer.port)"
      $0.source["timeout"] = "2s"
    }
    let start = ContinuousClock.now
    let run = try await workspace.run("--drain")
    let time = ContinuousClock.now - start
    #expect(run.status == Exit.unreachable)
    #expect(time >= .seconds(2) && time < .seconds(12), "\(time)")
    #expect(run.standardError.contains("127.0.0.1:\(peer.port)"), "\(run.standardError)")
  }

  @Test func aPeerThatIsNoSSHServerIs69() async throws {
    let server = try await PingServer.start()
    let workspace = try await Workspace(OpenSSHServer.current) {
      $0.source["port"] = "\(server.port)"
      $0.source["timeout"] = "3s"
    }
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.unreachable, "\(run.standardError)")
    withExtendedLifetime(server) {}
  }

  @Test func aHostKeyThatIsNotPinnedIs76BeforeAnyLogin() async throws {
    let server = try OpenSSHServer.current
    let pin = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    let workspace = try await Workspace(server) { $0.source["host-keys"] = "[\"\(pin)\"]" }
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.hostKey)
    let shown = [try await server.fingerprint(.ed25519), try await server.fingerprint(.ecdsa)]
    #expect(shown.contains { run.standardError.contains($0) }, "\(run.standardError)")
    #expect(run.logLines.contains { $0.contains("event=source.hostkey.refused") })
    let attempt = "userauth-request"
    #expect(!server.log.contains(attempt))
    // What a login leaves in the server's log, so that its lack above means something.
    let good = try await Workspace(server)
    try await good.drain()
    #expect(server.log.contains(attempt))
  }

  @Test func severalPinsServeForARotation() async throws {
    let server = try OpenSSHServer.current
    let pin = try await server.fingerprint(.ecdsa)
    let workspace = try await Workspace(server) {
      $0.source["host-keys"] =
        "[\"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", \"\(pin)\"]"
    }
    try await workspace.drain()
  }

  @Test func knownHostsDecideWhereThereAreNoPins() async throws {
    let server = try OpenSSHServer.current
    let key = try server.publicHostKey()
    let host = "[127.0.0.1]:\(server.port)"
    let cases: [(String, Int32)] = [
      ("a line of garbage\n\(host) \(key) a comment\n", Exit.done),
      ("*.example.net,[127.0.0.*]:* \(key)\n", Exit.done),
      ("\(host) \(key)\n@revoked * \(key)\n", Exit.hostKey),
      ("127.0.0.1 \(key)\n", Exit.hostKey),
      ("", Exit.hostKey),
    ]
    for (text, status) in cases {
      let workspace = try await Workspace(server) {
        $0.source["host-keys"] = nil
        $0.source["known-hosts"] = "known_hosts"
      }
      try workspace.folder.write("known_hosts", text)
      let run = try await workspace.run("--drain")
      #expect(run.status == status, "\(text): \(run.standardError)")
      if text.contains("@revoked") { #expect(run.standardError.contains("revoked")) }
    }
  }

  @Test func aHashedKnownHostsLineIsUnderstood() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) {
      $0.source["host-keys"] = nil
      $0.source["known-hosts"] = "known_hosts"
    }
    let path = try workspace.folder.write(
      "known_hosts", "[127.0.0.1]:\(server.port) \(server.publicHostKey())\n")
    let hashed = try await TestSupport.run("/usr/bin/ssh-keygen", arguments: ["-H", "-f", path])
    #expect(hashed.status == 0)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasPrefix("|1|"))
    try await workspace.drain()
  }

  @Test func aRevokedKeyIsRefusedThoughItIsPinned() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server) { $0.source["known-hosts"] = "known_hosts" }
    try workspace.folder.write(
      "known_hosts",
      try "@revoked * \(server.publicHostKey())\n@revoked * \(server.publicHostKey(.ecdsa))\n")
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.hostKey)
  }

  @Test func aKeyThatTheServerDoesNotKnowIs77() async throws {
    let server = try OpenSSHServer.current
    let key = try await server.strangersKey()
    let workspace = try await Workspace(server) { $0.source["private-key"] = key }
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.refused)
    #expect(run.standardError.contains(server.username), "\(run.standardError)")
  }

  @Test func aKeyWithAPassphraseOpensAndAWrongOneSaysSo() async throws {
    let server = try OpenSSHServer.current
    let key = try await server.encryptedUserKey()
    let workspace = try await Workspace(server)
    var settings = try await Settings(server)
    settings.source["private-key"] = key
    settings.source["passphrase"] = try workspace.secret("passphrase", OpenSSHServer.passphrase)
    try workspace.configure(settings)
    try await workspace.drain()
    settings.source["passphrase"] = try workspace.secret("wrong", "wrong horse")
    try workspace.configure(settings)
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(run.standardError.contains(key), "\(run.standardError)")
  }

  @Test func aWrongPasswordIs77AndIsNotRepeated() async throws {
    for method in ["password", "keyboard-interactive"] {
      var options = ScriptedServer.Options()
      options.authentication = [method]
      try await ScriptedServer.withServer(options) { server in
        let workspace = try Workspace()
        var settings = Settings(
          port: server.port, username: "dupont", hostKey: server.hostKey,
          directory: server.drop.path)
        settings.log["level"] = "trace"
        settings.source["password"] = try workspace.secret("wrong", "wrong-password-of-the-drop")
        try workspace.configure(settings)
        let run = try await workspace.run("--drain")
        #expect(run.status == Exit.refused, "\(method): \(run.standardError)")
        settings.source["password"] = try workspace.secret("right", "s3cret")
        try workspace.configure(settings)
        try await workspace.drain()
      }
    }
  }

  @Test func aDirectoryThatIsNotThereIs77() async throws {
    let server = try OpenSSHServer.current
    let directory = server.drop.file("missing")
    let workspace = try await Workspace(server) { $0.source["directory"] = "\"\(directory)\"" }
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.refused)
    #expect(run.standardError.contains(directory), "\(run.standardError)")
    let check = try await workspace.run("check", "--connect")
    #expect(check.status != Exit.done)
    #expect(check.standardOutput.contains(directory), "\(check.standardOutput)")
  }

  @Test(.unprivilegedOpenSSH) func aDirectoryThatMayNotBeReadIs77() async throws {
    let server = try OpenSSHServer.current
    try server.openDrop()
    try server.drop.makeDirectory("closed", mode: 0o000)
    let directory = server.drop.file("closed")
    let workspace = try await Workspace(server) { $0.source["directory"] = "\"\(directory)\"" }
    let run = try await workspace.run("--drain")
    try chmod(0o777, directory)
    #expect(run.status == Exit.refused)
    #expect(run.standardError.contains(directory), "\(run.standardError)")
  }

  @Test func checkWithConnectTellsWhatTheServerHas() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    try server.drop.write("readme.txt", "hello")
    let workspace = try await Workspace(server)
    try FileManager.default.removeItem(
      atPath: workspace.folder.file("contracts.d/comptoir-nantes.yaml"))
    let check = try await workspace.run("check", "--connect")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(check.standardOutput.contains("2 entries, 1 of them"), "\(check.standardOutput)")
    let (pinned, other) = (
      try await server.fingerprint(.ed25519), try await server.fingerprint(.ecdsa)
    )
    #expect(
      check.standardOutput.contains(
        "host keys: the server shows ssh-ed25519 \(pinned) (trusted), ecdsa-sha2-nistp256 \(other)\n"
      ),
      "\(check.standardOutput)")
    #expect(
      check.standardOutput.contains(
        "sample: layout colisprive reads 1 of the first 1 rows of a.csv"),
      "\(check.standardOutput)")
    #expect(!workspace.folder.holds("colisd.db"))
  }

  @Test(.openSSH(configuration: ["Ciphers 3des-cbc", "KexAlgorithms diffie-hellman-group1-sha1"]))
  func weakAlgorithmsAre69UnlessTheyAreAllowed() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let workspace = try await Workspace(server)
    let refused = try await workspace.drain(Exit.unreachable)
    for words in [
      "no key exchange in common: the server has diffie-hellman-group1-sha1, and colisd",
      "no cipher in common: the server has 3des-cbc, and colisd",
      "set source.legacy-algorithms: true",
    ] { #expect(refused.standardError.contains(words), "\(refused.standardError)") }
    var settings = try await Settings(server)
    settings.source["legacy-algorithms"] = "true"
    try workspace.configure(settings)
    try await workspace.drain()
    let events = try await workspace.events().count
    #expect(events == 1)
  }

  @Test(.openSSH(authenticationMethods: "publickey,password", takesPassword: true))
  func aLoginOfTwoStepsIs77UntilBothAreConfigured() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let refused = try await workspace.drain(Exit.refused)
    #expect(refused.standardError.contains("the server asks for password after the private key"))
    #expect(refused.standardError.contains("set source.password"))
    var settings = try await Settings(server)
    settings.source["password"] = try workspace.secret("password", OpenSSHServer.password)
    try workspace.configure(settings)
    try await workspace.drain()
  }
}
