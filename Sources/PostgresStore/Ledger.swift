import ParcelStore
import Postgres

/// The statements on the ledger of files.
enum Ledger {
  /// What is set when a file is seen.
  static let isThere = "is_awaited = true, missing_since = NULL, gone_at = NULL"

  /// Whether a file's post-action is still to be done, word for word as the index `file_pending` has it.
  /// - Parameter table: `f.`, or nothing.
  static func isPending(_ table: String = "") -> String {
    "(\(table)post_action = 'delete-pending' OR \(table)post_action LIKE 'move-pending:%')"
  }

  /// - Parameter rows: of `lookUp`.
  static func look(
    _ sightings: [FileSighting], _ rows: PostgresRows
  ) -> LedgerLook {
    var look = LedgerLook()
    var isFinal = [Bool](repeating: false, count: sightings.count)
    for row in rows {
      look.rows.append(FileID(rawValue: row.integer(1)))
      if row.bool(2) { isFinal[SightingList.index(row)] = true }
    }
    look.unfinished = zip(sightings, isFinal).filter { !$0.1 }.map(\.0)
    return look
  }

  /// The rows from which a look is made.
  static let lookUp = """
    SELECT seen.n, f.id, \(SightingList.isUnchanged) AND f.is_final
    FROM \(SightingList.table) JOIN file f ON \(SightingList.isFile) ORDER BY seen.n, f.id
    """

  /// What a file's row counts.
  enum Count: String { case held, rejected }

  /// Former generations of files' names that have held rows or rejected lines, by file, the newest first.
  static func formerIDs(
    _ db: PostgresConnection, of files: [Int64], with count: Count
  ) async throws(PostgresFault) -> [Int64: [Int64]] {
    guard !files.isEmpty else { return [:] }
    let rows = try await db.run(
      """
      SELECT file.id, former.id FROM file JOIN file former ON former.source = file.source
        AND hashtextextended(former.path, 0) = hashtextextended(file.path, 0)
        AND former.path = file.path AND former.id <> file.id
      WHERE file.id = ANY($1::int8[]) AND former.\(count.rawValue) > 0
      ORDER BY file.id, former.id DESC
      """, [.integers(files)])
    var former: [Int64: [Int64]] = [:]
    for row in rows { former[row.integer(0), default: []].append(row.integer(1)) }
    return former
  }

  /// Files with their counts, all readings together.
  /// - Parameter rest: what comes after the FROM clause, in which `file` is the file.
  static func files(
    _ db: PostgresConnection, _ rest: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> [LedgerFile] {
    try await db.run(select(rest), values).map { LedgerFile(row: $0) }
  }

  static func select(_ rest: String) -> String {
    "SELECT \(columns) FROM file LEFT JOIN source ON source.id = file.source\n\(rest)"
  }
}
