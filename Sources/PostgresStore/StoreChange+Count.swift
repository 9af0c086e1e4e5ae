import ParcelStore
import Postgres

// How often each kind of change happened, as the database has it.
extension StoreChange {
  typealias Counts = [StoreChange: Int64]

  /// With the versions, so that both are read in one round trip.
  static let select =
    "SELECT kind, count, oldest_writer, (SELECT max(version) FROM schema_version) FROM change_count, store"

  /// How often known parcels changed.
  static let parcelChanges = "SELECT count FROM change_count WHERE kind = 'parcels'"

  static func counts(_ rows: PostgresRows) -> Counts {
    var counts: Counts = [:]
    for row in rows {
      if let kind = StoreChange(rawValue: row.text(0)) { counts[kind] = row.integer(1) }
    }
    return counts
  }

  /// The last ones of a transaction: the rows are locked until it ends.
  static func statements(_ changes: Set<StoreChange>) -> [PostgresStatement] {
    // In one order, so that no two transactions wait for each other.
    changes.map(\.rawValue).sorted().map { kind in
      PostgresStatement("UPDATE change_count SET count = count + 1 WHERE kind = $1", [.text(kind)])
    }
  }
}
