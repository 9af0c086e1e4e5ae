import GRDB
import ParcelStore

/// Whether the runs of parcels count the statuses that their parcels have.
struct ParcelRangeCheck {
  private let db: Database

  init(_ db: Database) { self.db = db }

  func run(_ check: inout StoreCheck) throws {
    let wrong = try db.row(
      """
      SELECT count(*), ifnull(min(c.block), 0) FROM (
        SELECT parcel >> 8 AS block, sum(\(StatusTally.unit(ofPosition: "position"))) AS statuses,
          (max(position & \(CurrentPosition.timeMask)) >> 5) + \(CurrentPosition.instantOfKeyZero) AS latest
        FROM current GROUP BY parcel >> 8) c
      LEFT JOIN parcel_range r ON r.block = c.block
      WHERE r.statuses IS NOT c.statuses OR r.latest < c.latest
      """)
    guard let wrong, (wrong[0] as Int) > 0 else { return }
    let first = (wrong[1] as Int64) << ParcelRangeWriter.blockBits
    check.contradict(
      "\(wrong[0] as Int) runs of 256 parcels count statuses that their parcels do not have; the first one begins "
        + "with parcel number \(first) of the database")
  }
}
