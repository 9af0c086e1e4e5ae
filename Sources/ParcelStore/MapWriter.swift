/// Puts status maps in force, and brings current statuses after them.
///
/// After `putInForce` every event has its new meaning at once; a parcel's current status follows with
/// `remapParcels`, batch by batch, and whoever is interrupted goes on where the last batch ended. Parcels that
/// get events meanwhile come out right as well.
public protocol MapWriter: Sendable {
  /// Gives wordings their meanings by another map, all in one transaction.
  /// - Returns: false, and nothing is changed, while parcels still have to follow the map before.
  func putInForce(_ change: MapChange, at instant: Int64) async throws(StoreError) -> Bool

  /// Derives the current statuses of the next parcels again, where their events have a wording that was changed.
  /// A status that comes out otherwise gets an entry in the journal, with a `seq` of its own.
  /// - Parameters:
  ///   - limit: how many parcels at most.
  ///   - instant: seconds since 1970; the time of the entries.
  /// - Returns: nil when all parcels follow the map in force.
  func remapParcels(limit: Int, at instant: Int64) async throws(StoreError) -> RemapStep?
}
