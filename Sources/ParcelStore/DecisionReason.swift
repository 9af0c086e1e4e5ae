import Carrier
import Status

/// Why an event sets a parcel's current status, or does not.
public enum DecisionReason: String, Sendable, CaseIterable {
  case decides
  case unmapped
  case implausibleTime = "implausible-time"
  /// On a day of which some event has no time of day.
  case lifeCycleOnDay = "life-cycle-on-day"
  case lifeCycleAtSameTime = "life-cycle-at-same-time"
  case storedBefore = "stored-before"
  case happenedBefore = "happened-before"
  /// No event has a time that can be right: the last one to come decides.
  case cameBefore = "came-before"
}

extension ParcelTimeline {
  /// Why each event decides or does not, in the order of `events`.
  public var decisions: [DecisionReason] {
    guard let current else { return [] }
    return events.map { $0.seq == current.seq ? .decides : reason($0, against: current) }
  }

  private func reason(_ event: StoredEvent, against current: StoredEvent) -> DecisionReason {
    let (entry, decisive) = (event.timelineEntry, current.timelineEntry)
    guard decisive.isPlausible() else {
      return entry.status == .unmapped && decisive.status != .unmapped ? .unmapped : .cameBefore
    }
    if !entry.isPlausible() { return .implausibleTime }
    if entry.status == .unmapped, decisive.status != .unmapped { return .unmapped }
    let clock = WallClock.paris
    let day = clock.day(at: decisive.instant)
    if clock.day(at: entry.instant) == day, entry.status != decisive.status {
      let isCoarse = events.map(\.timelineEntry).contains {
        $0.isCoarse && $0.isPlausible() && clock.day(at: $0.instant) == day
      }
      if isCoarse { return .lifeCycleOnDay }
    }
    if entry.instant != decisive.instant { return .happenedBefore }
    return entry.status == decisive.status ? .storedBefore : .lifeCycleAtSameTime
  }
}
