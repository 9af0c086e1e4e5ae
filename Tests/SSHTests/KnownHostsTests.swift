import Crypto
import Foundation
import SSH
import Testing

@Suite struct KnownHostsTests {
  static let key = makeKey("ssh-ed25519", 1)
  static let otherKey = makeKey("ssh-ed25519", 2)
  static let ecdsaKey = makeKey("ecdsa-sha2-nistp256", 3)

  static func makeKey(_ algorithm: String, _ filler: UInt8) -> HostKey {
    let name = Array(algorithm.utf8)
    let blob = [0, 0, 0, UInt8(name.count)] + name + [UInt8](repeating: filler, count: 36)
    // The bytes begin with an algorithm's name, so there is a key.
    return HostKey(blob: blob)!
  }

  static func line(_ hosts: String, _ key: HostKey = key) -> String {
    "\(hosts) \(key.algorithm) \(Data(key.blob).base64EncodedString()) a comment"
  }

  static func hashed(_ name: String) -> String {
    let salt = Data((0..<20).map { UInt8($0) })
    let code = HMAC<Insecure.SHA1>.authenticationCode(
      for: Data(name.utf8), using: SymmetricKey(data: salt))
    return "|1|\(salt.base64EncodedString())|\(Data(code).base64EncodedString())"
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let hosts: String
    let host: String
    var port: UInt16 = 22
    let isListed: Bool
    var testDescription: String { "\(hosts) for \(host):\(port)" }
  }

  static let cases: [Case] = [
    Case(hosts: "drop.example.net", host: "drop.example.net", isListed: true),
    Case(hosts: "drop.example.net", host: "DROP.Example.NET", isListed: true),
    Case(hosts: "Drop.Example.Net", host: "drop.example.net", isListed: true),
    Case(hosts: "drop.example.net", host: "drop.example.net.evil.org", isListed: false),
    Case(hosts: "drop.example.net", host: "drop.example.net", port: 2222, isListed: false),
    Case(hosts: "[drop.example.net]:2222", host: "drop.example.net", port: 2222, isListed: true),
    Case(hosts: "[drop.example.net]:2222", host: "drop.example.net", isListed: false),
    Case(hosts: "a,b,drop.example.net,192.0.2.7", host: "192.0.2.7", isListed: true),
    Case(hosts: "*.example.net", host: "drop.example.net", isListed: true),
    Case(hosts: "*.example.net", host: "example.net", isListed: false),
    Case(hosts: "drop?.example.net", host: "drop7.example.net", isListed: true),
    Case(hosts: "drop?.example.net", host: "drop.example.net", isListed: false),
    Case(hosts: "[*]:2222", host: "drop.example.net", port: 2222, isListed: true),
    Case(hosts: "*.example.net,!drop.example.net", host: "drop.example.net", isListed: false),
    Case(hosts: "!drop.example.net,*.example.net", host: "other.example.net", isListed: true),
    Case(hosts: "!drop.example.net", host: "other.example.net", isListed: false),
    Case(hosts: hashed("drop.example.net"), host: "drop.example.net", isListed: true),
    Case(hosts: hashed("drop.example.net"), host: "other.example.net", isListed: false),
    Case(hosts: hashed("[h]:2222"), host: "h", port: 2222, isListed: true),
    Case(hosts: "[::1]:2222", host: "::1", port: 2222, isListed: true),
    Case(hosts: "*a*a*a*a*a*a*b", host: String(repeating: "a", count: 60), isListed: false),
  ]

  @Test(arguments: cases)
  func aHostIsFoundAsSshFindsIt(_ row: Case) {
    let known = KnownHosts(text: Self.line(row.hosts))
    let verdict = known.verdict(host: row.host, port: row.port, key: Self.key)
    #expect(verdict == (row.isListed ? .listed(line: 1) : .unknown))
  }

  @Test func anotherKeyOfAListedHostIsNotTheListedOne() {
    let known = KnownHosts(text: "# ours\n" + Self.line("h"))
    #expect(known.verdict(host: "h", port: 22, key: Self.otherKey) == .otherKey(line: 2))
  }

