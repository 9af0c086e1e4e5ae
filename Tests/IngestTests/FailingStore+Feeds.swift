import Carrier
import Contract
import ParcelStore

/// Feeds and contracts, as long as its process lives.
extension FailingStore {
  func record(_ notes: FeedNotes) async throws(StoreError) {
    try await write { () async throws(StoreError) in try await store.record(notes) }
  }

  func feeds() async throws(StoreError) -> [FeedRecord] { try await store.feeds() }

  func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay] {
    try await store.days(of: service, since: day)
  }

  func forgetDays(before day: CalendarDay) async throws(StoreError) {
    try await store.forgetDays(before: day)
  }

  func standings() async throws(StoreError) -> [ContractStanding] { try await store.standings() }

  func changes(of contract: String) async throws(StoreError) -> [ContractChange] {
    try await store.changes(of: contract)
  }
}
