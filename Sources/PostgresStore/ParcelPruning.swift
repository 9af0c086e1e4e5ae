import Carrier
import ParcelStore
import Postgres

/// Deletes the events of some parcels that are older than they are kept.
///
/// Only parcels are read that have an event of before: the tables of months that are young are not looked at.
struct ParcelPruning {
  private let db: PostgresConnection
  private let oldest: Int64

  /// Entries for followers that one batch deletes.
  private static let mostCorrections = 20_000

  /// - Parameter oldest: the instant from which on events stay.
  init(_ db: PostgresConnection, before oldest: Int64) {
    self.db = db
    self.oldest = oldest
  }

  /// The next parcels, and what is to be deleted of them.
  struct Look: Sendable {
    var parcels: [Int64]
    var step: PruneStep
  }

  /// - Parameter done: where the batch before ended.
  /// - Returns: nil when no parcel is left that has an event of before.
  func look(after done: Int64, limit: Int) async throws -> Look? {
    let limit = max(1, limit)
    let answers = try await db.run(
      [Self.usualPlans] + candidates(after: done, limit: limit) + [
        PostgresStatement("SELECT max(id) FROM parcel")
      ])
    var found = Set(answers[1].map { $0.integer(0) })
    for row in answers[2] { try found.formUnion(late(row).filter { $0 > done }) }
    let parcels = Array(found.sorted().prefix(limit))
    guard let last = parcels.last else { return nil }
    let doomed = try await doomed(of: parcels, isLocking: false)
    var step = PruneStep(done: last, all: max(last, answers[3].first?.integerIfAny(0) ?? 0))
    step.events = doomed.events.count
    step.parcels = doomed.parcels.count
    return Look(parcels: parcels, step: step)
  }

  /// With the length of a list in mind the server would read whole tables.
  private static let usualPlans = PostgresStatement(
    "SET LOCAL plan_cache_mode = force_generic_plan")

  // MARK: Parcels with an event of before

  /// When an event came. NULL: the journal lacks it, which is damage.
  private static let receivedAt =
    "(SELECT received_at FROM journal WHERE batch = \(EventPlace.batch(of: "e.place")) LIMIT 1)"

  private func candidates(after done: Int64, limit: Int) -> [PostgresStatement] {
    let first = PlausibleTimes.first
    return [
      // The time of an undated event is 0; so it is among those of the second part.
      PostgresStatement(
        """
        SELECT parcel FROM (
          (SELECT DISTINCT parcel FROM event
            WHERE parcel > $1 AND time >= \(first) AND time < $2 AND kind & 3 <> 2
            ORDER BY parcel LIMIT $3)
          UNION
          (SELECT DISTINCT parcel FROM event e
            WHERE parcel > $1 AND time < \(first) AND \(Self.receivedAt) < $2
            ORDER BY parcel LIMIT $3)) c
        ORDER BY parcel LIMIT $3
        """, [.integer(done), .integer(oldest), .integer(Int64(limit))]),
      // Blocks with a time that was too far in the future: word for word as the index `journal_late` has it.
      PostgresStatement(
        """
        SELECT received_at, events, records FROM journal
        WHERE max_time > received_at + 82800 AND max_time >= $1 AND received_at < $1
        """, [.integer(oldest)]),
    ]
  }

  /// The parcels of events that go by when they came, as they can't have happened so late.
  private func late(_ row: PostgresRows.Row) throws -> [Int64] {
    guard let entries = JournalBlock.entries(of: row.bytes(2), count: Int(row.integer(1))) else {
      throw PostgresEventStore.damaged("a block of the journal is damaged")
    }
    let receivedAt = row.integer(0)
    return entries.filter { entry in
      !entry.isRemoved && entry.seconds >= oldest
        && !PlausibleTimes.contains(entry.time, receivedAt: receivedAt)
    }.map(\.parcel)
  }

  // MARK: Deciding

  private struct Event {
    let parcel: Int64
    let time: Int64
    let kind: Int64
    let site: Int64
    let wording: Int64
    let place: Int64
    /// When it happened, or came, where its time says nothing or can't be right.
    let instant: Int64
  }

  /// What goes.
  private struct Doomed {
    var events: [Event] = []
    /// All of their events go.
    var parcels: [Int64] = []
  }

  /// - Parameter isLocking: nobody may change these parcels' statuses until the transaction ends.
  private func doomed(
    of parcels: [Int64], isLocking: Bool, takesParcels: Bool = true
  ) async throws -> Doomed {
    let list = PostgresValue.integers(parcels)
    let answers = try await db.run([
      PostgresStatement(
        """
        SELECT parcel, position FROM current WHERE parcel = ANY($1) ORDER BY parcel
        \(isLocking ? "FOR UPDATE" : "")
        """, [list]),
      PostgresStatement(
        """
        SELECT parcel, time, kind, site, wording >> 1, place,
          CASE WHEN \(Self.goesByTime) AND time < $2 THEN 0 ELSE \(Self.receivedAt) END
        FROM event e WHERE parcel = ANY($1) ORDER BY parcel
        """, [list, .integer(oldest)]),
    ])
    let positions = Dictionary(
      answers[0].map { ($0.integer(0), CurrentPosition(rawValue: $0.integer(1))) },
      uniquingKeysWith: { $1 })
    var doomed = Doomed()
    var events: [Event] = []
    for row in answers[1] {
      let event = event(row)
      if let parcel = events.first?.parcel, parcel != event.parcel {
        decide(events, positions[parcel], takesParcels, &doomed)
        events.removeAll(keepingCapacity: true)
      }
      events.append(event)
    }
    if let parcel = events.first?.parcel {
      decide(events, positions[parcel], takesParcels, &doomed)
    }
    return doomed
  }

