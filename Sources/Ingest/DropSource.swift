import ParcelStore
import SFTP
import SSH

/// A place on a server that files are read from: how to log in, which files are meant, and what happens to
/// them after they were read.
public struct DropSource: Sendable {
  /// Unique among the sources of a store.
  public var name: String
  /// The number that the store gave it.
  public var id = SourceID.local
  public var access: SSHAccess
  public var root: DropFolder
  public var afterIngest: AfterIngest
  public var limits: ConnectionLimits

  public init(
    name: String, access: SSHAccess, root: DropFolder, afterIngest: AfterIngest,
    limits: ConnectionLimits
  ) {
    self.name = name
    self.access = access
    self.root = root
    self.afterIngest = afterIngest
    self.limits = limits
  }

  public var endpoint: SSHEndpoint { access.endpoint }
  public var directory: RemotePath { root.path }

  /// User, host, port and directory. What is still to be moved or deleted belongs to it: the same names
  /// elsewhere are other files.
  public var place: String { "\(endpoint) \(Self.normalized(directory))" }

  /// How the store knows it.
  public var configured: ConfiguredSource { ConfiguredSource(name: name, place: place) }

  /// Without empty and `.` components, so that `/out` and `/out/` are equal.
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
      to: access, timeout: limits.timeout, progress: progress, body)
  }
}
