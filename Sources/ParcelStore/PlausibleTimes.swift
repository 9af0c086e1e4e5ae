import Carrier

/// Which times may decide a current status: none before the year 2000, and none later than the day
/// after the row was received, by the clock of Paris. A slip of the pen such as 31/12/9999 must not be
/// a parcel's last word.
package struct PlausibleTimes {
  private let range: Range<Int64>

  /// 2000-01-01T00:00:00 in Paris.
  package static let first: Int64 = 946_681_200

  package init(receivedAt: Int64, on clock: WallClock = .paris) {
    // In the middle of the day after the next one, whatever the clocks did that night.
    let end = clock.bounds(ofDayAt: clock.bounds(ofDayAt: receivedAt).lowerBound + 60 * 3_600)
    range = Self.first..<max(Self.first, end.lowerBound)
  }

  @inline(__always)
  package func contains(_ seconds: Int64, _ precision: EventTime.Precision) -> Bool {
    precision == .none || range.contains(seconds)
  }

  /// The same for one time; the calendar is only asked where quick comparisons do not decide.
  package static func contains(
    _ time: EventTime, receivedAt: Int64, on clock: WallClock = .paris
  ) -> Bool {
    if time.precision == .none { return true }
    if time.seconds < first { return false }
    if time.seconds <= receivedAt + 23 * 3_600 { return true }
    return Self(receivedAt: receivedAt, on: clock).contains(time.seconds, time.precision)
  }
}

extension WallClock {
  /// The day that the clock shows at an instant, from midnight to midnight. No zone of ours changes
  /// its clock at midnight.
  package func bounds(ofDayAt seconds: Int64) -> Range<Int64> {
    let day = day(at: seconds)
    func start(_ day: Int64) -> Int64 {
      let midnight = day * 86_400
      return midnight - offset(at: midnight - offset(at: seconds))
    }
    return start(day)..<start(day + 1)
  }
}
