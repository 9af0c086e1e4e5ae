import SSH
import TestSupport
import Testing

@Suite(.serialized) struct HostKeyTests {
  @Test(.openSSH()) func thePinnedKeyLetsUsIn() async throws {
    let server = try OpenSSHServer.current
    #expect(try await server.loginError(pins: [server.fingerprint()]) == nil)
    #expect(server.sawLogin)
  }

  @Test(.openSSH()) func oneOfSeveralPinsIsEnough() async throws {
    let server = try OpenSSHServer.current
    let stranger = "SHA256:" + String(repeating: "A", count: 43)
    #expect(try await server.loginError(pins: [stranger, server.fingerprint()]) == nil)
  }

  @Test(.openSSH()) func aPinOfTheSecondKeyIsFoundBehindTheFirst() async throws {
    let server = try OpenSSHServer.current
    #expect(try await server.loginError(pins: [server.fingerprint(.ecdsa)]) == nil)
  }

  @Test(.openSSH()) func anUnknownKeyIsRefusedBeforeAnythingIsSent() async throws {
    let server = try OpenSSHServer.current
    let stranger = "SHA256:" + String(repeating: "A", count: 43)
    let error = try #require(try await server.loginError(pins: [stranger]))
    #expect(error.kind == .hostKeyRefused)
    for type in [OpenSSHServer.KeyType.ed25519, .ecdsa] {
      let fingerprint = try await server.fingerprint(type)
      #expect(error.description.contains(fingerprint))
    }
    try await eventually("sshd saw us leave") { server.sawLeaving }
    #expect(!server.sawLogin)
  }

  @Test(.openSSH()) func withoutPinOrEntryWeStayOut() async throws {
    let server = try OpenSSHServer.current
    #expect(try await server.loginError(pins: [])?.kind == .hostKeyRefused)
    #expect(!server.sawLogin)
  }

  @Test(.openSSH(), arguments: [OpenSSHServer.KeyType.ed25519, .ecdsa])
  func knownHostsWithTheKeyOfOneAlgorithmFindsIt(type: OpenSSHServer.KeyType) async throws {
    let server = try OpenSSHServer.current
    let line = "[127.0.0.1]:\(server.port) \(try server.publicHostKey(type))"
    #expect(try await server.loginError(pins: [], knownHosts: "garbage\n\(line)\n") == nil)
  }

  @Test(.openSSH()) func aHashedFileOfSSHKeygenIsRead() async throws {
    let server = try OpenSSHServer.current
    let file = try server.drop.write(
      "known_hosts", "[127.0.0.1]:\(server.port) \(try server.publicHostKey())\n")
    let result = try await run("/usr/bin/ssh-keygen", arguments: ["-H", "-f", file])
    #expect(result.status == 0)
    let hashed = try await run("/bin/cat", arguments: [file]).standardOutput
    #expect(hashed.hasPrefix("|1|"))
    #expect(try await server.loginError(pins: [], knownHosts: hashed) == nil)
  }

  @Test(.openSSH()) func aRevokedKeyIsRefusedThoughPinned() async throws {
    let server = try OpenSSHServer.current
    let error = try await server.loginError(
      pins: [server.fingerprint()], knownHosts: "@revoked * \(server.publicHostKey())")
    #expect(error?.kind == .hostKeyRefused)
    #expect(error?.reason.contains("@revoked") == true)
    #expect(!server.sawLogin)
  }

  @Test(.openSSH(hostKeys: [.rsa])) func anRSAOnlyHostIsNamedAsSuch() async throws {
    let server = try OpenSSHServer.current
    let error = try await server.loginError(pins: [server.fingerprint(.rsa)])
    if LibSSH2.version.hasPrefix("1.10.") {
      #expect(error?.kind == .protocolFailure)
      #expect(error?.description.contains("has only an RSA host key") == true)
    } else {
      #expect(error == nil)
    }
  }

  @Test func theOfferIsReadFromAnyBytesWithoutATrap() throws {
    var offer = Array("hello\r\nSSH-2.0-test\r\n".utf8) + [0, 0, 0, 99, 4, 20]
    offer += [UInt8](repeating: 7, count: 16)
    let lists = [
      "curve25519-sha256", "rsa-sha2-512,rsa-sha2-256", "aes128-ctr", "aes256-ctr", "hmac-sha1",
      "hmac-sha2-256",
    ]
    for list in lists {
      offer += [0, 0, 0, UInt8(list.utf8.count)] + Array(list.utf8)
    }
    for cut in 0..<offer.count { #expect(KeyExchangeOffer(Array(offer[..<cut])) == nil) }
    let whole = try #require(KeyExchangeOffer(offer))
    #expect(whole.hostKeyAlgorithms == ["rsa-sha2-512", "rsa-sha2-256"])
    #expect(whole.ciphers == [["aes128-ctr"], ["aes256-ctr"]])
    #expect(whole.macs == [["hmac-sha1"], ["hmac-sha2-256"]])
  }
}
