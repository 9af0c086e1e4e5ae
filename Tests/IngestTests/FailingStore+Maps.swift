import ParcelStore

/// Status maps, as long as its process lives.
extension FailingStore {
  func putInForce(_ change: MapChange, at instant: Int64) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in
      try await store.putInForce(change, at: instant)
    }
  }

  func remapParcels(
    limit: Int, at instant: Int64
  ) async throws(StoreError) -> RemapStep? {
    try await write { () async throws(StoreError) in
      try await store.remapParcels(limit: min(limit, mostParcels), at: instant)
    }
  }

  func mapInForce() async throws(StoreError) -> MapInForce? { try await store.mapInForce() }

  func storedWordings(
    after number: Int64, limit: Int
  ) async throws(StoreError) -> [StoredWording] {
    try await store.storedWordings(after: number, limit: limit)
  }

  func hasWordings(notBy version: String) async throws(StoreError) -> Bool {
    try await store.hasWordings(notBy: version)
  }

  func remappedWordings() async throws(StoreError) -> [RemappedWording] {
    try await store.remappedWordings()
  }

  func parcels(
    with wordings: Set<Int64>, after done: Int64, limit: Int
  ) async throws(StoreError) -> WordingParcels? {
    try await store.parcels(with: wordings, after: done, limit: limit)
  }
}
