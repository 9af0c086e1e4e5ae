import Postgres

/// Finds a site by its name as somebody types it.
enum SiteName {
  /// The one of this name, or else one that differs in the case of ASCII letters; nil: no event was there.
  static func id(
    of name: String, _ db: PostgresConnection
  ) async throws(PostgresFault) -> Int64? {
    guard name.canBeStored else { return nil }
    return try await db.integer(
      """
      SELECT id FROM site WHERE lower(name) = lower($1::text COLLATE "C")
      ORDER BY name <> $1, id LIMIT 1
      """, [.text(name)])
  }
}

extension String {
  /// Whether the server takes it as a text: it has no NUL. No row has any other text.
  var canBeStored: Bool { !utf8.contains(0) }
}
