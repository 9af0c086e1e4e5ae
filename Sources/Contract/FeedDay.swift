import Carrier

/// A day on which a feed brought rows.
public struct FeedDay: Hashable, Sendable {
  public var day: CalendarDay
  /// When the first rows of that day came by our clock, in seconds since 1970.
  public var firstAt: Int64

  public init(day: CalendarDay, firstAt: Int64) {
    self.day = day
    self.firstAt = firstAt
  }
}
