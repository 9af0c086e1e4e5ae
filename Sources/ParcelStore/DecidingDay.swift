import Carrier

/// Finds the current status of a parcel of which some event has no time of day.
///
/// The last event names the day, and where some event of that day has no time, the highest rank on
/// it decides. Mostly the row of `current` and the new event are enough. Only when another day
/// becomes the last one, or a day becomes coarse, the events of that day are read once, one by one.
package struct DecidingDay<Events: DecidingEvents> {
  package var events: Events
  private var lastDay: Range<Int64> = 0..<0

  package init(_ events: Events) { self.events = events }

  /// The status of a parcel after a new event, which is among `events` already.
  /// - Parameter before: its status before; nil: it is the first event.
  @inline(__always)
  package mutating func status(
    of parcel: Int64, _ before: CurrentStatus?, _ event: PositionedEvent,
    state: inout Events.State
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
    of parcel: Int64, _ before: CurrentStatus, _ event: PositionedEvent, state: inout Events.State
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
    if try isCoarse || hadCoarse && events.hasCoarse(parcel, on: day) {
      return CurrentStatus(event, .coarseDay)
    }
    return CurrentStatus(event, hadCoarse ? .exactDay : .positions)
  }

  /// The status by all events of a parcel, for rows of older versions.
  package func derive(_ parcel: Int64, state: inout Events.State) throws -> CurrentStatus? {
    var latest = Best()
    var hasCoarse = false
    try events.forEach(of: parcel, mayBeOn: nil, state: &state) { event, seq in
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
    _ parcel: Int64, on day: Range<Int64>, state: inout Events.State
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
    try events.forEach(of: parcel, mayBeOn: day, state: &state, consider)
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
}

extension CurrentPosition {
  /// The order inside a coarse day.
  fileprivate func isOutranked(by other: Self) -> Bool {
    (rank, instant) < (other.rank, other.instant)
  }
}
