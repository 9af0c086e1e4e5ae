import ParcelStore

/// Removes copies of files that are older than they are kept, in short transactions.
struct RawCopyUpkeep {
  let store: any EventStore
  let observer: any IngestObserver
  /// Seconds since 1970.
  let now: @Sendable () -> Int64

  /// Pieces that one transaction removes: up to 64 MiB of files.
  private static let mostPieces = 256

  /// - Returns: what was removed: all copies where the rules say that none are kept.
  @discardableResult
  func run(_ rules: Rules) async throws(StoreError) -> RawCopyTotal {
    var total = RawCopyTotal()
    while let removed = try await store.removeRawCopies(
      keptBefore: rules.oldestCopy(at: now()), at: now(), limit: Self.mostPieces)
    {
      total += removed
    }
    if total.copies > 0 { observer.report(.copiesExpired(total)) }
    return total
  }
}
