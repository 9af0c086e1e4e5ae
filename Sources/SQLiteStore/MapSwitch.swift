import GRDB
import ParcelStore
import Status

/// Puts a map in force: gives all wordings their meanings by it, and notes from which parcel on current statuses
/// have to follow. One transaction, so that nobody sees two maps at once.
struct MapSwitch {
  private let db: Database

  init(_ db: Database) { self.db = db }

  /// - Returns: false while parcels still follow the map before.
  func run(_ change: MapChange, at instant: Int64) throws -> Bool {
    let inForce = try StoredMap.inForce(db)
    guard inForce?.nextParcel == nil else { return false }
    try db.run("DELETE FROM former_meaning")
    for wording in change.wordings { try set(wording.meaning, of: wording.before.number) }
    // What came since the wordings were compared.
    let later = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT id, code, label FROM wording WHERE id > ?"),
      arguments: [change.last])
    for row in later {
      let wording = Wording(row: row)
      let meaning = change.map.meaning(code: wording.code, label: wording.label).meaning
      try set(meaning, of: row["id"])
    }
    try db.run("UPDATE wording SET map = ?1 WHERE map <> ?1", [change.map.version])
    let isChanged: Bool = try db.value("SELECT EXISTS(SELECT 1 FROM former_meaning)") ?? false
    let last: Int64 = try db.value("SELECT max(id) FROM parcel") ?? 0
    let next: Int64? = isChanged && last > 0 ? 1 : nil
    if let inForce, inForce.name == change.map.name, inForce.version == change.map.version {
      // Only wordings of a command with another map were changed.
      try db.run(
        "UPDATE status_map SET next_parcel = ?, last_parcel = ? WHERE id = ?",
        [next, last, inForce.id])
    } else {
      try db.run(
        """
        INSERT INTO status_map(name, version, since, next_parcel, last_parcel)
        VALUES(?, ?, ?, ?, ?)
        """, [change.map.name, change.map.version, instant, next, last])
    }
    return true
  }

  private func set(_ meaning: Meaning, of wording: Int64) throws {
    guard let row = try db.row("SELECT * FROM wording WHERE id = ?", [wording]) else { return }
    let before = Meaning(row: row)
    guard before != meaning else { return }
    try db.run(
      """
      INSERT INTO former_meaning(status, reason, mode, detail, expected_on, wording)
      VALUES(?, ?, ?, ?, ?, ?)
      """, before.columns + [wording])
    try db.run(
      """
      UPDATE wording SET status = ?, reason = ?, mode = ?, detail = ?, expected_on = ? WHERE id = ?
      """, meaning.columns + [wording])
  }
}
