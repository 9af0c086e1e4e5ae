import ParcelStore
import Postgres

// How the answers are found.
extension ParcelQuestion {
  /// The parcels that meet the filter, in the order of the list: number, order reference, postcode, country, account,
  /// account ID, the parcel's number in the database, position, and the columns of the meaning.
  /// - Parameter limit: at most so many.
  func page(limit: Int) async throws(PostgresFault) -> [PostgresRows.Row] {
    guard !isEmpty, limit > 0 else { return [] }
    var all = conditions(after: filter.after)
    let places = places(&all, all.add(.integer(Int64(limit))))
    let rows = try await ask(
      """
      SELECT p.number, p.order_reference, p.postcode, p.country, a.account, a.account_id,
        p.id, c.position, w.status, w.reason, w.mode, w.detail, w.expected_on
      FROM (\(places)) c JOIN parcel p ON p.id = c.parcel JOIN account a ON a.id = p.account
      JOIN wording w ON w.id = c.wording ORDER BY \(Self.key) DESC, c.parcel DESC
      """, all.values)
    return Array(rows)
  }

  /// Counts the parcels that meet the filter, up to a limit; the cursor does not count.
  func count(most: Int) async throws(PostgresFault) -> Int {
    guard !isEmpty, most > 0 else { return 0 }
    var all = conditions(after: nil)
    let condition = all.texts.joined(separator: " AND ")
    let from =
      switch source {
      case .candidates(let parcels): Self.among(parcels, &all)
      case .rare(let ranks):
        "current c WHERE (c.position & 31) = ANY(\(all.add(.integers(ranks)))) AND \(Self.isRare)"
      case .list: "current c WHERE true"
      }
    let limit = all.add(.integer(Int64(most)))
    let rows = try await ask(
      "SELECT count(*) FROM (SELECT 1 FROM \(from) AND \(condition) LIMIT \(limit)) c", all.values)
    return Int(rows.first?.integer(0) ?? 0)
  }

  /// A statement that gives parcel, position and wording of the answers.
  /// - Parameter limit: a parameter: at most so many.
  private func places(_ all: inout Conditions, _ limit: String) -> String {
    let condition = all.texts.joined(separator: " AND ")
    let columns = "SELECT c.parcel, c.position, c.wording"
    let order = "ORDER BY \(Self.key) DESC, c.parcel DESC LIMIT \(limit)"
    switch source {
    case .candidates(let parcels):
      // By itself, so that the list is not walked in search of them.
      return """
        WITH c AS MATERIALIZED (\(columns) FROM \(Self.among(parcels, &all)) AND \(condition))
        \(columns) FROM c \(order)
        """
    case .rare(let ranks):
      // The first ones of each status, as the index has them in order.
      let ranks = all.add(.integers(ranks))
      return """
        \(columns) FROM unnest(\(ranks)::int8[]) r(rank) CROSS JOIN LATERAL (
          \(columns) FROM current c
          WHERE (c.position & 31) = r.rank AND \(Self.isRare) AND \(condition) \(order)) c
        \(order)
        """
    case .list: return "\(columns) FROM current c WHERE \(condition) \(order)"
    }
  }

  private static let isRare = Schema.isRare(of: "c.")

  private static func among(_ parcels: [Int64], _ all: inout Conditions) -> String {
    let parcels = all.add(.integers(parcels))
    return "unnest(\(parcels)::int8[]) j(id) JOIN current c ON c.parcel = j.id WHERE true"
  }

  private func ask(
    _ sql: String, _ values: [PostgresValue]
  ) async throws(PostgresFault) -> PostgresRows {
    var isOfList = true
    // So few are looked up one by one, whatever the server knows of the table.
    if case .candidates = source { isOfList = false }
    return try await db.run([
      Self.settings(mayReadAll: isOfList), PostgresStatement(sql, values),
    ])[1]
  }
}
