import ParcelStore
import Postgres

/// The last row of the table of maps: the map in force, and how far current statuses follow it.
struct StoredMap: Sendable {
  let id: Int64
  let name: String
  let version: String
  let since: Int64
  /// The next parcel that has to be looked at; nil: none.
  let nextParcel: Int64?
  let lastParcel: Int64

  /// One row, or none when no map was put in force so far.
  static let select = """
    SELECT id, name, version, since, next_parcel, last_parcel FROM status_map
    ORDER BY id DESC LIMIT 1
    """

  init(_ row: PostgresRows.Row) {
    id = row.integer(0)
    name = row.text(1)
    version = row.text(2)
    since = row.integer(3)
    nextParcel = row.integerIfAny(4)
    lastParcel = row.integer(5)
  }

  /// - Returns: nil when no map was put in force so far.
  static func inForce(_ db: PostgresConnection) async throws(PostgresFault) -> StoredMap? {
    try await db.row(select).map { StoredMap($0) }
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
