import ParcelStore

/// Reports files that the drop does not show any more, and of which not all rows are in the store.
enum LostFiles {
  /// How many are reported one by one at a time; of the rest only the number is.
  private static let mostReported = 10

  /// Notes what the listing of a poll did not show.
  /// - Parameter now: seconds since 1970.
  /// - Returns: how many files are lost since this listing.
  static func note(
    _ unseen: UnseenFiles, _ store: any EventStore, _ observer: any IngestObserver, at now: Int64
  ) async throws(StoreError) -> Int {
    // At nearly every poll there are none.
    guard !unseen.isEmpty else { return 0 }
    let lost = try await store.noteUnseen(unseen, at: now)
    for file in lost.prefix(mostReported) {
      observer.report(.fileGone(path: file.path, error: file.error ?? ""))
    }
    if lost.count > mostReported { observer.report(.filesGone(more: lost.count - mostReported)) }
    return lost.count
  }
}
