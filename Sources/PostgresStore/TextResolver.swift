import Carrier
import ParcelStore
import Postgres
import Status

/// Finds or makes the numbers of the wordings and sites of a commit's batches, all of them together.
///
/// A text is decoded and looked up once in the life of the process, however many rows have it; after that its bytes
/// are enough.
struct TextResolver {
  /// A text, by bytes: texts that look the same may be two.
  private struct Text: Hashable {
    var code: [UInt8]
    var label: [UInt8]

    init(_ wording: Wording) {
      code = Array((wording.code ?? "").utf8)
      label = Array((wording.label ?? "").utf8)
    }
  }

  private enum Found<Value> {
    case known(Value)
    /// Its place among those that are looked up.
    case pending(Int)
  }

  private var wordings: [[Found<InternedWording>]] = []
  private var sites: [[Found<Int64>]] = []
  private var newWordings: [(wording: Wording, meaning: Meaning, map: String)] = []
  private var wordingPlaces: [Text: Int] = [:]
  private var newSites: [String] = []
  private var sitePlaces: [[UInt8]: Int] = [:]
  private var foundWordings: [InternedWording] = []
  private var foundSites: [Int64] = []

  /// Looks at the next batch of the commit.
  mutating func add(_ batch: EventBatch, _ state: inout WriterState) {
    state.prepare(encoding: batch.encoding)
    batch.texts.withUnsafeBytes { texts in
      sites.append(
        batch.sites.map { site in
          if let id = state.sites.value(texts.slice(site), .empty) { return .known(id) }
          return .pending(place(ofSite: batch.text(site) ?? ""))
        })
      wordings.append(
        zip(batch.wordings, batch.meanings).map { wording, meaning in
          let (code, label) = (texts.slice(wording.code), texts.slice(wording.label))
          if let known = state.wordings.value(code, label) { return .known(known) }
          return .pending(place(of: batch.wording(wording), meaning, batch.mapVersion))
        })
    }
  }

  private mutating func place(ofSite name: String) -> Int {
    let key = Array(name.utf8)
    if let place = sitePlaces[key] { return place }
    sitePlaces[key] = newSites.count
    newSites.append(name)
    return newSites.count - 1
  }

  private mutating func place(of wording: Wording, _ meaning: Meaning, _ map: String) -> Int {
    let key = Text(wording)
    if let place = wordingPlaces[key] { return place }
    wordingPlaces[key] = newWordings.count
    newWordings.append((wording, meaning, map))
    return newWordings.count - 1
  }

  /// Finds or makes what is not known.
  mutating func resolve(_ db: PostgresConnection) async throws(PostgresFault) {
    if !newSites.isEmpty { foundSites = try await ids(ofSites: newSites, db) }
    if !newWordings.isEmpty { try await findWordings(db) }
  }

  /// The wordings and sites of a batch, in the order of its lists.
  /// - Parameter index: of the batch among those that were added.
  func texts(
    of batch: EventBatch, at index: Int, _ state: inout WriterState
  ) -> (wordings: [InternedWording], sites: [Int64]) {
    state.prepare(encoding: batch.encoding)
    return batch.texts.withUnsafeBytes { texts in
      let sites = zip(batch.sites, sites[index]).map { site, found in
        switch found {
        case .known(let id): return id
        case .pending(let place):
          let (id, key) = (foundSites[place], texts.slice(site))
          if state.sites.value(key, .empty) == nil { state.sites.insert(id, key, .empty) }
          return id
        }
      }
      let wordings = zip(batch.wordings, wordings[index]).map { wording, found in
        switch found {
        case .known(let known): return known
        case .pending(let place):
          let new = foundWordings[place]
          let (code, label) = (texts.slice(wording.code), texts.slice(wording.label))
          if state.wordings.value(code, label) == nil { state.wordings.insert(new, code, label) }
          return new
        }
      }
      return (wordings, sites)
    }
  }

  // MARK: The database

