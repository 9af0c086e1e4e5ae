import Carrier
import GRDB
import ParcelStore
import Status

/// Reads corrected current statuses back.
struct CorrectionReader {
  private let db: Database

  init(_ db: Database) { self.db = db }

  /// Those after a `seq`, in its order.
  /// - Parameter events: knows whose numbers the parcels have.
  func corrections(
    after seq: Int64, limit: Int, _ events: inout EventReader
  ) throws -> [StatusCorrection] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT c.*, m.version FROM correction c
          JOIN status_map m ON m.id = c.map JOIN parcel p ON p.id = c.parcel
          WHERE c.seq > ? ORDER BY c.seq LIMIT ?
          """), arguments: [seq, limit])
    var corrections: [StatusCorrection] = []
    while let row = try rows.next() { corrections.append(try correction(row, &events)) }
    return corrections
  }

  /// How many rows one page looks at: some tens of milliseconds.
  private static let mostRows = 100_000

  /// Those that a filter admits, in the order of `seq`, and up to which `seq` it looked.
  func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int, _ events: inout EventReader
  ) throws -> (corrections: [StatusCorrection], reached: Int64) {
    guard filter.admitsCorrections else { return ([], range.upperBound) }
    var (reached, condition) = (range.upperBound, "c.seq BETWEEN ?1 AND ?2")
    if let number = filter.parcel {
      condition += " AND c.parcel IN (SELECT id FROM parcel WHERE number = '\(number)')"
    } else if let bound: Int64 = try db.value(
      "SELECT seq FROM correction WHERE seq >= ? ORDER BY seq LIMIT 1 OFFSET ?",
      [range.lowerBound, Self.mostRows])
    {
      reached = min(reached, bound)
    }
    if let statuses = filter.statuses {
      let ranks = statuses.map { "\($0.timelineRank)" }.sorted().joined(separator: ", ")
      condition += " AND c.status IN (\(ranks))"
    }
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT c.*, m.version FROM correction c \(filter.parcel == nil ? "" : "INDEXED BY correction_parcel")
        JOIN status_map m ON m.id = c.map
        WHERE \(condition) AND c.at >= ?3 AND c.at < ?4 ORDER BY c.seq LIMIT ?5
        """,
      arguments: [
        range.lowerBound, reached, filter.since ?? .min, filter.until ?? .max, limit,
      ])
    let corrections = try rows.map { try correction($0, &events) }
    if corrections.count == limit, let last = corrections.last { reached = last.seq }
    return (corrections, reached)
  }

  private func correction(_ row: Row, _ events: inout EventReader) throws -> StatusCorrection {
    let meaning = Meaning(
      status: Self.status(row["status"]),
      reason: (row["reason"] as String?).flatMap { StatusReason(name: $0) },
      mode: (row["mode"] as String?).flatMap { DeliveryMode(name: $0) })
    return StatusCorrection(
      seq: row["seq"], parcel: try events.parcelOfAccount(row["parcel"]), at: row["at"],
      map: row["version"], change: (Self.status(row["previous"]), meaning))
  }

  /// The status with a rank; see `timelineRank`.
  private static func status(_ rank: Int64) -> ParcelStatus {
    ParcelStatus.allCases.first { Int64($0.timelineRank) == rank } ?? .unmapped
  }
}
