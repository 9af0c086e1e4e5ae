import SFTP
import SSH

/// The drop: where it is, how one gets in, and which of its files are meant.
public struct DropSource: Sendable {
  public var endpoint: SSHEndpoint
  public var hostKeys: HostKeyPolicy
  public var credentials: SSHCredentials
  public var directory: RemotePath
  public var isRecursive: Bool
  public var filter: FileFilter
  public var afterIngest: AfterIngest
  public var timeout: Duration
  /// Sessions at most; each carries many requests at once.
  public var connections: Int
  /// Whether weak algorithms are offered to the server, too.
  public var allowsLegacyAlgorithms: Bool

  public enum AfterIngest: Sendable, Equatable {
    case leave
    case delete
    /// Relative to `directory`.
    case move(to: String)
  }

  public init(
    endpoint: SSHEndpoint, hostKeys: HostKeyPolicy, credentials: SSHCredentials,
    directory: RemotePath, isRecursive: Bool, filter: FileFilter, afterIngest: AfterIngest,
    timeout: Duration, connections: Int, allowsLegacyAlgorithms: Bool = false
  ) {
    self.endpoint = endpoint
    self.hostKeys = hostKeys
    self.credentials = credentials
    self.directory = directory
    self.isRecursive = isRecursive
    self.filter = filter
    self.afterIngest = afterIngest
    self.timeout = timeout
    self.connections = connections
    self.allowsLegacyAlgorithms = allowsLegacyAlgorithms
  }

  /// Connects and gives the body a client; see `SFTPClient.withConnection`.
  public func withClient<R: Sendable>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (SFTPClient) async throws -> R
  ) async throws -> R {
    try await SFTPClient.withConnection(
      to: endpoint, hostKeys: hostKeys, credentials: credentials,
      allowsLegacyAlgorithms: allowsLegacyAlgorithms, timeout: timeout, body)
  }
}
