import Carrier
import ParcelStore
import Postgres

/// The statements on endpoints of webhooks and their open deliveries. Each transaction that writes changes the endpoint's
/// row first, so that it is alone with the rest.
struct EndpointRows {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  // MARK: Reading

  static let endpoints = "SELECT \(EndpointRecord.columns) FROM endpoint ORDER BY name"

  static func open(
    of endpoint: String, parked: Bool, after seq: Int64, limit: Int
  ) -> PostgresStatement {
    PostgresStatement(
      """
      SELECT \(OpenDelivery.columns) FROM open_delivery
      WHERE endpoint = $1 AND is_parked = $2 AND seq > $3 ORDER BY seq LIMIT $4
      """,
      [.text(endpoint), .bool(parked), .integer(seq), .integer(Int64(max(0, limit)))])
  }

  // MARK: Writing

  func take(_ name: String, after seq: Int64?, at now: Int64) async throws -> EndpointRecord {
    let rows = try await db.run(
      """
      INSERT INTO endpoint(name, position, since, caught_up_at, epoch)
      SELECT $1::text, greatest(0, least($2::int8, sequence)), $3::int8, $3::int8, 1 FROM store
      ON CONFLICT (name) DO UPDATE SET epoch = endpoint.epoch + 1
      RETURNING \(EndpointRecord.columns)
      """, [.text(name), PostgresValue(seq), .integer(now)])
    guard let row = rows.first else {
      throw PostgresEventStore.damaged("an endpoint was not written")
    }
    return EndpointRecord(row: row)
  }

  func save(
    _ progress: DeliveryProgress, of endpoint: String, epoch: Int64
  ) async throws(PostgresFault) -> Bool {
    let outage = progress.outage
    let noted = try await db.run(
      """
      UPDATE endpoint SET position = $3::int8, stopped_at = $4::int8, outage_since = $5::int8,
        outage_tries = $6::int8, outage_next_at = $7::int8, outage_status = $8::int8,
        outage_reason = $9::text, delivered = delivered + $10::int8, failures = failures + $11::int8,
        last_delivery = coalesce($12::int8, last_delivery),
        caught_up_at = coalesce($13::int8, caught_up_at)
      WHERE name = $1 AND epoch = $2
      """,
      [
        .text(endpoint), .integer(epoch), .integer(progress.position),
        PostgresValue(progress.stoppedAt), PostgresValue(outage?.since),
        PostgresValue(outage?.tries), PostgresValue(outage?.nextAt),
        PostgresValue(outage?.fault.status), PostgresValue(outage?.fault.reason),
        .integer(progress.delivered), .integer(progress.failures),
        PostgresValue(progress.lastDelivery), PostgresValue(progress.caughtUpAt),
      ])
    guard noted.changed > 0 else { return false }
    var statements: [PostgresStatement] = []
    if !progress.closed.isEmpty {
      statements.append(
        PostgresStatement(
          """
          DELETE FROM open_delivery o USING unnest($2::int8[]) g(seq)
          WHERE o.endpoint = $1 AND o.seq = g.seq
          """, [.text(endpoint), .integers(progress.closed)]))
    }
    if !progress.open.isEmpty { statements.append(Self.write(progress.open, of: endpoint)) }
    try await db.run(statements)
    return true
  }

  /// There is no NULL in an array: 0 stands for it among statuses, and what there is besides is told by a number.
  private static func write(_ open: [OpenDelivery], of endpoint: String) -> PostgresStatement {
    PostgresStatement(
      """
      INSERT INTO open_delivery(endpoint, seq, parcel, is_parked, at, tries, status, reason, answer)
      SELECT $1, n.seq, n.parcel, n.form & 1 <> 0, CASE WHEN n.form & 2 <> 0 THEN n.at END, n.tries,
        nullif(n.status, 0), CASE WHEN n.form & 4 <> 0 THEN n.reason END,
        CASE WHEN n.form & 8 <> 0 AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.number = n.parcel)
          THEN n.answer END
      FROM unnest($2::int8[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::text[],
        $9::text[]) n(seq, parcel, form, at, tries, status, reason, answer)
      ON CONFLICT (endpoint, seq) DO UPDATE SET parcel = excluded.parcel,
        is_parked = excluded.is_parked, at = excluded.at, tries = excluded.tries,
        status = excluded.status, reason = excluded.reason, answer = excluded.answer
      """,
      [
        .text(endpoint), .integers(open.map(\.seq)), .texts(open.map(\.parcel.description)),
        .integers(open.map(Self.form)), .integers(open.map { $0.state.instant ?? 0 }),
        .integers(open.map { Int64($0.tries) }),
        .integers(open.map { Int64($0.fault?.status ?? 0) }),
        .texts(open.map { $0.fault?.reason ?? "" }), .texts(open.map { $0.fault?.answer ?? "" }),
      ])
  }

