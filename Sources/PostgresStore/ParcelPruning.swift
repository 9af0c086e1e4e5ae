import Carrier
import ParcelStore
import Postgres

/// Deletes the events of some parcels that are older than they are kept.
///
/// Only runs of parcels are read that have events of before (see `RangeRows`); a run that was pruned says so afterwards,
/// so a pruning that begins again passes over what is done.
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

  /// The next runs of parcels, and what is to be deleted of them.
  struct Look: Sendable {
    fileprivate var runs: [Int64]
    var step: PruneStep
    /// Nothing is to be deleted, and the runs' times are right already.
    var isDone: Bool
  }

  /// - Parameter done: where the batch before ended.
  /// - Returns: nil when no run is left that has an event of before.
  func look(after done: Int64, limit: Int) async throws -> Look? {
    let bits = RangeRows.blockBits
    let answers = try await db.run([
      PostgresStatement(
        """
        SELECT block, min_time, max_time FROM parcel_range WHERE block >= $1 AND min_time < $2
        ORDER BY block LIMIT $3
        """,
        [
          .integer((done + 1) >> bits), .integer(oldest),
          .integer(Int64(max(1, limit >> Int(bits)))),
        ]),
      PostgresStatement("SELECT max(id) FROM parcel"),
    ])
    let runs = answers[0].map { $0.integer(0) }
    guard let last = runs.last else { return nil }
    let doomed = try await doomed(in: runs)
    let end = (last + 1) << bits - 1
    var step = PruneStep(done: end, all: max(end, answers[1].first?.integerIfAny(0) ?? 0))
    doomed.count(&step)
    let isNarrow = answers[0].allSatisfy { row in
      doomed.times[row.integer(0)] == EventAge.Times(first: row.integer(1), last: row.integer(2))
    }
    return Look(runs: runs, step: step, isDone: doomed.events.isEmpty && isNarrow)
  }

  // MARK: Deciding

  private struct Event {
    let parcel: Int64
    let time: Int64
    let kind: Int64
    let site: Int64
    let wording: Int64
    let place: EventPlace
    /// When it happened, or came, where its time says nothing or can't be right.
    let instant: Int64

    init(_ row: PostgresRows.Row, _ age: EventAge, before oldest: Int64) {
      (parcel, time, kind) = (row.integer(0), row.integer(1), row.integer(2))
      (site, wording) = (row.integer(3), row.integer(4))
      place = EventPlace(rawValue: row.integer(5))
      instant = age.instant(time, kind: kind, place, before: oldest)
    }
  }

  /// What goes.
  private struct Doomed {
    var events: [Event] = []
    /// All of their events go.
    var parcels: [Int64] = []
    /// By run: between which times the events happened that stay. A run that is missing has none.
    var times: [Int64: EventAge.Times] = [:]

    func count(_ step: inout PruneStep) {
      step.events = events.count
      step.parcels = parcels.count
    }
  }

  private func doomed(in runs: [Int64]) async throws(PostgresFault) -> Doomed {
    let answers = try await db.run([Self.usualPlans] + Self.parcels(of: runs).flatMap(Self.reading))
    var batches: Set<Int64> = []
    var positions: [Int64: CurrentPosition] = [:]
    for rows in stride(from: 1, to: answers.count, by: 2) {
      for row in answers[rows] { batches.insert(EventPlace(rawValue: row.integer(5)).batch) }
      for row in answers[rows + 1] {
        positions[row.integer(0)] = CurrentPosition(rawValue: row.integer(1))
      }
    }
    let age = EventAge(received: try await ReceiptTimes(db, of: batches))
    var doomed = Doomed()
    var events: [Event] = []
    for rows in stride(from: 1, to: answers.count, by: 2) {
      for row in answers[rows] {
        let event = Event(row, age, before: oldest)
        if let parcel = events.first?.parcel, parcel != event.parcel {
          decide(events, positions[parcel], age, &doomed)
          events.removeAll(keepingCapacity: true)
        }
        events.append(event)
      }
    }
    if let parcel = events.first?.parcel { decide(events, positions[parcel], age, &doomed) }
    return doomed
  }

  /// With a wide range in mind the server would read whole tables; and to plan for each one takes as long as to read it.
  private static let usualPlans = PostgresStatement(
    "SET LOCAL plan_cache_mode = force_generic_plan")

  /// The numbers of the runs' parcels; neighbours together, as most of them are.
  private static func parcels(of runs: [Int64]) -> [ClosedRange<Int64>] {
    var ranges: [ClosedRange<Int64>] = []
    for run in runs {
      var first = run << RangeRows.blockBits
      let end = (run + 1) << RangeRows.blockBits - 1
      if let last = ranges.last, last.upperBound + 1 == first {
        first = last.lowerBound
        ranges.removeLast()
      }
      ranges.append(first...end)
    }
    return ranges
  }

  /// Reads the events of a range, and the current statuses.
  private static func reading(_ parcels: ClosedRange<Int64>) -> [PostgresStatement] {
    let bounds: [PostgresValue] = [.integer(parcels.lowerBound), .integer(parcels.upperBound)]
    return [
      PostgresStatement(
        """
        SELECT parcel, time, kind, site, wording >> 1, place FROM event
        WHERE parcel BETWEEN $1 AND $2 ORDER BY parcel
        """, bounds),
      PostgresStatement(
        "SELECT parcel, position FROM current WHERE parcel BETWEEN $1 AND $2", bounds),
    ]
  }

  /// Decides which events of a parcel go.
  private func decide(
    _ events: [Event], _ position: CurrentPosition?, _ age: EventAge, _ doomed: inout Doomed
  ) {
    guard let parcel = events.first?.parcel else { return }
    let staying = events.count { $0.instant >= oldest }
    if staying == 0 {
      doomed.parcels.append(parcel)
      doomed.events += events
      return
    }
    // The day whose events decide the parcel's current status stays.
    let day =
      staying == events.count
      ? nil : position.map { WallClock.paris.bounds(ofDayAt: $0.instant).lowerBound }
    let end = min(oldest, day ?? oldest)
    for event in events {
      if event.instant < end {
        doomed.events.append(event)
      } else {
        let times = age.times(event.time, kind: event.kind, event.place)
        doomed.times[parcel >> RangeRows.blockBits, default: times].include(times)
      }
    }
  }

  // MARK: Deleting

  /// Deletes what is to be deleted of runs that were looked at, while nobody else writes: other writers have numbers of
  /// parcels in memory, and make the times of runs wider.
  func delete(_ look: Look) async throws -> PruneStep {
    let doomed = try await doomed(in: look.runs)
    var step = look.step
    doomed.count(&step)
    if !doomed.events.isEmpty {
      try await db.run(Self.events(doomed))
      try await JournalHoles(db).remove(doomed.events.map(\.place.rawValue))
    }
    try await db.run(
      Self.parcels(doomed) + Self.times(doomed, of: look.runs) + Self.counts(doomed))
    try await ParcelLookup(db).rewriteSegments(of: doomed.parcels)
    return step
  }

  private static func events(_ doomed: Doomed) -> [PostgresStatement] {
    [
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
      PostgresStatement(
        "DELETE FROM ambiguous_time WHERE place = ANY($1)",
        [.integers(doomed.events.map(\.place.rawValue))]),
    ]
  }

  private static func parcels(_ doomed: Doomed) -> [PostgresStatement] {
    guard !doomed.parcels.isEmpty else { return [] }
    let parcels = PostgresValue.integers(doomed.parcels)
    return [
      PostgresStatement("DELETE FROM current WHERE parcel = ANY($1)", [parcels]),
      PostgresStatement("DELETE FROM correction WHERE parcel = ANY($1)", [parcels]),
      PostgresStatement("DELETE FROM parcel WHERE id = ANY($1)", [parcels]),
    ]
  }

  /// Notes the times of the events that stay. After the statuses of parcels are gone: these are counted in the same rows.
  private static func times(_ doomed: Doomed, of runs: [Int64]) -> [PostgresStatement] {
    let staying = doomed.times.sorted { $0.key < $1.key }
    return [
      PostgresStatement(
        """
        UPDATE parcel_range r SET min_time = n.first, max_time = n.last
        FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS n(block, first, last)
        WHERE r.block = n.block AND (r.min_time <> n.first OR r.max_time <> n.last)
        """,
        [
          .integers(staying.map(\.key)), .integers(staying.map(\.value.first)),
          .integers(staying.map(\.value.last)),
        ]),
      PostgresStatement(
        "DELETE FROM parcel_range WHERE block = ANY($1)",
        [.integers(runs.filter { doomed.times[$0] == nil })]),
    ]
  }

  private static func counts(_ doomed: Doomed) -> [PostgresStatement] {
    guard !doomed.events.isEmpty else { return [] }
    var wordings: [Int64: Int64] = [:]
    for event in doomed.events { wordings[event.wording, default: 0] += 1 }
    let numbers = wordings.keys.sorted()
    return [
      PostgresStatement(
        """
        UPDATE wording w SET events = greatest(0, w.events - g.n)
        FROM unnest($1::int8[], $2::int8[]) AS g(wording, n) WHERE w.id = g.wording
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
