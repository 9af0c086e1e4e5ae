/// Deletes what is older than it is kept, in batches, beside whoever reads and writes.
///
/// A parcel's current status never changes by that: the events of the day that decides it stay until all of the
/// parcel's events are too old. Then the parcel goes, too. Whoever is interrupted begins again, and finds quickly
/// what is left.
public protocol RetentionWriter: Sendable {
  /// Deletes events that are too old among the next parcels. Followers that have not seen them get a
  /// `PrunedRange`.
  /// - Parameters:
  ///   - oldest: the instant from which on events stay: seconds since 1970. See `EventRetention`.
  ///   - done: `done` of the step before; 0 to begin.
  ///   - limit: how many parcels at most, about.
  /// - Returns: nil when nothing is left to delete.
  func prune(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep?

  /// Gives some of the space that nothing uses any more back to the file system.
  /// - Returns: how many bytes; 0: there is none to give back.
  func giveSpaceBack() async throws(StoreError) -> Int
}
