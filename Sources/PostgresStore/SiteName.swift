import Postgres

/// Finds a site by its name as somebody types it.
enum SiteName {
  /// The one of this name, or else one that differs in the case of ASCII letters; nil: no event was there.
  static func id(
    of name: String, _ db: PostgresConnection
  ) async throws(PostgresFault) -> Int64? {
    try await db.integer(
      """
      SELECT id FROM site WHERE lower(name) = lower($1::text COLLATE "C")
      ORDER BY name <> $1, id LIMIT 1
      """, [.text(name)])
  }
}
