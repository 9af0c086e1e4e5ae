import Carrier
import ParcelStore
import Postgres
import Status

/// A filter of parcels as statements of SQL: where to look, and what must hold.
///
/// What names few parcels says where: an order reference, a postcode, accounts with few parcels (`ParcelLookup`). All
/// others are found run by run, the run with the latest status first, until no other run can have a later one
/// (`parcel_range`).
struct ParcelQuestion {
  let db: PostgresConnection
  let filter: ParcelFilter
  /// The parcels among which the answers are, which meet all that is asked of the parcel's own row; nil: any.
  private(set) var candidates: [Int64]?
  /// Whether nothing can meet the filter.
  private(set) var isEmpty = false
  /// The accounts that it names; nil: any.
  private var accounts: [Int64]?
  private var site: Int64?

  /// Where there are more candidates, the runs are walked.
  private static let mostCandidates = 20_000
  /// Of more accounts no candidates are looked for: that would be longer than to walk the runs.
  private static let mostAccounts = 64

  init(_ db: PostgresConnection, _ filter: ParcelFilter) async throws(PostgresFault) {
    self.db = db
    self.filter = filter
    isEmpty = filter.statuses?.isEmpty == true
    if !isEmpty { try await find() }
  }

  private mutating func find() async throws(PostgresFault) {
    if filter.accountID != nil || filter.contract != nil {
      let accounts = try await findAccounts()
      if accounts.isEmpty { isEmpty = true }
      self.accounts = accounts
    }
    if let name = filter.site {
      site = try await SiteName.id(of: name, db)
      if site == nil { isEmpty = true }
    }
    if isEmpty { return }
    candidates = try await findCandidates()
    if candidates?.isEmpty == true { isEmpty = true }
  }

  private func findAccounts() async throws(PostgresFault) -> [Int64] {
    // Few: account pairs, not parcels.
    try await db.integers(
      """
      -- One that differs in the case of letters is meant only where there is no other.
      SELECT id FROM account a WHERE ($1::text IS NULL OR a.account_id = $1
        OR lower(a.account_id) = lower($1 COLLATE "C")
          AND NOT EXISTS (SELECT 1 FROM account WHERE account_id = $1))
        AND ($2::text IS NULL OR (SELECT contract FROM feed WHERE account = a.id \(Self.latestFeed)) = $2)
      """, [PostgresValue(filter.accountID), PostgresValue(filter.contract)])
  }

  /// Of the feeds of an account pair, the one whose rows came last.
  static let latestFeed = "ORDER BY last_row_at DESC NULLS LAST, contract, service LIMIT 1"

  // MARK: Candidates

  /// The parcels that meet all that is asked of their own rows; nil: too many, or nothing is asked.
  private func findCandidates() async throws(PostgresFault) -> [Int64]? {
    var asked = Conditions()
    let conditions = parcelConditions(&asked)
    guard !conditions.isEmpty else { return nil }
    let start = try await db.run([
      Self.settings(mayReadAll: false), PostgresStatement("SELECT lookup_end FROM store"),
    ])
    let end = start[1].first?.integer(0) ?? 0
    guard let found = try await lookUp(below: end) else { return nil }
    let (old, young) = (asked.add(.integers(found)), asked.add(.integer(end)))
    let most = asked.add(.integer(Int64(Self.mostCandidates + 1)))
    // OFFSET 0: by the key, however few the server expects.
    let rows = try await db.run(
      """
      SELECT p.id FROM (
        SELECT * FROM parcel WHERE id = ANY(\(old)) UNION ALL
        SELECT * FROM parcel WHERE id >= \(young) OFFSET 0) p
      WHERE \(conditions.joined(separator: " AND ")) LIMIT \(most)
      """, asked.values)
    return rows.count > Self.mostCandidates ? nil : rows.map { $0.integer(0) }
  }

  /// The parcels of segments that may have what is asked for; nil: too many.
  private func lookUp(below end: Int64) async throws(PostgresFault) -> [Int64]? {
    var keys: [(ParcelLookup.Field, Set<UInt16>)] = []
    if let order = filter.order { keys.append((.order, [ParcelLookup.hash(order)])) }
    if let postcode = filter.postcode {
      keys.append((.postcode, Set(PostcodeForms(postcode).texts.map(ParcelLookup.hash))))
    }
    if let accounts, accounts.count <= Self.mostAccounts {
      keys.append((.account, Set(accounts.map { ParcelSegments.hash(account: $0) })))
    }
    for (field, hashes) in keys {
      let found = try await ParcelLookup(db).candidates(
        field, hashes, below: end, most: Self.mostCandidates)
      if let found { return found }
    }
    return nil
  }

  /// How the next statements of the transaction are planned: for their very values.
  /// - Parameter mayReadAll: whether a table may be read from end to end.
  static func settings(mayReadAll: Bool) -> PostgresStatement {
    PostgresStatement(
      """
      SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
        set_config('enable_seqscan', $1, true)
      """, [.text(mayReadAll ? "on" : "off")])
  }

  // MARK: Conditions

  /// Conditions with the values of their parameters.
  struct Conditions {
    var texts: [String] = []
    private(set) var values: [PostgresValue] = []

    /// - Returns: the parameter: `$3`.
    mutating func add(_ value: PostgresValue) -> String {
      values.append(value)
      return "$\(values.count)"
    }
  }

