import Foundation
import GRDB
import ParcelStore

// What monitoring asks: each question is about few rows, however large the store is.
extension SQLiteEventStore {
  public func figures() async throws(StoreError) -> StoreFigures {
    let path = path
    return try await read("measure it") { db in
      var figures = StoreFigures()
      // Through an index that only has these.
      let unmapped = try db.row(
        """
        SELECT count(*), ifnull(sum(events), 0) FROM wording
        WHERE status = 'unmapped' AND events > 0
        """)
      figures.unmappedCodes = unmapped?[0] ?? 0
      figures.unmappedEvents = unmapped?[1] ?? 0
      figures.oldestHeldAt = try Self.oldestHeld(db)
      figures.erasures = try Self.debt(db)
      let pages = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
      figures.free = pages * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
      figures.size = Self.size(ofFile: path) + Self.size(ofFile: path + "-wal")
      return figures
    }
  }

  /// When the first held row of the first files came, the oldest of them. Files are numbered as they come, so rows of
  /// later ones are younger, unless the file of an early number was read late.
  private static func oldestHeld(_ db: Database) throws -> Int64? {
    // From file to file through the primary key.
    try db.value(
      """
      WITH RECURSIVE next(file) AS (
        SELECT min(file) FROM held
        UNION ALL
        SELECT (SELECT min(file) FROM held WHERE file > next.file) FROM next
        WHERE next.file IS NOT NULL
        LIMIT \(mostFilesLookedAt))
      SELECT min((SELECT received_at FROM held WHERE file = next.file ORDER BY line LIMIT 1))
      FROM next WHERE file IS NOT NULL
      """)
  }

  private static let mostFilesLookedAt = 100

  private static func size(ofFile path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }
}
