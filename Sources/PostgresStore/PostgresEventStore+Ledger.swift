import Carrier
import ParcelStore
import Postgres
import TrackingFile

// Questions about files, and what is noted of those that are not read yet.
extension PostgresEventStore {
  public func look(for sightings: [FileSighting]) async throws(StoreError) -> LedgerLook {
    guard !sightings.isEmpty else { return LedgerLook() }
    let rows = try await ask(
      "look up \(sightings.count) files", Ledger.lookUp, SightingList(sightings).values)
    return Ledger.look(sightings, rows)
  }

  public func noteSettling(
    _ sightings: [FileSighting], reason: String
  ) async throws(StoreError) -> [FileSighting] {
    let files = sightings.enumerated().map { index, sighting in
      Ledger.Unread(index: index, sighting: sighting, reason: reason)
    }
    return try await note(files, .settling, "that wait").map { sightings[$0] }
  }

  public func noteHeld(_ files: [HeldFile]) async throws(StoreError) -> [HeldFile] {
    let unread = files.enumerated().map { index, file in
      Ledger.Unread(index: index, sighting: file.sighting, reason: file.note)
    }
    return try await note(unread, .held, "that are held").map { files[$0] }
  }

  /// - Returns: the indexes of those of which it was not known, in their order.
  private func note(
    _ files: [Ledger.Unread], _ state: FileState, _ which: String
  ) async throws(StoreError) -> [Int] {
    guard !files.isEmpty else { return [] }
    // They are the same at nearly every poll, which should not write then.
    let changed = try await ask(
      "look up \(files.count) files \(which)", Ledger.unrecorded,
      Ledger.unrecordedValues(files, state)
    ).map { files[SightingList.index($0)] }
    guard !changed.isEmpty else { return [] }
    return try await write("note \(changed.count) files \(which)") { db in
      try await Ledger.recordUnread(db, changed, state).sorted()
    }
  }

  public func known(
    _ parcels: Set<ParcelOfAccount>
  ) async throws(StoreError) -> Set<ParcelOfAccount> {
    guard !parcels.isEmpty else { return [] }
    let list = Array(parcels)
    let rows = try await ask(
      "look up \(parcels.count) parcels",
      """
      SELECT s.n FROM unnest($1::text[], $2::text[], $3::text[])
        WITH ORDINALITY AS s(number, account, account_id, n)
      JOIN account a
        ON (a.account || chr(1) || a.account_id) = s.account || chr(1) || s.account_id
      JOIN parcel p ON p.number = s.number AND p.account = a.id
      """,
      [
        .texts(list.map(\.number.description)), .texts(list.map(\.account.account)),
        .texts(list.map(\.account.accountID)),
      ])
    return Set(rows.map { list[Int($0.integer(0)) - 1] })
  }

  public func pendingPostActions(
    of source: SourceID
  ) async throws(StoreError) -> [LedgerFile] {
    let rows = try await ask(
      "list the pending post-actions",
      Ledger.select(
        """
        WHERE \(Ledger.isPending("file.")) AND file.source = $1
        ORDER BY file.ingested_at NULLS FIRST, file.id
        """), [.integer(source.rawValue)])
    return rows.map { LedgerFile(row: $0) }.filter(\.postAction.isPending)
  }

  public func files(state: FileState?) async throws(StoreError) -> [LedgerFile] {
    let rows = try await ask(
      "list the files",
      Ledger.select("\(state == nil ? "" : "WHERE file.state = $1") ORDER BY file.id"),
      state.map { [.text($0.rawValue)] } ?? [])
    return rows.map { LedgerFile(row: $0) }
  }

  public func newestFiles(
    state: FileState?, before file: FileID?, limit: Int
  ) async throws(StoreError) -> [LedgerFile] {
    let rows = try await ask(
      "list the newest files",
      Ledger.select(
        """
        WHERE file.id < $1 \(state == nil ? "" : "AND file.state = $3")
        ORDER BY file.id DESC LIMIT $2
        """),
      [.integer(file?.rawValue ?? .max), .integer(Int64(limit))]
        + (state.map { [.text($0.rawValue)] } ?? []))
    return rows.map { LedgerFile(row: $0) }
  }

  public func rejects(
    file: String?, source: String?, after cursor: RejectCursor, limit: Int
  ) async throws(StoreError) -> (lines: [RejectedLine], last: RejectCursor?) {
    let rows = try await ask(
      "list the rejected lines", file == nil && source == nil ? Self.rejects : Self.rejectsOfFiles,
      [.integer(cursor.file), .integer(cursor.line), .integer(Int64(limit))]
        + (file == nil && source == nil ? [] : [PostgresValue(file), PostgresValue(source)]))
    let lines = rows.map { row in
      RejectedLine(
        source: row.textIfAny(2), file: row.text(1), line: Int(row.integer(3)),
        reason: MalformedLine.Reason(rawValue: row.text(4)) ?? .fieldCount, raw: row.bytes(5))
    }
    return (
      lines, rows.last.map { RejectCursor(file: $0.integer(0), line: $0.integer(3)) }
    )
  }

  private static let rejects = """
    SELECT r.file, f.path, nullif(s.name, ''), r.line, r.reason, r.raw
    FROM reject r JOIN file f ON f.id = r.file LEFT JOIN source s ON s.id = f.source
    WHERE (r.file, r.line) > ($1::int8, $2::int8)
    ORDER BY r.file, r.line LIMIT $3
    """

  /// File by file from the cursor's on: a page ends where it is full.
  private static let rejectsOfFiles = """
    SELECT f.id, f.path, nullif(s.name, ''), r.line, r.reason, r.raw
    FROM file f LEFT JOIN source s ON s.id = f.source
    CROSS JOIN LATERAL (
      SELECT * FROM reject r WHERE r.file = f.id AND (r.file, r.line) > ($1::int8, $2::int8)
      ORDER BY r.line LIMIT $3) r
    WHERE f.id >= $1::int8 AND f.rejected > 0
      AND ($4::text IS NULL OR f.path = $4 OR right(f.path, length($4) + 1) = '/' || $4)
      AND ($5::text IS NULL OR s.name = $5)
    ORDER BY f.id, r.line LIMIT $3
    """

  public func readNote(_ key: String) async throws(StoreError) -> String? {
    try await ask("read the note \(key)", "SELECT value FROM note WHERE key = $1", [.text(key)])
      .first?.text(0)
  }

  public func setNotes(_ notes: [String: String?]) async throws(StoreError) {
    try await write("write notes") { db in
      let kept = notes.compactMap { key, value in value.map { (key: key, value: $0) } }
      try await db.run([
        PostgresStatement(
          "DELETE FROM note WHERE key = ANY($1::text[])",
          [.texts(notes.filter { $0.value == nil }.map(\.key))]),
        PostgresStatement(
          """
          INSERT INTO note(key, value)
          SELECT key, value FROM unnest($1::text[], $2::text[]) AS u(key, value) ORDER BY key
          ON CONFLICT (key) DO UPDATE SET value = excluded.value
          """, [.texts(kept.map(\.key)), .texts(kept.map(\.value))]),
      ])
    }
  }
}
