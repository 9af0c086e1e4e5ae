import Carrier
import ParcelStore
import Postgres
import Status

/// Puts a map in force: gives all wordings their meanings by it, and notes from which parcel on current statuses
/// have to follow. One transaction, so that nobody sees two maps at once.
struct MapSwitch {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  /// - Returns: false while parcels still follow the map before.
  func run(_ change: MapChange, at instant: Int64) async throws -> Bool {
    let known = change.wordings.map(\.before.number)
    let answers = try await db.run([
      PostgresStatement(StoredMap.select),
      PostgresStatement("SELECT max(id) FROM parcel"),
      // Also what came since the wordings were compared.
      PostgresStatement(
        """
        SELECT id, code, label, status, reason, mode, detail, expected_on FROM wording
        WHERE id > $1 OR id = ANY($2) ORDER BY id
        """, [.integer(change.last), .integers(known)]),
    ])
    let inForce = answers[0].first.map { StoredMap($0) }
    guard inForce?.nextParcel == nil else { return false }
    let changed = Self.changed(answers[2], change)
    let last = answers[1].first?.integerIfAny(0) ?? 0
    try await set(changed, version: change.map.version)
    let next: Int64? = !changed.isEmpty && last > 0 ? 1 : nil
    if let inForce, inForce.name == change.map.name, inForce.version == change.map.version {
      // Only wordings of a command with another map were changed.
      try await db.run(
        "UPDATE status_map SET next_parcel = $1::int8, last_parcel = $2 WHERE id = $3",
        [PostgresValue(next), .integer(last), .integer(inForce.id)])
    } else {
      try await db.run(
        """
        INSERT INTO status_map(name, version, since, next_parcel, last_parcel)
        VALUES($1, $2, $3, $4::int8, $5)
        """,
        [
          .text(change.map.name), .text(change.map.version), .integer(instant),
          PostgresValue(next), .integer(last),
        ])
    }
    return true
  }

  /// A wording that gets another meaning.
  private struct Changed {
    let wording: Int64
    let before: Meaning
    let meaning: Meaning
  }

  private static func changed(_ rows: PostgresRows, _ change: MapChange) -> [Changed] {
    let meanings = Dictionary(
      change.wordings.map { ($0.before.number, $0.meaning) }, uniquingKeysWith: { $1 })
    return rows.compactMap { row in
      let (number, before) = (row.integer(0), Meaning(row, from: 3))
      // The map has the last word on what nobody has compared.
      var meaning = meanings[number]
      if meaning == nil || number > change.last {
        let wording = Wording(row, from: 1)
        meaning = change.map.meaning(code: wording.code, label: wording.label).meaning
      }
      guard let meaning, meaning != before else { return nil }
      return Changed(wording: number, before: before, meaning: meaning)
    }
  }

  private func set(_ changed: [Changed], version: String) async throws(PostgresFault) {
    let numbers = PostgresValue.integers(changed.map(\.wording))
    try await db.run([
      PostgresStatement("DELETE FROM former_meaning"),
      PostgresStatement(
        """
        INSERT INTO former_meaning(wording, status, reason, mode, detail, expected_on)
        SELECT n, status, \(Self.optionals) FROM \(Self.list)
        """, [numbers] + Self.columns(changed.map(\.before))),
      PostgresStatement(
        """
        UPDATE wording w SET (status, reason, mode, detail, expected_on)
          = (m.status, \(Self.optionals))
        FROM \(Self.list) WHERE w.id = m.n
        """, [numbers] + Self.columns(changed.map(\.meaning))),
      PostgresStatement("UPDATE wording SET map = $1 WHERE map <> $1", [.text(version)]),
    ])
  }

  private static let list = """
    unnest($1::int8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
      AS m(n, status, reason, mode, detail, expected_on)
    """
  private static let optionals = ["reason", "mode", "detail", "expected_on"]
    .map { OptionalTexts.value(of: "m.\($0)") }.joined(separator: ", ")

  private static func columns(_ meanings: [Meaning]) -> [PostgresValue] {
    [
      .texts(meanings.map(\.status.name)),
      OptionalTexts.list(meanings.map { $0.reason?.name }),
      OptionalTexts.list(meanings.map { $0.mode?.name }),
      OptionalTexts.list(meanings.map(\.detail)),
      OptionalTexts.list(meanings.map { $0.expectedOn?.description }),
    ]
  }
}

/// Texts of which some are missing, in a list of texts: a list has no NULL, so each text has a mark before it.
enum OptionalTexts {
  static func list(_ texts: [String?]) -> PostgresValue {
    .texts(texts.map { text in text.map { "=" + $0 } ?? "" })
  }

  /// In SQL, an element of such a list.
  static func value(of element: String) -> String { "substr(nullif(\(element), ''), 2)" }
}
