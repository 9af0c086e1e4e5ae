import Carrier
import Contract

/// Which services' feeds a commit brought rows for, and when those rows came.
package struct FeedTouches: Sendable {
  package struct Touch: Hashable, Sendable {
    package var service: ServiceReference
    /// The row of the account pair.
    package var account: Int64
  }

  package struct Day: Hashable, Sendable {
    package var service: ServiceReference
    package var day: CalendarDay
  }

  package private(set) var touches: [Touch: ClosedRange<Int64>] = [:]
  /// When the first rows of a day came: seconds since 1970.
  package private(set) var days: [Day: Int64] = [:]

  package init() {}

  package var isEmpty: Bool { touches.isEmpty }

  /// - Parameter at: seconds since 1970; of rows that were held, when they were received.
  package mutating func add(_ service: ServiceReference, account: Int64, at: Int64) {
    let touch = Touch(service: service, account: account)
    let times = touches[touch] ?? at...at
    touches[touch] = min(times.lowerBound, at)...max(times.upperBound, at)
    let day = Day(service: service, day: CalendarDay(at: at))
    days[day] = min(days[day] ?? at, at)
  }
}
