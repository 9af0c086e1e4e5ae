import GRDB

/// Finds parcels by a site or a wording that few parcels have; see `SeldomWriter`.
struct SeldomParcels {
  private let db: Database

  /// Parcels, and up to where all events asked for are among theirs.
  struct Found {
    var parcels: Set<Int64> = []
    /// All those with a lower `seq`.
    var end = Int64.max

    var isComplete: Bool { end == .max }
  }

  init(_ db: Database) { self.db = db }

  func parcels(site: Int64) throws -> Found {
    var found = Found()
    try add(SeldomCounts.key(site: site), to: &found)
    return found
  }

  /// Those with any of some wordings.
  func parcels(wordings: Set<Int64>) throws -> Found {
    var found = Found()
    for wording in wordings.sorted() {
      try add(SeldomCounts.key(wording: wording), to: &found)
      // As long as some lists are: then reading the journal is as quick.
      if found.end == 0 || found.parcels.count > 4 * SeldomCounts.most {
        return Found(parcels: [], end: 0)
      }
    }
    return found
  }

  private func add(_ key: Int64, to found: inout Found) throws {
    if let end: Int64 = try db.value("SELECT covered_until FROM seldom_key WHERE key = ?", [key]) {
      found.end = min(found.end, end)
    }
    guard found.end > 0 else { return }
    found.parcels.formUnion(
      try Int64.fetchAll(
        db.cachedStatement(sql: "SELECT parcel FROM seldom_parcel WHERE key = ?"),
        arguments: [key]))
  }

  /// Lists those of a store of before, whose events are read once, in the order of parcels.
  static func migrate(_ db: Database) throws {
    let insert = try RawStatement(db, "INSERT OR IGNORE INTO seldom_parcel VALUES(?, ?)")
    let events = try RawStatement(db, "SELECT parcel, site, wording >> 1 FROM event")
    var counts = SeldomCounts()
    var keys: Set<Int64> = []
    var full: Set<Int64> = []
    while try events.step() {
      for key in [
        SeldomCounts.key(site: events.integer(1)), SeldomCounts.key(wording: events.integer(2)),
      ] where counts.isOpen(key) {
        insert.bind(1, key)
        insert.bind(2, events.integer(0))
        guard try insert.run() > 0 else { continue }
        keys.insert(key)
        if counts.increment(key) == SeldomCounts.most { full.insert(key) }
      }
    }
    events.reset()
    for key in keys {
      // Which events a full list has says nothing about their `seq`.
      let isFull = full.contains(key)
      if isFull { try db.run("DELETE FROM seldom_parcel WHERE key = ?", [key]) }
      try db.run(
        "INSERT INTO seldom_key VALUES(?, ?, ?)", [key, counts[key], isFull ? Int64(0) : nil])
    }
  }
}
