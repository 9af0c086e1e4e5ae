import Carrier
import Status

/// The events of parcels as a store has them, for `DecidingDay`: those of before and those that a commit has added.
package protocol DecidingEvents {
  /// What the store keeps in memory meanwhile.
  associatedtype State

  /// Gives the body the events of a parcel, one by one, each with its place in the order of `seq`.
  /// - Parameter day: only those with a time of this day, and all without a date; nil: all events.
  func forEach(
    of parcel: Int64, mayBeOn day: Range<Int64>?, state: inout State,
    _ body: (PositionedEvent, _ order: Int64) -> Void
  ) throws

  /// Whether some event without a time of day belongs to a day.
  mutating func hasCoarse(_ parcel: Int64, on day: Range<Int64>) throws -> Bool
}

extension PositionedEvent {
  /// - Parameter entry: of the event.
  package init(_ entry: Timeline.Entry, wording: Int64) {
    let isPlausible = entry.isPlausible()
    self.init(
      position: CurrentPosition(
        instant: isPlausible ? entry.instant : entry.receivedAt, rank: entry.status.timelineRank,
        isMapped: entry.status != .unmapped, isPlausible: isPlausible),
      wording: wording, isCoarse: isPlausible && entry.isCoarse)
  }
}
