import Carrier
import GRDB
import ParcelStore
import Status

/// A filter of parcels as a statement of SQL: where to look, and what must hold.
///
/// What names few parcels says where: an order reference, a postcode, an account with few parcels (`ParcelLookup`),
/// statuses that are rare (an index), or a time (`parcel_range`). Otherwise all current
/// statuses are read.
struct ParcelQuestion {
  private let db: Database
  private let filter: ParcelFilter
  private var conditions: [String] = []
  private var arguments: [String: (any DatabaseValueConvertible)?] = [:]
  /// The parcels among which the answers are; nil: any.
  private var candidates: [Int64]?
  /// The accounts that it names; nil: any.
  private var accounts: [Int64]?

  /// More candidates are looked up no faster than all statuses are read.
  private static let mostCandidates = 30_000

  static let key = "(c.position & \(CurrentPosition.timeMask))"

  init(_ db: Database, _ filter: ParcelFilter) throws {
    self.db = db
    self.filter = filter
    addStatuses()
    addTimes()
    try addAccounts()
    addDetails()
    try addEvents()
    candidates = try findCandidates()
    // As one text, as there may be any number of them.
    arguments["candidates"] = candidates.map { ids in
      "[" + Set(ids).map { String($0) }.joined(separator: ",") + "]"
    }
  }

  /// Whether nothing can meet the filter.
  var isEmpty: Bool {
    filter.statuses?.isEmpty == true || accounts?.isEmpty == true || candidates?.isEmpty == true
  }

  /// Number, status and position of the parcels that meet the filter: the columns of `current c`.
  /// - Parameter limit: at most so many.
  func page(limit: Int) -> (sql: String, arguments: StatementArguments) {
    var (conditions, arguments) = (conditions, arguments)
    if let after = filter.after {
      conditions.append(
        "\(Self.key) <= :cursorKey AND (\(Self.key) < :cursorKey OR c.parcel < :cursor)")
      arguments["cursorKey"] = CurrentPosition.key(since: after.since, rank: after.rank)
      arguments["cursor"] = after.parcel
    }
    arguments["limit"] = limit
    let sql = """
      SELECT c.parcel, c.position, c.wording FROM \(source) WHERE \(Self.joined(conditions))
      ORDER BY \(Self.key) DESC, c.parcel DESC LIMIT :limit
      """
    return (sql, StatementArguments(arguments))
  }

  /// Counts the parcels that meet the filter, up to a limit.
  func count(most: Int) -> (sql: String, arguments: StatementArguments) {
    var arguments = arguments
    arguments["limit"] = most
    let sql =
      "SELECT count(*) FROM (SELECT 1 FROM \(source) WHERE \(Self.joined(conditions)) LIMIT :limit)"
    return (sql, StatementArguments(arguments))
  }

  private var source: String {
    if candidates != nil {
      return "json_each(:candidates) j CROSS JOIN current c ON c.parcel = j.value"
    }
    guard filter.since != nil || filter.until != nil, !isRare else { return "current c" }
    return """
      (SELECT block << 8 AS first FROM parcel_range
        WHERE max_time >= :firstTime AND min_time < :endTime) r
      CROSS JOIN current c ON c.parcel BETWEEN r.first AND r.first | 255
      """
  }

  private static func joined(_ conditions: [String]) -> String {
    conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
  }

  // MARK: Conditions

  private mutating func addStatuses() {
    guard let statuses = filter.statuses else { return }
    let ranks = statuses.map(\.timelineRank).sorted()
    conditions.append("(c.position & 31) IN (\(ranks.map { String($0) }.joined(separator: ", ")))")
    // Word for word as in the index, so that SQLite may take it.
    if isRare { conditions.append(CurrentPosition.isRare(of: "c.")) }
  }

  /// Whether all statuses are in the index of rare ones.
  private var isRare: Bool {
    guard let statuses = filter.statuses else { return false }
    return CurrentPosition.usualRanks.isDisjoint(with: statuses.map(\.timelineRank))
  }

  private mutating func addTimes() {
    if let since = filter.since {
      conditions.append("\(Self.key) >= :since")
      arguments["since"] = CurrentPosition.key(since: since)
    }
    if let until = filter.until {
      conditions.append("\(Self.key) < :until")
      arguments["until"] = CurrentPosition.key(since: until)
    }
    arguments["firstTime"] = filter.since ?? .min
    arguments["endTime"] = filter.until ?? .max
  }

