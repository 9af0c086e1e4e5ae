import Foundation
import SSH
import TestSupport
import Testing

/// known_hosts as a file that is read at each connection.
@Suite(.serialized) struct KnownHostsFileTests {
  @Test(.openSSH()) func whatChangesCountsFromTheNextConnectionOn() async throws {
    let server = try OpenSSHServer.current
    let name = "[127.0.0.1]:\(server.port)"
    let key = try server.publicHostKey()
    let pin = try await server.fingerprint()
    let file = try server.drop.write("known_hosts", "\(name) \(key)\n")
    let policy = try HostKeyPolicy(pins: [], knownHostsFile: file)
    let pinned = try HostKeyPolicy(pins: [pin], knownHostsFile: file)
    let credentials = SSHCredentials(privateKeyPath: try await server.userKey())
    func error(_ policy: HostKeyPolicy) async throws -> SSHError? {
      try await server.loginError(hostKeys: policy, credentials: credentials)
    }
    #expect(try await error(policy) == nil)
    try server.drop.write("known_hosts", "@revoked * \(key)\n\(name) \(key)\n")
    for policy in [policy, pinned] {
      let refusal = try await error(policy)
      #expect(refusal?.kind == .hostKeyRefused)
      #expect(refusal?.reason.contains("@revoked") == true)
    }
    try server.drop.write(
      "known_hosts", KnownHostsTests.line(name, KnownHostsTests.key) + "\n")
    #expect(try await error(policy)?.kind == .hostKeyRefused)
    try server.drop.write("known_hosts", "\(name) \(key)\n")
    #expect(try await error(policy) == nil)
    // Without the list nobody knows what was revoked.
    unlink(file)
    for policy in [policy, pinned] {
      let refusal = try await error(policy)
      #expect(refusal?.kind == .localKey)
      #expect(refusal?.reason == "\(file) cannot be read: No such file or directory")
    }
  }

  @Test func aListOfAMebibyteIsRead() throws {
    let folder = try TemporaryDirectory()
    let line = KnownHostsTests.line("h") + "\n"
    let count = KnownHosts.mostBytes / line.utf8.count
    let most = try folder.write("most", String(repeating: line, count: count))
    #expect(try KnownHosts(file: most).count == count)
    let more = try folder.write("more", String(repeating: line, count: count + 1))
    let error = #expect(throws: SmallFile.ReadError.self) { try KnownHosts(file: more) }
    #expect(error?.description == "is larger than 1024 KiB")
  }

  @Test func whatIsNoFileIsNotWaitedFor() throws {
    let folder = try TemporaryDirectory()
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    for path in [folder.file("pipe"), folder.path, "/dev/zero"] {
      let error = #expect(throws: SmallFile.ReadError.self) { try KnownHosts(file: path) }
      #expect(error == .notRegular)
    }
  }
}
