import ParcelStore
import Postgres
import Status

// Which status map is in force, and how history follows another one.
extension PostgresEventStore {
  public func mapInForce() async throws(StoreError) -> MapInForce? {
    let rows = try await ask("ask which status map is in force", StoredMap.select)
    return rows.first.map { StoredMap($0).asMapInForce }
  }

  /// What `Wording` and `Meaning` read, with the number before and the events behind.
  private static let wordingColumns =
    "w.id, w.code, w.label, w.status, w.reason, w.mode, w.detail, w.expected_on, w.events"

  public func storedWordings(
    after number: Int64, limit: Int
  ) async throws(StoreError) -> [StoredWording] {
    let rows = try await ask(
      "list the wordings",
      "SELECT \(Self.wordingColumns) FROM wording w WHERE w.id > $1 ORDER BY w.id LIMIT $2",
      [.integer(number), .integer(Int64(limit))])
    return rows.map { row in
      StoredWording(
        number: row.integer(0), wording: Wording(row, from: 1), meaning: Meaning(row, from: 3),
        events: Int(row.integer(8)))
    }
  }

  public func hasWordings(notBy version: String) async throws(StoreError) -> Bool {
    let rows = try await ask(
      "look for wordings of another map",
      "SELECT EXISTS(SELECT 1 FROM wording WHERE map <> $1)", [.text(version)])
    return rows.first?.bool(0) ?? false
  }

  public func remappedWordings() async throws(StoreError) -> [RemappedWording] {
    let rows = try await ask(
      "list what the last map changed",
      """
      SELECT \(Self.wordingColumns), f.parcels,
        f.status, f.reason, f.mode, f.detail, f.expected_on
      FROM former_meaning f JOIN wording w ON w.id = f.wording ORDER BY w.events DESC, w.id
      """)
    return rows.map { row in
      let before = StoredWording(
        number: row.integer(0), wording: Wording(row, from: 1), meaning: Meaning(row, from: 10),
        events: Int(row.integer(8)))
      return RemappedWording(
        before: before, meaning: Meaning(row, from: 3), parcels: Int(row.integer(9)))
    }
  }

  public func parcels(
    with wordings: Set<Int64>, after done: Int64, limit: Int
  ) async throws(StoreError) -> WordingParcels? {
    try await read("count the parcels of wordings") { db in
      let all = try await db.integer("SELECT max(id) FROM parcel") ?? 0
      guard done < all else { return nil }
      let last = min(all, done + Int64(max(1, limit)))
      let rows = try await db.run(
        """
        SELECT wording >> 1, count(DISTINCT parcel) FROM event
        WHERE parcel BETWEEN $1 AND $2 AND (wording >> 1) = ANY($3::int8[]) GROUP BY 1
        """, [.integer(done + 1), .integer(last), .integers(Array(wordings))])
      return WordingParcels(
        counts: Dictionary(
          rows.map { ($0.integer(0), Int($0.integer(1))) }, uniquingKeysWith: +),
        progress: RemapProgress(done: last, all: all))
    }
  }

  public func putInForce(
    _ change: MapChange, at instant: Int64
  ) async throws(StoreError) -> Bool {
    let operation = "put a status map in force"
    // Not even counted as a change while parcels follow the map before.
    let isFollowed = try await write(operation) {
      try await StoredMap.inForce($0)?.nextParcel == nil
    }
    guard isFollowed else { return false }
    return try await writeAlone(operation, changes: [.wordings]) { db in
      try await MapSwitch(db).run(change, at: instant)
    }
  }

  public func remapParcels(
    limit: Int, at instant: Int64
  ) async throws(StoreError) -> RemapStep? {
    let operation = "derive current statuses again"
    // Nearly every start finds nothing to do, and should keep no other writer waiting then.
    let isAny = try await write(operation) { try await StoredMap.inForce($0)?.nextParcel != nil }
    guard isAny else { return nil }
    return try await writeAlone(operation, changes: []) { db in
      guard let map = try await StoredMap.inForce(db), let next = map.nextParcel else {
        return nil
      }
      return try await ParcelRemap(db, map, at: instant).run(from: next, limit: limit)
    }
  }

  public func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int
  ) async throws(StoreError) -> (corrections: [StatusCorrection], reached: Int64) {
    try await read("list the corrections after \(range.lowerBound - 1)") { db in
      try await CorrectionReader(db).corrections(filter, in: range, limit: limit)
    }
  }
}
