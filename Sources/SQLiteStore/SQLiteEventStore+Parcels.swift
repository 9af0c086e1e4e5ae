import Carrier
import Contract
import Foundation
import GRDB
import ParcelStore
import Status

extension SQLiteEventStore {
  public func timelines(
    of parcel: ParcelNumber, accountID: String?
  ) async throws(StoreError) -> [ParcelTimeline] {
    try await read("look up the parcel \(parcel)") { db in
      var reader = EventReader(db)
      let statement = try db.cachedStatement(
        sql: """
          SELECT p.*, a.account AS category, a.account_id FROM parcel p
          JOIN account a ON a.id = p.account
          WHERE p.number = ?1 AND (?2 IS NULL OR a.account_id = ?2) ORDER BY p.id
          """)
      let rows = try Row.fetchAll(statement, arguments: [parcel.description, accountID])
      return try rows.compactMap { row in
        guard let pair = AccountPair(account: row["category"], accountID: row["account_id"]) else {
          return nil
        }
        let feed = try db.row(
          """
          SELECT contract, service FROM feed WHERE account = ? ORDER BY last_row_at DESC LIMIT 1
          """, [row["account"] as Int64])
        let events = try reader.events(
          ofParcel: row["id"], ParcelOfAccount(number: parcel, account: pair))
        var timeline = ParcelTimeline(
          parcel: parcel, account: pair, details: ParcelDetails(row: row),
          events: Timeline.order(events.map(\.timelineEntry)).map { events[$0] })
        timeline.contract = feed?["contract"]
        timeline.service = (feed?["service"] as String?).flatMap(ServiceKind.init)
        return timeline
      }
    }
  }

  public func standings(
    of parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> [ParcelOfAccount: ParcelStanding] {
    guard !parcels.isEmpty else { return [:] }
    return try await read("look up how \(parcels.count) parcels stand") { db in
      var reader = try StandingReader(db)
      return try reader.standings(of: parcels)
    }
  }

  public func parcels(_ filter: ParcelFilter) async throws(StoreError) -> [ParcelSummary] {
    try await read("list the parcels") { db in
      let question = try ParcelQuestion(db, filter)
      let places = try question.places(limit: filter.limit)
      guard !places.isEmpty else { return [] }
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT p.*, a.account AS category, a.account_id, c.position, w.status, w.reason, w.mode,
              w.detail, w.expected_on
            FROM json_each(?) j CROSS JOIN parcel p ON p.id = j.value
            CROSS JOIN current c ON c.parcel = p.id JOIN account a ON a.id = p.account
            JOIN wording w ON w.id = c.wording ORDER BY j.key
            """), arguments: [ParcelQuestion.list(places.map(\.parcel))])
      var parcels: [ParcelSummary] = []
      while let row = try rows.next() {
        if let parcel = ParcelSummary(row: row) { parcels.append(parcel) }
      }
      return parcels
    }
  }

  public func parcelCount(_ filter: ParcelFilter, most: Int) async throws(StoreError) -> Int {
    try await read("count the parcels") { db in
      try ParcelQuestion(db, filter).count(most: most)
    }
  }

  public func events(
    after seq: Int64, limit: Int
  ) async throws(StoreError) -> [StoredEvent] {
    try await read("read the events after \(seq)") { db in
      var reader = EventReader(db)
      return try reader.events(after: seq, limit: limit)
    }
  }

  public func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> (corrections: [StatusCorrection], reached: Int64) {
    try await read("list the corrections after \(range.lowerBound - 1)") { db in
      var reader = EventReader(db)
      return try CorrectionReader(db).corrections(filter, in: range, limit: limit, &reader)
    }
  }

  public func seqs(
    of numbers: Set<ParcelNumber>
  ) async throws(StoreError) -> [ParcelNumber: [Int64]] {
    // Their signs are letters and digits.
    let list = "[" + numbers.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    return try await read("look up the entries of \(numbers.count) parcels") { db in
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT p.number, e.seq FROM json_each(?1) j CROSS JOIN parcel p ON p.number = j.value
              CROSS JOIN event e ON e.parcel = p.id
            UNION ALL
            SELECT p.number, c.seq FROM json_each(?1) j CROSS JOIN parcel p ON p.number = j.value
              CROSS JOIN correction c ON c.parcel = p.id
            UNION ALL
            SELECT r.number, r.seq FROM json_each(?1) j CROSS JOIN erasure r ON r.number = j.value
            """), arguments: [list])
      var seqs: [ParcelNumber: [Int64]] = [:]
      while let row = try rows.next() {
        if let number = ParcelNumber(any: row[0] as String) {
          seqs[number, default: []].append(row[1])
        }
      }
      return seqs.mapValues { $0.sorted() }
    }
  }

  public func journal(
    after seq: Int64, limit: Int
  ) async throws(StoreError) -> [JournalEntry] {
    try await read("read the journal after \(seq)") { db in
      var reader = EventReader(db)
      let events = try reader.events(after: seq, limit: limit)
      let corrections = try CorrectionReader(db).corrections(
        after: seq, limit: limit, &reader)
      let erasures =
        seq < .max ? try ErasureRows.erasures(db, in: seq + 1 ... .max, limit: limit) : []
      var entries = events.map { JournalEntry.event($0) }
      if !corrections.isEmpty || !erasures.isEmpty {
        entries += corrections.map { JournalEntry.correction($0) }
        entries += erasures.map { JournalEntry.erasure($0) }
        entries.sort { $0.seq < $1.seq }
      }
      let isWhole = entries.count < limit
      return entries.withPrunedRanges(
        after: seq, upTo: isWhole ? try SequenceCounter(db).last : nil, limit: limit)
    }
  }

  public func events(
    _ filter: EventFilter, after seq: Int64, limit: Int
  ) async throws(StoreError) -> EventPage {
    try await read("read the events after \(seq)") { db in
      var reader = EventReader(db)
      return try reader.events(filter, after: seq, limit: limit)
    }
  }

  public func lastSeq() async throws(StoreError) -> Int64 {
    try await read("ask how far the journal goes") { try SequenceCounter($0).last }
  }

  public func sites(limit: Int) async throws(StoreError) -> [String] {
    try await read("list the sites") { db in
      try String.fetchAll(
        db, sql: "SELECT name FROM site WHERE name <> '' LIMIT ?", arguments: [limit])
    }
  }

  public func wordings(limit: Int) async throws(StoreError) -> [CountedWording] {
    try await read("list the codes and labels") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT code, label, events FROM wording WHERE events > 0 ORDER BY events DESC, id LIMIT ?
          """, arguments: [limit]
      ).map { row in
        CountedWording(wording: Wording(row: row), events: row["events"])
      }
    }
  }

  public func unmapped() async throws(StoreError) -> [UnmappedWording] {
    try await read("list the unmapped codes") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT code, label, events FROM wording WHERE status = 'unmapped' AND events > 0
          ORDER BY events DESC, id LIMIT 1000
          """
      ).map { row in
        UnmappedWording(wording: Wording(row: row), events: row["events"])
      }
    }
  }
}

