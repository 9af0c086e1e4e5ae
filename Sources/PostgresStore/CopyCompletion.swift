import ParcelStore
import Postgres

/// What a copy derives at its end.
enum CopyCompletion {
  static func statements(_ head: StoreHead) -> [PostgresStatement] {
    [
      PostgresStatement(
        """
        UPDATE parcel_range r SET seldom = coalesce(c.seldom, 0)::int4
        FROM (SELECT parcel >> \(RangeRows.blockBits) AS block,
            bit_or(1::int8 << (position & 31)::int4) & ~\(counted)::int8 AS seldom
          FROM current GROUP BY 1) c
        WHERE r.block = c.block
        """),
      PostgresStatement("DELETE FROM parcel_lookup"),
      PostgresStatement("DELETE FROM parcel_late"),
      PostgresStatement(
        """
        UPDATE store SET incarnation = $1, sequence = $2, lookup_end = 0,
          events = (SELECT count(*) FROM event), parcels = (SELECT count(*) FROM parcel)
        """, [.text(head.incarnation), .integer(head.sequence)]),
      // Batches are named after a `seq`.
      PostgresStatement(
        "SELECT setval('batch_number', $1)", [.integer(head.sequence + 1)]),
      numbers(of: "parcel", atLeast: head.lastParcel),
    ]
      + [
        "account", "code", "contract_change", "file", "reading", "site", "status_map", "wording",
      ].map { numbers(of: $0, atLeast: 0) }
  }

  /// The ranks that have a count of their own, as bits.
  private static let counted = StatusTally.counted.reduce(0) { $0 | 1 << Int64($1) }

  /// The next number of a table comes after those that it has.
  private static func numbers(of table: String, atLeast last: Int64) -> PostgresStatement {
    PostgresStatement(
      """
      SELECT setval(pg_get_serial_sequence('\(table)', 'id'), greatest(1, m), m > 0)
      FROM (SELECT greatest($1, coalesce(max(id), 0)) AS m FROM \(table)) s
      """, [.integer(last)])
  }
}
