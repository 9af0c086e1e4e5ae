import Carrier
import ParcelStore
import Postgres
import Status

/// Reads corrected current statuses back.
struct CorrectionReader {
  private let db: PostgresConnection

  init(_ db: PostgresConnection) { self.db = db }

  private static let select = """
    SELECT c.seq, c.at, c.previous, c.status, c.reason, c.mode, m.version,
      c.parcel, p.number, a.account, a.account_id
    FROM correction c JOIN status_map m ON m.id = c.map
    """

  /// Those after a `seq`, in its order.
  func corrections(after seq: Int64, limit: Int) async throws -> [StatusCorrection] {
    try await db.run(
      """
      \(Self.select) JOIN parcel p ON p.id = c.parcel LEFT JOIN account a ON a.id = p.account
      WHERE c.seq > $1 ORDER BY c.seq LIMIT $2
      """, [.integer(seq), .integer(Int64(limit))]
    ).map(Self.correction)
  }

  /// How many rows one page looks at: some tens of milliseconds.
  private static let mostRows: Int64 = 100_000

  /// Those that a filter admits, in the order of `seq`, and up to which `seq` it looked.
  func corrections(
    _ filter: EventFilter, in range: ClosedRange<Int64>, limit: Int
  ) async throws -> (corrections: [StatusCorrection], reached: Int64) {
    guard filter.admitsCorrections else { return ([], range.upperBound) }
    var reached = range.upperBound
    var values: [PostgresValue] = [
      .integer(filter.since ?? .min), .integer(filter.until ?? .max), .integer(Int64(limit)),
      filter.statuses.map { .integers($0.map { Int64($0.timelineRank) }) } ?? .null,
    ]
    var condition = """
      c.at >= $1 AND c.at < $2 AND ($4::int8[] IS NULL OR c.status = ANY($4::int8[]))
      AND c.seq BETWEEN $5 AND $6
      """
    if let number = filter.parcel {
      condition += " AND c.parcel = ANY(ARRAY(SELECT id FROM parcel WHERE number = $7))"
      values += [
        .integer(range.lowerBound), .integer(reached), .text(number.description),
      ]
    } else {
      let bound = try await db.integer(
        "SELECT seq FROM correction WHERE seq >= $1 ORDER BY seq LIMIT 1 OFFSET $2",
        [.integer(range.lowerBound), .integer(Self.mostRows)])
      if let bound { reached = min(reached, bound) }
      values += [.integer(range.lowerBound), .integer(reached)]
    }
    let corrections = try await db.run(
      """
      \(Self.select) LEFT JOIN parcel p ON p.id = c.parcel LEFT JOIN account a ON a.id = p.account
      WHERE \(condition) ORDER BY c.seq LIMIT $3
      """, values
    ).map(Self.correction)
    if corrections.count == limit, let last = corrections.last { reached = last.seq }
    return (corrections, reached)
  }

  private static func correction(_ row: PostgresRows.Row) throws -> StatusCorrection {
    guard let number = row.textIfAny(8).flatMap({ ParcelNumber(any: $0) }),
      let account = AccountPair(account: row.text(9), accountID: row.text(10))
    else {
      throw PostgresEventStore.damaged(
        "parcel \(row.integer(7)) of correction \(row.integer(0)) is missing")
    }
    let meaning = Meaning(
      status: status(row.integer(3)),
      reason: row.textIfAny(4).flatMap { StatusReason(name: $0) },
      mode: row.textIfAny(5).flatMap { DeliveryMode(name: $0) })
    return StatusCorrection(
      seq: row.integer(0), parcel: ParcelOfAccount(number: number, account: account),
      at: row.integer(1), map: row.text(6), change: (status(row.integer(2)), meaning))
  }

  /// The status with a rank; see `timelineRank`.
  private static func status(_ rank: Int64) -> ParcelStatus {
    ParcelStatus.allCases.first { Int64($0.timelineRank) == rank } ?? .unmapped
  }
}
