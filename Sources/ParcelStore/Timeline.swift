import Carrier
import Status

/// The order of a parcel's events, and which of them sets its current status.
///
/// Events are ordered by (occurred at, life-cycle rank). On a day of which at least one event has
/// no time of day, the order inside the day is the life cycle's: such a day says what happened, not
/// when. An event without any date counts for the day on which it was received.
///
/// An event whose time can't be right (see `PlausibleTimes`) has its place in the order, but does not
/// set the current status unless the parcel has no other event, and does not make a day coarse.
public struct Timeline {
  /// What the order needs to know of an event.
  public struct Entry: Sendable {
    public var time: EventTime
    public var receivedAt: Int64
    public var status: ParcelStatus
    public var seq: Int64

    public init(time: EventTime, receivedAt: Int64, status: ParcelStatus, seq: Int64) {
      self.time = time
      self.receivedAt = receivedAt
      self.status = status
      self.seq = seq
    }

    /// The instant by which it is ordered: seconds since 1970.
    public var instant: Int64 { time.precision == .none ? receivedAt : time.seconds }

    /// Whether it lacks a time of day.
    public var isCoarse: Bool { time.precision == .day || time.precision == .none }

    /// Whether its time may decide a current status.
    public func isPlausible(on clock: WallClock = .paris) -> Bool {
      PlausibleTimes.contains(time, receivedAt: receivedAt, on: clock)
    }

    /// When the status begins that it sets: when it came, where its time can't be right.
    public func since(on clock: WallClock = .paris) -> Int64 {
      isPlausible(on: clock) ? instant : receivedAt
    }
  }

  /// The indexes of `entries` in the order of the timeline.
  public static func order(_ entries: [Entry], on clock: WallClock = .paris) -> [Int] {
    let hasCoarse = entries.contains(where: \.isCoarse)
    guard hasCoarse else {
      return entries.indices.sorted { left, right in
        let (first, second) = (entries[left], entries[right])
        return (first.instant, first.status.timelineRank, first.seq)
          < (second.instant, second.status.timelineRank, second.seq)
      }
    }
    let days = entries.map { clock.day(at: $0.instant) }
    let coarseDays = Set(
      entries.indices.filter { entries[$0].isCoarse && entries[$0].isPlausible(on: clock) }
        .map { days[$0] })
    return entries.indices.sorted { left, right in
      if days[left] != days[right] { return days[left] < days[right] }
      let (first, second) = (entries[left], entries[right])
      if coarseDays.contains(days[left]) {
        return (first.status.timelineRank, first.instant, first.seq)
          < (second.status.timelineRank, second.instant, second.seq)
      }
      return (first.instant, first.status.timelineRank, first.seq)
        < (second.instant, second.status.timelineRank, second.seq)
    }
  }

  /// The index of the event that sets the current status.
  public static func current(_ entries: [Entry], on clock: WallClock = .paris) -> Int? {
    current(of: order(entries, on: clock), on: clock) { entries[$0] }
  }

  /// The one of `events`, which stand in the order of the timeline, that sets the current status: the
  /// last one whose wording the map knows, otherwise the last. Where no time can be right: the one that
  /// came last.
  static func current<Events: BidirectionalCollection>(
    of events: Events, on clock: WallClock = .paris, _ entry: (Events.Element) -> Entry
  ) -> Events.Element? {
    func isMapped(_ event: Events.Element) -> Bool { entry(event).status != .unmapped }
    func isPlausible(_ event: Events.Element) -> Bool { entry(event).isPlausible(on: clock) }
    if let last = events.last(where: { isMapped($0) && isPlausible($0) }) { return last }
    if let last = events.last(where: isPlausible) { return last }
    return events.max { left, right in
      if isMapped(left) != isMapped(right) { return isMapped(right) }
      let (first, second) = (entry(left), entry(right))
      return (first.receivedAt, first.status.timelineRank, first.seq)
        < (second.receivedAt, second.status.timelineRank, second.seq)
    }
  }
}

extension ParcelStatus {
  /// The place among events of the same time. `on_hold` has the rank of `in_transit`; here it comes
  /// after it, so that no two statuses have the same rank and the order of the files never decides.
  package var timelineRank: UInt8 { rank * 2 + (self == .onHold ? 1 : 0) }
}
