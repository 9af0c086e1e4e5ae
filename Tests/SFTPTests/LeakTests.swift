import Foundation
import SFTP
import SSH
import TestSupport
import Testing

@Suite struct LeakTests {
  static func count(_ directory: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: directory).count
  }

  @Test(.openSSH()) func twoHundredConnectionsLeaveNothingBehind() async throws {
    let server = try OpenSSHServer.current
    let policy = try HostKeyPolicy(pins: [try await server.fingerprint()])
    let credentials = SSHCredentials(privateKeyPath: try await server.userKey())
    let descriptors = try Self.count("/proc/self/fd")
    let threads = try Self.count("/proc/self/task")
    weak var last: SFTPClient?
    for index in 0..<200 {
      if index.isMultiple(of: 4) {
        // One that fails has to leave as little as one that works.
        await #expect(throws: SSHError.self) {
          try await SFTPClient.withConnection(
            to: SSHAccess(
              endpoint: server.endpoint, hostKeys: HostKeyPolicy(pins: []),
              credentials: SSHCredentials()), timeout: .seconds(20)
          ) { _ in }
        }
      } else {
        last = try await SFTPClient.withConnection(
          to: SSHAccess(endpoint: server.endpoint, hostKeys: policy, credentials: credentials),
          timeout: .seconds(20)
        ) { client in
          _ = try await client.realPath(RemotePath("."))
          return client
        }
      }
    }
    // Other tests run beside this one and use some too; a leak would be 200.
    try await eventually("descriptors are given back") {
      try Self.count("/proc/self/fd") < descriptors + 60
    }
    try await eventually("threads have ended") {
      try Self.count("/proc/self/task") < threads + 60
    }
    try await eventually("the client is gone") { last == nil }
  }

  @Test(.openSSH()) func aThousandFailuresLeaveNothingBehind() async throws {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    let endpoint = SSHEndpoint(host: server.host, port: relay.port, username: server.username)
    let policy = try HostKeyPolicy(pins: [try await server.fingerprint()])
    let credentials = SSHCredentials(privateKeyPath: try await server.userKey())
    try server.drop.write("f", content(40_000))
    let path = server.path("f")
    let descriptors = try Self.count("/proc/self/fd")
    let threads = try Self.count("/proc/self/task")
    let memory = try Self.residentBytes()
    var random = SeededGenerator(seed: 12)
    var failures = 0
    weak var last: SFTPClient?
    while failures < 1_000 {
      let kind: NetworkFault.Kind = failures.isMultiple(of: 2) ? .cut : .reset
      // Mostly within the handshake, which is about 3,000 bytes; some while the file is read.
      let end = failures.isMultiple(of: 8) ? 40_000 : 3_000
      relay.fault = NetworkFault(kind, after: .random(in: 0..<end, using: &random))
      do {
        try await SFTPClient.withConnection(
          to: SSHAccess(endpoint: endpoint, hostKeys: policy, credentials: credentials),
          timeout: .seconds(20)
        ) { client in
          last = client
          _ = try await client.bytes(path)
        }
      } catch {
        failures += 1
      }
    }
    // Other tests run beside this one and use some too; a leak would be 1,000.
    try await eventually("descriptors are given back") {
      try Self.count("/proc/self/fd") < descriptors + 100
    }
    try await eventually("threads have ended") {
      try Self.count("/proc/self/task") < threads + 100
    }
    try await eventually("the server has no session left") { relay.openConnections == 0 }
    try await eventually("the client is gone") { last == nil }
    // A session of libssh2 is at least 40 KB; the other tests need some memory too.
    let grown = try Self.residentBytes() - memory
    Figures.note("leak.failures", failures)
    Figures.note("leak.descriptors", try Self.count("/proc/self/fd") - descriptors)
    Figures.note("leak.kilobytes", grown >> 10)
  }

  private static func residentBytes() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      .split(separator: " ")
    return (Int(fields[1]) ?? 0) * 4096
  }
}
