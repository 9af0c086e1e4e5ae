import Carrier
import Contract
import ParcelStore
import Postgres
import Status

extension PostgresEventStore {
  public func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline] {
    try await read("look up the parcel \(parcel)", planning: .once) { db in
      let answers = try await db.run([
        PostgresStatement(
          Self.parcelsOfNumber, [.text(parcel.description), PostgresValue(accountID)]),
        EventReader.blocks(of: parcel),
      ])
      let rows = answers[0]
      var parcels: [Int64: ParcelOfAccount] = [:]
      for row in rows {
        if let account = AccountPair(account: row.text(4), accountID: row.text(5)) {
          parcels[row.integer(0)] = ParcelOfAccount(number: parcel, account: account)
        }
      }
      guard !parcels.isEmpty else { return [] }
      // The last question of the transaction.
      await db.append([PostgresStatement("COMMIT")])
      let found = try await EventReader(db).events(ofParcels: parcels, in: answers[1])
      return rows.compactMap { row in
        guard let pair = parcels[row.integer(0)]?.account else { return nil }
        let events = found[row.integer(0)] ?? []
        var timeline = ParcelTimeline(
          parcel: parcel, account: pair, details: ParcelDetails(row, from: 1),
          events: Timeline.order(events.map(\.timelineEntry)).map { events[$0] })
        timeline.contract = row.textIfAny(6)
        timeline.service = row.textIfAny(7).flatMap(ServiceKind.init)
        return timeline
      }
    }
  }

  private static let parcelsOfNumber = """
    SELECT p.id, p.order_reference, p.postcode, p.country, a.account, a.account_id,
      f.contract, f.service
    FROM parcel p JOIN account a ON a.id = p.account LEFT JOIN LATERAL (
      SELECT contract, service FROM feed WHERE account = p.account \(ParcelQuestion.latestFeed)) f
      ON true
    WHERE p.number = $1 AND ($2::text IS NULL OR a.account_id = $2) ORDER BY p.id
    """

  public func standings(
    of parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> [ParcelOfAccount: ParcelStanding] {
    guard !parcels.isEmpty else { return [:] }
    let list = Array(parcels)
    let rows = try await read("look up how \(list.count) parcels stand", planning: .once) { db in
      // One question alone.
      await db.append([PostgresStatement("COMMIT")])
      return try await db.run(
        Self.standingsOfParcels,
        [
          .texts(list.map(\.number.description)), .texts(list.map(\.account.account)),
          .texts(list.map(\.account.accountID)),
        ])
    }
    return Dictionary(
      rows.map { (list[Int($0.integer(0)) - 1], ParcelStanding($0)) }, uniquingKeysWith: { $1 })
  }

  /// Each row with its limit, so that it is found by its key: the plan of a join that was made when the tables were
  /// still empty would read them from end to end.
  private static let standingsOfParcels = """
    SELECT s.n, p.order_reference, p.postcode, p.country, f.contract, c.position,
      w.status, w.reason, w.mode, w.detail, w.expected_on
    FROM unnest($1::text[], $2::text[], $3::text[])
      WITH ORDINALITY AS s(number, account, account_id, n)
    CROSS JOIN LATERAL (SELECT id FROM account
      WHERE (account || chr(1) || account_id) = s.account || chr(1) || s.account_id LIMIT 1) a
    CROSS JOIN LATERAL (SELECT id, order_reference, postcode, country FROM parcel
      WHERE number = s.number AND account = a.id LIMIT 1) p
    LEFT JOIN LATERAL (SELECT position, wording FROM current WHERE parcel = p.id LIMIT 1) c ON true
    LEFT JOIN LATERAL (SELECT status, reason, mode, detail, expected_on FROM wording
      WHERE id = c.wording LIMIT 1) w ON true
    LEFT JOIN LATERAL (SELECT contract FROM feed WHERE account = a.id \(ParcelQuestion.latestFeed)) f
      ON true
    """

  public func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary] {
    try await read("list the parcels") { db in
      try await ParcelQuestion(db, filter).page(limit: filter.limit)
        .compactMap { ParcelSummary($0) }
    }
  }

  public func parcelCount(_ filter: ParcelFilter, most: Int) async throws(StoreError) -> Int {
    try await read("count the parcels") { db in
      try await ParcelQuestion(db, filter).count(most: most)
    }
  }

  public func sites(limit: Int) async throws(StoreError) -> [String] {
    try await ask(
      "list the sites", "SELECT name FROM site WHERE name <> '' LIMIT $1", [.integer(Int64(limit))]
    ).map { $0.text(0) }
  }

  public func wordings(limit: Int) async throws(StoreError) -> [CountedWording] {
    try await ask(
      "list the codes and labels",
      "SELECT code, label, events FROM wording WHERE events > 0 ORDER BY events DESC, id LIMIT $1",
      [.integer(Int64(limit))]
    ).map { CountedWording(wording: Wording($0, from: 0), events: Int($0.integer(2))) }
  }

  public func unmapped() async throws(StoreError) -> [UnmappedWording] {
    try await ask(
      "list the unmapped codes",
      """
      SELECT code, label, events FROM wording WHERE status = 'unmapped' AND events > 0
      ORDER BY events DESC, id LIMIT 1000
      """
    ).map { UnmappedWording(wording: Wording($0, from: 0), events: Int($0.integer(2))) }
  }
}

extension ParcelSummary {
  /// Reads a row of `ParcelQuestion.page`; nil where the number or the account is none.
  fileprivate init?(_ row: PostgresRows.Row) {
    guard let pair = AccountPair(account: row.text(4), accountID: row.text(5)),
      let number = ParcelNumber(any: row.text(0))
    else { return nil }
    let position = CurrentPosition(rawValue: row.integer(7))
    self.init(
      parcel: number, account: pair, details: ParcelDetails(row, from: 1),
      meaning: Meaning(row, from: 8), since: position.instant)
    cursor = ParcelCursor(since: position.instant, rank: position.rank, parcel: row.integer(6))
  }
}

extension ParcelStanding {
  /// Reads a row of `standingsOfParcels`.
  fileprivate init(_ row: PostgresRows.Row) {
    self.init()
    details = ParcelDetails(row, from: 1)
    contract = row.textIfAny(4)
    guard let position = row.integerIfAny(5) else { return }
    since = CurrentPosition(rawValue: position).instant
    meaning = Meaning(row, from: 6)
  }
}

extension ParcelDetails {
  /// Reads the columns order_reference, postcode and country, which stand in this order.
  /// - Parameter column: the number of the first.
  fileprivate init(_ row: PostgresRows.Row, from column: Int) {
    self.init(
      order: row.textIfAny(column), postcode: row.textIfAny(column + 1),
      country: row.textIfAny(column + 2))
  }
}
