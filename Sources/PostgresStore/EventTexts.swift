import Carrier
import ParcelStore
import Postgres
import Status

/// The texts of some events: each parcel, wording, site and file is read once.
struct EventTexts {
  private var wordings: [Int64: (Wording, Meaning)] = [:]
  private var sites: [Int64: String] = [:]
  private var files: [Int64: (source: String?, path: String)] = [:]
  private var parcels: [Int64: ParcelOfAccount]
  private var ambiguousTimes: [Int64: String] = [:]

  init(
    _ db: PostgresConnection, _ places: [EventReader.Place], _ known: [Int64: ParcelOfAccount]
  ) async throws(PostgresFault) {
    parcels = known
    func distinct(_ number: (EventReader.Place) -> Int64) -> PostgresValue {
      .integers(Array(Set(places.map(number))))
    }
    let unknown = Set(places.map(\.entry.parcel)).subtracting(known.keys)
    var statements = [
      PostgresStatement(
        """
        SELECT id, code, label, status, reason, mode, detail, expected_on FROM wording
        WHERE id = ANY($1)
        """, [distinct(\.entry.wording)]),
      PostgresStatement(
        "SELECT id, name FROM site WHERE id = ANY($1)", [distinct(\.entry.site)]),
      PostgresStatement(
        """
        SELECT f.id, nullif(s.name, ''), f.path FROM file f LEFT JOIN source s ON s.id = f.source
        WHERE f.id = ANY($1)
        """, [distinct(\.entry.file)]),
      PostgresStatement(
        "SELECT place, text FROM ambiguous_time WHERE place = ANY($1)",
        [distinct(\.place.rawValue)]),
    ]
    if !unknown.isEmpty {
      statements.append(
        PostgresStatement(
          """
          SELECT p.id, p.number, a.account, a.account_id FROM parcel p JOIN account a ON a.id = p.account
          WHERE p.id = ANY($1)
          """, [.integers(Array(unknown))]))
    }
    let answers = try await db.run(statements)
    for row in answers[0] {
      wordings[row.integer(0)] = (Wording(row, from: 1), Meaning(row, from: 3))
    }
    for row in answers[1] { sites[row.integer(0)] = row.text(1) }
    for row in answers[2] { files[row.integer(0)] = (row.textIfAny(1), row.text(2)) }
    for row in answers[3] { ambiguousTimes[row.integer(0)] = row.text(1) }
    for row in answers.dropFirst(4).joined() {
      if let number = ParcelNumber(any: row.text(1)),
        let account = AccountPair(account: row.text(2), accountID: row.text(3))
      {
        parcels[row.integer(0)] = ParcelOfAccount(number: number, account: account)
      }
    }
  }

  func event(_ place: EventReader.Place) throws(PostgresFault) -> StoredEvent {
    let entry = place.entry
    guard let parcel = parcels[entry.parcel] else {
      throw PostgresEventStore.damaged("parcel \(entry.parcel) of event \(place.seq) is missing")
    }
    let (wording, meaning) = wordings[entry.wording] ?? (Wording(code: nil, label: nil), .unmapped)
    let file = files[entry.file] ?? (nil, "")
    let text = ambiguousTimes[place.place.rawValue]
    var event = StoredEvent(
      seq: place.seq, parcel: parcel,
      time: EventTime(
        seconds: entry.seconds, precision: entry.precision, isAmbiguous: text != nil),
      wording: wording,
      origin: EventOrigin(
        source: file.source, file: file.path, line: Int(entry.line), receivedAt: place.receivedAt))
    event.timeText = text
    event.meaning = meaning
    event.site = sites[entry.site].flatMap { $0.isEmpty ? nil : $0 }
    event.effect = entry.effect
    return event
  }
}
