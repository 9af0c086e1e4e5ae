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

  public enum AfterIngest: Sendable, Equatable {
    case leave
    case delete
    /// Relative to `directory`.
    case move(to: String)
  }

  public init(
    endpoint: SSHEndpoint, hostKeys: HostKeyPolicy, credentials: SSHCredentials,
    directory: RemotePath, isRecursive: Bool, filter: FileFilter, afterIngest: AfterIngest,
    timeout: Duration, connections: Int
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
  }

  /// Connects and gives the body a client; see `SFTPClient.withConnection`.
  public func withClient<R: Sendable>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (SFTPClient) async throws -> R
  ) async throws -> R {
    try await SFTPClient.withConnection(
      to: endpoint, hostKeys: hostKeys, credentials: credentials, timeout: timeout, body)
  }
}

/// What a listing of the drop showed.
struct DropListing: Sendable {
  var files: [ListedFile] = []
  /// The newest time that anything in the drop has, by the server's clock.
  var newestTime: UInt32?
}

extension DropSource {
  /// Lists the drop, below its directory too where the configuration says so.
  func list(_ client: SFTPClient) async throws(SFTPError) -> DropListing {
    var listing = DropListing()
    var pending: [[RemoteName]] = [[]]
    // What was moved away must not come back as a file of the drop.
    let archive: [RemoteName]? =
      if case .move(let target) = afterIngest {
        target.split(separator: "/").compactMap { RemoteName(String($0)) }
      } else {
        nil
      }
    while let folder = pending.popLast() {
      let path = folder.reduce(directory) { $0.appending($1) }
      let found: RemoteListing
      do throws(SFTPError) {
        found = try await client.list(path)
      } catch {
        // A folder below that is closed to us, or gone since it was seen, does not stop the others.
        guard !folder.isEmpty, [.permissionDenied, .noSuchFile].contains(error.kind) else {
          throw error
        }
        continue
      }
      if let time = found.directory?.mtime { listing.note(time) }
      for entry in found.entries {
        if let time = entry.mtime { listing.note(time) }
        switch entry.kind {
        case .directory:
          let below = folder + [entry.name]
          if isRecursive, below != archive { pending.append(below) }
        case .file, .unknown:
          guard filter.admits(entry.name.bytes) else { continue }
          listing.files.append(
            ListedFile(
              components: folder + [entry.name], size: entry.size, mtime: entry.mtime))
        case .symlink, .other:
          // A link may lead anywhere on the server; only what lies in the drop itself is read.
          continue
        }
      }
    }
    // The order in which the carrier wrote them, as far as its clock tells.
    listing.files.sort { left, right in
      if left.mtime != right.mtime { return (left.mtime ?? 0) < (right.mtime ?? 0) }
      return left.components.lexicographicallyPrecedes(right.components)
    }
    return listing
  }
}

extension DropListing {
  fileprivate mutating func note(_ time: UInt32) { newestTime = max(newestTime ?? 0, time) }
}
