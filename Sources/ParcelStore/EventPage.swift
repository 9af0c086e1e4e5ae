/// Some of the events that a filter admits, in the order of `seq`.
public struct EventPage: Sendable {
  public var events: [StoredEvent]
  /// All events up to this `seq` were looked at; the next page begins after it.
  public var reached: Int64
  /// Whether the store had no more when it was asked. A page may be short, or empty, without being the last.
  public var isLast: Bool

  package init(_ events: [StoredEvent], reached: Int64, isLast: Bool) {
    self.events = events
    self.reached = reached
    self.isLast = isLast
  }
}
