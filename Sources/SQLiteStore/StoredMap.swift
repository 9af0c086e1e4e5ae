import GRDB
import ParcelStore

/// The last row of the table of maps: the map in force, and how far current statuses follow it.
struct StoredMap {
  let id: Int64
  let name: String
  let version: String
  let since: Int64
  /// The next parcel that has to be looked at; nil: none.
  let nextParcel: Int64?
  let lastParcel: Int64

  /// - Returns: nil when no map was put in force so far.
  static func inForce(_ db: Database) throws -> StoredMap? {
    guard let row = try db.row("SELECT * FROM status_map ORDER BY id DESC LIMIT 1") else {
      return nil
    }
    return StoredMap(
      id: row["id"], name: row["name"], version: row["version"], since: row["since"],
      nextParcel: row["next_parcel"], lastParcel: row["last_parcel"])
  }

  var progress: RemapProgress? {
    nextParcel.map { RemapProgress(done: max(0, $0 - 1), all: lastParcel) }
  }

  var asMapInForce: MapInForce {
    var map = MapInForce(name: name, version: version, since: since)
    map.progress = progress
    return map
  }
}
