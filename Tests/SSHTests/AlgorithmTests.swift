import Foundation
import SSH
import TestSupport
import Testing

/// Which algorithms are offered, and the error if a server has none of them.
@Suite(.serialized) struct AlgorithmTests {
  private func error(allowsLegacy: Bool = false) async throws -> SSHError? {
    try await error(OpenSSHServer.current, allowsLegacy: allowsLegacy)
  }

  private func error(_ server: OpenSSHServer, allowsLegacy: Bool) async throws -> SSHError? {
    do {
      try await connect(
        to: server.endpoint, hostKeys: HostKeyPolicy(pins: [server.fingerprint()]),
        credentials: SSHCredentials(privateKeyPath: server.userKey()),
        allowsLegacyAlgorithms: allowsLegacy
      ) { _ throws(SSHError) in }
      return nil
    } catch let error as SSHError {
      return error
    }
  }

  private static let hasETM = !LibSSH2.version.hasPrefix("1.10.")

  @Test(.openSSH(configuration: ["MACs hmac-sha2-512-etm@openssh.com", "Ciphers aes256-ctr"]))
  func aServerOfETMAloneIsNamedAsSuch() async throws {
    let error = try await error()
    if Self.hasETM {
      #expect(error == nil)
    } else {
      #expect(error?.kind == .protocolFailure)
      #expect(
        error?.reason == "the two sides have no MAC in common: the server has "
          + "hmac-sha2-512-etm@openssh.com, and colisd with libssh2 \(LibSSH2.version) offers "
          + "hmac-sha2-256, hmac-sha2-512, hmac-sha1")
      #expect(error?.advice.contains("libssh2 1.11 or newer here (Debian 13)") == true)
    }
  }

  @Test(
    .openSSH(configuration: ["Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com"]))
  func aServerOfAEADAloneIsNamedAsSuch() async throws {
    let error = try await error()
    if Self.hasETM {
      #expect(error == nil)
    } else {
      #expect(error?.reason.hasPrefix("the two sides have no cipher in common") == true)
      #expect(error?.reason.contains("aes256-ctr") == true)
      #expect(error?.advice.contains("which knows aes256-gcm@openssh.com") == true)
    }
  }

  @Test(.openSSH(configuration: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"]))
  func aServerOfANewKeyExchangeAloneIsNamedAsSuch() async throws {
    let error = try await error()
    #expect(
      error?.reason.hasPrefix(
        "the two sides have no key exchange in common: the server has "
          + "sntrup761x25519-sha512@openssh.com, and colisd") == true,
      "\(String(describing: error))")
    #expect(error?.advice == "have the server allow curve25519-sha256")
  }

  static let weakLines = [
    "KexAlgorithms diffie-hellman-group1-sha1", "Ciphers 3des-cbc", "Ciphers aes128-cbc",
    "MACs hmac-md5", "MACs hmac-sha1-96", "KexAlgorithms diffie-hellman-group-exchange-sha1",
  ]

  @Test(arguments: weakLines)
  func whatIsWeakIsTakenWhenItIsAskedForAlone(_ line: String) async throws {
    let options = OpenSSHServer.Options(configuration: [line])
    try await OpenSSHServer.withServer(options) { server in
      let refusal = try #require(try await error(server, allowsLegacy: false))
      let name = String(line.split(separator: " ")[1])
      #expect(refusal.kind == .protocolFailure)
      #expect(refusal.reason.contains("the server has \(name), and colisd"))
      #expect(
        refusal.advice.hasSuffix(
          "or, as \(name) is weak but known, set source.legacy-algorithms: true"))
      #expect(try await error(server, allowsLegacy: true) == nil)
    }
  }

  @Test func everyListWithNothingInCommonIsNamed() throws {
    let known: [AlgorithmList: [String]] = [
      .keyExchange: ["curve25519-sha256", "diffie-hellman-group1-sha1"],
      .hostKey: ["ssh-ed25519", "ssh-rsa"], .cipher: ["aes256-ctr", "3des-cbc", "arcfour"],
      .mac: ["hmac-sha2-256", "hmac-sha1", "hmac-md5"],
    ]
    let ours = AlgorithmOffer(hostKeys: ["ssh-ed25519"], allowsLegacy: false) { known[$0] ?? [] }
    #expect(ours[.keyExchange] == ["curve25519-sha256"])
    #expect(ours[.cipher] == ["aes256-ctr"])
    #expect(ours[.mac] == ["hmac-sha2-256", "hmac-sha1"])
    func gaps(_ lists: [String]) throws -> [AlgorithmGap] {
      var bytes = Array("SSH-2.0-test\r\n".utf8) + [0, 0, 0, 99, 4, 20]
      bytes += [UInt8](repeating: 7, count: 16)
      for list in lists { bytes += [0, 0, 0, UInt8(list.utf8.count)] + Array(list.utf8) }
      return AlgorithmGap.all(between: ours, and: try #require(KeyExchangeOffer(bytes)))
    }
    let all = try gaps([
      "diffie-hellman-group1-sha1,kex-strict-s-v00@openssh.com", "ssh-dss", "3des-cbc", "arcfour",
      "hmac-md5", "hmac-md5",
    ])
    #expect(all.map(\.list) == [.keyExchange, .hostKey, .cipher, .mac])
    #expect(all[0].theirs == ["diffie-hellman-group1-sha1"])
    #expect(all.map(\.weak) == [["diffie-hellman-group1-sha1"], [], ["3des-cbc"], ["hmac-md5"]])
    // One direction is enough to fail.
    let one = try gaps([
      "curve25519-sha256", "ssh-ed25519", "aes256-ctr", "aes256-ctr", "hmac-sha1", "umac-64",
    ])
    #expect(one.map(\.list) == [.mac])
    #expect(one[0].theirs == ["umac-64"])
    #expect(
      AlgorithmGap.shown((1...20).map(String.init)).hasSuffix("16 and 4 more"))
  }

  @Test func aCipherThatAuthenticatesNeedsNoMAC() throws {
    let known: [AlgorithmList: [String]] = [
      .keyExchange: ["curve25519-sha256"], .hostKey: ["ssh-ed25519"],
      .cipher: ["aes256-gcm@openssh.com"], .mac: ["hmac-sha2-256"],
    ]
    let ours = AlgorithmOffer(hostKeys: ["ssh-ed25519"], allowsLegacy: false) { known[$0] ?? [] }
    var bytes = Array("SSH-2.0-test\r\n".utf8) + [0, 0, 0, 99, 4, 20]
    bytes += [UInt8](repeating: 7, count: 16)
    for list in [
      "curve25519-sha256", "ssh-ed25519", "aes256-gcm@openssh.com", "aes256-gcm@openssh.com",
      "umac-128-etm@openssh.com", "umac-128-etm@openssh.com",
    ] {
      bytes += [0, 0, 0, UInt8(list.utf8.count)] + Array(list.utf8)
    }
    let offer = try #require(KeyExchangeOffer(bytes))
    #expect(AlgorithmGap.all(between: ours, and: offer).isEmpty)
  }
}
