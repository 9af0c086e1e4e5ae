import Carrier
import GRDB
import ParcelStore
import Status

/// Keeps the current status of each parcel that got new events, and says of each event what it did to it.
/// Rows come sorted by parcel, so each parcel is read and written once.
///
/// Of a parcel whose events all have a time of day, positions decide. Otherwise the day of the last
/// event decides: see `DecidingDay`.
struct StatusWriter {
  private let insert: RawStatement
  private let update: RawStatement
  private let select: RawStatement
  private let db: Database
  private let firstNewParcel: Int64
  private let receivedAt: Int64
  private let plausible: PlausibleTimes
  private var day: DecidingDay<EventsOfParcels>
  private var ranges: ParcelRangeWriter
  private var current: CurrentParcel?

  /// The parcel whose rows are being applied.
  private struct CurrentParcel {
    let parcel: Int64
    /// Nil until its first event.
    var status: CurrentStatus?
    var seen = SeenStatuses()
    /// What the table has; nil: no row.
    var stored: CurrentPosition?
    var isChanged = false
  }

  /// - Parameters:
  ///   - firstNewParcel: parcels from this number on have no row yet.
  ///   - firstNewSeq: events from this `seq` on may not be in the journal yet.
  init(_ db: Database, firstNewParcel: Int64, firstNewSeq: Int64, receivedAt: Int64) throws {
    self.db = db
    self.firstNewParcel = firstNewParcel
    self.receivedAt = receivedAt
    plausible = PlausibleTimes(receivedAt: receivedAt)
    day = DecidingDay(EventsOfParcels(db, firstNewSeq: firstNewSeq, receivedAt: receivedAt))
    ranges = try ParcelRangeWriter(db, receivedAt: receivedAt)
    insert = try RawStatement(db, "INSERT INTO current VALUES(?, ?, ?, ?)")
    update = try RawStatement(
      db, "UPDATE current SET position = ?2, wording = ?3, past = ?4 WHERE parcel = ?1")
    select = try RawStatement(db, "SELECT position, wording, past FROM current WHERE parcel = ?")
  }

  /// Brings the status up to date after an event that was just inserted. Of two with the same position the later `seq` counts,
  /// as in `Timeline`.
  @inline(__always)
  mutating func apply(
    _ row: EventRow, _ wording: InternedWording, seq: Int64, state: inout WriterState
  ) throws -> StatusEffect {
    let isPlausible = plausible.contains(row.time, row.precision)
    let event = PositionedEvent(
      position: CurrentPosition(
        instant: isPlausible && row.precision != .none ? row.time : receivedAt,
        rank: wording.rank, isMapped: wording.isMapped, isPlausible: isPlausible),
      wording: wording.id, isCoarse: row.isCoarse && isPlausible)
    if current?.parcel != Int64(row.parcel) {
      try finishParcel()
      current = try load(Int64(row.parcel), before: seq, state: &state)
    }
    // After the parcel before is written, which may belong to the run before.
    try ranges.add(row)
    guard var parcel = current else {
      return StatusEffect(changesStatus: false, isFirstOfStatus: false)
    }
    let before = parcel.status
    let status = try day.status(of: parcel.parcel, before, event, state: &state)
    let isFirst = parcel.seen.insert(rank: wording.rank)
    parcel.status = status
    if isFirst || status != before { parcel.isChanged = true }
    current = parcel
    // The rank names the status.
    return StatusEffect(
      changesStatus: before?.position.rank != status.position.rank, isFirstOfStatus: isFirst)
  }

  /// Reads what is stored of a parcel.
  private func load(
    _ parcel: Int64, before seq: Int64, state: inout WriterState
  ) throws -> CurrentParcel {
    var loaded = CurrentParcel(parcel: parcel)
    guard parcel < firstNewParcel else { return loaded }
    select.bind(1, parcel)
    defer { select.reset() }
    guard try select.step() else { return loaded }
    let past = StatusPast(rawValue: select.integer(2))
    let position = CurrentPosition(rawValue: select.integer(0))
    loaded.stored = position
    loaded.status = CurrentStatus(
      position: position, wording: select.integer(1), rule: past.rule)
    loaded.seen = try past.seen ?? seen(parcel, before: seq, state: &state)
    return loaded
  }

  /// The statuses of a parcel's events, of one that an older version wrote last.
  private func seen(
    _ parcel: Int64, before seq: Int64, state: inout WriterState
  ) throws -> SeenStatuses {
    var seen = SeenStatuses()
    let wordings = try Int64.fetchCursor(
      db.cachedStatement(
        sql: "SELECT DISTINCT wording >> 1 FROM event WHERE parcel = ? AND seq < ?"),
      arguments: [parcel, seq])
    while let wording = try wordings.next() {
      _ = seen.insert(rank: try state.meaning(of: wording, db).status.timelineRank)
    }
    return seen
  }

  /// Writes what is still in hand.
  mutating func finish() throws {
    try finishParcel()
    try ranges.finish()
  }

  /// Writes the current parcel.
  private mutating func finishParcel() throws {
    guard let parcel = current, parcel.isChanged, let status = parcel.status else { return }
    ranges.change(from: parcel.stored, to: status.position)
    let statement = parcel.stored == nil ? insert : update
    statement.bind(1, parcel.parcel)
    statement.bind(2, status.position.rawValue)
    statement.bind(3, status.wording)
    statement.bind(4, StatusPast(rule: status.rule, seen: parcel.seen).rawValue)
    try statement.run()
    current = nil
  }
}
