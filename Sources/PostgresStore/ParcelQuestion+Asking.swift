import ParcelStore
import Postgres
import Status

// How the answers are found.
extension ParcelQuestion {
  /// Runs of parcels that are looked at together: at first, and at most.
  private static let runsAtOnce = 16...1_024

  /// Where an answer stands in the list.
  private struct Place {
    var parcel: Int64
    /// Time and rank of its status.
    var key: Int64

    static func isBefore(_ left: Self, _ right: Self) -> Bool {
      (left.key, left.parcel) > (right.key, right.parcel)
    }
  }

  /// The parcels that meet the filter, in the order of the list: number, order reference, postcode, country, account,
  /// account ID, the parcel's number in the database, position, and the columns of the meaning.
  /// - Parameter limit: at most so many.
  func page(limit: Int) async throws(PostgresFault) -> [PostgresRows.Row] {
    let places = try await places(limit: limit)
    guard !places.isEmpty else { return [] }
    let rows = try await ask(
      """
      SELECT p.number, p.order_reference, p.postcode, p.country, a.account, a.account_id,
        p.id, c.position, w.status, w.reason, w.mode, w.detail, w.expected_on
      FROM unnest($1::int8[]) WITH ORDINALITY j(id, place) JOIN current c ON c.parcel = j.id
      JOIN parcel p ON p.id = j.id JOIN account a ON a.id = p.account JOIN wording w ON w.id = c.wording
      ORDER BY j.place
      """, [.integers(places.map(\.parcel))])
    return Array(rows)
  }

  /// Counts the parcels that meet the filter, up to a limit; the cursor does not count.
  func count(most: Int) async throws(PostgresFault) -> Int {
    guard !isEmpty, most > 0 else { return 0 }
    if let candidates { return try await count(candidates, ranks, most) }
    guard isOnlyOfStatuses else { return try await countInRuns(ranks, most) }
    let count = min(most, try await keptCount())
    let rest = ranks?.filter { !StatusTally.counted.contains($0) } ?? []
    if rest.isEmpty || count == most { return count }
    return try await count + countInRuns(rest, most - count)
  }

  // MARK: Where to look

  /// The ranks of the statuses that it asks for; nil: any.
  private var ranks: [UInt8]? { filter.statuses?.map(\.timelineRank).sorted() }

  private func places(limit: Int) async throws(PostgresFault) -> [Place] {
    guard !isEmpty, limit > 0 else { return [] }
    if let candidates { return try await places(candidates, least: nil, limit) }
    let runs = try await runs(with: ranks, upTo: filter.after?.since)
    var places: [Place] = []
    var (index, size) = (0, Self.runsAtOnce.lowerBound)
    while index < runs.count {
      var least: Int64?
      if places.count >= limit {
        least = places[limit - 1].key
        if CurrentPosition.key(since: runs[index].integer(1), rank: 31) < places[limit - 1].key {
          break
        }
      }
      let some = runs[index..<min(index + size, runs.count)]
      places += try await self.places(some.map { $0.integer(0) }, least: least, limit)
      places.sort(by: Place.isBefore)
      places = Array(places.prefix(limit))
      (index, size) = (index + size, min(size * 2, Self.runsAtOnce.upperBound))
    }
    return places
  }

  private func countInRuns(_ ranks: [UInt8]?, _ most: Int) async throws(PostgresFault) -> Int {
    let runs = try await runs(with: ranks, upTo: nil)
    var count = 0
    for start in stride(from: 0, to: runs.count, by: Self.runsAtOnce.upperBound) where count < most
    {
      let some = runs[start..<min(start + Self.runsAtOnce.upperBound, runs.count)]
      count += try await self.count(some.map { $0.integer(0) }, ranks, most - count)
    }
    return count
  }