  private static func form(_ delivery: OpenDelivery) -> Int64 {
    (delivery.isParked ? 1 : 0) | (delivery.state.instant != nil ? 2 : 0)
      | (delivery.fault != nil ? 4 : 0) | (delivery.fault?.answer != nil ? 8 : 0)
  }

  /// What a receiver answered may repeat what it was sent; it is not known under which account. `write` leaves out what it
  /// answers later.
  static func eraseAnswers(about number: ParcelNumber) -> PostgresStatement {
    PostgresStatement(
      "UPDATE open_delivery SET answer = NULL WHERE parcel = $1 AND answer IS NOT NULL",
      [.text(number.description)])
  }

  func replay(
    _ endpoint: String, from seq: Int64, at now: Int64
  ) async throws(PostgresFault) -> Bool {
    let moved = try await db.run(
      """
      UPDATE endpoint SET position = greatest($2::int8, 1) - 1, caught_up_at = $3::int8, \(Self.again)
      WHERE name = $1 AND position >= $2::int8
      """, [.text(endpoint), .integer(seq), .integer(now)])
    guard moved.changed > 0 else { return false }
    try await db.run(
      "DELETE FROM open_delivery WHERE endpoint = $1 AND seq >= $2",
      [.text(endpoint), .integer(seq)])
    return true
  }

  func replay(
    _ endpoint: String, _ seqs: [ParcelNumber: [Int64]], at now: Int64
  ) async throws(PostgresFault) -> Int {
    // Whether anything changes is known afterwards, and others wait for the row before.
    let position = try await db.integer(
      "SELECT position FROM endpoint WHERE name = $1 FOR UPDATE", [.text(endpoint)])
    guard let position else { return 0 }
    let entries = seqs.flatMap { parcel, seqs in Set(seqs).map { (seq: $0, parcel: parcel) } }
      .sorted { $0.seq < $1.seq }
    let reopened = try await db.run(
      """
      INSERT INTO open_delivery(endpoint, seq, parcel, is_parked, tries)
      SELECT $1, g.seq, g.parcel, false, 0
      FROM unnest($2::int8[], $3::text[]) g(seq, parcel)
      LEFT JOIN open_delivery d ON d.endpoint = $1 AND d.seq = g.seq
      WHERE g.seq <= $4::int8 OR d.seq IS NOT NULL
      ON CONFLICT (endpoint, seq) DO UPDATE SET is_parked = false, tries = 0, status = NULL,
        reason = NULL, answer = NULL
      """,
      [
        .text(endpoint), .integers(entries.map(\.seq)), .texts(entries.map(\.parcel.description)),
        .integer(position),
      ])
    guard reopened.changed > 0 else { return 0 }
    try await db.run([
      PostgresStatement("UPDATE endpoint SET epoch = epoch + 1 WHERE name = $1", [.text(endpoint)]),
      // Also behind one that came while somebody looked for the entries: one of a parcel waits, and beside it erasures,
      // which pass what is refused. By the number, of which there are few: what an endpoint has may be much.
      PostgresStatement(
        """
        UPDATE open_delivery o SET at = CASE WHEN o.seq = f.seq
          OR EXISTS(SELECT 1 FROM erasure e WHERE e.seq = o.seq) THEN $3::int8 END
        FROM (SELECT d.parcel, min(d.seq) AS seq
          FROM unnest($2::text[]) g(parcel) JOIN open_delivery d ON d.parcel = g.parcel
          WHERE d.endpoint || '' = $1 AND NOT d.is_parked GROUP BY d.parcel) f
        WHERE o.endpoint || '' = $1 AND o.parcel = f.parcel AND NOT o.is_parked
        """,
        [.text(endpoint), .texts(seqs.keys.map(\.description).sorted()), .integer(now)]),
    ])
    return reopened.changed
  }

