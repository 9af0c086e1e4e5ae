import ParcelStore
import Postgres

// Whether somebody may write at all, told before anything is to be written.
extension PostgresEventStore {
  private static let question = """
    SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
      has_database_privilege(current_database(), 'TEMP'),
      coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
      coalesce((SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables
        WHERE tablename = 'event' AND schemaname = current_schema()), true),
      current_user::text, current_setting('server_encoding')
    """

  /// Why nobody can write there with these settings; nil: it can be done.
  public static func writeFault(
    _ settings: PostgresSettings
  ) async throws(StoreError) -> StoreError? {
    do {
      let session = try await PostgresConnection.open(settings)
      return try await session.row(question).flatMap { fault($0, settings.name) }
    } catch {
      throw self.error(error, "write", settings.name)
    }
  }

  private static func fault(_ row: PostgresRows.Row, _ name: String) -> StoreError? {
    let role = row.text(5)
    func fault(_ reason: String, _ advice: String) -> StoreError {
      StoreError(.denied, operation: "write", store: name, reason: reason, advice: advice)
    }
    if row.text(6) != "UTF8" { return otherEncoding(row.text(6), name) }
    if row.bool(0) {
      return fault(
        "it is a replica",
        "name the server that takes what is written, such as by target_session_attrs=read-write; a replica "
          + "belongs into store.read-url")
    }
    if row.bool(1) {
      return fault(
        "sessions of the role \(role) only read", "see its default_transaction_read_only")
    }
    if !row.bool(2) {
      return fault(
        "the role \(role) may not make temporary tables", "GRANT TEMP ON DATABASE … TO \(role)")
    }
    if !row.bool(3) {
      return fault(
        "the role \(role) may not make tables in the first schema of its search_path",
        "let it own the database, or GRANT CREATE ON SCHEMA … TO \(role) (docs/scale.md)")
    }
    if !row.bool(4) {
      return fault(
        "its tables belong to another role than \(role)",
        "use the role that owns them (docs/scale.md)")
    }
    return nil
  }

  static func otherEncoding(_ encoding: String, _ name: String) -> StoreError {
    StoreError(
      .unusable, operation: "open", store: name,
      reason: "the database has the encoding \(encoding)",
      advice: "make one with UTF8: createdb --encoding UTF8 --template template0 NAME")
  }
}
