import ParcelStore
import SFTP

/// Reports files that no pattern matches, neither of `include` nor of `exclude`: nobody reads them, and perhaps
/// somebody should. Each is reported once; the store remembers which.
struct UnmatchedFiles {
  private var noted: NotedPaths

  /// As many are kept of a listing, and remembered.
  static let most = 1_000
  /// How many are reported one by one at a time; of the rest only the number is.
  private static let mostReported = 10

  init(of source: SourceID, _ store: any EventStore) async throws(StoreError) {
    noted = try await NotedPaths("files.unmatched.\(source.rawValue)", store)
  }

  /// Reports those of a listing that were not reported before, and forgets those that are gone.
  mutating func report(
    _ listing: DropListing, _ store: any EventStore, _ observer: any IngestObserver
  ) async throws(StoreError) {
    let known = Set(noted.paths)
    let paths = listing.unmatched.map { Array($0.utf8) }
    let new = paths.filter { !known.contains($0) }
    // A listing of some folders says nothing of the others.
    let gone = listing.isOfAllFolders ? known.subtracting(paths) : []
    guard !new.isEmpty || !gone.isEmpty else { return }
    for path in new.prefix(Self.mostReported) {
      observer.report(.fileUnmatched(path: String(decoding: path, as: UTF8.self)))
    }
    if new.count > Self.mostReported {
      observer.report(.filesUnmatched(more: new.count - Self.mostReported))
    }
    try await noted.update(removing: gone, adding: new, store)
  }
}