  private func ids(
    ofSites names: [String], _ db: PostgresConnection
  ) async throws(PostgresFault) -> [Int64] {
    let answers = try await db.run([
      PostgresStatement(
        """
        INSERT INTO site(name) SELECT name FROM unnest($1::text[]) u(name)
          WHERE NOT EXISTS (SELECT 1 FROM site s WHERE s.name = u.name) ORDER BY name
        ON CONFLICT DO NOTHING
        """, [.texts(names)]),
      PostgresStatement(
        """
        SELECT s.id FROM unnest($1::text[]) WITH ORDINALITY u(name, ord)
        JOIN site s ON s.name = u.name ORDER BY u.ord
        """, [.texts(names)]),
    ])
    return try Self.numbers(answers[1], names.count)
  }

  private static func numbers(
    _ rows: PostgresRows, _ count: Int
  ) throws(PostgresFault) -> [Int64] {
    guard rows.count == count else {
      throw PostgresEventStore.damaged("a text that was just written is not there")
    }
    var ids: [Int64] = []
    for row in rows {
      guard Int32(exactly: row.integer(0)) != nil else {
        throw PostgresEventStore.damaged("a table of texts has no more numbers below \(Int32.max)")
      }
      ids.append(row.integer(0))
    }
    return ids
  }

  private mutating func findWordings(_ db: PostgresConnection) async throws(PostgresFault) {
    let codes = newWordings.map { $0.wording.code ?? "" }
    let labels = newWordings.map { $0.wording.label ?? "" }
    // What identifies the status: the code, whatever its letter case, or the label where there is no code.
    let keys: [PostgresValue] = [
      .texts(newWordings.map { $0.wording.foldedCode ?? "" }),
      .texts(newWordings.map { $0.wording.code == nil ? $0.wording.label ?? "" : "" }),
    ]
    let codeAnswers = try await db.run([
      PostgresStatement(
        """
        INSERT INTO code(code, label)
          SELECT DISTINCT u.code, u.label FROM unnest($1::text[], $2::text[]) u(code, label)
          WHERE NOT EXISTS (SELECT 1 FROM code c WHERE
            (c.code || chr(1) || c.label) = u.code || chr(1) || u.label)
          ORDER BY 1, 2
        ON CONFLICT DO NOTHING
        """, keys),
      PostgresStatement(
        """
        SELECT c.id FROM unnest($1::text[], $2::text[]) WITH ORDINALITY u(code, label, ord)
        JOIN code c ON (c.code || chr(1) || c.label) = u.code || chr(1) || u.label ORDER BY u.ord
        """, keys),
    ])
    let codeIDs = try Self.numbers(codeAnswers[1], newWordings.count)
    let texts: [PostgresValue] = [.texts(codes), .texts(labels)]
    let meanings = newWordings.map(\.meaning)
    let answers = try await db.run([
      PostgresStatement(
        """
        INSERT INTO wording(code, label, code_id, status, reason, mode, detail, expected_on, map)
          SELECT u.code, u.label, u.code_id, u.status, nullif(u.reason, ''), nullif(u.mode, ''),
            nullif(u.detail, ''), nullif(u.expected_on, ''), u.map
          FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::text[]) WITH ORDINALITY
            u(code, label, code_id, status, reason, mode, detail, expected_on, map, ord)
          WHERE NOT EXISTS (SELECT 1 FROM wording w WHERE
            (w.code || chr(1) || w.label) = u.code || chr(1) || u.label)
          ORDER BY u.ord
        ON CONFLICT DO NOTHING
        """,
        texts + [
          .integers(codeIDs), .texts(meanings.map(\.status.name)),
          .texts(meanings.map { $0.reason?.name ?? "" }),
          .texts(meanings.map { $0.mode?.name ?? "" }), .texts(meanings.map { $0.detail ?? "" }),
          .texts(meanings.map { $0.expectedOn?.description ?? "" }),
          .texts(newWordings.map(\.map)),
        ]),
      // One that is there keeps its meaning.
      PostgresStatement(
        """
        SELECT w.id, w.code_id, w.status, w.reason, w.mode, w.detail, w.expected_on
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY u(code, label, ord)
        JOIN wording w ON (w.code || chr(1) || w.label) = u.code || chr(1) || u.label ORDER BY u.ord
        """, texts),
    ])
    _ = try Self.numbers(answers[1], newWordings.count)
    foundWordings = answers[1].map { row in
      InternedWording(
        id: row.integer(0), code: row.integer(1), meaning: Meaning(row, from: 2))
    }
  }
}
