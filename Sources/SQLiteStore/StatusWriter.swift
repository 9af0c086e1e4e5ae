import Carrier
import GRDB
import ParcelStore
import Status

/// Keeps the current status of each parcel that got new events; rows come sorted by parcel, so each
/// parcel is written once.
///
/// Of a parcel whose events all have a time of day, positions decide. Otherwise the day decides on
/// which the last event stands: see `DecidingDay`.
struct StatusWriter {
  private let insert: RawStatement
  private let replace: RawStatement
  private let advance: RawStatement
  private let select: RawStatement
  private let db: Database
  private let firstNewParcel: Int64
  private let receivedAt: Int64
  private let plausible: PlausibleTimes
  private var day: DecidingDay

  /// The parcel in hand, with the best of its new events.
  private var candidate: Candidate?
  /// The new events of the parcel in hand, in the order of `seq`; only kept once the store has events
  /// that lack a time of day.
  private var events: [PlacedEvent] = []

  private struct Candidate {
    var parcel: Int64
    var best: PlacedEvent
    var isCoarse: Bool
    /// Whether `events` has all of the new ones.
    var isWhole: Bool
  }

  /// - Parameters:
  ///   - firstNewParcel: parcels from this number on have no row yet.
  ///   - firstNewSeq: events from this `seq` on may not be in the journal yet.
  init(_ db: Database, firstNewParcel: Int64, firstNewSeq: Int64, receivedAt: Int64) throws {
    self.db = db
    self.firstNewParcel = firstNewParcel
    self.receivedAt = receivedAt
    plausible = PlausibleTimes(receivedAt: receivedAt)
    day = DecidingDay(db, firstNewSeq: firstNewSeq, receivedAt: receivedAt)
    insert = try RawStatement(db, "INSERT INTO current VALUES(?, ?, ?, ?)")
    replace = try RawStatement(db, "INSERT OR REPLACE INTO current VALUES(?, ?, ?, ?)")
    advance = try RawStatement(
      db,
      """
      UPDATE current SET position = ?2, wording = ?3
        WHERE parcel = ?1 AND position <= ?2 AND is_coarse = 0
      """)
    select = try RawStatement(
      db, "SELECT position, wording, is_coarse FROM current WHERE parcel = ?")
  }

  /// Notes an event that was just inserted. Of two with the same position the later `seq` counts,
  /// as in `Timeline`.
  @inline(__always)
  mutating func note(
    _ row: EventRow, _ wording: InternedWording, state: inout WriterState
  ) throws {
    let isPlausible = plausible.contains(row.time, row.precision)
    let event = PlacedEvent(
      position: CurrentPosition(
        instant: isPlausible && row.precision != .none ? row.time : receivedAt,
        rank: wording.rank, isMapped: wording.isMapped, isPlausible: isPlausible),
      wording: wording.id, isCoarse: row.isCoarse && isPlausible)
    if candidate?.parcel != Int64(row.parcel) {
      try finish(state: &state)
      if !events.isEmpty { events.removeAll(keepingCapacity: true) }
      candidate = Candidate(
        parcel: Int64(row.parcel), best: event, isCoarse: false, isWhole: state.hasCoarse)
    } else if let best = candidate?.best, best.position <= event.position {
      candidate?.best = event
    }
    if event.isCoarse {
      candidate?.isCoarse = true
      if !state.hasCoarse {
        state.hasCoarse = true
        try db.run("INSERT OR REPLACE INTO note VALUES(?, 'yes')", [WriterState.coarseNote])
      }
    }
    if state.hasCoarse { events.append(event) }
  }

  /// Writes the parcel in hand.
  mutating func finish(state: inout WriterState) throws {
    guard let candidate else { return }
    self.candidate = nil
    let isNew = candidate.parcel >= firstNewParcel
    if !candidate.isCoarse {
      if isNew {
        return try write(candidate.parcel, CurrentStatus(candidate.best, .positions), insert)
      }
      advance.bind(1, candidate.parcel)
      advance.bind(2, candidate.best.position.rawValue)
      advance.bind(3, candidate.best.wording)
      if try advance.run() > 0 || !state.hasCoarse { return }
    }
    let before = isNew ? nil : try current(candidate.parcel)
    if before?.rule == .positions, !candidate.isCoarse { return }
    if before?.rule == .unknown || !candidate.isWhole {
      if let status = try day.derive(candidate.parcel, state: &state) {
        try write(candidate.parcel, status, replace)
      }
      return
    }
    let status = try day.status(
      of: candidate.parcel, before, events, best: candidate.best, state: &state)
    if status != before { try write(candidate.parcel, status, replace) }
  }

  private func write(
    _ parcel: Int64, _ status: CurrentStatus, _ statement: RawStatement
  ) throws {
    statement.bind(1, parcel)
    statement.bind(2, status.position.rawValue)
    statement.bind(3, status.wording)
    statement.bind(4, status.rule.rawValue)
    try statement.run()
  }

  private func current(_ parcel: Int64) throws -> CurrentStatus? {
    select.bind(1, parcel)
    defer { select.reset() }
    guard try select.step() else { return nil }
    return CurrentStatus(
      position: CurrentPosition(rawValue: select.integer(0)), wording: select.integer(1),
      rule: CurrentStatus.Rule(rawValue: select.integer(2)) ?? .unknown)
  }
}

/// An event as the current status sees it.
struct PlacedEvent {
  var position: CurrentPosition
  var wording: Int64
  /// Whether it makes its day one of which only the life cycle's order is known.
  var isCoarse: Bool
}

/// A row of the table of current statuses.
struct CurrentStatus: Equatable {
  /// What decides between the row and the parcel's next events. The raw value is the column
  /// `is_coarse`.
  enum Rule: Int64 {
    /// All events have a time of day.
    case positions = 0
    /// Written by an older version: some event has none; of which day is not known.
    case unknown = 1
    /// Some event has none, but none on the day of the status.
    case exactDay = 2
    /// One of the day of the status has none: the rank decides there.
    case coarseDay = 3
  }

  var position: CurrentPosition
  var wording: Int64
  var rule: Rule

  init(position: CurrentPosition, wording: Int64, rule: Rule) {
    self.position = position
    self.wording = wording
    self.rule = rule
  }

  init(_ event: PlacedEvent, _ rule: Rule) {
    self.init(position: event.position, wording: event.wording, rule: rule)
  }
}
