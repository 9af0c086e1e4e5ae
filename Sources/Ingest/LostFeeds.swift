import Carrier
import Contract
import ParcelStore

extension StoreReader {
  /// Services that were removed from all contracts, and of which rows are held.
  public func lostFeeds(
    _ past: FeedPast, _ contracts: ContractSet
  ) async throws(StoreError) -> [(record: FeedRecord, feed: Feed)] {
    let records = past.lost(from: contracts)
    guard !records.isEmpty else { return [] }
    let held = Set(try await heldAccounts().map(\.account))
    return records.filter { held.contains($0.account) }.map { record in
      (record, Feed(lost: record, hasContract: contracts[record.contract] != nil))
    }
  }
}
