import ParcelStore

/// What is pruned, as long as its process lives.
extension FailingStore {
  func prune(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    try await write { () async throws(StoreError) in
      try await store.prune(before: oldest, after: done, limit: min(limit, mostParcels))
    }
  }

  func giveSpaceBack() async throws(StoreError) -> Int {
    try await write { () async throws(StoreError) in try await store.giveSpaceBack() }
  }

  func prunable(
    before oldest: Int64, after done: Int64, limit: Int
  ) async throws(StoreError) -> PruneStep? {
    try await store.prunable(before: oldest, after: done, limit: limit)
  }

  func heldRows(before instant: Int64) async throws(StoreError) -> Int {
    try await store.heldRows(before: instant)
  }

  func freeSpace() async throws(StoreError) -> Int { try await store.freeSpace() }
}
