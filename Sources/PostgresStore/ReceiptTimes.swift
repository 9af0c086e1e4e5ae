import Postgres

/// When the batches of some events came: seconds since 1970.
struct ReceiptTimes {
  private let times: [Int64: Int64]

  init(_ db: PostgresConnection, of batches: Set<Int64>) async throws(PostgresFault) {
    guard !batches.isEmpty else {
      times = [:]
      return
    }
    // All blocks of a batch say the same.
    let rows = try await db.run(
      """
      SELECT b, (SELECT received_at FROM journal WHERE batch = b LIMIT 1)
      FROM unnest($1::int8[]) AS b
      """, [.integers(Array(batches))])
    times = Dictionary(
      rows.map { ($0.integer(0), $0.integerIfAny(1) ?? 0) }, uniquingKeysWith: { $1 })
  }

  /// 0: the journal lacks it, which is damage.
  func time(of place: EventPlace) -> Int64 { times[place.batch] ?? 0 }
}
