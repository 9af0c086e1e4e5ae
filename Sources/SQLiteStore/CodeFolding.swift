import GRDB
import ParcelStore

/// Migrates older stores, in which codes that differ only in letter case were different codes.
enum CodeFolding {
  /// Folds the letter case of each code, and merges codes that are the same then: their wordings,
  /// and their events unless the other code has the same event. Such an event keeps the number of
  /// its own code, so that no `seq` is lost; if its row comes again, it repeats the other event.
  static func migrate(_ db: Database) throws {
    var joined: [Int64: Int64] = [:]
    var last: Int64 = 0
    while let row = try db.row(
      "SELECT id, code FROM code WHERE id > ? AND code <> '' ORDER BY id LIMIT 1", [last])
    {
      last = row["id"]
      let code: String = row["code"]
      let folded = code.lowercased()
      // As bytes: texts that look the same are not the same code.
      if Array(folded.utf8) == Array(code.utf8) { continue }
      let other: Int64? = try db.value(
        "SELECT id FROM code WHERE code = ? AND label = ''", [folded])
      if let other {
        joined[last] = other
      } else {
        try db.run("UPDATE code SET code = ? WHERE id = ?", [folded, last])
      }
    }
    guard !joined.isEmpty else { return }
    try db.execute(
      sql: "CREATE TEMP TABLE joined_code(id INTEGER PRIMARY KEY, other INTEGER NOT NULL)")
    for (id, other) in joined {
      try db.run("INSERT INTO joined_code VALUES(?, ?)", [id, other])
    }
    try db.execute(
      sql: """
        UPDATE wording SET code_id = joined.other
          FROM joined_code joined WHERE joined.id = wording.code_id;
        UPDATE OR IGNORE event SET kind = joined.other << 2 | (event.kind & 3)
          FROM joined_code joined WHERE joined.id = event.kind >> 2;
        DROP TABLE joined_code;
        """)
  }
}

extension PlausibleTimes {
  /// Derives current statuses again that were set by a time which can't be right. A time that was
  /// in the future when it came, and is not any more, is left to the parcel's next event.
  static func migrate(_ db: Database) throws {
    var state = try WriterState(db, hasLookup: false)
    let day = DecidingDay(EventsOfParcels(db, firstNewSeq: .max, receivedAt: 0))
    let now: Int64 = try db.value("SELECT CAST(strftime('%s', 'now') AS INTEGER)") ?? 0
    let time = "((position & \(CurrentPosition.timeMask)) >> 5)"
    var last: Int64 = 0
    while let parcel: Int64 = try db.value(
      """
      SELECT parcel FROM current WHERE parcel > ?1 AND (\(time) < ?2 OR \(time) >= ?3)
      ORDER BY parcel LIMIT 1
      """,
      [
        last, CurrentPosition.encoded(first), CurrentPosition.encoded(now + 82_800),
      ])
    {
      last = parcel
      if let status = try day.derive(parcel, state: &state) {
        try db.run(
          "INSERT OR REPLACE INTO current VALUES(?, ?, ?, ?)",
          [parcel, status.position.rawValue, status.wording, status.rule.rawValue])
      }
    }
  }
}
