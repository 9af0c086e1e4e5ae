import Ingest
import Synchronization

/// What an asker keeps from one report on contracts to the next, as hundreds of them take a tenth of a
/// second to read.
///
/// A command asks once and needs none of it; the daemon answers again and again.
final class ContractsReading: Sendable {
  private struct Known {
    var snapshot: FolderSnapshot
    var folder: ContractFolder
  }

  let rhythms = RhythmMemory()
  private let known = Mutex<Known?>(nil)

  /// The folder, read again only where something in it has changed.
  /// - Throws: when the folder can't be read.
  func folder(_ path: String) throws(ConfigurationError) -> ContractFolder {
    // Looked at first: what changes while it is read is seen as a change the next time.
    let snapshot = FolderSnapshot(path)
    if let known = known.withLock({ $0 }), known.snapshot == snapshot { return known.folder }
    let folder = try ContractFolder.read(path)
    known.withLock { $0 = Known(snapshot: snapshot, folder: folder) }
    return folder
  }
}
