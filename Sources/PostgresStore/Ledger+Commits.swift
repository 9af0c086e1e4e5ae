import ParcelStore
import Postgres

// What commits write into the ledger.
extension Ledger {
  /// Adds the counts of some lines of a file, and the file's end where they reach it.
  static func statements(
    adding counts: FileCounts, end: FileEnd?, to file: FileID, at receivedAt: Int64
  ) -> [PostgresStatement] {
    func integer(_ count: Int) -> PostgresValue { .integer(Int64(count)) }
    var statements = [
      PostgresStatement(
        """
        UPDATE file SET rows = rows + $1, events_new = events_new + $2, events_repeated = events_repeated + $3,
          held = held + $4, rejected = rejected + $5, skipped = skipped + $6 WHERE id = $7
        """,
        [
          integer(counts.rows), integer(counts.eventsNew), integer(counts.eventsRepeated),
          integer(counts.held), integer(counts.rejected), integer(counts.skipped),
          .integer(file.rawValue),
        ])
    ]
    guard let end else { return statements }
    statements.append(
      PostgresStatement(
        """
        UPDATE file SET state = $1, is_final = $2, sha256 = $3::bytea, error = $4::text, ingested_at = $5::int8,
          post_action = $6, post_action_error = NULL, read_by = NULL, dismissed_at = NULL, dismissed_by = NULL,
          is_in_hand = false,
          -- A time that lies ahead is of a clock that was wrong.
          seen_at = least(coalesce(seen_at, $7::int8), $7),
          read_again_at = least(coalesce(seen_at, $7), $7) + $8::int8,
          size = coalesce(size, $9::int8), \(isThere)
        WHERE id = $10
        """,
        [
          .text(end.state.rawValue), .bool(end.isFinal), PostgresValue(end.sha256),
          PostgresValue(end.error), end.state == .ingested ? .integer(receivedAt) : nil,
          .text(end.postAction.text), .integer(receivedAt), PostgresValue(end.readAgainAfter),
          PostgresValue(end.size), .integer(file.rawValue),
        ]))
    if end.state == .ingested {
      statements.append(
        PostgresStatement(
          "DELETE FROM held WHERE file = $1 AND is_stale", [.integer(file.rawValue)]))
    }
    return statements
  }

  /// Records that rows of a file which were held have come in, or were too old to be kept.
  /// - Parameter stale: those from a reading that broke off while the file is being read again. Its counts began anew,
  ///   and the rows come once more, as repeats: the new ones among them are subtracted beforehand.
  static func statement(
    releasing counts: FileCounts, stale: FileCounts, of file: FileID
  ) -> PostgresStatement {
    func integer(_ count: Int) -> PostgresValue { .integer(Int64(count)) }
    return PostgresStatement(
      """
      UPDATE file SET events_new = events_new + $1, events_repeated = events_repeated + $2, held = held - $3,
        skipped = skipped + $4 WHERE id = $5
      """,
      [
        integer(counts.eventsNew + stale.eventsNew),
        integer(counts.eventsRepeated - stale.eventsNew),
        integer(counts.eventsNew + counts.eventsRepeated + counts.skipped),
        integer(counts.skipped), .integer(file.rawValue),
      ])
  }

  /// Records which layout could read little or nothing of a file.
  static func markHardlyRead(
    _ db: PostgresConnection, _ file: FileID, by layout: String
  ) async throws(PostgresFault) {
    let reading = try await HeldKeeping.id(of: RowReading(layout: layout, header: []), db)
    try await db.run(
      "UPDATE file SET read_by = $1 WHERE id = $2", [.integer(reading), .integer(file.rawValue)])
  }
}
