import Postgres

/// The counts of rows that are kept beside the tables (`kept_count`, `count_delta`).
enum KeptCounts {
  /// Each count: `held`, `reject`, `file ingested`.
  static let select = """
    SELECT name, sum(n)::int8 FROM (
      SELECT name, n FROM kept_count UNION ALL SELECT name, n FROM count_delta) c
    GROUP BY name
    """

  /// Adds up what statements have noted one by one, so that asking stays quick.
  static func fold(_ session: PostgresConnection) async throws(PostgresFault) {
    let waiting = try await session.run("SELECT EXISTS(SELECT 1 FROM count_delta OFFSET 20)")
    guard waiting.first?.bool(0) == true else { return }
    try await session.run(
      """
      WITH gone AS (
        DELETE FROM count_delta
        WHERE ctid = ANY(ARRAY(SELECT ctid FROM count_delta FOR UPDATE SKIP LOCKED))
        RETURNING name, n)
      INSERT INTO kept_count SELECT name, sum(n) FROM gone GROUP BY name ORDER BY name
      ON CONFLICT (name) DO UPDATE SET n = kept_count.n + excluded.n
      """)
  }
}
