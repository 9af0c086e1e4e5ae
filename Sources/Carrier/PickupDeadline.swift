/// How long a parcel waits at a pick-up point: so many calendar days after the one on which it arrived, up to the end
/// of the last of them.
///
/// ```swift
/// PickupDeadline(days: 8)  // arrived on 1 September: it goes back after 9 September
/// ```
public struct PickupDeadline: Hashable, Sendable {
  public static let usual = 8

  public var days: Int

  public init(days: Int = usual) { self.days = days }

  /// The last day of a parcel that arrived at an instant.
  /// - Parameter seconds: since 1970.
  public func lastDay(arrivedAt seconds: Int64, on clock: WallClock = .paris) -> CalendarDay {
    CalendarDay(number: clock.day(at: seconds) + Int64(days))
  }

  /// When a parcel arrived whose last day is one of those that a time touches.
  /// - Returns: seconds since 1970.
  public func arrivals(due times: ClosedRange<Int64>, on clock: WallClock = .paris) -> Range<Int64>
  {
    let first = CalendarDay(number: clock.day(at: times.lowerBound) - Int64(days))
    let end = CalendarDay(number: clock.day(at: times.upperBound) - Int64(days) + 1)
    return first.start(on: clock)..<end.start(on: clock)
  }
}
