/// A parcel's current status, as the table `current` has it.
package struct CurrentStatus: Equatable, Sendable {
  /// What decides between it and the parcel's next events. The raw values are stored.
  package enum Rule: Int64, Sendable {
    /// All events have a time of day.
    case positions = 0
    /// Written by an older version: some event has no time of day; on which day is not known.
    case unknown = 1
    /// Some event has no time of day, but none on the day of the status.
    case exactDay = 2
    /// An event on the day of the status has no time of day: the rank decides on that day.
    case coarseDay = 3
  }

  package var position: CurrentPosition
  package var wording: Int64
  package var rule: Rule

  package init(position: CurrentPosition, wording: Int64, rule: Rule) {
    self.position = position
    self.wording = wording
    self.rule = rule
  }

  package init(_ event: PositionedEvent, _ rule: Rule) {
    self.init(position: event.position, wording: event.wording, rule: rule)
  }
}
