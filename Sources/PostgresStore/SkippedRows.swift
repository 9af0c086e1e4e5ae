import Carrier
import Contract
import ParcelStore
import Postgres

/// Counts rows that are not kept, by account pair and file.
///
/// The counts of each file are stored, so that a reading that is done again first subtracts what the one before has
/// counted. The number of pairs that are counted by themselves is bounded; the rest is one sum.
struct SkippedRows: Sendable {
  private struct Key: Hashable {
    var file: FileID
    /// Nil: all pairs that are not counted by themselves.
    var account: AccountPair?
  }

  private var counts: [Key: (rows: Int, at: Int64)] = [:]

  /// Stands for all pairs that are not counted by themselves.
  static let others: Int64 = 0

  var isEmpty: Bool { counts.isEmpty }
  /// The pairs whose numbers are needed.
  var accounts: Set<AccountPair> { Set(counts.keys.compactMap(\.account)) }

  /// The pairs that are counted by themselves already.
  static func known(_ db: PostgresConnection) async throws(PostgresFault) -> [AccountPair: Int64] {
    var known: [AccountPair: Int64] = [:]
    let rows = try await db.run(
      "SELECT a.id, a.account, a.account_id FROM skipped s JOIN account a ON a.id = s.account")
    for row in rows {
      if let pair = AccountPair(account: row.text(1), accountID: row.text(2)) {
        known[pair] = row.integer(0)
      }
    }
    return known
  }

  /// - Parameters:
  ///   - at: when the rows came: seconds since 1970.
  ///   - known: the pairs that are counted by themselves; new ones are added, without a number yet.
  /// - Returns: whether there are more of these now.
  mutating func add(
    _ skipped: [SkippedRecords], of file: FileID, at: Int64, known: inout [AccountPair: Int64]
  ) -> Bool {
    var isMore = false
    for entry in skipped {
      var account: AccountPair? = entry.account
      if known[entry.account] == nil {
        if known.count < SkippedSummary.mostAccounts {
          known[entry.account] = 0
          isMore = true
        } else {
          account = nil
        }
      }
      let key = Key(file: file, account: account)
      counts[key] = ((counts[key]?.rows ?? 0) + entry.rows, at)
    }
    return isMore
  }

  /// The statements that write what was added. The rows of `skipped` are everybody's, so they come last in a
  /// transaction.
  func statements(_ id: (AccountPair) -> Int64?) -> [PostgresStatement] {
    let all = counts.map { key, count in
      (
        file: key.file.rawValue, account: key.account.flatMap(id) ?? Self.others, rows: count.rows,
        at: count.at
      )
    }.sorted { ($0.account, $0.file) < ($1.account, $1.file) }
    return [
      PostgresStatement(
        """
        INSERT INTO skipped_file AS s SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[])
        ON CONFLICT (file, account) DO UPDATE SET rows = s.rows + excluded.rows
        """,
        [
          .integers(all.map(\.file)), .integers(all.map(\.account)),
          .integers(all.map { Int64($0.rows) }),
        ]),
      PostgresStatement(
        """
        INSERT INTO skipped AS s
          SELECT u.account, sum(u.rows)::int8, min(u.at), max(u.at)
          FROM unnest($1::int8[], $2::int8[], $3::int8[]) u(account, rows, at) GROUP BY 1 ORDER BY 1
        ON CONFLICT (account) DO UPDATE SET rows = s.rows + excluded.rows,
          first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at)
        """,
        [
          .integers(all.map(\.account)), .integers(all.map { Int64($0.rows) }),
          .integers(all.map(\.at)),
        ]),
    ]
  }

  /// Subtracts what readings of files have counted that are done again now.
  static func subtractReadings(
    _ db: PostgresConnection, of files: [Int64]
  ) async throws(PostgresFault) {
    try await db.run(
      """
      WITH gone AS (DELETE FROM skipped_file WHERE file = ANY($1) RETURNING account, rows)
      UPDATE skipped s SET rows = s.rows - o.rows
      FROM (SELECT account, sum(rows)::int8 AS rows FROM gone GROUP BY account) o WHERE o.account = s.account
      """, [.integers(files)])
  }

  /// Subtracts what shorter generations of a file's name have counted, where the file has as many rows of the
  /// account: it grew, and has all of them.
  static func replaceFormer(
    _ db: PostgresConnection, of file: FileID
  ) async throws(PostgresFault) {
    try await db.run(
      """
      WITH gone AS (
        DELETE FROM skipped_file before USING skipped_file now, file f, file former
        WHERE f.id = $1 AND former.source = f.source
          AND hashtextextended(former.path, 0) = hashtextextended(f.path, 0) AND former.path = f.path
          AND former.id < f.id AND former.size < f.size AND former.skipped > 0
          AND before.file = former.id AND now.file = f.id AND now.account = before.account
          AND now.rows >= before.rows
        RETURNING before.account, before.rows)
      UPDATE skipped s SET rows = s.rows - o.rows
      FROM (SELECT account, sum(rows)::int8 AS rows FROM gone GROUP BY account) o WHERE o.account = s.account
      """, [.integer(file.rawValue)])
  }
}
