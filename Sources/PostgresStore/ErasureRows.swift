import Carrier
import ParcelStore
import Postgres

/// Reads erasures back, and notes what is left to do of them.
enum ErasureRows {
  private static let select = """
    SELECT e.seq, e.number, e.at, a.account, a.account_id
    FROM erasure e LEFT JOIN account a ON a.id = e.account
    """

  static func erasures(
    _ db: PostgresConnection, in range: ClosedRange<Int64>, limit: Int
  ) async throws(PostgresFault) -> [Erasure] {
    try await db.run(
      "\(select) WHERE e.seq BETWEEN $1 AND $2 ORDER BY e.seq LIMIT $3",
      [
        .integer(range.lowerBound), .integer(range.upperBound), .integer(Int64(max(0, limit))),
      ]
    ).compactMap { erasure($0) }
  }

  static func unfinished(_ db: PostgresConnection) async throws(PostgresFault) -> [Erasure] {
    try await db.run("\(select) WHERE e.is_open ORDER BY e.seq").compactMap { erasure($0) }
  }

  private static func erasure(_ row: PostgresRows.Row) -> Erasure? {
    guard let number = ParcelNumber(any: row.text(1)) else { return nil }
    return Erasure(
      seq: row.integer(0), number: number,
      account: row.textIfAny(3).flatMap { AccountPair(account: $0, accountID: row.text(4)) },
      at: row.integer(2))
  }

  static func debt(_ db: PostgresConnection) async throws(PostgresFault) -> ErasureDebt {
    var debt = ErasureDebt()
    let row = try await db.row(
      """
      SELECT (SELECT count(*) FROM erasure WHERE is_open),
        (SELECT count(DISTINCT file) FROM erased_line),
        EXISTS(SELECT FROM note WHERE key = '\(ErasureVacuum.note)')
      """)
    guard let row else { return debt }
    debt.unfinished = Int(row.integer(0))
    debt.files = Int(row.integer(1))
    debt.isRewriteOwed = row.bool(2)
    return debt
  }

  // MARK: Lines that came again

  /// The lines of the next file that nobody reads: the copy of a file is not whole before its end.
  /// - Parameter worker: the number of this process, which is alive whatever the table says; nil: it has none.
  static func lines(
    _ db: PostgresConnection, after file: Int64, worker: Int64?
  ) async throws(PostgresFault) -> ErasedLines? {
    let rows = try await db.run(
      """
      WITH next AS (
        SELECT e.file FROM erased_line e LEFT JOIN file f ON f.id = e.file
          LEFT JOIN worker w ON w.id = f.reader
        WHERE e.file > $1
          AND NOT coalesce(f.is_in_hand AND (f.reader = $2::int8 OR \(Worker.isAlive("w"))), false)
        ORDER BY e.file LIMIT 1)
      SELECT e.file, e.line FROM erased_line e JOIN next USING (file)
      """, [.integer(file), PostgresValue(worker)])
    guard let first = rows.first else { return nil }
    return ErasedLines(
      file: FileID(rawValue: first.integer(0)), lines: Set(rows.map { Int($0.integer(1)) }))
  }

  static func note(
    _ db: PostgresConnection, _ lines: [(file: Int64, line: Int64)]
  ) async throws(PostgresFault) {
    guard !lines.isEmpty else { return }
    // In one order, so that no two transactions wait for each other.
    try await db.run(
      """
      INSERT INTO erased_line SELECT * FROM unnest($1::int8[], $2::int8[]) l(file, line)
      ORDER BY file, line ON CONFLICT DO NOTHING
      """, [.integers(lines.map(\.file)), .integers(lines.map(\.line))])
  }
}
