import ParcelStore

extension EventStore {
  /// Whether this process does what a store needs besides files: of several workers one does, as long as it runs.
  func hasUpkeep() async throws(StoreError) -> Bool {
    guard let team else { return true }
    if case .taken = try await team.take(.upkeep, unlessDoneWithin: nil) { return true }
    return false
  }
}
