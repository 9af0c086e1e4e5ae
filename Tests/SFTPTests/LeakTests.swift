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
            to: server.endpoint, hostKeys: HostKeyPolicy(pins: []),
            credentials: SSHCredentials(), timeout: .seconds(20)
          ) { _ in }
        }
      } else {
        last = try await SFTPClient.withConnection(
          to: server.endpoint, hostKeys: policy, credentials: credentials, timeout: .seconds(20)
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
}
