import Foundation
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
    if key >= SeldomCounts.keys { found.end = 0 }
    guard found.end > 0 else { return }
    if let end: Int64 = try db.value("SELECT covered_until FROM seldom_key WHERE key = ?", [key]) {
      found.end = min(found.end, end)
    }
    guard found.end > 0 else { return }
    found.parcels.formUnion(try list(key).parcels)
  }

  // MARK: Lists

  func list(_ key: Int64) throws -> SeldomList {
    let bytes = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT parcels FROM seldom_parcel WHERE key = ?"), arguments: [key])
    return bytes.map { SeldomList(bytes: Array($0)) } ?? SeldomList()
  }

  /// - Parameter coveredUntil: events from this `seq` on may be of parcels that are not listed; nil: none is.
  func write(_ list: SeldomList, under key: Int64, coveredUntil: Int64?) throws {
    try db.run("INSERT OR REPLACE INTO seldom_parcel VALUES(?, ?)", [key, Data(list.bytes)])
    try db.run(
      "INSERT OR REPLACE INTO seldom_key VALUES(?, ?, ?)", [key, list.parcels.count, coveredUntil])
  }

  /// Lists those of a store of before, whose events are read once, in the order of parcels.
  static func migrate(_ db: Database) throws {
    let events = try RawStatement(
      db, "SELECT parcel, site, wording >> 1 FROM event ORDER BY parcel")
    var lists: [Int64: [Int64]] = [:]
    var full: Set<Int64> = []
    while try events.step() {
      let parcel = events.integer(0)
      for key in [
        SeldomCounts.key(site: events.integer(1)), SeldomCounts.key(wording: events.integer(2)),
      ] where key < SeldomCounts.keys && !full.contains(key) && lists[key]?.last != parcel {
        lists[key, default: []].append(parcel)
        if lists[key]?.count == SeldomCounts.most {
          // Which events a full list has says nothing about their `seq`.
          full.insert(key)
          lists[key] = nil
        }
      }
    }
    events.reset()
    for (key, parcels) in lists {
      var list = SeldomList()
      _ = list.add(parcels)
      try SeldomParcels(db).write(list, under: key, coveredUntil: nil)
    }
    for key in full {
      try db.run("INSERT INTO seldom_key VALUES(?, ?, 0)", [key, SeldomCounts.most])
    }
  }
}
