import ParcelStore

/// Sources, as long as its process lives.
extension FailingStore {
  func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange]) {
    try await write { () async throws(StoreError) in try await store.register(sources) }
  }

  func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError) {
    try await write { () async throws(StoreError) in
      try await store.notePoll(of: source, outcome, at: time, next: next)
    }
  }

  func sources() async throws(StoreError) -> [KnownSource] { try await store.sources() }

  func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace] {
    try await store.abandonedPlaces()
  }
}
