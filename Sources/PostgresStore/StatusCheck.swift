import Carrier
import ParcelStore
import Postgres
import Status

/// Whether the current status of each parcel is the one that its events say.
struct StatusCheck {
  private let db: PostgresConnection

  /// What a parcel is, and since when.
  private struct Current: Equatable {
    var status: ParcelStatus
    var since: Int64

    var text: String { "\(status.name) since \(WallClock.paris.rfc3339(seconds: since))" }
  }

  /// What is wrong with a parcel: a sentence that begins with its name.
  private struct Finding {
    var parcel: Int64
    var sentence: String
  }

  init(_ db: PostgresConnection) { self.db = db }

  /// - Parameter range: of the parcels' numbers in the database.
  func run(
    _ range: ClosedRange<Int64>, _ check: inout StoreCheck
  ) async throws(PostgresFault) {
    let bounds: [PostgresValue] = [.integer(range.lowerBound), .integer(range.upperBound)]
    let answers = try await db.run([
      PostgresStatement(
        """
        SELECT next_parcel, last_parcel + 1 FROM status_map WHERE next_parcel IS NOT NULL
        ORDER BY id DESC LIMIT 1
        """),
      PostgresStatement("SELECT id, status FROM wording"),
      PostgresStatement(
        "SELECT parcel, position, wording FROM current WHERE parcel BETWEEN $1 AND $2", bounds),
      PostgresStatement(
        """
        SELECT parcel, time, kind, wording, place FROM event WHERE parcel BETWEEN $1 AND $2
        ORDER BY parcel
        """, bounds),
    ])
    // Parcels whose status still goes by the map before, while a remap is under way.
    let remap = answers[0].first.map { $0.integer(0)..<max($0.integer(0), $0.integer(1)) }
    let meanings = Dictionary(
      answers[1].map { ($0.integer(0), ParcelStatus(name: $0.text(1)) ?? .unmapped) },
      uniquingKeysWith: { $1 })
    var stored: [Int64: Current] = [:]
    for row in answers[2] {
      stored[row.integer(0)] = Current(
        status: meanings[row.integer(2)] ?? .unmapped,
        since: CurrentPosition(rawValue: row.integer(1)).instant)
    }
    let rows = answers[3]
    let receipts = try await receipts(rows)
    var findings: [Finding] = []
    var start = rows.startIndex
    while start < rows.endIndex {
      let parcel = rows[start].integer(0)
      var entries: [Timeline.Entry] = []
      while start < rows.endIndex, rows[start].integer(0) == parcel {
        if let entry = Self.entry(rows[start], receipts, meanings) { entries.append(entry) }
        start += 1
      }
      let current = stored.removeValue(forKey: parcel)
      if remap?.contains(parcel) != true, let sentence = Self.compare(entries, current) {
        findings.append(Finding(parcel: parcel, sentence: sentence))
      }
    }
    findings += stored.keys.sorted().map {
      Finding(parcel: $0, sentence: "has a current status and no event")
    }
    try await report(findings, &check)
  }

  /// When each batch of some events was received.
  private func receipts(_ events: PostgresRows) async throws(PostgresFault) -> [Int64: Int64] {
    let batches = Set(events.map { EventPlace(rawValue: $0.integer(4)).batch })
    // All blocks of a batch say the same.
    let rows = try await db.run(
      """
      SELECT b.batch, j.received_at FROM unnest($1::int8[]) b(batch) CROSS JOIN LATERAL (
        SELECT received_at FROM journal WHERE batch = b.batch ORDER BY first_place LIMIT 1) j
      """, [.integers(Array(batches))])
    return Dictionary(
      rows.map { ($0.integer(0), $0.integer(1)) }, uniquingKeysWith: { $1 })
  }

  /// - Returns: nil for an event that the journal lacks, which is a contradiction of its own.
  private static func entry(
    _ row: PostgresRows.Row, _ receipts: [Int64: Int64], _ meanings: [Int64: ParcelStatus]
  ) -> Timeline.Entry? {
    let place = row.integer(4)
    guard let receivedAt = receipts[EventPlace(rawValue: place).batch] else { return nil }
    let (wording, precision) = StoredPrecision.read(kind: row.integer(2), wording: row.integer(3))
    // Its place stands for its `seq`: of two with the same time and status it does not matter which is the current one.
    return Timeline.Entry(
      time: EventTime(seconds: row.integer(1), precision: precision), receivedAt: receivedAt,
      status: meanings[wording] ?? .unmapped, seq: place)
  }

  private static func compare(_ entries: [Timeline.Entry], _ stored: Current?) -> String? {
    guard let index = Timeline.current(entries) else { return nil }
    let expected = Current(status: entries[index].status, since: entries[index].since())
    guard let stored else { return "has events and no current status" }
    return stored == expected ? nil : "is \(stored.text), and by its timeline \(expected.text)"
  }

  private func report(
    _ findings: [Finding], _ check: inout StoreCheck
  ) async throws(PostgresFault) {
    if findings.isEmpty { return }
    let rows = try await db.run(
      """
      SELECT p.id, p.number, a.account_id FROM parcel p JOIN account a ON a.id = p.account
      WHERE p.id = ANY($1)
      """, [.integers(findings.map(\.parcel))])
    let names = Dictionary(
      rows.map { ($0.integer(0), "parcel \($0.text(1)) of \($0.text(2))") },
      uniquingKeysWith: { $1 })
    for finding in findings {
      let name =
        names[finding.parcel]
        ?? "parcel number \(finding.parcel) of the database, which is missing,"
      check.contradict("\(name) \(finding.sentence)")
    }
  }
}
