import SFTP
import Synchronization

/// For which files of a listing each sidecar still stands: `A.ok` may stand for `A.csv` and for `A.csv.gz`. It is
/// removed with the last of them.
final class SidecarUses: Sendable {
  private let files: Mutex<[[RemoteName]: Set<[UInt8]>]>

  init(_ listing: DropListing) {
    var files: [[RemoteName]: Set<[UInt8]>] = [:]
    for file in listing.pending + listing.unfinished {
      for sidecar in file.sidecarPaths { files[sidecar, default: []].insert(Array(file.path.utf8)) }
    }
    for (path, sidecars) in listing.leftSidecars {
      for sidecar in sidecars { files[sidecar, default: []].insert(path) }
    }
    self.files = Mutex(files)
  }

  /// Records that a file was removed.
  /// - Parameter path: its printable path.
  /// - Returns: those of its sidecars that stand for no other file.
  func free(_ sidecars: [[RemoteName]], after path: [UInt8]) -> [[RemoteName]] {
    files.withLock { files in
      sidecars.filter { sidecar in
        files[sidecar]?.remove(path)
        return files[sidecar]?.isEmpty != false
      }
    }
  }
}