extension SQLiteEventStore {
  /// How SQLite finds the answers to a filter, in its own words, for tests.
  package func plan(_ filter: ParcelFilter) async throws(StoreError) -> [String] {
    try await read("plan a list of parcels") { db in
      let question = try ParcelQuestion(db, filter)
      return try question.statements().flatMap { sql, arguments in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
          .map { $0["detail"] as String }
      }
    }
  }

  /// The numbers of some parcels from all over the store, for measurements: those of rows at random.
  package func numbers(
    _ count: Int, using generator: inout some RandomNumberGenerator
  ) async throws(StoreError) -> [ParcelNumber] {
    let last = try await read("count the parcels") { db in
      try Int64.fetchOne(db, sql: "SELECT max(id) FROM parcel") ?? 0
    }
    guard last > 0 else { return [] }
    let ids = (0..<count).map { _ in Int64.random(in: 1...last, using: &generator) }
    return try await read("read the numbers of parcels") { db in
      let statement = try db.cachedStatement(sql: "SELECT number FROM parcel WHERE id = ?")
      return try ids.compactMap { id in
        try String.fetchOne(statement, arguments: [id]).flatMap { ParcelNumber(any: $0) }
      }
    }
  }
}

extension ParcelSummary {
  /// Reads a row of the list of parcels; nil where the number or the account is none.
  fileprivate init?(row: Row) {
    guard let pair = AccountPair(account: row["category"], accountID: row["account_id"]),
      let number = ParcelNumber(any: row["number"] as String)
    else { return nil }
    let position = CurrentPosition(rawValue: row["position"])
    self.init(
      parcel: number, account: pair, details: ParcelDetails(row: row), meaning: Meaning(row: row),
      since: position.instant)
    cursor = ParcelCursor(since: position.instant, rank: position.rank, parcel: row["id"])
  }
}

extension ParcelDetails {
  /// Reads a row of the table of parcels.
  fileprivate init(row: Row) {
    self.init(order: row["order_reference"], postcode: row["postcode"], country: row["country"])
  }
}

extension Wording {
  /// Reads the columns code and label, in which an empty text stands for an absent one.
  init(row: Row) {
    func text(_ column: String) -> String? {
      let text: String = row[column]
      return text.isEmpty ? nil : text
    }
    self.init(code: text("code"), label: text("label"))
  }
}
