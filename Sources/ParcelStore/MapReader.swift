/// What can be asked about the status map in force.
public protocol MapReader: Sendable {
  /// The map in force; nil: no daemon and no drain has put one in force so far.
  func mapInForce() async throws(StoreError) -> MapInForce?

  /// The wordings with a number above this one, in the order of their numbers.
  func storedWordings(
    after number: Int64, limit: Int
  ) async throws(StoreError) -> [StoredWording]

  /// Whether some wording has its meaning from a map of another version: a command with another map brought it.
  func hasWordings(notBy version: String) async throws(StoreError) -> Bool

  /// What the last change of the map changed, with how many parcels have events of each wording.
  func remappedWordings() async throws(StoreError) -> [RemappedWording]

  /// Counts, among the next `limit` parcels, those that have events with some wordings.
  /// - Parameters:
  ///   - wordings: their numbers.
  ///   - done: how many parcels were looked at before: `progress.done` of the answer before, or 0.
  /// - Returns: nil after the last parcel.
  func parcels(
    with wordings: Set<Int64>, after done: Int64, limit: Int
  ) async throws(StoreError) -> WordingParcels?
}
