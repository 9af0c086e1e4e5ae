import Carrier
import GRDB
import ParcelStore
import Status

/// A filter of parcels as statements of SQL: where to look, and what must hold.
///
/// What names few parcels says where: an order reference, a postcode, an account with few parcels (`ParcelLookup`),
/// a site that few parcels passed (`SeldomParcels`). Otherwise parcels with rare statuses are found by their index,
/// and those with usual ones run by run, the run with the latest status first, until no other run can have a
/// later one (`parcel_range`).
struct ParcelQuestion {
  let db: Database
  let filter: ParcelFilter
  private(set) var conditions: [String] = []
  private(set) var arguments: [String: (any DatabaseValueConvertible)?] = [:]
  /// The parcels among which the answers are; nil: any.
  private(set) var candidates: [Int64]?
  /// The accounts that it names; nil: any.
  private var accounts: [Int64]?
  /// Whether the candidates are all of these accounts, so that nothing has to be compared.
  private var areOfAccounts = false
  /// -1: one that the store does not have.
  private var site: Int64?
  /// The runs of parcels among which the answers are; nil: any.
  private(set) var runs: Set<Int64>?
  /// Runs from this one on are not in `runs`, and may have answers.
  private(set) var firstYoungRun = Int64.max

  /// Of more candidates only the runs are used.
  private static let mostCandidates = 20_000

  static let key = "(c.position & \(CurrentPosition.timeMask))"

  init(_ db: Database, _ filter: ParcelFilter) throws {
    self.db = db
    self.filter = filter
    addTimes()
    try addAccounts()
    addDetails()
    try addEvents()
    candidates = try findCandidates()
    if let accounts {
      if candidates == nil, !isRare { try findRuns(of: accounts) }
      if !areOfAccounts {
        conditions.append(
          "EXISTS(SELECT 1 FROM parcel p WHERE p.id = c.parcel AND \(Self.isOf(accounts)))")
      }
    }
    // As one text, as there may be any number of them; in the order of the tables.
    arguments["candidates"] = candidates.map { Self.list(Set($0).sorted()) }
  }

  /// Whether nothing can meet the filter.
  var isEmpty: Bool {
    filter.statuses?.isEmpty == true || accounts?.isEmpty == true || candidates?.isEmpty == true
  }

  // MARK: Conditions

  private mutating func addTimes() {
    if let since = filter.since {
      conditions.append("\(Self.key) >= :since")
      arguments["since"] = CurrentPosition.key(since: since)
    }
    if let until = filter.until {
      conditions.append("\(Self.key) < :until")
      arguments["until"] = CurrentPosition.key(since: until)
    }
  }

  private mutating func addAccounts() throws {
    guard filter.accountID != nil || filter.contract != nil else { return }
    // Few: account pairs, not parcels.
    let accounts = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          -- One that differs in the case of letters is meant only where there is no other.
          SELECT id FROM account a WHERE (?1 IS NULL OR a.account_id = ?1
            OR a.account_id = ?1 COLLATE NOCASE
              AND NOT EXISTS (SELECT 1 FROM account WHERE account_id = ?1)) AND (?2 IS NULL OR (
            SELECT contract FROM feed WHERE account = a.id ORDER BY last_row_at DESC LIMIT 1) = ?2)
          """), arguments: [filter.accountID, filter.contract])
    self.accounts = accounts
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
      let id = try SiteName.id(of: site, db) ?? -1
      self.site = id
      arguments["site"] = id
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

  private mutating func findCandidates() throws -> [Int64]? {
    let lookup = ParcelLookup(db)
    if let order = filter.order {
      let hash = ParcelSegments.hash(order.utf8)
      guard let found = try lookup.candidates(.order, hash, most: Self.mostCandidates) else {
        return nil
      }
      return try found + young("order_reference = ? COLLATE NOCASE", [order])
    }
    if let postcode = filter.postcode {
      let forms = PostcodeForms(postcode).texts
      var found: [Int64] = []
      for hash in Set(forms.map { ParcelSegments.hash($0.utf8) }) {
        guard let some = try lookup.candidates(.postcode, hash, most: Self.mostCandidates) else {
          return nil
        }
        found += some
      }
      let places = Array(repeating: "?", count: forms.count).joined(separator: ", ")
      return try found + young("postcode COLLATE NOCASE IN (\(places))", StatementArguments(forms))
    }
    if let site {
      let found = try SeldomParcels(db).parcels(site: site)
      if found.isComplete { return Array(found.parcels) }
    }
    guard let accounts, let found = try ofAccounts(accounts, lookup) else { return nil }
    // An index of few is better than many candidates.
    if isRare, try rareCount(most: found.count + 1) <= found.count { return nil }
    // Up to here each account has a hash of its own.
    let last: Int64 = try db.value("SELECT max(id) FROM account") ?? 0
    areOfAccounts = last <= Int64(UInt16.max)
    return found
  }

  private static func isOf(_ accounts: [Int64]) -> String {
    "account IN (\(accounts.map { String($0) }.joined(separator: ",")))"
  }

  private func ofAccounts(_ accounts: [Int64], _ lookup: ParcelLookup) throws -> [Int64]? {
    var found: [Int64] = []
    for account in accounts {
      guard
        let some = try lookup.candidates(
          .account, ParcelSegments.hash(account: account), most: Self.mostCandidates)
      else { return nil }
      found += some
      if found.count > Self.mostCandidates { return nil }
    }
    return try found + young(Self.isOf(accounts), [])
  }

  /// For accounts with many parcels.
  private mutating func findRuns(of accounts: [Int64]) throws {
    let lookup = ParcelLookup(db)
    var runs: Set<Int64> = []
    for account in accounts {
      try lookup.addRuns(.account, ParcelSegments.hash(account: account), to: &runs)
    }
    self.runs = runs
    firstYoungRun = try lookup.firstOpen() >> ParcelRangeWriter.blockBits
  }

  /// The parcels that are in no segment yet and meet a condition.
  private func young(_ condition: String, _ arguments: StatementArguments) throws -> [Int64] {
    let first = try ParcelLookup(db).firstOpen()
    return try Int64.fetchAll(
      db, sql: "SELECT id FROM parcel WHERE id >= \(first) AND \(condition)", arguments: arguments)
  }
}