  @Test func oneOfSeveralKeysIsEnough() {
    let known = KnownHosts(text: Self.line("h", Self.otherKey) + "\n" + Self.line("h"))
    #expect(known.verdict(host: "h", port: 22, key: Self.key) == .listed(line: 2))
  }

  @Test(arguments: [true, false])
  func aRevokedKeyIsRefusedWhateverElseTrustsIt(comesLast: Bool) throws {
    let revoked = "@revoked " + Self.line("*")
    let lines = comesLast ? [Self.line("h"), revoked] : [revoked, Self.line("h")]
    let known = KnownHosts(text: lines.joined(separator: "\n"))
    let policy = try HostKeyPolicy(pins: [Self.key.fingerprint], knownHosts: known)
    for port: UInt16 in [22, 2222] {
      guard case .revoked = policy.verdict(host: "h", port: port, key: Self.key) else {
        Issue.record("port \(port) is not refused")
        continue
      }
    }
    #expect(
      known.verdict(host: "h", port: 22, key: Self.otherKey) == .otherKey(line: comesLast ? 1 : 2))
  }

  @Test func linesOfCertificateAuthoritiesTrustNothing() {
    let known = KnownHosts(text: "@cert-authority " + Self.line("*"))
    #expect(known.verdict(host: "h", port: 22, key: Self.key) == .unknown)
    #expect(known.unreadableLines.isEmpty)
  }

  @Test func garbageCostsItsOwnLinesAlone() {
    let text = [
      "what is this", "", "   # a comment", "@bogus " + Self.line("h"), "h ssh-ed25519 ###",
      "|1|short|hash ssh-ed25519 AAAA", "h ssh-rsa \(Data(Self.key.blob).base64EncodedString())",
      Self.line("h"), "\u{0}\u{1}",
    ].joined(separator: "\r\n")
    let known = KnownHosts(text: text)
    #expect(known.unreadableLines == [1, 4, 5, 6, 7, 9])
    #expect(known.count == 1)
    #expect(known.verdict(host: "h", port: 22, key: Self.key) == .listed(line: 8))
  }

  @Test func algorithmsOfListedKeysAreAskedForFirst() throws {
    let known = KnownHosts(
      text: [Self.line("h", Self.ecdsaKey), Self.line("other")].joined(separator: "\n"))
    let policy = try HostKeyPolicy(pins: [], knownHosts: known)
    #expect(policy.algorithms(host: "h", port: 22).first == "ecdsa-sha2-nistp256")
    #expect(policy.algorithms(host: "other", port: 22).first == "ssh-ed25519")
    #expect(Set(policy.algorithms(host: "h", port: 22)).count == 7)
  }

  @Test func fingerprintsAreThoseOfSSHKeygen() {
    let digest = Data(SHA256.hash(data: Self.key.blob)).base64EncodedString()
    #expect("SHA256:" + digest == Self.key.fingerprint + "=")
  }

  @Test(arguments: [
    "", "SHA256:", "SHA256:abc", "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
    "SHA256:!!!!", String(repeating: "A", count: 43),
  ])
  func aPinThatIsNoFingerprintIsRefused(_ pin: String) {
    let error = #expect(throws: HostKeyPolicyError.self) { try HostKeyPolicy(pins: [pin]) }
    #expect(error?.pin == pin)
  }

  @Test func pinsMayBePadded() throws {
    for pin in [Self.key.fingerprint, Self.key.fingerprint + "="] {
      let policy = try HostKeyPolicy(pins: [pin])
      #expect(policy.verdict(host: "h", port: 22, key: Self.key) == .trusted)
    }
  }

  @Test func withoutPinOrEntryNothingIsTrusted() throws {
    for known in [nil, KnownHosts(text: "")] {
      let policy = try HostKeyPolicy(pins: [], knownHosts: known)
      guard case .refused = policy.verdict(host: "h", port: 22, key: Self.key) else {
        Issue.record("trusted unseen")
        continue
      }
    }
  }
}
