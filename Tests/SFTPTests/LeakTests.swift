import Foundation
import SFTP
import SSH
import TestSupport
import Testing

@Suite struct LeakTests {
  /// Names of this process's threads that are ours.
  static func sessionThreads() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { task in
      let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
      return name?.hasPrefix("ssh-") == true
    }
  }

  static func connections(to port: UInt16) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
      guard let descriptor = Int32(name) else { return false }
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          getpeername(descriptor, $0, &length)
        }
      }
      return code == 0 && UInt16(bigEndian: address.sin_port) == port
    }
  }

  @Test(.openSSH()) func twoHundredConnectionsLeaveNothingBehind() async throws {
    let server = try OpenSSHServer.current
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
        last = try await server.withClient { client in
          _ = try await client.realPath(RemotePath("."))
          return client
        }
      }
    }
    #expect(try Self.connections(to: server.port) == 0)
    try await eventually("the client is gone") { last == nil }
  }
}
