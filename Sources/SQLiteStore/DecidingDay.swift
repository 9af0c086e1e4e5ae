import Carrier
import GRDB
import ParcelStore
import Status

/// Finds the current status of a parcel of which some event has no time of day.
///
/// The last event names the day, and where some event of that day has no time, the highest rank on
/// it decides. Mostly the row of `current` and the new event are enough. Only when another day
/// becomes the last one, or a day becomes coarse, the events of that day are read once, one by one.
/// So even a parcel of a million rows takes little time per row, and no memory.
struct DecidingDay {
  private let db: Database
  /// Events from this `seq` on may not be in the journal yet; they came at `receivedAt`.
  private let firstNewSeq: Int64
  private let receivedAt: Int64
  private var lastDay: Range<Int64> = 0..<0
  /// The days on which undated events of one parcel came, before this transaction.
  private var undatedDays: (parcel: Int64, days: Set<Int64>)?

  init(_ db: Database, firstNewSeq: Int64, receivedAt: Int64) {
    self.db = db
    self.firstNewSeq = firstNewSeq
    self.receivedAt = receivedAt
  }

  /// The status of a parcel after a new event, which is in the table already.
  /// - Parameter before: its status before; nil: it is the first event.
  @inline(__always)
  mutating func status(
    of parcel: Int64, _ before: CurrentStatus?, _ event: PositionedEvent, state: inout WriterState
  ) throws -> CurrentStatus {
    guard let before else { return CurrentStatus(event, event.isCoarse ? .coarseDay : .positions) }
    if before.rule == .positions, !event.isCoarse {
      return before.position <= event.position ? CurrentStatus(event, .positions) : before
    }
    if before.rule == .unknown, let status = try derive(parcel, state: &state) { return status }
    return try coarseStatus(of: parcel, before, event, state: &state)
  }

  /// The same where some event of the parcel has no time of day.
  private mutating func coarseStatus(
    of parcel: Int64, _ before: CurrentStatus, _ event: PositionedEvent, state: inout WriterState
  ) throws -> CurrentStatus {
    let isNewBest = before.position <= event.position
    let position = isNewBest ? event.position : before.position
    let day = bounds(ofDayAt: position.instant)
    func isOfDay(_ other: CurrentPosition) -> Bool {
      other.group == position.group && day.contains(other.instant)
    }
    let isCoarse = event.isCoarse && day.contains(event.position.instant)
    let hadCoarse = before.rule != .positions

    guard position.isPlausible else {
      // No day decides: the event that came last does.
      return isNewBest ? CurrentStatus(event, hadCoarse ? .exactDay : .positions) : before
    }
    if isOfDay(before.position) {
      if before.rule == .coarseDay {
        guard isOfDay(event.position), !event.position.isOutranked(by: before.position) else {
          return before
        }
        return CurrentStatus(event, .coarseDay)
      }
      if isCoarse {
        // The highest rank of the day may be one that a later time had taken the status from.
        return try derive(parcel, on: day, state: &state) ?? CurrentStatus(event, .coarseDay)
      }
      return CurrentStatus(
        position: position, wording: isNewBest ? event.wording : before.wording, rule: .exactDay)
    }
    // The day's first event of this class; others may have made it coarse before.
    if try isCoarse || hadCoarse && hasCoarse(parcel, on: day) {
      return CurrentStatus(event, .coarseDay)
    }
    return CurrentStatus(event, hadCoarse ? .exactDay : .positions)
  }

  /// The status by all events of a parcel, for rows of older versions.
  func derive(_ parcel: Int64, state: inout WriterState) throws -> CurrentStatus? {
    var latest = Best()
    var hasCoarse = false
    try forEachEvent(of: parcel, "", state: &state) { event, seq in
      latest.consider(event, seq) { $0.position < $1.position }
      if event.isCoarse { hasCoarse = true }
    }
    guard let event = latest.event else { return nil }
    guard hasCoarse, event.position.isPlausible else {
      return CurrentStatus(event, hasCoarse ? .exactDay : .positions)
    }
    let day = WallClock.paris.bounds(ofDayAt: event.position.instant)
    return try derive(parcel, on: day, state: &state)
  }

  /// The status by the events of the last day.
  private func derive(
    _ parcel: Int64, on day: Range<Int64>, state: inout WriterState
  ) throws -> CurrentStatus? {
    var latest = Best()
    var highest = Best()
    var isCoarse = false
    func consider(_ event: PositionedEvent, _ seq: Int64) {
      guard day.contains(event.position.instant) else { return }
      if event.isCoarse { isCoarse = true }
      latest.consider(event, seq) { $0.position < $1.position }
      highest.consider(event, seq) { left, right in
        left.position.group == right.position.group
          ? left.position.isOutranked(by: right.position)
          : left.position.group < right.position.group
      }
    }
    try forEachEvent(
      of: parcel, " AND time >= ?2 AND time < ?3", [day.lowerBound, day.upperBound],
      state: &state, consider)
    if !day.contains(0) {
      try forEachEvent(of: parcel, " AND \(Self.undated)", state: &state, consider)
    }
    return isCoarse
      ? highest.event.map { CurrentStatus($0, .coarseDay) }
      : latest.event.map { CurrentStatus($0, .exactDay) }
  }

