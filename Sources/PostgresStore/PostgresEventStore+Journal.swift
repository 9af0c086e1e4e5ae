import Carrier
import ParcelStore
import Postgres

// What followers ask, and whoever lists events.
extension PostgresEventStore {
  public func events(
    after seq: Int64, limit: Int
  ) async throws(StoreError) -> [StoredEvent] {
    try await read("read the events after \(seq)") { db in
      let reader = EventReader(db)
      return try await reader.stored(reader.places(after: seq, limit: limit))
    }
  }

  public func journal(
    after seq: Int64, limit: Int
  ) async throws(StoreError) -> [JournalEntry] {
    try await read("read the journal after \(seq)") { db in
      let reader = EventReader(db)
      let events = try await reader.stored(reader.places(after: seq, limit: limit))
      let corrections = try await CorrectionReader(db).corrections(after: seq, limit: limit)
      let erasures =
        seq < .max ? try await ErasureRows.erasures(db, in: seq + 1 ... .max, limit: limit) : []
      var entries = events.map { JournalEntry.event($0) }
      if !corrections.isEmpty || !erasures.isEmpty {
        entries += corrections.map { JournalEntry.correction($0) }
        entries += erasures.map { JournalEntry.erasure($0) }
        entries.sort { $0.seq < $1.seq }
      }
      let isWhole = entries.count < limit
      let last = isWhole ? try await db.integer("SELECT sequence FROM store") : nil
      return entries.withPrunedRanges(after: seq, upTo: last, limit: limit)
    }
  }

  public func seqs(
    of numbers: Set<ParcelNumber>
  ) async throws(StoreError) -> [ParcelNumber: [Int64]] {
    let list = numbers.map(\.description).sorted()
    return try await read("look up the entries of \(list.count) parcels", planning: .once) { db in
      let ofParcels = EventReader.parcels("id, number")
      let answers = try await db.run([
        PostgresStatement(ofParcels, [.texts(list)]), EventReader.blocks(of: list),
        PostgresStatement(
          """
          SELECT p.number, c.seq FROM (\(ofParcels)) p CROSS JOIN LATERAL (
            SELECT seq FROM correction WHERE parcel = p.id OFFSET 0) c
          """, [.texts(list)]),
        PostgresStatement(
          """
          SELECT n.number, e.seq FROM unnest($1::text[]) n(number) CROSS JOIN LATERAL (
            SELECT seq FROM erasure WHERE number = n.number OFFSET 0) e
          """, [.texts(list)]),
      ])
      var seqs: [ParcelNumber: [Int64]] = [:]
      var parcels: [Int64: ParcelNumber] = [:]
      for row in answers[0] { parcels[row.integer(0)] = ParcelNumber(any: row.text(1)) }
      for row in answers[1] {
        let block = try EventReader.Block(row)
        for (offset, entry) in block.entries.enumerated() {
          guard let number = parcels[entry.parcel] else { continue }
          seqs[number, default: []].append(block.firstSeq + Int64(offset))
        }
      }
      for row in [answers[2], answers[3]].joined() {
        guard let number = ParcelNumber(any: row.text(0)) else { continue }
        seqs[number, default: []].append(row.integer(1))
      }
      return seqs.mapValues { $0.sorted() }
    }
  }

  public func lastSeq() async throws(StoreError) -> Int64 {
    let row = try await ask("ask how far the journal goes", "SELECT sequence FROM store").first
    return row?.integer(0) ?? 0
  }

  /// Blocks of the journal that one page reads at most: some tens of milliseconds.
  private static let mostBlocks = 400

  public func events(
    _ filter: EventFilter, after seq: Int64, limit: Int
  ) async throws(StoreError) -> EventPage {
    try await read("read the events after \(seq)") { db in
      let last = try await db.integer("SELECT sequence FROM store") ?? 0
      guard seq < last, limit > 0 else {
        return EventPage([], reached: seq, isLast: seq >= last)
      }
      if let number = filter.parcel {
        return try await Self.events(of: number, filter, after: seq, last, limit: limit, db)
      }
      guard let wanted = try await EventCondition(db, filter) else {
        return EventPage([], reached: last, isLast: true)
      }
      let rows = try await Self.blocks(wanted, after: seq, db)
      let reader = EventReader(db)
      var places: [EventReader.Place] = []
      var reached = seq
      for row in rows {
        let block = try EventReader.Block(row)
        reached = max(reached, block.lastSeq)
        for (offset, entry) in block.entries.enumerated()
        where block.firstSeq + Int64(offset) > seq && wanted.mayAdmit(entry) {
          places.append(EventReader.Place(block, offset, entry))
        }
      }
      var events: [StoredEvent] = []
      // Texts are read for some at a time: the page may be full soon.
      for start in stride(from: 0, to: places.count, by: 1_000) {
        let some = Array(places[start..<min(start + 1_000, places.count)])
        events += try await reader.stored(some).filter { filter.admits($0) }
        guard events.count >= limit else { continue }
        let page = Array(events.prefix(limit))
        return EventPage(page, reached: page.last?.seq ?? seq, isLast: false)
      }
      guard rows.count == Self.mostBlocks else {
        return EventPage(events, reached: last, isLast: true)
      }
      return EventPage(events, reached: reached, isLast: false)
    }
  }

  /// Blocks that may have what is wanted, from the one on that has the next `seq`.
  private static func blocks(
    _ wanted: EventCondition, after seq: Int64, _ db: PostgresConnection
  ) async throws(PostgresFault) -> PostgresRows {
    try await db.run(
      """
      SELECT \(EventReader.columns) FROM journal j
      WHERE j.first_seq >= coalesce(
          (SELECT first_seq FROM journal WHERE first_seq <= $1 + 1 ORDER BY first_seq DESC LIMIT 1), 0)
        AND j.max_time >= $2 AND j.min_time < $3 AND j.wordings & $4 <> 0 AND j.sites & $5 <> 0
      ORDER BY j.first_seq LIMIT $6
      """,
      [
        .integer(seq), .integer(wanted.since), .integer(wanted.until),
        .integer(wanted.wordingBits), .integer(wanted.siteBits), .integer(Int64(mostBlocks)),
      ])
  }

  /// Those of one number, under every account.
  private static func events(
    of number: ParcelNumber, _ filter: EventFilter, after seq: Int64, _ last: Int64, limit: Int,
    _ db: PostgresConnection
  ) async throws -> EventPage {
    var parcels: [Int64: ParcelOfAccount] = [:]
    let answers = try await db.run([
      PostgresStatement(
        """
        SELECT p.id, a.account, a.account_id FROM parcel p JOIN account a ON a.id = p.account
        WHERE p.number = $1
        """, [.text(number.description)]), EventReader.blocks(of: number),
    ])
    for row in answers[0] {
      if let account = AccountPair(account: row.text(1), accountID: row.text(2)) {
        parcels[row.integer(0)] = ParcelOfAccount(number: number, account: account)
      }
    }
    let found = try await EventReader(db).events(ofParcels: parcels, in: answers[1]).values.joined()
      .filter { $0.seq > seq && filter.admits($0) }.sorted { $0.seq < $1.seq }
    guard found.count > limit else { return EventPage(found, reached: last, isLast: true) }
    let page = Array(found.prefix(limit))
    return EventPage(page, reached: page.last?.seq ?? seq, isLast: false)
  }
}
