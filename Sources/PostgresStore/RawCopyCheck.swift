import ParcelStore
import Postgres

/// Whether the copies of files have the pieces that they count.
struct RawCopyCheck {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  func run(_ check: inout StoreCheck) async throws(PostgresFault) {
    let wrong = try await db.row(
      """
      SELECT count(*), coalesce(min(c.file), 0) FROM raw_copy c
      WHERE pieces > 0 AND pieces <> (SELECT count(*) FROM raw_piece p
        WHERE p.file = c.file AND p.number >= c.first_piece AND p.number < c.first_piece + c.pieces)
      """)
    guard let wrong, wrong.integer(0) > 0 else { return }
    check.contradict(
      "\(wrong.integer(0)) copies of files lack pieces; the first is that of file \(wrong.integer(1)) of the ledger"
    )
  }
}
