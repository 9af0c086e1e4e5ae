import Carrier

/// The questions about parcels that a store answers.
public protocol ParcelReader: Sendable {
  /// All parcels with a number, one per account, each with its timeline.
  func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline]

  /// How some parcels stand, in one question for all of them. Those that the store does not have are not in it.
  func standings(
    of parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> [ParcelOfAccount: ParcelStanding]

  /// Parcels, the latest status first; of those with the same time and rank the one that came last. Each has the
  /// cursor with which the next page begins.
  func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary]

  /// How many parcels a filter lets through, whatever its limit and its cursor.
  /// - Parameter most: counts no further; the answer is this number where there are as many or more.
  func parcelCount(_ filter: ParcelFilter, most: Int) async throws(StoreError) -> Int
}

extension ParcelReader {
  public func parcelCount(_ filter: ParcelFilter) async throws(StoreError) -> Int {
    try await parcelCount(filter, most: .max)
  }
}
