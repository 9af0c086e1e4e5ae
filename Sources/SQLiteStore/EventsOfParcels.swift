import Carrier
import GRDB
import ParcelStore
import Status

/// The table of events as `DecidingDay` asks it: row by row, so that even a parcel of a million rows takes no memory.
struct EventsOfParcels: DecidingEvents {
  private let db: Database
  /// Events from this `seq` on may not be in the journal yet; they came at `receivedAt`.
  private let firstNewSeq: Int64
  private let receivedAt: Int64
  /// The days on which undated events of one parcel came, before this transaction.
  private var undatedDays: (parcel: Int64, days: Set<Int64>)?

  init(_ db: Database, firstNewSeq: Int64, receivedAt: Int64) {
    self.db = db
    self.firstNewSeq = firstNewSeq
    self.receivedAt = receivedAt
  }

  private static let columns = """
    SELECT time, kind, wording, seq, (SELECT received_at FROM journal
      WHERE first_seq <= seq ORDER BY first_seq DESC LIMIT 1) AS received_at
    FROM event WHERE parcel = ?1
    """
  /// Rows without a date have the time 0 and belong to the day on which they came.
  private static let undated = "time = 0 AND kind & 3 = 2"

  func forEach(
    of parcel: Int64, mayBeOn day: Range<Int64>?, state: inout WriterState,
    _ body: (PositionedEvent, Int64) -> Void
  ) throws {
    guard let day else { return try forEach(of: parcel, "", state: &state, body) }
    try forEach(
      of: parcel, " AND time >= ?2 AND time < ?3", [day.lowerBound, day.upperBound], state: &state,
      body)
    if !day.contains(0) { try forEach(of: parcel, " AND \(Self.undated)", state: &state, body) }
  }

  /// Those that meet a condition.
  private func forEach(
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
    return PositionedEvent(entry, wording: wording)
  }

  mutating func hasCoarse(_ parcel: Int64, on day: Range<Int64>) throws -> Bool {
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
