import Carrier
import GRDB
import ParcelStore

/// The statements on endpoints of webhooks and their open deliveries.
struct EndpointRows {
  private let db: Database

  init(_ db: Database) { self.db = db }

  // MARK: Reading

  func endpoints() throws -> [EndpointRecord] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM endpoint ORDER BY name")).map {
      EndpointRecord(row: $0)
    }
  }

  func open(
    of endpoint: String, parked: Bool, after seq: Int64, limit: Int
  ) throws -> [OpenDelivery] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM open_delivery WHERE endpoint = ? AND is_parked = ? AND seq > ?
          ORDER BY seq LIMIT ?
          """),
      arguments: [endpoint, parked, seq, max(0, limit)]
    ).compactMap { OpenDelivery(row: $0) }
  }

  func counts(of endpoint: String) throws -> OpenDeliveryCounts {
    let row = try db.row(
      "SELECT waiting, parked FROM open_delivery_count WHERE endpoint = ?", [endpoint])
    return row.map { OpenDeliveryCounts(waiting: $0[0], parked: $0[1]) } ?? OpenDeliveryCounts()
  }

  // MARK: Writing

  func take(_ name: String, after seq: Int64?, at now: Int64) throws -> EndpointRecord {
    let last = try SequenceCounter(db).last
    try db.run(
      """
      INSERT INTO endpoint(name, position, since, caught_up_at, epoch) VALUES(?1, ?2, ?3, ?3, 1)
      ON CONFLICT(name) DO UPDATE SET epoch = epoch + 1
      """, [name, max(0, min(seq ?? last, last)), now])
    guard let row = try db.row("SELECT * FROM endpoint WHERE name = ?", [name]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an endpoint was not written")
    }
    return EndpointRecord(row: row)
  }

  func save(_ progress: DeliveryProgress, of endpoint: String, epoch: Int64) throws -> Bool {
    let outage = progress.outage
    try db.run(
      """
      UPDATE endpoint SET position = ?, caught_up_at = ifnull(?, caught_up_at), stopped_at = ?,
        outage_since = ?, outage_tries = ?, outage_next_at = ?, outage_status = ?,
        outage_reason = ?, delivered = delivered + ?, failures = failures + ?,
        last_delivery = ifnull(?, last_delivery)
      WHERE name = ? AND epoch = ?
      """,
      [
        progress.position, progress.caughtUpAt, progress.stoppedAt, outage?.since, outage?.tries,
        outage?.nextAt, outage?.fault.status, outage?.fault.reason, progress.delivered,
        progress.failures, progress.lastDelivery, endpoint, epoch,
      ])
    guard db.changesCount > 0 else { return false }
    for seq in progress.closed {
      try db.run("DELETE FROM open_delivery WHERE endpoint = ? AND seq = ?", [endpoint, seq])
    }
    for delivery in progress.open { try write(delivery, of: endpoint) }
    return true
  }

  private func write(_ delivery: OpenDelivery, of endpoint: String) throws {
    let fault = delivery.fault
    try db.run(
      """
      INSERT INTO open_delivery VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
        CASE WHEN ?9 IS NOT NULL AND NOT EXISTS(SELECT 1 FROM erasure WHERE number = ?3) THEN ?9 END)
      ON CONFLICT(endpoint, seq) DO UPDATE SET parcel = excluded.parcel,
        is_parked = excluded.is_parked, at = excluded.at, tries = excluded.tries,
        status = excluded.status, reason = excluded.reason, answer = excluded.answer
      """,
      [
        endpoint, delivery.seq, delivery.parcel.description, delivery.isParked,
        delivery.state.instant, delivery.tries, fault?.status, fault?.reason, fault?.answer,
      ])
  }

  /// What a receiver answered may repeat what it was sent; it is not known under which account. `write` leaves out what it
  /// answers later.
  /// - Returns: how many there were.
  func eraseAnswers(about number: ParcelNumber) throws -> Int {
    try db.run(
      "UPDATE open_delivery SET answer = NULL WHERE parcel = ? AND answer IS NOT NULL",
      [number.description])
    return db.changesCount
  }

  func replay(_ endpoint: String, from seq: Int64, at now: Int64) throws -> Bool {
    try db.run(
      """
      UPDATE endpoint SET position = max(?2, 1) - 1, caught_up_at = ?3, \(Self.again)
      WHERE name = ?1 AND position >= ?2
      """, [endpoint, seq, now])
    guard db.changesCount > 0 else { return false }
    try db.run("DELETE FROM open_delivery WHERE endpoint = ? AND seq >= ?", [endpoint, seq])
    return true
  }

  func replay(
    _ endpoint: String, _ seqs: [ParcelNumber: [Int64]], at now: Int64
  ) throws -> Int {
    var count = 0
    for (parcel, seqs) in seqs { count += try reopen(endpoint, Set(seqs), of: parcel, at: now) }
    guard count > 0 else { return 0 }
    try db.run("UPDATE endpoint SET epoch = epoch + 1 WHERE name = ?", [endpoint])
    return count
  }

  /// - Returns: how many of them the endpoint gets again.
  private func reopen(
    _ endpoint: String, _ seqs: Set<Int64>, of parcel: ParcelNumber, at now: Int64
  ) throws -> Int {
    var count = 0
    for seq in seqs {
      try db.run(
        """
        INSERT INTO open_delivery(endpoint, seq, parcel, is_parked, tries)
          SELECT ?1, ?2, ?3, 0, 0 FROM endpoint WHERE name = ?1 AND (position >= ?2
            OR EXISTS(SELECT 1 FROM open_delivery WHERE endpoint = ?1 AND seq = ?2))
        ON CONFLICT(endpoint, seq) DO UPDATE SET is_parked = 0, tries = 0, status = NULL,
          reason = NULL, answer = NULL
        """, [endpoint, seq, parcel.description])
      count += db.changesCount
    }
    guard count > 0 else { return 0 }
    // Also behind one that came while somebody looked for the entries: one of a parcel waits, and beside it erasures, which
    // pass what is refused. By the number, of which there are few.
    try db.run(
      """
      UPDATE open_delivery SET at = CASE WHEN seq = (
          SELECT min(o.seq) FROM open_delivery o
          WHERE +o.endpoint = ?1 AND o.parcel = ?2 AND NOT o.is_parked)
        OR EXISTS(SELECT 1 FROM erasure e WHERE e.seq = open_delivery.seq) THEN ?3 END
      WHERE +endpoint = ?1 AND parcel = ?2 AND NOT is_parked
      """, [endpoint, parcel.description, now])
    return count
  }

  func resume(_ endpoint: String, at now: Int64) throws -> Bool {
    try db.run("UPDATE endpoint SET \(Self.again) WHERE name = ?", [endpoint])
    guard db.changesCount > 0 else { return false }
    try db.run(
      """
      UPDATE open_delivery SET at = ?2
      WHERE endpoint = ?1 AND is_parked = 0 AND at IS NOT NULL AND at <> ?2
      """, [endpoint, now])
    return true
  }

  /// Whoever delivers begins again, and asks at once.
  private static let again = """
    epoch = epoch + 1, stopped_at = NULL, outage_since = NULL, outage_tries = NULL,
    outage_next_at = NULL, outage_status = NULL, outage_reason = NULL
    """

  // MARK: Checking

  /// Compares the kept counts with the rows, and positions with what there is.
  func check(_ check: inout StoreCheck) throws {
    check.compare(
      try counts("SELECT endpoint, waiting, parked FROM open_delivery_count"),
      with: try counts(
        """
        SELECT endpoint, count(*) FILTER (WHERE NOT is_parked), count(*) FILTER (WHERE is_parked)
        FROM open_delivery GROUP BY endpoint
        """))
    let ahead = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT name, position, sequence FROM endpoint, store WHERE position > sequence ORDER BY name
          """))
    for row in ahead {
      check.counts.append(
        .init(name: "position of \(row[0] as String)", kept: row[1], found: row[2]))
    }
  }

  private func counts(_ sql: String) throws -> [KeptCount: Int] {
    var counts: [KeptCount: Int] = [:]
    for row in try Row.fetchAll(db.cachedStatement(sql: sql)) {
      counts[.waiting(row[0])] = row[1]
      counts[.parked(row[0])] = row[2]
    }
    return counts
  }
}

extension EndpointRecord {
  init(row: Row) {
    self.init(name: row["name"], position: row["position"], since: row["since"])
    caughtUpAt = row["caught_up_at"]
    epoch = row["epoch"]
    stoppedAt = row["stopped_at"]
    delivered = row["delivered"]
    failures = row["failures"]
    lastDelivery = row["last_delivery"]
    guard let since: Int64 = row["outage_since"] else { return }
    outage = EndpointOutage(
      since: since, tries: row["outage_tries"], nextAt: row["outage_next_at"],
      fault: DeliveryFault(status: row["outage_status"], reason: row["outage_reason"]))
  }
}

extension OpenDelivery {
  init?(row: Row) {
    guard let parcel = ParcelNumber(any: row["parcel"] as String) else { return nil }
    let reason: String? = row["reason"]
    self.init(
      seq: row["seq"], parcel: parcel,
      state: State(isParked: row["is_parked"], at: row["at"]), tries: row["tries"],
      fault: reason.map {
        DeliveryFault(status: row["status"], reason: $0, answer: row["answer"])
      })
  }
}
