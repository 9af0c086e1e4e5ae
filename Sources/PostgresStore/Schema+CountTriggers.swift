extension Schema {
  /// Each statement that changes how many rows there are adds the difference to `count_delta`.
  static let countTriggers =
    ["held", "reject"].flatMap { table in
      [("inserted", "INSERT", "NEW", "count(*)"), ("deleted", "DELETE", "OLD", "-count(*)")]
        .flatMap { name, verb, rows, count in
          trigger(
            "\(table)_\(name)", verb, on: table, "\(rows) TABLE AS changed",
            "SELECT '\(table)', \(count) FROM changed HAVING count(*) > 0")
        }
    }
    + trigger(
      "file_inserted", "INSERT", on: "file", "NEW TABLE AS changed",
      "SELECT 'file ' || state, count(*) FROM changed GROUP BY state")
    + trigger(
      "file_deleted", "DELETE", on: "file", "OLD TABLE AS changed",
      "SELECT 'file ' || state, -count(*) FROM changed GROUP BY state")
    + trigger(
      "file_changed", "UPDATE", on: "file", "OLD TABLE AS former NEW TABLE AS changed",
      """
      SELECT 'file ' || state, sum(n) FROM (
        SELECT changed.state, 1 AS n FROM changed JOIN former USING (id) WHERE changed.state <> former.state
        UNION ALL
        SELECT former.state, -1 FROM changed JOIN former USING (id) WHERE changed.state <> former.state) d
      GROUP BY state
      """)

  private static func trigger(
    _ name: String, _ verb: String, on table: String, _ tables: String, _ select: String
  ) -> [String] {
    [
      """
      CREATE FUNCTION count_\(name)() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO count_delta \(select); RETURN NULL; END $$
      """,
      """
      CREATE TRIGGER count_\(name) AFTER \(verb) ON \(table) REFERENCING \(tables)
        FOR EACH STATEMENT EXECUTE FUNCTION count_\(name)()
      """,
    ]
  }
}
