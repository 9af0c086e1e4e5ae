import GRDB
import ParcelStore

// Sources, and how their polls went.
extension SQLiteEventStore {
  public func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange]) {
    // At nearly every start they are as before, which should not write then.
    let known = try await read("list the sources") { try SourceTable.rows($0) }
    let registration = SourceRegistration(sources, known: known)
    if registration.rows == known { return (registration.ids.map { SourceID(rawValue: $0) }, []) }
    return try await write("note \(sources.count) sources") { db in
      let registration = SourceRegistration(sources, known: try SourceTable.rows(db))
      for step in registration.steps { try SourceTable.carryOut(db, step) }
      for row in registration.rows {
        try db.run(
          "UPDATE source SET is_configured = ? WHERE id = ?", [row.isConfigured, row.id])
      }
      return (
        registration.ids.map { SourceID(rawValue: $0) },
        try registration.events.compactMap { try SourceTable.change(db, $0) }
      )
    }
  }

  public func sources() async throws(StoreError) -> [KnownSource] {
    try await read("list the sources") { db in
      try Row.fetchAll(db, sql: "SELECT * FROM source WHERE NOT is_former ORDER BY id").map {
        KnownSource(row: $0)
      }
    }
  }

  public func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError) {
    try await write("note how a poll went") { db in
      let row = try db.row("SELECT * FROM source WHERE id = ?", [source.rawValue])
      guard var known = row.map({ KnownSource(row: $0) }) else { return }
      known.record(outcome, at: time, next: next)
      try db.run(
        """
        UPDATE source SET last_poll_at = ?, last_success_at = ?, next_poll_at = ?,
          is_reachable = ?, error = ?, own_error = ? WHERE id = ?
        """,
        [
          known.lastPollAt, known.lastSuccessAt, known.nextPollAt, known.isReachable, known.error,
          known.ownError, source.rawValue,
        ])
    }
  }

  public func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace] {
    try await read("list the places with pending post-actions") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT s.name, s.place, count(*) AS files
          FROM file f JOIN source s ON s.id = +f.source
          WHERE f.post_action GLOB '*-pending*' AND f.post_action NOT GLOB 'moved:*'
            AND NOT s.is_configured AND s.name <> ''
          GROUP BY s.id ORDER BY s.id
          """
      ).map { AbandonedPlace(name: $0["name"], place: $0["place"], files: $0["files"]) }
    }
  }
}

/// The statements on the table of sources.
enum SourceTable {
  static func rows(_ db: Database) throws -> [SourceRegistration.Row] {
    try Row.fetchAll(db, sql: "SELECT * FROM source ORDER BY id").map { row in
      SourceRegistration.Row(
        id: row["id"], name: row["name"], place: row["place"], isFormer: row["is_former"],
        isConfigured: row["is_configured"])
    }
  }

  static func carryOut(_ db: Database, _ step: SourceRegistration.Step) throws {
    switch step {
    case .add(let row):
      try db.run(
        "INSERT INTO source(id, name, place, is_former) VALUES(?, ?, ?, ?)",
        [row.id, row.name, row.place, row.isFormer])
    case .movePending(let from, let to):
      try db.run(
        """
        UPDATE file SET source = ?2 WHERE source = ?1 AND post_action GLOB '*-pending*'
          AND post_action NOT GLOB 'moved:*'
        """, [from, to])
    case .rename(let from, let to):
      try db.run("UPDATE source SET name = ?2 WHERE name = ?1", [from, to])
    case .setPlace(let id, let place):
      // What lay at the former place is not missing at this one. An older version did not note the place.
      try db.run(
        """
        UPDATE file SET is_awaited = 0, missing_since = NULL
        WHERE source = ?1 AND is_awaited AND (SELECT place FROM source WHERE id = ?1) <> ''
        """, [id])
      try db.run("UPDATE source SET place = ? WHERE id = ?", [place, id])
    case .delete(let id): try db.run("DELETE FROM source WHERE id = ?", [id])
    }
  }

  /// What is reported of an event; nil: it is not worth a report.
  static func change(
    _ db: Database, _ event: SourceRegistration.Event
  ) throws -> SourceChange? {
    func row(_ id: Int64) throws -> (name: String, place: String) {
      let row = try db.row("SELECT name, place FROM source WHERE id = ?", [id])
      return (row?["name"] ?? "", row?["place"] ?? "")
    }
    func pending(_ id: Int64) throws -> Int {
      try db.value(
        """
        SELECT count(*) FROM file WHERE source = ? AND post_action GLOB '*-pending*'
          AND post_action NOT GLOB 'moved:*'
        """, [id]) ?? 0
    }
    switch event {
    case .adopted(let id):
      let files: Int = try db.value("SELECT count(*) FROM file WHERE source = ?", [id]) ?? 0
      return files == 0 ? nil : .adopted(name: try row(id).name, files: files)
    case .renamed(let from, let to): return .renamed(from: from, to: to)
    case .moved(let id, let former):
      return .moved(
        name: try row(id).name, from: try row(former).place, to: try row(id).place,
        pending: try pending(former))
    case .returned(let id):
      return .returned(name: try row(id).name, to: try row(id).place, pending: try pending(id))
    case .removed(let id):
      return .removed(
        name: try row(id).name, place: try row(id).place, pending: try pending(id))
    }
  }
}

extension KnownSource {
  init(row: Row) {
    self.init(
      id: SourceID(rawValue: row["id"]), name: row["name"], place: row["place"],
      isConfigured: row["is_configured"])
    lastPollAt = row["last_poll_at"]
    lastSuccessAt = row["last_success_at"]
    nextPollAt = row["next_poll_at"]
    isReachable = row["is_reachable"]
    error = row["error"]
    ownError = row["own_error"]
  }
}
