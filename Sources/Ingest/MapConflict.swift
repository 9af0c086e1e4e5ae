import ParcelStore
import Status

/// Another status map than this worker's is in force, and other workers go by it.
public struct MapConflict: Error, CustomStringConvertible, Sendable {
  /// This worker's.
  public let version: String
  public let inForce: String
  /// One of the other workers.
  public let other: String

  public var description: String {
    "the status map \(version) is not the one in force (\(inForce)), and other workers go by that (\(other)): give "
      + "all workers the same status-map; to put this one in force, run colisd remap, and then reload them (SIGHUP)"
  }

  /// - Throws: `MapConflict` where rows read by this map would mean something else than those of other workers.
  static func refuse(
    _ map: StatusMap, in store: any EventStore, _ team: any WorkerTeam
  ) async throws {
    // None is in force before the first worker has begun.
    guard let inForce = try await store.mapInForce(), !inForce.matches(map),
      let other = try await team.others().first
    else { return }
    throw MapConflict(version: map.version, inForce: inForce.version, other: other.name)
  }
}
