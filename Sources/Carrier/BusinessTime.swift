/// Time on business days, by the wall clock of Paris: without Saturdays, Sundays and the public
/// holidays of France.
///
/// ```swift
/// // From Friday 2026-04-03 16:00 to Tuesday 2026-04-07 10:00, with Easter Monday between them:
/// BusinessTime.seconds(from: 1_775_224_800, to: 1_775_548_800)  // 64,800, which is 18 hours
/// ```
package enum BusinessTime {
  /// How many seconds of business days lie between two instants; 0 when the second is the earlier.
  /// - Parameters:
  ///   - start: seconds since 1970, as `end` is.
  package static func seconds(from start: Int64, to end: Int64) -> Int64 {
    guard start < end else { return 0 }
    let clock = WallClock.paris
    let first = start + clock.offset(at: start)
    let last = end + clock.offset(at: end)
    var seconds = secondsOfWeekdays(before: last) - secondsOfWeekdays(before: first)
    for year in CalendarDay(at: start).year...CalendarDay(at: end).year {
      for number in PublicHolidays.numbers(of: year) {
        let midnight = number * secondsPerDay
        guard midnight < last, first < midnight + secondsPerDay,
          CalendarDay.weekday(ofDay: number) < 5
        else { continue }
        seconds -= min(last, midnight + secondsPerDay) - max(first, midnight)
      }
    }
    return seconds
  }

  /// Whether a day is neither a Saturday, a Sunday nor a public holiday of France.
  package static func isBusinessDay(_ day: CalendarDay) -> Bool {
    day.weekday < 5 && !PublicHolidays.contains(day)
  }

  /// The last business days before a day, the latest first.
  package static func days(_ count: Int, before day: CalendarDay) -> [CalendarDay] {
    var days: [CalendarDay] = []
    var number = day.number
    while days.count < count {
      number -= 1
      let candidate = CalendarDay(number: number)
      if isBusinessDay(candidate) { days.append(candidate) }
    }
    return days
  }

  /// The first business day after a day.
  package static func day(after day: CalendarDay) -> CalendarDay {
    var number = day.number + 1
    while !isBusinessDay(CalendarDay(number: number)) { number += 1 }
    return CalendarDay(number: number)
  }

  /// How many seconds from Mondays to Fridays lie between a Monday long ago and a time on the wall.
  private static func secondsOfWeekdays(before local: Int64) -> Int64 {
    // 1970-01-01 was a Thursday, three days after a Monday.
    let sinceMonday = local + 3 * secondsPerDay
    let inWeek = modulo(sinceMonday, 7 * secondsPerDay)
    return (sinceMonday - inWeek) / 7 * 5 + min(inWeek, 5 * secondsPerDay)
  }
}