  /// Dated, and not too early to be right.
  private static let goesByTime = "kind & 3 <> 2 AND time >= \(PlausibleTimes.first)"

  private func event(_ row: PostgresRows.Row) -> Event {
    let (time, kind) = (row.integer(1), row.integer(2))
    return Event(
      parcel: row.integer(0), time: time, kind: kind, site: row.integer(3),
      wording: row.integer(4), place: row.integer(5),
      instant: instant(time, kind: kind, cameAt: row.integer(6)))
  }

  private func instant(_ time: Int64, kind: Int64, cameAt: Int64) -> Int64 {
    let goesByTime = kind & 3 != 2 && time >= PlausibleTimes.first
    // One that lay in the future when it came was received before it, so it is too old as well.
    if goesByTime, time < oldest { return time }
    // The journal lacks it: that is damage, and nothing is deleted for it.
    if cameAt == 0 { return .max }
    let isPlausible =
      goesByTime
      && PlausibleTimes.contains(EventTime(seconds: time, precision: .second), receivedAt: cameAt)
    return isPlausible ? time : cameAt
  }

  /// Decides which events of a parcel go.
  private func decide(
    _ events: [Event], _ position: CurrentPosition?, _ takesParcels: Bool, _ doomed: inout Doomed
  ) {
    let staying = events.count { $0.instant >= oldest }
    if staying == 0 {
      // It became so since it was looked at: the next pruning takes it.
      guard takesParcels, let parcel = events.first?.parcel else { return }
      doomed.parcels.append(parcel)
      doomed.events += events
      return
    }
    guard staying < events.count else { return }
    // The day whose events decide the parcel's current status stays.
    let day = position.map { WallClock.paris.bounds(ofDayAt: $0.instant).lowerBound }
    let end = min(oldest, day ?? oldest)
    doomed.events += events.filter { $0.instant < end }
  }

  // MARK: Deleting

  /// Deletes what is to be deleted of parcels that were looked at.
  /// - Parameter takesParcels: whether parcels may go; nobody else writes then.
  func delete(_ look: Look, takesParcels: Bool) async throws -> PruneStep {
    try await db.run([Self.usualPlans])
    let doomed = try await doomed(of: look.parcels, isLocking: true, takesParcels: takesParcels)
    var step = look.step
    step.events = doomed.events.count
    step.parcels = doomed.parcels.count
    guard step.events > 0 else { return step }
    let places = doomed.events.map(\.place)
    try await db.run([
      PostgresStatement(
        """
        DELETE FROM event e
        USING unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[]) AS d(parcel, time, kind, site)
        WHERE e.parcel = d.parcel AND e.time = d.time AND e.kind = d.kind::int4
          AND e.site = d.site::int4
        """,
        [
          .integers(doomed.events.map(\.parcel)), .integers(doomed.events.map(\.time)),
          .integers(doomed.events.map(\.kind)), .integers(doomed.events.map(\.site)),
        ]),
      // Few events have one.
      PostgresStatement("DELETE FROM ambiguous_time WHERE place = ANY($1)", [.integers(places)]),
    ])
    try await JournalHoles(db).remove(places)
    try await db.run(parcels(doomed) + counts(doomed))
    return step
  }

  private func parcels(_ doomed: Doomed) -> [PostgresStatement] {
    guard !doomed.parcels.isEmpty else { return [] }
    let parcels = PostgresValue.integers(doomed.parcels)
    return [
      PostgresStatement("DELETE FROM current WHERE parcel = ANY($1)", [parcels]),
      PostgresStatement("DELETE FROM correction WHERE parcel = ANY($1)", [parcels]),
      PostgresStatement("DELETE FROM parcel WHERE id = ANY($1)", [parcels]),
    ]
  }

  /// The last ones of the transaction: every commit wants these rows.
  private func counts(_ doomed: Doomed) -> [PostgresStatement] {
    var wordings: [Int64: Int64] = [:]
    for event in doomed.events { wordings[event.wording, default: 0] += 1 }
    let numbers = wordings.keys.sorted()
    return [
      PostgresStatement(
        """
        WITH gone AS (
          SELECT w.id, g.n FROM wording w
          JOIN unnest($1::int8[], $2::int8[]) AS g(wording, n) ON g.wording = w.id
          ORDER BY w.id FOR UPDATE OF w)
        UPDATE wording w SET events = greatest(0, w.events - gone.n) FROM gone WHERE w.id = gone.id
        """, [.integers(numbers), .integers(numbers.map { wordings[$0] ?? 0 })]),
      PostgresStatement(
        "UPDATE store SET events = events - $1, parcels = parcels - $2",
        [.integer(Int64(doomed.events.count)), .integer(Int64(doomed.parcels.count))]),
    ]
  }

  /// Deletes corrected statuses that are as old.
  /// - Returns: whether there were some.
  func deleteCorrections() async throws(PostgresFault) -> Bool {
    try await db.run(
      """
      DELETE FROM correction WHERE seq IN (
        SELECT seq FROM correction WHERE at < $1 ORDER BY seq LIMIT \(Self.mostCorrections))
      """, [.integer(oldest)]
    ).changed > 0
  }
}
