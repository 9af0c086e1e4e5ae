import ParcelStore
import Postgres

/// Whether the indexes agree with their tables, where the server has the extension `amcheck` and lets us use it.
struct IndexCheck {
  private let session: PostgresConnection

  private static let mostFindings = 20

  /// - Parameter session: outside of a transaction, as each index has one of its own.
  init(_ session: PostgresConnection) { self.session = session }

  /// - Returns: what is damaged, in the server's own words.
  func run() async throws(PostgresFault) -> [String] {
    let function = "to_regprocedure('bt_index_check(regclass,boolean)')"
    let isUsable = try await session.bool(
      "SELECT coalesce(has_function_privilege(\(function)::oid, 'EXECUTE'), false)")
    guard isUsable else { return [] }
    let indexes = try await session.run(
      """
      SELECT i.indexrelid::int8, i.indexrelid::regclass::text FROM (\(Schema.tableIDs)) t(id)
      JOIN pg_index i ON i.indrelid = t.id JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indisvalid AND c.relkind = 'i' AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
      ORDER BY 1
      """, [.texts(Schema.tables)])
    var damage: [String] = []
    for index in indexes where damage.count < Self.mostFindings {
      do throws(PostgresFault) {
        try await session.run(
          "SELECT bt_index_check($1::int8::oid::regclass, true)", [.integer(index.integer(0))])
      } catch {
        // Others mean that the index, or the right to read it, is not there any more.
        guard let state = error.state else { throw error }
        if state.hasPrefix("XX") { damage.append("\(index.text(1)): \(error.message)") }
        if error.kind == .cancelled || error.kind == .unavailable { throw error }
      }
    }
    return damage
  }
}