  func resume(_ endpoint: String, at now: Int64) async throws(PostgresFault) -> Bool {
    let answers = try await db.run([
      PostgresStatement("UPDATE endpoint SET \(Self.again) WHERE name = $1", [.text(endpoint)]),
      PostgresStatement(
        """
        UPDATE open_delivery SET at = $2
        WHERE endpoint = $1 AND NOT is_parked AND at IS NOT NULL AND at <> $2
        """, [.text(endpoint), .integer(now)]),
    ])
    return answers[0].changed > 0
  }

  /// Whoever delivers begins again, and asks at once.
  private static let again = """
    epoch = epoch + 1, stopped_at = NULL, outage_since = NULL, outage_tries = NULL,
    outage_next_at = NULL, outage_status = NULL, outage_reason = NULL
    """

  // MARK: Checking

  /// What `check` reads: the kept counts, the same counted from the rows, and positions beyond what there is.
  static let checked = [
    PostgresStatement("SELECT endpoint, waiting, parked FROM open_delivery_count"),
    PostgresStatement(
      """
      SELECT endpoint, count(*) FILTER (WHERE NOT is_parked), count(*) FILTER (WHERE is_parked)
      FROM open_delivery GROUP BY endpoint
      """),
    PostgresStatement(
      "SELECT name, position, sequence FROM endpoint, store WHERE position > sequence ORDER BY name"
    ),
  ]

  static func check(_ answers: ArraySlice<PostgresRows>, _ check: inout StoreCheck) {
    let answers = Array(answers)
    guard answers.count == checked.count else { return }
    check.compare(counts(answers[0]), with: counts(answers[1]))
    for row in answers[2] {
      check.counts.append(
        .init(
          name: "position of \(row.text(0))", kept: Int(row.integer(1)), found: Int(row.integer(2)))
      )
    }
  }

  private static func counts(_ rows: PostgresRows) -> [KeptCount: Int] {
    var counts: [KeptCount: Int] = [:]
    for row in rows {
      counts[.waiting(row.text(0))] = Int(row.integer(1))
      counts[.parked(row.text(0))] = Int(row.integer(2))
    }
    return counts
  }
}

extension EndpointRecord {
  /// In the order in which `init(row:)` reads them.
  static let columns = """
    name, position, since, epoch, stopped_at, outage_since, outage_tries, outage_next_at,
    outage_status, outage_reason, delivered, failures, last_delivery, caught_up_at
    """

  init(row: PostgresRows.Row) {
    self.init(name: row.text(0), position: row.integer(1), since: row.integer(2))
    epoch = row.integer(3)
    stoppedAt = row.integerIfAny(4)
    delivered = row.integer(10)
    failures = row.integer(11)
    lastDelivery = row.integerIfAny(12)
    caughtUpAt = row.integer(13)
    guard let since = row.integerIfAny(5) else { return }
    outage = EndpointOutage(
      since: since, tries: Int(row.integer(6)), nextAt: row.integer(7),
      fault: DeliveryFault(status: row.integerIfAny(8).map { Int($0) }, reason: row.text(9)))
  }
}

extension OpenDelivery {
  /// In the order in which `init(row:)` reads them.
  static let columns = "seq, parcel, is_parked, at, tries, status, reason, answer"

  init?(row: PostgresRows.Row) {
    guard let parcel = ParcelNumber(any: row.text(1)) else { return nil }
    self.init(
      seq: row.integer(0), parcel: parcel,
      state: State(isParked: row.bool(2), at: row.integerIfAny(3)), tries: Int(row.integer(4)),
      fault: row.textIfAny(6).map {
        DeliveryFault(
          status: row.integerIfAny(5).map { Int($0) }, reason: $0, answer: row.textIfAny(7))
      })
  }
}
