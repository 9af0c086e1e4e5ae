/// The public holidays of France: the eleven of the Code du travail, article L3133-1.
///
/// Every year is reckoned by the law of today. The two further ones of Alsace-Moselle and those of the
/// overseas departments are not among them.
///
/// ```swift
/// PublicHolidays.days(of: 2026)  // 2026-01-01, 2026-04-06 (Easter Monday), 2026-05-01, …
/// ```
package enum PublicHolidays {
  /// Month and day of those that have the same date each year.
  private static let fixed = [
    (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25),
  ]
  /// Easter Monday, Ascension and Whit Monday, in days after Easter Sunday.
  private static let afterEaster: [Int64] = [1, 39, 50]

  /// The holidays of a year, sorted: eleven, or ten where Ascension falls on the 1st or 8th of May.
  package static func days(of year: Int) -> [CalendarDay] {
    numbers(of: year).sorted().map { CalendarDay(number: $0) }
  }

  /// The same in days since 1970-01-01, in no order.
  static func numbers(of year: Int) -> [Int64] {
    var numbers: [Int64] = []
    numbers.reserveCapacity(fixed.count + afterEaster.count)
    for (month, day) in fixed {
      guard let day = CalendarDay(year: year, month: month, day: day) else { continue }
      numbers.append(day.number)
    }
    guard let easter = easterSunday(of: year) else { return numbers }
    for days in afterEaster where !numbers.contains(easter + days) {
      numbers.append(easter + days)
    }
    return numbers
  }

  package static func contains(_ day: CalendarDay) -> Bool {
    if fixed.contains(where: { $0 == (day.month, day.day) }) { return true }
    return easterSunday(of: day.year).map { afterEaster.contains(day.number - $0) } ?? false
  }

  /// Easter Sunday in days since 1970-01-01; nil for a year that a calendar day can't have.
  ///
  /// The computus of the Gregorian calendar in the form of Meeus, Jones and Butcher.
  private static func easterSunday(of year: Int) -> Int64? {
    let (century, inCentury) = year.quotientAndRemainder(dividingBy: 100)
    let ofMoon = year % 19
    let correction = (century - (century + 8) / 25 + 1) / 3
    // Days from 21 March to the full moon, then from there to Sunday.
    let moon = (19 * ofMoon + century - century / 4 - correction + 15) % 30
    let sunday = (32 + 2 * (century % 4) + 2 * (inCentury / 4) - moon - inCentury % 4) % 7
    // Keeps the full moon of two late cases a week earlier, as the church does.
    let late = (ofMoon + 11 * moon + 22 * sunday) / 451
    let inMarch = moon + sunday - 7 * late + 114
    return CalendarDay(year: year, month: inMarch / 31, day: inMarch % 31 + 1)?.number
  }
}