  private mutating func addAccounts() throws {
    guard filter.accountID != nil || filter.contract != nil else { return }
    // Few: account pairs, not parcels.
    let accounts = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id FROM account a WHERE (?1 IS NULL OR a.account_id = ?1) AND (?2 IS NULL OR (
            SELECT contract FROM feed WHERE account = a.id ORDER BY last_row_at DESC LIMIT 1) = ?2)
          """), arguments: [filter.accountID, filter.contract])
    self.accounts = accounts
    let list = accounts.map { String($0) }.joined(separator: ",")
    conditions.append(
      "EXISTS(SELECT 1 FROM parcel p WHERE p.id = c.parcel AND p.account IN (\(list)))")
  }

  private mutating func addDetails() {
    if let order = filter.order {
      arguments["order"] = order
      conditions.append(
        """
        EXISTS(SELECT 1 FROM parcel p WHERE p.id = c.parcel
          AND p.order_reference = :order COLLATE NOCASE)
        """)
    }
    if let postcode = filter.postcode {
      let forms = PostcodeForms(postcode).texts
      for (index, form) in forms.enumerated() { arguments["postcode\(index)"] = form }
      let list = forms.indices.map { ":postcode\($0)" }.joined(separator: ", ")
      conditions.append(
        """
        EXISTS(SELECT 1 FROM parcel p WHERE p.id = c.parcel
          AND p.postcode COLLATE NOCASE IN (\(list)))
        """)
    }
  }

  private mutating func addEvents() throws {
    if let site = filter.site {
      let id: Int64? = try db.value("SELECT id FROM site WHERE name = ?", [site])
      arguments["site"] = id ?? -1
      conditions.append(
        "EXISTS(SELECT 1 FROM event e WHERE e.parcel = c.parcel AND e.site = :site)")
    }
    if let quiet = filter.quiet {
      // The status itself is an event.
      conditions.append("NOT (\(Self.key) >= :quietKey AND \(Self.key) < :quietEndKey)")
      conditions.append(
        """
        NOT EXISTS(SELECT 1 FROM event e WHERE e.parcel = c.parcel AND (
          (e.time >= :quiet AND e.time < :quietEnd AND e.kind & 3 <> 2) OR (e.kind & 3 = 2 AND (
            SELECT j.received_at FROM journal j WHERE j.first_seq <= e.seq
            ORDER BY j.first_seq DESC LIMIT 1) BETWEEN :quiet AND :quietEnd - 1)))
        """)
      arguments["quiet"] = quiet.lowerBound
      arguments["quietEnd"] = quiet.upperBound
      arguments["quietKey"] = CurrentPosition.key(since: quiet.lowerBound)
      arguments["quietEndKey"] = CurrentPosition.key(since: quiet.upperBound)
    }
  }

  // MARK: Candidates

  private func findCandidates() throws -> [Int64]? {
    let lookup = ParcelLookup(db)
    if let order = filter.order {
      let hash = ParcelLookup.hash(order.utf8)
      guard let found = try lookup.candidates(.order, hash, most: Self.mostCandidates) else {
        return nil
      }
      return try found + young("order_reference = ? COLLATE NOCASE", [order])
    }
    if let postcode = filter.postcode {
      let forms = PostcodeForms(postcode).texts
      var found: [Int64] = []
      for hash in Set(forms.map { ParcelLookup.hash($0.utf8) }) {
        guard let some = try lookup.candidates(.postcode, hash, most: Self.mostCandidates) else {
          return nil
        }
        found += some
      }
      let places = Array(repeating: "?", count: forms.count).joined(separator: ", ")
      return try found + young("postcode COLLATE NOCASE IN (\(places))", StatementArguments(forms))
    }
    if isRare { return nil }
    if let accounts { return try ofAccounts(accounts, lookup) }
    return nil
  }

  private func ofAccounts(_ accounts: [Int64], _ lookup: ParcelLookup) throws -> [Int64]? {
    var found: [Int64] = []
    for account in accounts {
      guard
        let some = try lookup.candidates(
          .account, ParcelLookup.hash(account: account), most: Self.mostCandidates)
      else { return nil }
      found += some
      if found.count > Self.mostCandidates { return nil }
    }
    let list = accounts.map { String($0) }.joined(separator: ",")
    return try found + young("account IN (\(list))", [])
  }

  /// The parcels that are in no segment yet and meet a condition.
  private func young(_ condition: String, _ arguments: StatementArguments) throws -> [Int64] {
    let first = try ParcelLookup(db).firstOpen()
    return try Int64.fetchAll(
      db, sql: "SELECT id FROM parcel WHERE id >= \(first) AND \(condition)", arguments: arguments)
  }
}
