import Carrier
import ParcelStore

/// Parcels, as long as its process lives.
extension FailingStore {
  func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline] {
    try await store.timelines(of: parcel, accountID: accountID)
  }

  func standings(
    of parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> [ParcelOfAccount: ParcelStanding] {
    try await store.standings(of: parcels)
  }

  func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary] {
    try await store.parcels(filter)
  }

  func parcelCount(_ filter: ParcelFilter, most: Int) async throws(StoreError) -> Int {
    try await store.parcelCount(filter, most: most)
  }
}
