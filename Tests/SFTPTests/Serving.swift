import Foundation
import SFTP
import SSH
import TestSupport

extension OpenSSHServer {
  var endpoint: SSHEndpoint { SSHEndpoint(host: host, port: port, username: username) }

  func withClient<R: Sendable>(
    timeout: Duration = .seconds(20), _ body: @Sendable (SFTPClient) async throws -> R
  ) async throws -> R {
    try await SFTPClient.withConnection(
      to: SSHAccess(
        endpoint: endpoint, hostKeys: HostKeyPolicy(pins: [fingerprint()]),
        credentials: SSHCredentials(privateKeyPath: userKey())), timeout: timeout, body)
  }

  func path(_ name: String) -> RemotePath { RemotePath(drop.file(name)) }
}

extension ScriptedServer {
  func withClient<R: Sendable>(
    timeout: Duration = .seconds(20), progress: @escaping @Sendable () -> Void = {},
    _ body: @Sendable (SFTPClient) async throws -> R
  ) async throws -> R {
    try await SFTPClient.withConnection(
      to: SSHAccess(
        endpoint: SSHEndpoint(host: host, port: port, username: "dupont"),
        hostKeys: HostKeyPolicy(pins: [hostKey]), credentials: SSHCredentials(password: "s3cret")),
      timeout: timeout, progress: progress, body)
  }

  func path(_ name: String) -> RemotePath { RemotePath(drop.file(name)) }
}

extension SFTPClient {
  /// The whole file.
  func bytes(_ path: RemotePath, expectedSize: UInt64? = nil) async throws -> [UInt8] {
    try await withFile(path, expectedSize: expectedSize) { file in
      var bytes: [UInt8] = []
      while let segment = try await file.next() { bytes += segment }
      return bytes
    }
  }
}

/// Bytes in which no piece is like another.
func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var random = SeededGenerator(seed: seed)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + 8)
  while bytes.count < count {
    withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) }
  }
  return Array(bytes[..<count])
}
