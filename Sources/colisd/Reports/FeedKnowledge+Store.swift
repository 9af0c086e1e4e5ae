import Contract
import Ingest
import ParcelStore
import Views

extension FeedKnowledge {
  /// Reads what the store knows of the feeds of these contracts.
  /// - Parameters:
  ///   - store: nil: nothing was drained yet, so no feed has brought anything.
  ///   - memory: of whoever asks again and again.
  init(
    of contracts: ContractSet, from store: (any StoreReader)?,
    rhythms memory: RhythmMemory = RhythmMemory()
  ) async throws {
    guard let store else {
      self.init(now: currentTime())
      return
    }
    self.init(
      past: FeedPast(try await store.feeds()), lookedAt: try await store.lookedAt(),
      now: currentTime())
    for contract in contracts.contracts {
      for service in contract.services {
        let reference = ServiceReference(contract: contract.id, kind: service.kind)
        rhythms[reference] = try await memory.rhythm(of: contract, service, past, store, lookedAt)
      }
    }
    lost = try await store.lostFeeds(past, contracts)
  }
}
