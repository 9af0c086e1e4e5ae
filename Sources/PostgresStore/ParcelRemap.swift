import Carrier
import ParcelStore
import Postgres
import Status

/// Derives the current statuses of a range of parcels again, of those with events of changed wordings.
///
/// The events of the range are read once. Where all of a parcel's events have a plausible time of day, that is enough;
/// otherwise `DecidingDay` decides. Nobody else writes meanwhile.
struct ParcelRemap {
  private let db: PostgresConnection
  private let map: StoredMap
  private let instant: Int64

  init(_ db: PostgresConnection, _ map: StoredMap, at instant: Int64) {
    self.db = db
    self.map = map
    self.instant = instant
  }

  /// Looks at the next parcels, and notes how far it came.
  func run(from first: Int64, limit: Int) async throws -> RemapStep {
    let last = min(map.lastParcel, first + Int64(max(1, limit)) - 1)
    let range: [PostgresValue] = [.integer(first), .integer(max(first, last))]
    let answers = try await db.run([
      // With the length of a list in mind the server would read whole tables.
      PostgresStatement("SET LOCAL plan_cache_mode = force_generic_plan"),
      PostgresStatement(
        """
        SELECT parcel, time, kind, wording >> 1, place FROM event WHERE parcel BETWEEN $1 AND $2
        ORDER BY parcel
        """, range),
      PostgresStatement(
        "SELECT parcel, position, wording, past FROM current WHERE parcel BETWEEN $1 AND $2", range),
    ])
    let currents = Dictionary(
      answers[2].map { ($0.integer(0), Current($0)) }, uniquingKeysWith: { $1 })
    let wordings = try await RemapWordings(
      db, Set(answers[1].map { $0.integer(3) }).union(currents.values.map(\.wording)))
    let (parcels, count) = Self.read(answers[1], wordings)
    let statuses = try await statuses(of: parcels, wordings)

    var changes = Changes()
    for parcel in parcels {
      for wording in parcel.changed { changes.parcelsOfWordings[wording, default: 0] += 1 }
      if let after = statuses[parcel.number], let before = currents[parcel.number] {
        changes.add(parcel, before, after, wordings)
      }
    }
    let next: Int64? = last < map.lastParcel ? last + 1 : nil
    try await write(changes, next: next)
    var step = RemapStep()
    step.parcels = count
    step.corrected = changes.corrections.count
    step.progress = next.map { RemapProgress(done: $0 - 1, all: map.lastParcel) }
    return step
  }

  // MARK: What is there

  /// A row of `current`.
  private struct Current {
    let position: CurrentPosition
    let wording: Int64
    let past: Int64

    init(_ row: PostgresRows.Row) {
      position = CurrentPosition(rawValue: row.integer(1))
      (wording, past) = (row.integer(2), row.integer(3))
    }
  }

  /// What is known of a parcel after its events were read.
  private struct Parcel {
    let number: Int64
    var changed: [Int64] = []
    /// All times are of a day, and none is too early to be right.
    var isExact = true
    /// Which of the best events came last is not known from their places.
    var isTied = false
    var seen = SeenStatuses()
    var best = CurrentPosition(rawValue: .min)
    var wording: Int64 = 0
    var time: Int64 = 0
    var place = EventPlace(rawValue: 0)

    mutating func add(_ row: PostgresRows.Row, _ entry: RemapWordings.Entry) {
      let (time, kind, wording) = (row.integer(1), row.integer(2), row.integer(3))
      let place = EventPlace(rawValue: row.integer(4))
      if entry.former != nil, !changed.contains(wording) { changed.append(wording) }
      let status = entry.meaning.status
      _ = seen.insert(rank: status.timelineRank)
      if kind & 3 != 0 || time < PlausibleTimes.first { isExact = false }
      let position = CurrentPosition(
        instant: time, rank: status.timelineRank, isMapped: status != .unmapped)
      if best == position {
        // Two commits may have ended in another order than they began.
        if place.batch != self.place.batch { isTied = true }
        guard self.place.rawValue < place.rawValue else { return }
      } else {
        guard best < position else { return }
        isTied = false
      }
      (best, self.wording, self.time, self.place) = (position, wording, time, place)
    }
  }

  /// - Returns: the parcels with an event of a changed wording, and how many there are in all.
  private static func read(
    _ rows: PostgresRows, _ wordings: RemapWordings
  ) -> (changed: [Parcel], all: Int) {
    var changed: [Parcel] = []
    var all = 0
    var parcel = Parcel(number: 0)
    for row in rows {
      if row.integer(0) != parcel.number {
        if !parcel.changed.isEmpty { changed.append(parcel) }
        parcel = Parcel(number: row.integer(0))
        all += 1
      }
      parcel.add(row, wordings[row.integer(3)])
    }
    if !parcel.changed.isEmpty { changed.append(parcel) }
    return (changed, all)
  }

  // MARK: Deriving

