import GRDB
import ParcelStore

/// What a store of before knows of codes that differ in letter case only.
enum CodeFolding {
  /// Makes each code's row that of its folded form, and joins the codes that have the same one: their
  /// wordings, and their events as far as they are not there twice. Those that are keep the number of
  /// their own code, so no `seq` is lost; a row that comes again meets the other one.
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
  /// Has those current statuses found again that a time which can't be right has set. Of times that lay
  /// ahead when they came and do not any more, the next event of their parcel decides.
  static func migrate(_ db: Database) throws {
    var state = try WriterState(db)
    let day = DecidingDay(db, firstNewSeq: .max, receivedAt: 0)
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