  static let key = "(c.position & \(CurrentPosition.timeMask))"

  /// What must hold of a row `c` of `current`, beside standing among those of a row `r` (`isAmong`).
  /// - Parameters:
  ///   - ranks: of the statuses; nil: any.
  ///   - cursor: only what stands after this place of the list.
  ///   - least: only with this time and rank or a later one.
  func conditions(of ranks: [UInt8]?, after cursor: ParcelCursor?, least: Int64?) -> Conditions {
    var all = Conditions()
    addTimes(after: cursor, least: least, to: &all)
    let statuses = all.add(ranks.map { .integers($0.map { Int64($0) }) } ?? .null)
    all.texts.append("(\(statuses)::int8[] IS NULL OR (c.position & 31) = ANY(\(statuses)))")
    let sets = sets(&all)
    if !sets.isEmpty {
      all.texts.append("c.parcel = ANY(ARRAY(\(sets.joined(separator: " INTERSECT "))))")
    }
    if let quiet = filter.quiet { addQuiet(quiet, to: &all) }
    return all
  }

  /// The parcels of `r` that meet what is asked of other tables: each set is read once for each run, as one parcel
  /// after the other would have to be looked up in the events of each month.
  private func sets(_ all: inout Conditions) -> [String] {
    var sets: [String] = []
    let parcel = candidates == nil ? parcelConditions(&all) : []
    if !parcel.isEmpty {
      // OFFSET 0: not by the index of numbers and accounts, which would be read whole.
      sets.append(
        """
        SELECT p.id FROM (SELECT * FROM parcel p WHERE \(isAmong("p.id")) OFFSET 0) p
          WHERE \(parcel.joined(separator: " AND "))
        """)
    }
    if let site {
      let site = all.add(.integer(site))
      sets.append(
        "SELECT e.parcel FROM event e WHERE \(isAmong("e.parcel")) AND e.site = \(site)::int4")
    }
    return sets
  }

  /// That a column is one of the candidates `r`, or of the parcels of a run `r`.
  func isAmong(_ column: String) -> String {
    candidates == nil
      ? "\(column) BETWEEN r.id << \(RangeRows.blockBits) AND (r.id << \(RangeRows.blockBits) | 255)"
      : "\(column) = r.id"
  }

  /// Always in the statement, so that there are few texts.
  private func addTimes(after cursor: ParcelCursor?, least: Int64?, to all: inout Conditions) {
    // The place before which the answers stand; parcels have numbers from 1 on.
    var end = (key: Int64.max, parcel: Int64.max)
    if let until = filter.until { end = (CurrentPosition.key(since: until), 0) }
    if let cursor {
      let place = (CurrentPosition.key(since: cursor.since, rank: cursor.rank), cursor.parcel)
      if place < end { end = place }
    }
    let since = filter.since.map { CurrentPosition.key(since: $0) } ?? 0
    let first = all.add(.integer(max(since, least ?? 0)))
    let (key, parcel) = (all.add(.integer(end.key)), all.add(.integer(end.parcel)))
    all.texts += ["\(Self.key) >= \(first)", "(\(Self.key), c.parcel) < (\(key), \(parcel))"]
  }

  private func addQuiet(_ quiet: Range<Int64>, to all: inout Conditions) {
    // The status itself is an event.
    let first = all.add(.integer(CurrentPosition.key(since: quiet.lowerBound)))
    let end = all.add(.integer(CurrentPosition.key(since: quiet.upperBound)))
    let (lower, upper) = (
      all.add(.integer(quiet.lowerBound)), all.add(.integer(quiet.upperBound))
    )
    // OFFSET 0: asked for the few parcels at hand, where the server might read all events otherwise.
    all.texts += [
      "(\(Self.key) < \(first) OR \(Self.key) >= \(end))",
      """
      NOT EXISTS (SELECT 1 FROM event e WHERE e.parcel = c.parcel
        AND e.time >= \(lower) AND e.time < \(upper) AND e.kind & 3 <> 2 OFFSET 0)
      """,
      // The time of those without a date is 0.
      """
      NOT EXISTS (SELECT 1 FROM event e WHERE e.parcel = c.parcel AND e.time = 0 AND e.kind & 3 = 2
        AND int8range(\(lower), \(upper)) @> (SELECT received_at FROM journal j
          WHERE j.batch = \(EventPlace.batch(of: "e.place")) LIMIT 1) OFFSET 0)
      """,
    ]
  }

  /// What must hold of a row `p` of `parcel`. Texts are compared as people type them: in the columns' collation the case
  /// of ASCII letters is folded, and no other.
  private func parcelConditions(_ all: inout Conditions) -> [String] {
    var texts: [String] = []
    if let order = filter.order {
      let order = all.add(.text(order))
      texts.append("lower(p.order_reference) = lower(\(order)::text COLLATE \"C\")")
    }
    if let postcode = filter.postcode {
      let forms = all.add(.texts(PostcodeForms(postcode).texts.map(Self.folded)))
      texts.append("lower(p.postcode) = ANY(\(forms))")
    }
    if let accounts { texts.append("p.account = ANY(\(all.add(.integers(accounts))))") }
    return texts
  }

  /// Only ASCII letters, as the columns fold them.
  private static func folded(_ text: String) -> String {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    return String(decoding: text.utf8.map { letters.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