  private func statuses(
    of parcels: [Parcel], _ wordings: RemapWordings
  ) async throws -> [Int64: CurrentStatus] {
    let exact = parcels.filter { $0.isExact && !$0.isTied }
    let received = try await ReceiptTimes(db, of: Set(exact.map(\.place.batch)))
    var statuses: [Int64: CurrentStatus] = [:]
    for parcel in exact {
      let time = EventTime(seconds: parcel.time, precision: .second)
      if PlausibleTimes.contains(time, receivedAt: received.time(of: parcel.place)) {
        statuses[parcel.number] = CurrentStatus(
          position: parcel.best, wording: parcel.wording, rule: .positions)
      }
    }
    let others = parcels.map(\.number).filter { statuses[$0] == nil }
    let day = DecidingDay(
      try await LoadedEvents.load(db, parcels: others) { wordings[$0].meaning.status })
    var state = LoadedEvents.State()
    for parcel in others { statuses[parcel] = try day.derive(parcel, state: &state) }
    return statuses
  }

  // MARK: Writing

  /// What the batch writes.
  private struct Changes {
    var parcelsOfWordings: [Int64: Int64] = [:]
    var statuses: [(parcel: Int64, status: CurrentStatus, past: Int64)] = []
    /// What changes in the runs of parcels.
    var ranges = RangeRows()
    var corrections: [(parcel: Int64, before: UInt8, after: UInt8, meaning: Meaning)] = []

    mutating func add(
      _ parcel: Parcel, _ before: Current, _ after: CurrentStatus, _ wordings: RemapWordings
    ) {
      let past = StatusPast(rule: after.rule, seen: parcel.seen).rawValue
      if before.position != after.position || before.wording != after.wording
        || before.past != past
      {
        statuses.append((parcel.number, after, past))
        ranges.change(parcel: parcel.number, from: before.position, to: after.position)
      }
      // An entry for followers, where people would see another status, reason or mode.
      let meaning = wordings[after.wording].meaning
      let entry = wordings[before.wording]
      var former = entry.meaning
      if let changed = entry.former, changed.status.timelineRank == before.position.rank {
        former = changed
      }
      let isSame =
        before.position.rank == after.position.rank && former.reason == meaning.reason
        && former.mode == meaning.mode
      guard !isSame else { return }
      corrections.append((parcel.number, before.position.rank, after.position.rank, meaning))
    }
  }

  private func write(_ changes: Changes, next: Int64?) async throws(PostgresFault) {
    let wordings = changes.parcelsOfWordings.keys.sorted()
    let statuses = changes.statuses
    try await db.run(
      [
        PostgresStatement(
          """
          UPDATE current c SET position = n.position, wording = n.wording::int4, past = n.past::int4
          FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[])
            AS n(parcel, position, wording, past)
          WHERE c.parcel = n.parcel
          """,
          [
            .integers(statuses.map(\.parcel)), .integers(statuses.map(\.status.position.rawValue)),
            .integers(statuses.map(\.status.wording)), .integers(statuses.map(\.past)),
          ]),
        PostgresStatement(
          """
          UPDATE former_meaning f SET parcels = f.parcels + n.parcels
          FROM unnest($1::int8[], $2::int8[]) AS n(wording, parcels) WHERE f.wording = n.wording
          """,
          [.integers(wordings), .integers(wordings.map { changes.parcelsOfWordings[$0] ?? 0 })]),
        PostgresStatement(
          "UPDATE status_map SET next_parcel = $1::int8 WHERE id = $2",
          [PostgresValue(next), .integer(map.id)]),
      ] + (changes.ranges.isEmpty ? [] : [changes.ranges.statement]))
    try await correct(changes)
  }

  private func correct(_ changes: Changes) async throws(PostgresFault) {
    let corrections = changes.corrections
    guard !corrections.isEmpty else { return }
    let count = Int64(corrections.count)
    let last = try await db.integer(
      "UPDATE store SET sequence = sequence + $1 RETURNING sequence", [.integer(count)])
    guard let last else { throw PostgresEventStore.damaged("the counter of seq is missing") }
    try await db.run(
      """
      INSERT INTO correction(seq, parcel, map, at, previous, status, reason, mode)
      SELECT $1 + n.number, n.parcel, $2, $3, n.previous::int4, n.status::int4,
        \(OptionalTexts.value(of: "n.reason")), \(OptionalTexts.value(of: "n.mode"))
      FROM unnest($4::int8[], $5::int8[], $6::int8[], $7::text[], $8::text[]) WITH ORDINALITY
        AS n(parcel, previous, status, reason, mode, number)
      """,
      [
        .integer(last - count), .integer(map.id), .integer(instant),
        .integers(corrections.map(\.parcel)), .integers(corrections.map { Int64($0.before) }),
        .integers(corrections.map { Int64($0.after) }),
        OptionalTexts.list(corrections.map { $0.meaning.reason?.name }),
        OptionalTexts.list(corrections.map { $0.meaning.mode?.name }),
      ])
  }
}
