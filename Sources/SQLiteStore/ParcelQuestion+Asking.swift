import GRDB
import ParcelStore
import Status

// How the answers are found.
extension ParcelQuestion {
  /// Runs of parcels that are looked at together: at first, and at most.
  private static let runsAtOnce = 16...1_024

  /// Where an answer stands in the list.
  struct Place {
    var parcel: Int64
    /// Time and rank of its status.
    var key: Int64

    fileprivate static func isBefore(_ left: Self, _ right: Self) -> Bool {
      (left.key, left.parcel) > (right.key, right.parcel)
    }
  }

  /// The parcels that meet the filter, in the order of the list.
  /// - Parameter limit: at most so many.
  func places(limit: Int) throws -> [Place] {
    guard !isEmpty, limit > 0 else { return [] }
    if candidates != nil {
      return try places(Part(source: Self.amongCandidates, condition: statusCondition), limit)
    }
    var places: [Place] = []
    for rank in rareRanks {
      places += try self.places(
        Part(source: Self.everything, condition: Self.isOf(rank)), limit)
    }
    places.sort(by: Place.isBefore)
    places = Array(places.prefix(limit))
    let runs = try runsToLookAt().sorted { $0.latest > $1.latest }
    var (index, size) = (0, Self.runsAtOnce.lowerBound)
    while index < runs.count {
      var least: Int64?
      if places.count >= limit {
        least = places[limit - 1].key
        if CurrentPosition.key(since: runs[index].latest, rank: 31) < places[limit - 1].key {
          break
        }
      }
      let some = runs[index..<min(index + size, runs.count)]
      places += try self.places(
        Part(
          source: Self.amongRuns, condition: usualCondition, runs: Self.list(some.map(\.block)),
          least: least), limit)
      places.sort(by: Place.isBefore)
      places = Array(places.prefix(limit))
      (index, size) = (index + size, min(size * 2, Self.runsAtOnce.upperBound))
    }
    return places
  }

  /// Counts the parcels that meet the filter, up to a limit; the cursor does not count.
  func count(most: Int) throws -> Int {
    guard !isEmpty, most > 0 else { return 0 }
    if candidates != nil {
      return try count(Part(source: Self.amongCandidates, condition: statusCondition), most)
    }
    var count = 0
    for rank in rareRanks where count < most {
      count += try self.count(
        Part(source: Self.everything, condition: Self.isOf(rank)), most - count)
    }
    if isOnlyOfStatuses { return try min(most, count + countOfRuns()) }
    let runs = try runsToLookAt(isCursorMet: false)
    for start in stride(from: 0, to: runs.count, by: Self.runsAtOnce.upperBound) where count < most
    {
      let some = runs[start..<min(start + Self.runsAtOnce.upperBound, runs.count)]
      count += try self.count(
        Part(
          source: Self.amongRuns, condition: usualCondition, runs: Self.list(some.map(\.block))),
        most - count)
    }
    return count
  }

  // MARK: Where to look

  private static let amongCandidates =
    "json_each(:candidates) j CROSS JOIN current c ON c.parcel = j.value"
  private static let amongRuns = """
    json_each(:runs) j CROSS JOIN current c ON c.parcel BETWEEN j.value << 8 AND j.value << 8 | 255
    """
  private static let everything = "current c"

  /// The parcels of a rare status, by the index.
  private static func isOf(_ rank: UInt8) -> String {
    // Word for word as in the index, so that SQLite may take it.
    "(c.position & 31) = \(rank) AND \(CurrentPosition.isRare(of: "c."))"
  }

  static func list(_ ids: some Sequence<Int64>) -> String {
    "[" + ids.map { String($0) }.joined(separator: ",") + "]"
  }

  /// The rare statuses that it asks for; without any named, these are read with all others.
  private var rareRanks: [UInt8] {
    let ranks = filter.statuses?.map(\.timelineRank) ?? []
    return ranks.filter { !CurrentPosition.usualRanks.contains($0) }.sorted()
  }

  private var usualRanks: [UInt8] {
    let ranks = filter.statuses?.map(\.timelineRank) ?? []
    return ranks.filter { CurrentPosition.usualRanks.contains($0) }.sorted()
  }

  private var usualCondition: String {
    filter.statuses == nil ? "" : Self.isOf(anyOf: usualRanks)
  }

  private var statusCondition: String {
    filter.statuses == nil ? "" : Self.isOf(anyOf: usualRanks + rareRanks)
  }

  private static func isOf(anyOf ranks: [UInt8]) -> String {
    "(c.position & 31) IN (\(ranks.map { String($0) }.joined(separator: ", ")))"
  }

  /// Whether all statuses are in the index of rare ones.
  var isRare: Bool { filter.statuses != nil && usualRanks.isEmpty }

