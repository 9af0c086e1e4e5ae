import Postgres
import Status

/// What a batch of a remap needs to know of the wordings of its events.
struct RemapWordings {
  struct Entry {
    var meaning = Meaning.unmapped
    /// What it meant before the change; nil: it was not changed.
    var former: Meaning?
  }

  private var entries: [Int64: Entry] = [:]

  init(_ db: PostgresConnection, _ wordings: Set<Int64>) async throws(PostgresFault) {
    let numbers = PostgresValue.integers(wordings.sorted())
    let columns = "status, reason, mode, detail, expected_on"
    let answers = try await db.run([
      PostgresStatement("SELECT id, \(columns) FROM wording WHERE id = ANY($1)", [numbers]),
      PostgresStatement(
        "SELECT wording, \(columns) FROM former_meaning WHERE wording = ANY($1)", [numbers]),
    ])
    for row in answers[0] { entries[row.integer(0)] = Entry(meaning: Meaning(row, from: 1)) }
    for row in answers[1] {
      entries[row.integer(0), default: Entry()].former = Meaning(row, from: 1)
    }
  }

  subscript(wording: Int64) -> Entry { entries[wording] ?? Entry() }
}
