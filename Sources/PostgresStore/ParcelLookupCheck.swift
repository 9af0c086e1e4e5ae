import ParcelStore
import Postgres

/// Whether the segments have as many order references, postcodes and accounts as their parcels have.
struct ParcelLookupCheck {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  func run(_ check: inout StoreCheck) async throws(PostgresFault) {
    // A late value may be a parcel's first, or take the place of one that is in the segment.
    let wrong = try await db.row(
      """
      SELECT count(*), min(segment) FROM (
        SELECT c.segment, f.field, f.n FROM (
          SELECT id >> \(ParcelSegments.bits) AS segment, count(order_reference) AS orders,
            count(postcode) AS postcodes, count(*) AS parcels
          FROM parcel WHERE id < (SELECT lookup_end FROM store) GROUP BY 1) c
        CROSS JOIN LATERAL (VALUES
          (\(ParcelSegments.Field.order.rawValue), c.orders),
          (\(ParcelSegments.Field.postcode.rawValue), c.postcodes),
          (\(ParcelSegments.Field.account.rawValue), c.parcels)) f(field, n)) p
      FULL JOIN (
        SELECT segment, field::int4 AS field, sum(length(entries)) / 4 AS n FROM parcel_lookup
        GROUP BY 1, 2) l USING (segment, field)
      LEFT JOIN (
        SELECT parcel >> \(ParcelSegments.bits) AS segment, (key >> 16)::int4 AS field,
          count(DISTINCT parcel) AS n FROM parcel_late GROUP BY 1, 2) c USING (segment, field)
      WHERE coalesce(p.n, 0) NOT BETWEEN coalesce(l.n, 0) AND coalesce(l.n, 0) + coalesce(c.n, 0)
      """)
    guard let wrong, wrong.integer(0) > 0 else { return }
    let first = wrong.integer(1) << ParcelSegments.bits
    check.contradict(
      "\(wrong.integer(0)) lists of parcels by order, postcode or account have others than their parcels; the first one "
        + "begins with parcel number \(first) of the database")
  }
}
