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
    while let row = try rows.next() {
      let meaning = Meaning(
        status: Self.status(row["status"]),
        reason: (row["reason"] as String?).flatMap { StatusReason(name: $0) },
        mode: (row["mode"] as String?).flatMap { DeliveryMode(name: $0) })
      corrections.append(
        StatusCorrection(
          seq: row["seq"], parcel: try events.parcelOfAccount(row["parcel"]), at: row["at"],
          map: row["version"], change: (Self.status(row["previous"]), meaning)))
    }
    return corrections
  }

  /// The status with a rank; see `timelineRank`.
  private static func status(_ rank: Int64) -> ParcelStatus {
    ParcelStatus.allCases.first { Int64($0.timelineRank) == rank } ?? .unmapped
  }
}
