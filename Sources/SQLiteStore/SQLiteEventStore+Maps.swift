import GRDB
import ParcelStore
import Status

// Which status map is in force, and how history follows another one.
extension SQLiteEventStore {
  public func mapInForce() async throws(StoreError) -> MapInForce? {
    try await read("ask which status map is in force") { db in
      try StoredMap.inForce(db)?.asMapInForce
    }
  }

  public func storedWordings(
    after number: Int64, limit: Int
  ) async throws(StoreError) -> [StoredWording] {
    try await read("list the wordings") { db in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM wording WHERE id > ? ORDER BY id LIMIT ?"),
        arguments: [number, limit]
      ).map { row in
        StoredWording(
          number: row["id"], wording: Wording(row: row), meaning: Meaning(row: row),
          events: row["events"])
      }
    }
  }

  public func hasWordings(notBy version: String) async throws(StoreError) -> Bool {
    try await read("look for wordings of another map") { db in
      try db.value("SELECT EXISTS(SELECT 1 FROM wording WHERE map <> ?)", [version]) ?? false
    }
  }

  public func remappedWordings() async throws(StoreError) -> [RemappedWording] {
    try await read("list what the last map changed") { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT w.*, f.parcels, f.status AS former_status, f.reason AS former_reason,
              f.mode AS former_mode, f.detail AS former_detail, f.expected_on AS former_expected_on
            FROM former_meaning f JOIN wording w ON w.id = f.wording ORDER BY w.events DESC, w.id
            """)
      ).map { row in
        let before = StoredWording(
          number: row["id"], wording: Wording(row: row), meaning: Meaning(row: row, "former_"),
          events: row["events"])
        return RemappedWording(
          before: before, meaning: Meaning(row: row), parcels: row["parcels"])
      }
    }
  }

  public func parcels(
    with wordings: Set<Int64>, after done: Int64, limit: Int
  ) async throws(StoreError) -> WordingParcels? {
    try await read("count the parcels of wordings") { db in
      let all: Int64 = try db.value("SELECT max(id) FROM parcel") ?? 0
      guard done < all else { return nil }
      let last = min(all, done + Int64(max(1, limit)))
      let scan = try RawStatement(
        db, "SELECT parcel, wording >> 1 FROM event WHERE parcel BETWEEN ? AND ?")
      scan.bind(1, done + 1)
      scan.bind(2, last)
      defer { scan.reset() }
      var counts: [Int64: Int] = [:]
      var latest: [Int64: Int64] = [:]
      while try scan.step() {
        let (parcel, wording) = (scan.integer(0), scan.integer(1))
        guard wordings.contains(wording), latest.updateValue(parcel, forKey: wording) != parcel
        else { continue }
        counts[wording, default: 0] += 1
      }
      return WordingParcels(counts: counts, progress: RemapProgress(done: last, all: all))
    }
  }

  public func putInForce(
    _ change: MapChange, at instant: Int64
  ) async throws(StoreError) -> Bool {
    try await transact("put a status map in force") { db, memory in
      guard try MapSwitch(db).run(change, at: instant) else { return (false, memory.state) }
      try memory.count(db, [.wordings])
      memory.remap = nil
      // It has wordings with the meanings of before.
      return (true, nil)
    }
  }

  public func remapParcels(
    limit: Int, at instant: Int64
  ) async throws(StoreError) -> RemapStep? {
    // Nearly every start finds nothing to do, and should not write then.
    guard try await mapInForce()?.progress != nil else { return nil }
    return try await transact("derive current statuses again") { db, memory in
      guard let map = try StoredMap.inForce(db), let next = map.nextParcel else {
        return (nil, memory.state)
      }
      // Taken out, as after a failure the memory may not be what the database has.
      let state = try memory.state.take() ?? WriterState(db)
      let key = try RemapWordings.key(map, db)
      let kept = memory.remap.take()
      let wordings = kept?.key == key ? kept : nil
      var remap = try ParcelRemap(
        db, map, wordings: wordings ?? RemapWordings(key), state: consume state, at: instant)
      let (known, after) = try remap.run(from: next, limit: limit)
      memory.remap = remap.step.progress == nil ? nil : known
      return (remap.step, after)
    }
  }
}
