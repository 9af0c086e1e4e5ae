import ParcelStore
import SFTP

/// A file of a source as a listing shows it.
package struct ListedFile: Sendable, Identifiable {
  package var source: SourceID
  /// Relative to the source's directory; names are bytes.
  package var components: [RemoteName]
  package var size: UInt64?
  /// Seconds since 1970 by the server's clock.
  package var mtime: UInt32?
  /// The files beside it that say that it is complete.
  package var sidecars: [RemoteName] = []
  /// When this process saw it first, whatever its size was then, by our own clock; nil: nobody asked yet.
  package var seenAt: ContinuousClock.Instant?
  /// Where several workers share the files: see `ClaimedFile`.
  package var claim: Int64?

  package init(
    source: SourceID = .local, components: [RemoteName], size: UInt64?, mtime: UInt32?
  ) {
    self.source = source
    self.components = components
    self.size = size
    self.mtime = mtime
  }

  package var id: [RemoteName] { components }

  /// The printable path, by which the ledger and the log know the file.
  package var path: String { printablePath(components) }

  /// The paths of its sidecars, which lie in its folder.
  var sidecarPaths: [[RemoteName]] { sidecars.map { components.dropLast() + [$0] } }

  /// Where it is on the server.
  func location(in directory: RemotePath) -> RemotePath {
    components.reduce(directory) { $0.appending($1) }
  }

  package var sighting: FileSighting {
    FileSighting(
      source: source, path: path, size: size.map { Int64(clamping: $0) },
      mtime: mtime.map { Int64($0) })
  }
}

/// The path below the source's folder, as the ledger and the log show it.
func printablePath(_ components: [RemoteName]) -> String {
  components.map(\.description).joined(separator: "/")
}
