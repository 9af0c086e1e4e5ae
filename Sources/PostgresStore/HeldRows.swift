import Carrier
import Contract
import ParcelStore
import Postgres
import TrackingFile

/// The statements on held rows, apart from commits.
enum HeldRows {
  /// The number of an account pair, whose parts are `$1` and `$2`.
  static let account =
    "(SELECT id FROM account WHERE (account || chr(1) || account_id) = $1::text || chr(1) || $2::text)"

  static func pair(_ account: AccountPair) -> [PostgresValue] {
    [.text(account.account), .text(account.accountID)]
  }

  // MARK: Runs

  /// Bytes of lines that a run has at most, but for its last line.
  private static let largestRun = 1 << 20

  /// `first` is the first row, `other` the next one of the same file that is not of its run.
  private static let run = """
    WITH first AS (
      SELECT file, line, received_at, is_stale, reading FROM held
      WHERE account = \(account) AND (file, line) > ($3, $4) ORDER BY file, line LIMIT 1),
    other AS (
      SELECT line FROM (
        SELECT line, received_at, is_stale, reading FROM held
        WHERE account = \(account) AND file = (SELECT file FROM first)
          AND line > (SELECT line FROM first)
        ORDER BY line LIMIT $5) next
      WHERE received_at <> (SELECT received_at FROM first)
        OR is_stale <> (SELECT is_stale FROM first)
        OR reading IS DISTINCT FROM (SELECT reading FROM first)
      ORDER BY line LIMIT 1)
    SELECT file, line, received_at, is_stale, reading, raw FROM (
      SELECT file, line, received_at, is_stale, reading, raw, sum(length(raw)) OVER (
        ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM held WHERE account = \(account) AND file = (SELECT file FROM first)
        AND line >= (SELECT line FROM first)
        AND line < coalesce((SELECT line FROM other), \(Int64.max))
      ORDER BY line LIMIT $5) r
    WHERE coalesce(before, 0) < \(largestRun) ORDER BY line
    """

  static func run(
    _ db: PostgresConnection, of account: AccountPair, after cursor: HeldCursor, limit: Int
  ) async throws(PostgresFault) -> HeldRun? {
    let rows = try await db.run(
      run,
      pair(account) + [
        .integer(cursor.file), .integer(cursor.line), .integer(Int64(max(0, limit))),
      ])
    guard let first = rows.first, let last = rows.last else { return nil }
    // The path and the header; of a reading, its header.
    let file = try await db.row(
      """
      SELECT f.path, CASE WHEN r.id IS NULL THEN f.header ELSE r.header END, r.layout
      FROM (VALUES (1)) one LEFT JOIN file f ON f.id = $1 LEFT JOIN reading r ON r.id = $2::int8
      """, [.integer(first.integer(0)), PostgresValue(first.integerIfAny(4))])
    return HeldRun(
      origin: HeldOrigin(
        file: FileID(rawValue: first.integer(0)), path: file?.textIfAny(0) ?? "",
        receivedAt: first.integer(2), isStale: first.bool(3)),
      header: file?.bytesIfAny(1) ?? [], layout: file?.textIfAny(2),
      rows: rows.map { KeptRow(line: Int($0.integer(1)), raw: $0.bytes(5)) },
      last: HeldCursor(file: first.integer(0), line: last.integer(1)))
  }

  // MARK: Discarding

  /// How many rows one transaction discards.
  static let mostDiscarded = 20_000

  /// Files that may have rows of a selection. From file to file, because the rows of one file came at about the same
  /// time.
  static func files(
    _ db: PostgresConnection, _ selection: HeldSelection
  ) async throws(PostgresFault) -> [Int64] {
    try await db.integers(
      """
      WITH RECURSIVE next(file) AS (
        SELECT min(file) FROM held
        UNION ALL
        SELECT (SELECT min(file) FROM held WHERE file > next.file) FROM next
        WHERE next.file IS NOT NULL)
      SELECT file FROM next WHERE file IS NOT NULL AND ($1::int8 IS NULL OR (
        SELECT received_at FROM held WHERE file = next.file ORDER BY line LIMIT 1) < $1)
      ORDER BY file
      """, [PostgresValue(selection.before)])
  }

  /// Discards the next rows of some files, which count them as skipped.
  /// - Parameter files: in their order.
  /// - Returns: how many, and the last of them; nil: there are none after the cursor.
  static func discard(
    _ db: PostgresConnection, _ selection: HeldSelection, of files: [Int64],
    after cursor: HeldCursor
  ) async throws(PostgresFault) -> (rows: Int, last: HeldCursor)? {
    // Rows of a reading that is being done again are counted by that one.
    let row = try await db.row(
      """
      WITH chosen AS (
        SELECT h.file, h.line FROM unnest($1::int8[]) f(id) CROSS JOIN LATERAL (
          SELECT file, line FROM held
          WHERE file = f.id AND line > CASE WHEN f.id = $2 THEN $3 ELSE 0 END
            AND ($4::int8 IS NULL OR received_at < $4) AND account = ANY(ARRAY(
              SELECT id FROM account
              WHERE ($5::text IS NULL OR account_id = $5) AND ($6::text IS NULL OR account = $6)))
          ORDER BY line LIMIT \(mostDiscarded) FOR UPDATE) h
        WHERE f.id >= $2 LIMIT \(mostDiscarded)),
      gone AS (
        DELETE FROM held h USING chosen c WHERE h.file = c.file AND h.line = c.line
        RETURNING h.file, h.line, h.is_stale),
      counted AS (SELECT file, count(*) AS n FROM gone WHERE NOT is_stale GROUP BY file),
      noted AS (
        UPDATE file SET held = held - n, skipped = skipped + n FROM counted WHERE id = counted.file)
      SELECT (SELECT count(*) FROM gone), file, line FROM gone ORDER BY file DESC, line DESC LIMIT 1
      """,
      [
        .integers(files), .integer(cursor.file), .integer(cursor.line),
        PostgresValue(selection.before), PostgresValue(selection.accountID),
        PostgresValue(selection.account),
      ])
    return row.map {
      (Int($0.integer(0)), HeldCursor(file: $0.integer(1), line: $0.integer(2)))
    }
  }
}
