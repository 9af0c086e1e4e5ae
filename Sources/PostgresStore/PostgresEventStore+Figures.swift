import ParcelStore
import Postgres

// What monitoring asks: each question is about few rows, however large the store is.
extension PostgresEventStore {
  public func figures() async throws(StoreError) -> StoreFigures {
    try await read("measure it") { db in
      let answers = try await db.run([
        PostgresStatement(
          """
          SELECT count(*), coalesce(sum(events), 0)::int8 FROM wording
          WHERE status = 'unmapped' AND events > 0
          """),
        PostgresStatement("SELECT min(received_at) FROM held"),
        // With their indexes, and of what others keep in this database nothing.
        PostgresStatement(
          """
          SELECT coalesce(sum(pg_total_relation_size(id)), 0)::int8 FROM (\(Schema.tableIDs)) t(id)
          """, [.texts(Schema.tables)]),
      ])
      var figures = StoreFigures()
      figures.unmappedCodes = Int(answers[0].first?.integer(0) ?? 0)
      figures.unmappedEvents = Int(answers[0].first?.integer(1) ?? 0)
      figures.oldestHeldAt = answers[1].first?.integerIfAny(0)
      figures.size = answers[2].first?.integer(0) ?? 0
      figures.erasures = try await Self.debt(db)
      return figures
    }
  }

  public func copy(
    to target: String, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) {
    throw StoreError(
      .denied, operation: "copy to \(target)", store: name,
      reason: "a store in PostgreSQL is backed up by the server's own means",
      advice: "use pg_dump or pg_basebackup (docs/scale.md)")
  }
}

extension Schema {
  /// The tables that are ours; `event` has parts besides.
  static let tables = [
    "account", "ambiguous_time", "archive", "change_count", "code", "contract_change", "correction",
    "count_delta", "current", "endpoint", "erased_line", "erasure", "event", "feed", "feed_day",
    "file", "former_meaning", "held", "held_look", "journal", "kept_count", "note",
    "open_delivery", "open_delivery_count", "parcel", "parcel_late", "parcel_lookup",
    "parcel_range", "raw_copy", "raw_piece", "reading", "reject",
    "schema_version", "site", "skipped", "skipped_file", "source", "status_map", "store", "wording",
    "worker",
  ]

  /// Their numbers in the catalog, and those of the parts, those left out that are not there. `$1`: `tables`.
  static let tableIDs = """
    SELECT to_regclass(name)::oid AS id FROM unnest($1::text[]) name WHERE to_regclass(name) IS NOT NULL
    UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass('event')
    """
}
