import SSH
import TestSupport
import Testing

@Suite(.serialized) struct LoginTests {
  func error(_ credentials: SSHCredentials) async throws -> SSHError? {
    let server = try OpenSSHServer.current
    return try await server.loginError(
      hostKeys: HostKeyPolicy(pins: [server.fingerprint()]), credentials: credentials)
  }

  @Test(.openSSH(), arguments: [OpenSSHServer.KeyType.ed25519, .ecdsa])
  func aKeyLogsIn(_ type: OpenSSHServer.KeyType) async throws {
    let path = try await OpenSSHServer.current.userKey(type)
    #expect(try await error(SSHCredentials(privateKeyPath: path)) == nil)
  }

  @Test(.openSSH(), arguments: [OpenSSHServer.KeyType.ed25519, .ecdsa])
  func anEncryptedKeyOpensWithItsPassphraseAlone(_ type: OpenSSHServer.KeyType) async throws {
    let path = try await OpenSSHServer.current.encryptedUserKey(type)
    #expect(
      try await error(
        SSHCredentials(privateKeyPath: path, passphrase: OpenSSHServer.passphrase)) == nil)
    let wrong = try await error(SSHCredentials(privateKeyPath: path, passphrase: "Wr0ng"))
    #expect(wrong?.kind == .localKey)
    #expect(wrong?.reason.contains("passphrase") == true)
    #expect(wrong?.description.contains("Wr0ng") == false)
    let missing = try await error(SSHCredentials(privateKeyPath: path))
    #expect(missing?.kind == .localKey)
    #expect(missing?.reason.contains("encrypted") == true)
  }

  @Test(.openSSH()) func anRSAKeyIsNamedAsTheReason() async throws {
    let path = try await OpenSSHServer.current.userKey(.rsa)
    let refusal = try await error(SSHCredentials(privateKeyPath: path))
    if LibSSH2.version.hasPrefix("1.10.") {
      #expect(refusal?.kind == .loginRefused)
      #expect(refusal?.description.contains("SHA-1") == true)
    } else {
      #expect(refusal == nil)
    }
  }

  @Test(.openSSH()) func aKeyThatIsNotOnFileIsRefused() async throws {
    let path = try await OpenSSHServer.current.strangersKey()
    let refusal = try await error(SSHCredentials(privateKeyPath: path))
    #expect(refusal?.kind == .loginRefused)
  }

  @Test(.openSSH()) func aMissingKeyFileIsNoWrongPassphrase() async throws {
    let refusal = try await error(SSHCredentials(privateKeyPath: "/nowhere/id_ed25519"))
    #expect(refusal?.kind == .localKey)
    #expect(refusal?.reason.contains("No such file") == true)
  }

  @Test(.openSSH()) func aFileThatIsNoKeyIsNamed() async throws {
    let path = try OpenSSHServer.current.drop.write("id", "not a key")
    #expect(try await error(SSHCredentials(privateKeyPath: path))?.kind == .localKey)
  }

  @Test(.openSSH()) func withoutAnythingToTryTheServersMethodsAreNamed() async throws {
    let refusal = try await error(SSHCredentials(password: "hunter2"))
    #expect(refusal?.kind == .loginRefused)
    #expect(refusal?.reason.contains("publickey") == true)
  }

  @Test(arguments: [["password"], ["keyboard-interactive"], ["password", "keyboard-interactive"]])
  func aPasswordWorksWhereTheServerTakesIt(methods: [String]) async throws {
    var options = ScriptedServer.Options()
    options.authentication = methods
    try await ScriptedServer.withServer(options) { server in
      let endpoint = SSHEndpoint(host: server.host, port: server.port, username: "dupont")
      let policy = try HostKeyPolicy(pins: [server.hostKey])
      try await connect(
        to: endpoint, hostKeys: policy, credentials: SSHCredentials(password: "s3cret")
      ) { _ throws(SSHError) in }
      let error = await #expect(throws: SSHError.self) {
        try await connect(
          to: endpoint, hostKeys: policy, credentials: SSHCredentials(password: "Wr0ng")
        ) { _ throws(SSHError) in }
      }
      #expect(error?.kind == .loginRefused)
      #expect(error?.description.contains("Wr0ng") == false)
    }
  }

  @Test func secretsAreNeverPrinted() {
    let credentials = SSHCredentials(
      privateKeyPath: "/k", passphrase: "open sesame", password: "hunter2")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] {
      #expect(!text.contains("sesame") && !text.contains("hunter2"))
    }
  }
}
