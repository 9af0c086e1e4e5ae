import GRDB

/// Finds a site by its name as somebody types it.
enum SiteName {
  /// The one of this name, or else one that differs in the case of ASCII letters; nil: no event was there.
  static func id(of name: String, _ db: Database) throws -> Int64? {
    try db.value("SELECT id FROM site WHERE name = ?", [name])
      ?? db.value("SELECT id FROM site WHERE name = ? COLLATE NOCASE ORDER BY id LIMIT 1", [name])
  }
}
