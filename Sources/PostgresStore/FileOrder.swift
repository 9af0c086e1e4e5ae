import Postgres

/// Which of some files of the ledger is the later one: by mtime, then by the folders and the name of its path, as one
/// process alone reads them.
struct FileOrder: Sendable {
  private var ranks: [Int64: Int64] = [:]

  static func read(
    _ db: PostgresConnection, _ files: Set<Int64>
  ) async throws(PostgresFault) -> FileOrder {
    var order = FileOrder()
    // One alone is as late as itself.
    guard files.count > 1 else { return order }
    for row in try await db.run(select, [.integers(files.sorted())]) {
      order.ranks[row.integer(0)] = row.integer(1)
    }
    return order
  }

  /// Paths are compared folder by folder: no character is lower than what stands for the stroke between them.
  private static let select = """
    SELECT id, dense_rank() OVER (ORDER BY mtime NULLS FIRST, translate(path, '/', chr(1)) COLLATE "C")
    FROM file WHERE id = ANY($1)
    """

  /// The higher, the later. A file that the ledger lacks is before all others, and 0, which stands for no file, before
  /// that one.
  subscript(file: Int64) -> Int64 { file == 0 ? -1 : ranks[file] ?? 0 }
}