  /// The last of the events that were considered; of equal ones the one with the later `seq`.
  private struct Best {
    var event: PositionedEvent?
    private var seq: Int64 = 0

    mutating func consider(
      _ other: PositionedEvent, _ otherSeq: Int64,
      by precedes: (PositionedEvent, PositionedEvent) -> Bool
    ) {
      if let event {
        guard !precedes(other, event), precedes(event, other) || seq < otherSeq else { return }
      }
      event = other
      seq = otherSeq
    }
  }

  private mutating func bounds(ofDayAt instant: Int64) -> Range<Int64> {
    if !lastDay.contains(instant) { lastDay = WallClock.paris.bounds(ofDayAt: instant) }
    return lastDay
  }

  // MARK: The table of events

  private static let columns = """
    SELECT time, kind, wording, seq, (SELECT received_at FROM journal
      WHERE first_seq <= seq ORDER BY first_seq DESC LIMIT 1) AS received_at
    FROM event WHERE parcel = ?1
    """
  /// Rows without a date have the time 0 and belong to the day on which they came.
  private static let undated = "time = 0 AND kind & 3 = 2"

  /// Gives the body the events of a parcel that meet a condition, one by one, with their `seq`.
  private func forEachEvent(
    of parcel: Int64, _ condition: String, _ arguments: StatementArguments = [],
    state: inout WriterState, _ body: (PositionedEvent, Int64) -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: Self.columns + condition), arguments: [parcel] + arguments)
    while let row = try rows.next() { body(try positioned(row, state: &state), row[3]) }
  }

  private func positioned(_ row: Row, state: inout WriterState) throws -> PositionedEvent {
    let (wording, precision) = StoredPrecision.read(kind: row[1], wording: row[2])
    let seq: Int64 = row[3]
    let receivedAt: Int64 = seq < firstNewSeq ? row[4] : self.receivedAt
    let entry = Timeline.Entry(
      time: EventTime(seconds: row[0], precision: precision), receivedAt: receivedAt,
      status: try state.meaning(of: wording, db).status, seq: seq)
    let isPlausible = entry.isPlausible()
    return PositionedEvent(
      position: CurrentPosition(
        instant: isPlausible ? entry.instant : receivedAt, rank: entry.status.timelineRank,
        isMapped: entry.status != .unmapped, isPlausible: isPlausible),
      wording: wording, isCoarse: isPlausible && entry.isCoarse)
  }

  /// Whether some event in the table makes a day coarse.
  private mutating func hasCoarse(_ parcel: Int64, on day: Range<Int64>) throws -> Bool {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "\(Self.columns) AND time >= ?2 AND time < ?3 AND kind & 3 = 1"),
      arguments: [parcel, day.lowerBound, day.upperBound])
    while let row = try rows.next() {
      let seq: Int64 = row[3]
      let came: Int64 = seq < firstNewSeq ? row[4] : receivedAt
      let time = EventTime(seconds: row[0], precision: .day)
      if PlausibleTimes.contains(time, receivedAt: came) { return true }
    }
    if try undatedDays(of: parcel).contains(day.lowerBound) { return true }
    guard day.contains(receivedAt) else { return false }
    return try db.value(
      "SELECT EXISTS(SELECT 1 FROM event WHERE parcel = ? AND \(Self.undated) AND seq >= ?)",
      [parcel, firstNewSeq]) ?? false
  }

  /// The beginnings of the days on which a parcel's undated events came, before this transaction.
  /// Read once per parcel, as a group may have rows of it on many days, and undated ones may be
  /// many.
  private mutating func undatedDays(of parcel: Int64) throws -> Set<Int64> {
    if let undatedDays, undatedDays.parcel == parcel { return undatedDays.days }
    let times = try Int64.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT DISTINCT (SELECT received_at FROM journal
            WHERE first_seq <= seq ORDER BY first_seq DESC LIMIT 1)
          FROM event WHERE parcel = ? AND \(Self.undated) AND seq < ?
          """), arguments: [parcel, firstNewSeq])
    var days: Set<Int64> = []
    while let time = try times.next() {
      days.insert(WallClock.paris.bounds(ofDayAt: time).lowerBound)
    }
    undatedDays = (parcel, days)
    return days
  }
}

extension CurrentPosition {
  /// The order inside a coarse day.
  fileprivate func isOutranked(by other: Self) -> Bool {
    (rank, instant) < (other.rank, other.instant)
  }
}
