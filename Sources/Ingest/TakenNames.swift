import SFTP
import Synchronization

/// Names in the archive that this run uses: files of several folders may have the same name.
final class TakenNames: Sendable {
  private let paths = Mutex<Set<RemotePath>>([])

  /// - Returns: false if the name is used already.
  func take(_ path: RemotePath) -> Bool { paths.withLock { $0.insert(path).inserted } }
}