  /// The runs that may have an answer with a usual status, and when the latest status of each began.
  private func runsToLookAt(
    isCursorMet: Bool = true
  ) throws -> [(block: Int64, latest: Int64)] {
    if isRare { return [] }
    let select = try RawStatement(
      db,
      """
      SELECT block, latest FROM parcel_range
      WHERE latest >= ?1 AND min_time < ?2 AND min_time <= ?3 AND statuses & ?4 <> 0
      """)
    select.bind(1, filter.since ?? .min)
    select.bind(2, filter.until ?? .max)
    select.bind(3, isCursorMet ? filter.after?.since ?? .max : .max)
    let mask = usualRanks.reduce(0) { $0 | StatusTally.mask(of: $1) }
    select.bind(4, filter.statuses == nil ? -1 : mask)
    defer { select.reset() }
    var found: [(block: Int64, latest: Int64)] = []
    while try select.step() {
      let block = select.integer(0)
      if runs?.contains(block) != false || block >= firstYoungRun {
        found.append((block, select.integer(1)))
      }
    }
    return found
  }

  // MARK: Asking

  /// Part of the answer: where to look, and what else must hold there.
  private struct Part {
    var source: String
    var condition: String
    /// The runs to look at.
    var runs: String?
    /// The least key that may still be among the answers.
    var least: Int64?
  }

  /// The statements of a page, for `EXPLAIN QUERY PLAN`.
  func statements() -> [(sql: String, arguments: StatementArguments)] {
    if isEmpty { return [] }
    if candidates != nil {
      return [page(Part(source: Self.amongCandidates, condition: statusCondition), limit: 1)]
    }
    let rare = rareRanks.map { Part(source: Self.everything, condition: Self.isOf($0)) }
    let usual = Part(source: Self.amongRuns, condition: usualCondition, runs: "[]")
    return (rare + (isRare ? [] : [usual])).map { page($0, limit: 1) }
  }

  private func page(_ part: Part, limit: Int) -> (sql: String, arguments: StatementArguments) {
    var (all, arguments) = conditionsAndArguments(part)
    if let least = part.least {
      all.append("\(Self.key) >= :least")
      arguments["least"] = least
    }
    if let after = filter.after {
      all.append("\(Self.key) <= :cursorKey AND (\(Self.key) < :cursorKey OR c.parcel < :cursor)")
      arguments["cursorKey"] = CurrentPosition.key(since: after.since, rank: after.rank)
      arguments["cursor"] = after.parcel
    }
    arguments["limit"] = limit
    let sql = """
      SELECT c.parcel, \(Self.key) FROM \(part.source) WHERE \(Self.joined(all))
      ORDER BY \(Self.key) DESC, c.parcel DESC LIMIT :limit
      """
    return (sql, StatementArguments(arguments))
  }

  private func places(_ part: Part, _ limit: Int) throws -> [Place] {
    let page = page(part, limit: limit)
    let rows = try Row.fetchCursor(
      db, sql: page.sql, arguments: page.arguments)
    var places: [Place] = []
    while let row = try rows.next() { places.append(Place(parcel: row[0], key: row[1])) }
    return places
  }

  private func count(_ part: Part, _ most: Int) throws -> Int {
    var (all, arguments) = conditionsAndArguments(part)
    arguments["limit"] = most
    let sql =
      "SELECT count(*) FROM (SELECT 1 FROM \(part.source) WHERE \(Self.joined(all)) LIMIT :limit)"
    return try Int.fetchOne(db, sql: sql, arguments: StatementArguments(arguments)) ?? 0
  }

  private func conditionsAndArguments(
    _ part: Part
  ) -> ([String], [String: (any DatabaseValueConvertible)?]) {
    var arguments = arguments
    if let runs = part.runs { arguments["runs"] = runs }
    return (conditions + (part.condition.isEmpty ? [] : [part.condition]), arguments)
  }

  /// How many parcels have one of its rare statuses, up to a limit.
  func rareCount(most: Int) throws -> Int {
    var count = 0
    for rank in rareRanks where count < most {
      count +=
        try db.value(
          "SELECT count(*) FROM (SELECT 1 FROM current c WHERE \(Self.isOf(rank)) LIMIT ?)",
          [most - count]) ?? 0
    }
    return count
  }

  /// Whether it asks for nothing but statuses, so that the counts of the runs say how many.
  private var isOnlyOfStatuses: Bool {
    conditions.isEmpty && filter.since == nil && filter.until == nil && runs == nil
  }

  private func countOfRuns() throws -> Int {
    if isRare { return 0 }
    let sum = StatusTally.sum(of: filter.statuses == nil ? nil : usualRanks)
    return try db.value("SELECT ifnull(sum(\(sum)), 0) FROM parcel_range") ?? 0
  }

  private static func joined(_ conditions: [String]) -> String {
    conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
  }
}
