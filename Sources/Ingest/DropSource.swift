import ParcelStore
import SFTP
import SSH

/// A drop: where it is, how one gets in, and which of its files are meant.
public struct DropSource: Sendable {
  /// Unique among the sources of a store.
  public var name: String
  /// The number that the store gave it.
  public var id = SourceID.local
  public var endpoint: SSHEndpoint
  public var hostKeys: HostKeyPolicy
  public var credentials: SSHCredentials
  public var directory: RemotePath
  public var isRecursive: Bool
  public var filter: FileFilter
  public var afterIngest: AfterIngest
  /// A file is removed when it was seen unchanged for so long.
  public var grace: Duration
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
    name: String, endpoint: SSHEndpoint, hostKeys: HostKeyPolicy, credentials: SSHCredentials,
    directory: RemotePath, isRecursive: Bool, filter: FileFilter, afterIngest: AfterIngest,
    grace: Duration, timeout: Duration, connections: Int,
    allowsLegacyAlgorithms: Bool = false
  ) {
    self.name = name
    self.endpoint = endpoint
    self.hostKeys = hostKeys
    self.credentials = credentials
    self.directory = directory
    self.isRecursive = isRecursive
    self.filter = filter
    self.afterIngest = afterIngest
    self.grace = grace
    self.timeout = timeout
    self.connections = connections
    self.allowsLegacyAlgorithms = allowsLegacyAlgorithms
  }

  /// User, host, port and directory. What is still to be moved or deleted belongs to it: the same names
  /// elsewhere are other files.
  public var place: String { "\(endpoint) \(Self.normalized(directory))" }

  /// How the store knows it.
  public var configured: ConfiguredSource { ConfiguredSource(name: name, place: place) }

  /// Without what leads nowhere, so that `/out` and `/out/` are one.
  static func normalized(_ path: RemotePath) -> RemotePath {
    let names = path.bytes.split(separator: UInt8(ascii: "/")).filter { $0 != [UInt8(ascii: ".")] }
    let start: [UInt8] = path.bytes.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
    return RemotePath(start + names.joined(separator: [UInt8(ascii: "/")]))
  }

  /// Connects and gives the body a client; see `SFTPClient.withConnection`.
  public func withClient<R: Sendable>(
    progress: @escaping @Sendable () -> Void = {},
    isolation: isolated (any Actor)? = #isolation,
    _ body: (SFTPClient) async throws -> R
  ) async throws -> R {
    try await SFTPClient.withConnection(
      to: SSHAccess(
        endpoint: endpoint, hostKeys: hostKeys, credentials: credentials,
        allowsLegacyAlgorithms: allowsLegacyAlgorithms), timeout: timeout, progress: progress, body)
  }
}
