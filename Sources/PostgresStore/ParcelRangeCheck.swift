import ParcelStore
import Postgres

/// Whether the runs of parcels count the statuses that their parcels have.
struct ParcelRangeCheck {
  private let db: PostgresConnection

  /// The ranks that have a count of their own, as bits.
  private static let counted = StatusTally.counted.reduce(0) { $0 | 1 << Int64($1) }

  init(_ db: PostgresConnection) { self.db = db }

  func run(_ check: inout StoreCheck) async throws(PostgresFault) {
    // A run whose parcels are gone counts none.
    let wrong = try await db.row(
      """
      SELECT count(*), min(block) FROM (
        SELECT parcel >> \(RangeRows.blockBits) AS block,
          sum(\(StatusTally.unit(ofPosition: "position")))::int8 AS statuses,
          (max(position & \(CurrentPosition.timeMask)) >> 5) + (\(CurrentPosition.instantOfKeyZero)) AS latest,
          bit_or(1::int8 << (position & 31)::int4) & ~\(Self.counted)::int8 AS seldom
        FROM current GROUP BY 1) c
      FULL JOIN parcel_range r USING (block)
      WHERE r.statuses IS DISTINCT FROM coalesce(c.statuses, 0) OR r.latest < c.latest
        OR c.seldom & ~r.seldom::int8 <> 0
      """)
    guard let wrong, wrong.integer(0) > 0 else { return }
    let first = wrong.integer(1) << RangeRows.blockBits
    check.contradict(
      "\(wrong.integer(0)) runs of 256 parcels count statuses that their parcels do not have; the first one begins "
        + "with parcel number \(first) of the database")
  }
}
