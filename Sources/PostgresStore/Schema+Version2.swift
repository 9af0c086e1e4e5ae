extension Schema {
  /// Endpoints of webhooks, and what they have not taken: see SQLite's schema, version 19.
  static let version2 =
    [
      """
      CREATE TABLE endpoint(
        name text COLLATE "C" PRIMARY KEY,
        position bigint NOT NULL,
        since bigint NOT NULL,
        caught_up_at bigint NOT NULL,
        epoch bigint NOT NULL,
        stopped_at bigint,
        outage_since bigint,
        outage_tries bigint,
        outage_next_at bigint,
        outage_status bigint,
        outage_reason text,
        delivered bigint NOT NULL DEFAULT 0,
        failures bigint NOT NULL DEFAULT 0,
        last_delivery bigint) WITH (fillfactor = 20)
      """,
      """
      CREATE TABLE open_delivery(
        endpoint text COLLATE "C" NOT NULL,
        seq bigint NOT NULL,
        parcel text COLLATE "C" NOT NULL,
        is_parked boolean NOT NULL,
        at bigint,
        tries bigint NOT NULL,
        status bigint,
        reason text,
        answer text,
        PRIMARY KEY(endpoint, seq))
      """,
      "CREATE INDEX open_delivery_state ON open_delivery(endpoint, is_parked, seq)",
      "CREATE INDEX open_delivery_parcel ON open_delivery(parcel)",
      // How many there are. Whoever writes has locked the endpoint's row, so nobody waits here.
      """
      CREATE TABLE open_delivery_count(
        endpoint text COLLATE "C" PRIMARY KEY,
        waiting bigint NOT NULL,
        parked bigint NOT NULL) WITH (fillfactor = 20)
      """,
    ]
    + counting("inserted", "INSERT", "NEW TABLE AS changed", from: [("changed", 1)])
    + counting(
      "changed", "UPDATE", "OLD TABLE AS former NEW TABLE AS changed",
      from: [("changed", 1), ("former", -1)])
    + counting("deleted", "DELETE", "OLD TABLE AS former", from: [("former", -1)])

  private static func counting(
    _ name: String, _ verb: String, _ tables: String, from parts: [(table: String, sign: Int)]
  ) -> [String] {
    let rows = parts.map { "SELECT endpoint, is_parked, \($0.sign) AS n FROM \($0.table)" }
      .joined(separator: " UNION ALL ")
    return [
      """
      CREATE FUNCTION count_open_delivery_\(name)() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO open_delivery_count AS c
          SELECT endpoint, sum(CASE WHEN is_parked THEN 0 ELSE n END), sum(CASE WHEN is_parked THEN n ELSE 0 END)
          FROM (\(rows)) r GROUP BY endpoint
          HAVING sum(CASE WHEN is_parked THEN 0 ELSE n END) <> 0
            OR sum(CASE WHEN is_parked THEN n ELSE 0 END) <> 0
          ORDER BY endpoint
        ON CONFLICT (endpoint) DO UPDATE SET
          waiting = c.waiting + excluded.waiting, parked = c.parked + excluded.parked;
        RETURN NULL;
      END $$
      """,
      """
      CREATE TRIGGER count_open_delivery_\(name) AFTER \(verb) ON open_delivery REFERENCING \(tables)
        FOR EACH STATEMENT EXECUTE FUNCTION count_open_delivery_\(name)()
      """,
    ]
  }
}
