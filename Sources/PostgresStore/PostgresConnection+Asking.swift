import Postgres

// Short ways to ask.
extension PostgresConnection {
  /// The first row; nil: there is none.
  func row(
    _ sql: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> PostgresRows.Row? { try await run(sql, values).first }

  /// The first column of the first row; nil: there is none, or it is NULL.
  func integer(
    _ sql: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> Int64? { try await row(sql, values)?.integerIfAny(0) }

  func text(
    _ sql: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> String? { try await row(sql, values)?.textIfAny(0) }

  /// Whether the first column of the first row is true.
  func bool(
    _ sql: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> Bool { try await row(sql, values)?.bool(0) == true }

  func integers(
    _ sql: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> [Int64] { try await run(sql, values).map { $0.integer(0) } }

  func texts(
    _ sql: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> [String] { try await run(sql, values).map { $0.text(0) } }
}
