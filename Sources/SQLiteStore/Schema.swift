import GRDB
import ParcelStore

/// The tables of the SQLite store, and how older ones become today's.
///
/// Identity is content: an event's primary key is what the carrier said, so a repeat hits its own row
/// and nothing needs a hash. What repeats (accounts, codes, wordings, sites) is interned; a parcel's
/// events lie side by side. `journal` gives followers their `seq`: one blob for up to 128
/// events, in which each has its parcel, file and line (see `JournalBlock`).
package enum Schema {
  package static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: parcels, events, ledger") { db in
      try db.execute(sql: version1)
    }
    migrator.registerMigration("2: contracts in motion") { db in
      try db.execute(sql: version2)
    }
    migrator.registerMigration("3: rows as they were read") { db in
      try db.execute(sql: version3)
      try CodeFolding.migrate(db)
      try PlausibleTimes.migrate(db)
    }
    migrator.registerMigration("4: files that wait before they are removed") { db in
      try db.execute(sql: version4)
    }
    migrator.registerMigration("5: files that another layout may read") { db in
      try db.execute(sql: version5)
    }
    migrator.registerMigration("6: skipped rows by account, looks at held rows") { db in
      try db.execute(sql: version6)
    }
    migrator.registerMigration("7: pairs that go and come back") { db in
      try db.execute(sql: version7)
    }
    migrator.registerMigration("8: seq from a counter, counts that are kept") { db in
      try db.execute(sql: version8)
    }
    migrator.registerMigration("9: statuses that a parcel has had") { db in
      try db.execute(sql: version9)
    }
    migrator.registerMigration("10: several writers") { db in
      try db.execute(sql: version10)
    }
    migrator.registerMigration("11: files by source") { db in
      try db.execute(sql: version11)
    }
    migrator.registerMigration("12: questions about parcels and events") { db in
      try db.execute(sql: version12)
      try ParcelLookup(db).writeSegments()
    }
    migrator.registerMigration("13: maps in force, corrections") { db in
      try db.execute(sql: version13)
    }
    migrator.registerMigration("14: retention") { db in
      try db.execute(sql: version14)
    }
    migrator.registerMigration("15: copies of files") { db in
      try db.execute(sql: version15)
    }
    migrator.registerMigration("16: files that are gone, corrections by parcel") { db in
      try db.execute(sql: version16)
    }
    migrator.registerMigration("17: statuses of runs, seldom sites and wordings") { db in
      try db.execute(sql: version17)
      try SeldomParcels.migrate(db)
    }
    migrator.registerMigration("18: erasures") { db in
      try db.execute(sql: version18)
    }
    migrator.registerMigration("19: endpoints of webhooks") { db in
      try db.execute(sql: version19)
    }
    return migrator
  }

  private static let known = Set(migrator.migrations)

  /// Whether a database has tables of ours.
  static func isThere(_ db: Database) throws -> Bool { try db.tableExists("grdb_migrations") }

  static func notAStore(_ path: String) -> StoreError {
    StoreError(
      .unusable, operation: "open", store: path,
      reason: "it is no store of colisd, or one of an older version",
      advice: "let colisd drain once, or check store.url")
  }

  /// Refuses a store that a newer version has brought up to date, or that was moved, perhaps while this one had it
  /// open.
  static func refuseNewer(_ db: Database, store: String, isReading: Bool = false) throws {
    let applied = try String.fetchAll(
      db.cachedStatement(sql: "SELECT identifier FROM grdb_migrations"))
    if known.isSuperset(of: applied) { return }
    try StoreMark.refuse(db, store: store, isReading: isReading)
    if known.isSuperset(of: applied.filter { StoreMark(rawValue: $0) == nil }) { return }
    throw StoreError(
      .unusable, operation: "open", store: store, reason: "it was written by a newer colisd",
      advice: "use that version or a newer one")
  }
}
