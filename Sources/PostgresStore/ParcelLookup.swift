import ParcelStore
import Postgres

/// Finds parcels by order reference, postcode or account (see `ParcelSegments`).
///
/// `store.lookup_end` is the first parcel that is in no segment. Parcels from there on are read one after the other;
/// those below whose order or postcode changed later stand in `parcel_late`.
struct ParcelLookup {
  typealias Field = ParcelSegments.Field

  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  /// The hash of a text that somebody asks for, as the server would store it.
  static func hash(_ text: String) -> UInt16 { ParcelSegments.hash(PostgresValue.bytes(of: text)) }

  // MARK: Writing

  /// Writes the next segment if it is full. Nobody else writes meanwhile: a parcel that is not committed yet would be
  /// missing in it. Its number could not come later, as no number is given out again.
  /// - Returns: whether there was one.
  func writeNext() async throws(PostgresFault) -> Bool {
    let row = try await db.row("SELECT lookup_end, (SELECT max(id) FROM parcel) FROM store")
    guard let row, row.integer(1) + 1 >= row.integer(0) + ParcelSegments.length else {
      return false
    }
    let end = row.integer(0)
    try await write(end >> ParcelSegments.bits)
    try await db.run(
      "UPDATE store SET lookup_end = $1", [.integer(end + ParcelSegments.length)])
    return true
  }

  /// Writes the segments of some parcels again, so that nothing of what these parcels had is left in them, nor in the
  /// late changes. What the segments' other parcels have now is in them then. Nobody else writes meanwhile.
  func rewriteSegments(of parcels: [Int64]) async throws(PostgresFault) {
    guard let end = try await db.integer("SELECT lookup_end FROM store") else { return }
    let segments = Set(parcels.filter { $0 < end }.map { $0 >> ParcelSegments.bits }).sorted()
    guard !segments.isEmpty else { return }
    try await db.run(
      "DELETE FROM parcel_late WHERE parcel >> \(ParcelSegments.bits) = ANY($1)",
      [.integers(segments)])
    for segment in segments { try await write(segment) }
  }

  private func write(_ segment: Int64) async throws(PostgresFault) {
    let first = segment << ParcelSegments.bits
    let parcels = try await db.run(
      "SELECT id, account, order_reference, postcode FROM parcel WHERE id BETWEEN $1 AND $2",
      [.integer(first), .integer(first | ParcelSegments.placeMask)])
    var builder = ParcelSegments.Builder()
    for row in parcels {
      let id = row.integer(0)
      builder.add(.account, ParcelSegments.hash(account: row.integer(1)), of: id)
      for (field, column) in [(Field.order, 2), (.postcode, 3)] where !row.isNull(column) {
        builder.add(field, row.withBytes(column) { ParcelSegments.hash($0) }, of: id)
      }
    }
    try await db.run(
      Field.allCases.flatMap { field in
        let key: [PostgresValue] = [.integer(field.rawValue), .integer(segment)]
        let rows = builder.rows(of: field).filter { !$0.entries.isEmpty }
        return [
          PostgresStatement(
            "DELETE FROM parcel_lookup WHERE field = $1::int2 AND segment = $2", key),
          PostgresStatement(
            """
            INSERT INTO parcel_lookup(field, segment, hash, place, entries)
              SELECT $1::int2, $2, hash, place, entries
              FROM unnest($3::int8[], $4::int8[], $5::bytea[]) r(hash, place, entries)
            """,
            key + [
              .integers(rows.map { Int64($0.hash) }), .integers(rows.map(\.place)),
              .blobs(rows.map(\.entries)),
            ]),
        ]
      })
  }

  /// Notes the orders and postcodes that parcels of written segments got.
  /// - Parameter changed: their numbers, orders and postcodes, NULL where these stay.
  func noteLate(_ changed: [PostgresRows.Row]) async throws(PostgresFault) {
    var (keys, parcels): ([Int64], [Int64]) = ([], [])
    for row in changed {
      for (field, column) in [(Field.order, 1), (.postcode, 2)] where !row.isNull(column) {
        let hash = row.withBytes(column) { ParcelSegments.hash($0) }
        keys.append(ParcelSegments.lateKey(field, hash))
        parcels.append(row.integer(0))
      }
    }
    guard !keys.isEmpty else { return }
    // In one order, so that no two transactions wait for each other.
    try await db.run(
      """
      INSERT INTO parcel_late SELECT * FROM unnest($1::int8[], $2::int8[]) l(key, parcel)
      ORDER BY key, parcel ON CONFLICT DO NOTHING
      """, [.integers(keys), .integers(parcels)])
  }

  // MARK: Asking

  /// Pairs of a segment and a hash that are looked up in one round trip: about so many rows of 4,000 bytes.
  private static let pairsAtOnce = 128

  /// Parcels below `end` that may have one of some values: all that have one are among them.
  /// - Parameters:
  ///   - end: `store.lookup_end`.
  ///   - most: gives up where there are more.
  /// - Returns: nil when it gave up.
  func candidates(
    _ field: Field, _ hashes: Set<UInt16>, below end: Int64, most: Int
  ) async throws(PostgresFault) -> [Int64]? {
    let numbers = hashes.map { Int64($0) }
    let keys = hashes.map { ParcelSegments.lateKey(field, $0) }
    var found = try await db.integers(
      "SELECT parcel FROM parcel_late WHERE key = ANY($1) LIMIT $2",
      [.integers(keys), .integer(Int64(most) + 1)])
    let segments = end >> ParcelSegments.bits
    let step = max(1, Self.pairsAtOnce / max(1, hashes.count))
    // Of each pair two rows may have other entries, too. All others are full of wanted ones, so that more rows have
    // too many of these.
    let limit = 2 * step * hashes.count + most / ParcelSegments.rowLength + 1
    for first in stride(from: 0, to: segments, by: step) where found.count <= most {
      let last = min(first + Int64(step), segments) - 1
      let looked = try await db.run(
        Self.select,
        [
          .integer(field.rawValue), .integer(first), .integer(last), .integers(numbers),
          .integer(Int64(limit)),
        ])
      for row in looked {
        row.withBytes(2) { entries in
          ParcelSegments.forEachParcel(
            in: entries, UInt16(truncatingIfNeeded: row.integer(1)),
            from: row.integer(0) << ParcelSegments.bits
          ) { found.append($0) }
        }
      }
    }
    return found.count > most ? nil : found
  }

  /// Of each segment the rows that begin with the hash, and the last one of those that begin with a lower one: the others
  /// have no entry with the hash. Both are found by the key.
  private static let select = """
    SELECT s.segment, h.hash, l.entries
    FROM generate_series($2::int8, $3::int8) s(segment) CROSS JOIN unnest($4::int8[]) h(hash)
    CROSS JOIN LATERAL (
      (SELECT entries FROM parcel_lookup
        WHERE field = $1::int2 AND segment = s.segment AND hash = h.hash::int4)
      UNION ALL
      (SELECT entries FROM parcel_lookup
        WHERE field = $1::int2 AND segment = s.segment AND hash < h.hash::int4
        ORDER BY hash DESC, place DESC LIMIT 1)) l
    LIMIT $5
    """
}
