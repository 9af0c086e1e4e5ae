/// What can be asked about events that are older than they are kept.
public protocol RetentionReader: Sendable {
  /// What `RetentionWriter.prune` would delete among the next parcels.
  /// - Parameters: as there.
  func prunable(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep?

  /// How many held rows came before an instant: seconds since 1970.
  func heldRows(before instant: Int64) async throws(StoreError) -> Int

  /// Bytes of the store that nothing uses and that the next data will use: what `giveSpaceBack` can give back.
  func freeSpace() async throws(StoreError) -> Int
}