  /// The runs that may have an answer, and when the latest status of each began, the latest one first.
  /// - Parameter cursor: no answer's status began after this.
  private func runs(
    with ranks: [UInt8]?, upTo cursor: Int64?
  ) async throws(PostgresFault) -> PostgresRows {
    let seldom = ranks?.filter { !StatusTally.counted.contains($0) } ?? []
    let counted = ranks?.filter { StatusTally.counted.contains($0) } ?? []
    // A bit says that a parcel of the run has the status or had it; the count, that one has such a status now.
    return try await ask(
      """
      SELECT block, latest FROM parcel_range
      WHERE latest >= $1 AND min_time < $2 AND min_time <= $3
        AND (statuses & $4 <> 0 OR (statuses & $5 <> 0 AND seldom & $6 <> 0))
      ORDER BY latest DESC, block DESC
      """,
      [
        .integer(filter.since ?? .min), .integer(filter.until ?? .max), .integer(cursor ?? .max),
        .integer(ranks == nil ? -1 : Self.mask(of: counted)), .integer(Self.mask(of: seldom)),
        .integer(seldom.reduce(0) { $0 | 1 << Int64($1) }),
      ], mayReadAll: true)
  }

  private static func mask(of ranks: [UInt8]) -> Int64 {
    ranks.reduce(0) { $0 | StatusTally.mask(of: $1) }
  }

  // MARK: Kept counts

  /// Whether it asks for nothing but statuses, so that the counts of the runs say how many.
  private var isOnlyOfStatuses: Bool {
    filter.since == nil && filter.until == nil && filter.quiet == nil && filter.order == nil
      && filter.postcode == nil && filter.site == nil && filter.accountID == nil
      && filter.contract == nil
  }

  /// How many have one of the statuses that have a count of their own; all parcels where any status will do.
  private func keptCount() async throws(PostgresFault) -> Int {
    let ranks = ranks?.filter { StatusTally.counted.contains($0) }
    if ranks?.isEmpty == true { return 0 }
    let rows = try await ask(
      "SELECT coalesce(sum(\(StatusTally.sum(of: ranks))), 0)::int8 FROM parcel_range", [],
      mayReadAll: true)
    return Int(rows.first?.integer(0) ?? 0)
  }

  // MARK: Asking

  /// The first answers among some candidates, or among the parcels of some runs.
  private func places(
    _ ids: [Int64], least: Int64?, _ limit: Int
  ) async throws(PostgresFault) -> [Place] {
    var all = conditions(of: ranks, after: filter.after, least: least)
    let answers = answers(ids, &all)
    let most = all.add(.integer(Int64(limit)))
    return try await ask(
      "SELECT parcel, key FROM \(answers) ORDER BY key DESC, parcel DESC LIMIT \(most)", all.values
    ).map { Place(parcel: $0.integer(0), key: $0.integer(1)) }
  }

  private func count(
    _ ids: [Int64], _ ranks: [UInt8]?, _ most: Int
  ) async throws(PostgresFault) -> Int {
    var all = conditions(of: ranks, after: nil, least: nil)
    let answers = answers(ids, &all)
    let limit = all.add(.integer(Int64(most)))
    let rows = try await ask(
      "SELECT count(*) FROM (SELECT 1 FROM \(answers) LIMIT \(limit)) n", all.values)
    return Int(rows.first?.integer(0) ?? 0)
  }

  /// A table of SQL with parcel and key of all answers among candidates or runs.
  private func answers(_ ids: [Int64], _ all: inout Conditions) -> String {
    let condition = ([isAmong("c.parcel")] + all.texts).joined(separator: " AND ")
    // OFFSET 0: one after the other, by the key of `current`.
    return """
      unnest(\(all.add(.integers(ids)))::int8[]) r(id) CROSS JOIN LATERAL (
        SELECT c.parcel, \(Self.key) AS key FROM current c WHERE \(condition) OFFSET 0) c
      """
  }

  private func ask(
    _ sql: String, _ values: [PostgresValue], mayReadAll: Bool = false
  ) async throws(PostgresFault) -> PostgresRows {
    try await db.run([
      Self.settings(mayReadAll: mayReadAll), PostgresStatement(sql, values),
    ])[1]
  }
}
