import GRDB
import ParcelStore

// How much the store holds, and which store it is.
extension SQLiteEventStore {
  public func incarnation() async throws(StoreError) -> Incarnation {
    try await read("read the store's ID") { db in
      let text: String? = try db.value("SELECT incarnation FROM store")
      guard let incarnation = text.flatMap({ Incarnation($0) }) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the store's ID is missing")
      }
      return incarnation
    }
  }

  public func counts() async throws(StoreError) -> StoreCounts {
    try await read("read the counts") { db in
      var counts = StoreCounts()
      try counts.take(StoredCounts.stored(db))
      // Through an index that only has these; so are the pending post-actions.
      let lost = "FROM file INDEXED BY file_lost WHERE \(Ledger.isLost)"
      counts.lostFiles = try db.value("SELECT count(*) \(lost)") ?? 0
      counts.firstLostFile = try db.value("SELECT path \(lost) ORDER BY gone_at, id LIMIT 1")
      let pending =
        "FROM file WHERE post_action GLOB '*-pending*' AND post_action NOT GLOB 'moved:*'"
      let row = try db.row("SELECT count(*), count(post_action_error) \(pending)")
      counts.pendingPostActions = row?[0] ?? 0
      counts.failedPostActions = row?[1] ?? 0
      counts.postActionError = try db.value(
        "SELECT post_action_error \(pending) AND post_action_error NOT NULL ORDER BY id LIMIT 1")
      return counts
    }
  }

  /// Asks SQLite whether the database is whole, and compares the kept counts with the rows.
  static func check(_ db: Database, _ depth: StoreCheck.Depth) throws -> StoreCheck {
    var check = StoreCheck()
    // Only the full one compares indexes with their tables.
    let question = depth == .full ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)"
    check.damage = try String.fetchAll(db, sql: question).filter { $0 != "ok" }
    let (kept, found) = (try StoredCounts.stored(db), try StoredCounts.counted(db))
    check.compare(kept, with: found)
    try EndpointRows(db).check(&check)
    let numbers = try db.row(
      """
      SELECT sequence, max(
        ifnull((SELECT max(first_seq + events - 1) FROM journal), 0),
        ifnull((SELECT max(seq) FROM correction), 0),
        ifnull((SELECT max(seq) FROM erasure), 0)) FROM store
      """)
    if let numbers, numbers[0] < numbers[1] as Int {
      check.counts.append(.init(name: "last seq", kept: numbers[0], found: numbers[1]))
    }
    return check
  }
}

/// The counts that the store keeps, and the same counted from the rows.
private enum StoredCounts {
  static func stored(_ db: Database) throws -> [KeptCount: Int] {
    guard let row = try db.row("SELECT events, parcels, held, rejected FROM store") else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the counts are missing")
    }
    return try [.events: row[0], .parcels: row[1], .held: row[2], .rejected: row[3]]
      .merging(files(db, "SELECT state, files FROM file_count")) { $1 }
  }

  static func counted(_ db: Database) throws -> [KeptCount: Int] {
    func count(_ table: String) throws -> Int {
      try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
    }
    return try [
      .events: count("event"), .parcels: count("parcel"), .held: count("held"),
      .rejected: count("reject"),
    ].merging(files(db, "SELECT state, count(*) FROM file GROUP BY state")) { $1 }
  }

  private static func files(_ db: Database, _ sql: String) throws -> [KeptCount: Int] {
    var files: [KeptCount: Int] = [:]
    for row in try Row.fetchAll(db.cachedStatement(sql: sql)) { files[.files(row[0])] = row[1] }
    return files
  }
}
