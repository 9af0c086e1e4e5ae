import SSH
import TestSupport
import Testing

/// Servers that want several proofs, and the error if one of them is missing or wrong.
@Suite(.serialized) struct LoginStepsTests {
  private func error(_ credentials: SSHCredentials) async throws -> SSHError? {
    let server = try OpenSSHServer.current
    return try await server.loginError(
      hostKeys: HostKeyPolicy(pins: [server.fingerprint()]), credentials: credentials)
  }

  @Test(arguments: [
    "publickey,password", "password,publickey", "password,publickey publickey,password",
  ])
  func openSSHGetsOneProofAfterTheOtherInItsOrder(_ methods: String) async throws {
    let options = OpenSSHServer.Options(authenticationMethods: methods, takesPassword: true)
    try await OpenSSHServer.withServer(options) { server in
      let policy = try HostKeyPolicy(pins: [await server.fingerprint()])
      let key = try await server.userKey()
      let both = try await server.loginError(
        hostKeys: policy,
        credentials: SSHCredentials(privateKeyPath: key, password: OpenSSHServer.password))
      #expect(both == nil)
      #expect(server.log.contains("Partial publickey") || server.log.contains("Partial password"))
    }
  }

  @Test(.openSSH(authenticationMethods: "publickey,password", takesPassword: true))
  func aMissingSecondStepIsNamed() async throws {
    let key = try await OpenSSHServer.current.userKey()
    let refusal = try #require(try await error(SSHCredentials(privateKeyPath: key)))
    #expect(refusal.kind == .loginRefused)
    #expect(refusal.reason == "the server asks for password after the private key \(key)")
    #expect(refusal.advice == "set source.password")
  }

  @Test(.openSSH(authenticationMethods: "publickey,password", takesPassword: true))
  func aWrongSecondStepIsNamed() async throws {
    let key = try await OpenSSHServer.current.userKey()
    let refusal = try await error(SSHCredentials(privateKeyPath: key, password: "Wr0ng"))
    #expect(refusal?.kind == .loginRefused)
    #expect(
      refusal?.reason == "the server refused the password after the private key \(key); it takes "
        + "password")
  }

  @Test(.openSSH(authenticationMethods: "publickey", takesPassword: true))
  func aMissingKeyIsNamed() async throws {
    let refusal = try await error(SSHCredentials(password: OpenSSHServer.password))
    #expect(
      refusal?.reason == "nothing that was given could be tried, as the server takes publickey")
    #expect(refusal?.advice == "set source.private-key")
  }

  @Test(.openSSH(configuration: ["MaxAuthTries 1"]))
  func aServerThatHangsUpAfterTheFirstProofHasRefusedIt() async throws {
    let key = try await OpenSSHServer.current.strangersKey()
    let refusal = try await error(SSHCredentials(privateKeyPath: key))
    #expect(refusal?.kind == .loginRefused)
    #expect(refusal?.reason.contains("refused the private key \(key)") == true)
    #expect(refusal?.reason.contains("Too many authentication failures") == true)
  }

  @Test(arguments: [
    ["keyboard-interactive", "publickey"], ["publickey", "keyboard-interactive"],
    ["password", "keyboard-interactive", "publickey"],
  ])
  func aPromptIsAnsweredBeforeOrAfterTheOtherProofs(_ steps: [String]) async throws {
    var options = ScriptedServer.Options()
    options.steps = steps
    try await ScriptedServer.withServer(options) { server in
      let keys = try TemporaryDirectory()
      let key = keys.file("key")
      let made = try await run(
        "/usr/bin/ssh-keygen", arguments: ["-q", "-t", "ed25519", "-N", "", "-f", key])
      #expect(made.status == 0)
      let endpoint = SSHEndpoint(host: server.host, port: server.port, username: "dupont")
      let policy = try HostKeyPolicy(pins: [server.hostKey])
      try await connect(
        to: endpoint, hostKeys: policy,
        credentials: SSHCredentials(privateKeyPath: key, password: "s3cret")
      ) { _ throws(SSHError) in }
      #expect(steps.allSatisfy { server.log.contains("took \($0)") }, "\(server.log)")
      let error = await #expect(throws: SSHError.self) {
        try await connect(
          to: endpoint, hostKeys: policy, credentials: SSHCredentials(password: "s3cret")
        ) { _ throws(SSHError) in }
      }
      #expect(error?.reason.contains("publickey") == true, "\(String(describing: error))")
      #expect(error?.advice.contains("source.private-key") == true)
    }
  }
}
