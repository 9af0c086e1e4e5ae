import TrackingFile

/// Time without Saturdays and Sundays, on which the carrier sends nothing.
enum BusinessTime {
  private static let day: Int64 = 86_400

  /// How many seconds of business days lie between two instants, by the wall clock of Paris.
  static func seconds(from start: Int64, to end: Int64) -> Int64 {
    guard start < end else { return 0 }
    let clock = WallClock.paris
    return seconds(before: end + clock.offset(at: end))
      - seconds(before: start + clock.offset(at: start))
  }

  /// How many seconds of business days lie between Monday 1969-12-29 and a time on the wall.
  private static func seconds(before local: Int64) -> Int64 {
    // 1970-01-01 was a Thursday, three days behind that Monday.
    let sinceMonday = local + 3 * day
    let week = sinceMonday / (7 * day)
    let inWeek = sinceMonday - week * 7 * day
    return week * 5 * day + min(inWeek, 5 * day)
  }
}
