import Carrier
import Foundation
import TestSupport
import Testing

struct BusinessTimeTests {
  static let holidays: [(Int, [String])] = [
    (
      2026,
      [
        "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25",
        "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
      ]
    ),
    (
      2027,
      [
        "2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-05-17",
        "2027-07-14", "2027-08-15", "2027-11-01", "2027-11-11", "2027-12-25",
      ]
    ),
    // Ascension is the 1st of May.
    (
      2008,
      [
        "2008-01-01", "2008-03-24", "2008-05-01", "2008-05-08", "2008-05-12", "2008-07-14",
        "2008-08-15", "2008-11-01", "2008-11-11", "2008-12-25",
      ]
    ),
  ]

  @Test(arguments: holidays)
  func aYearHasTheElevenHolidaysOfTheLawEachOnce(year: Int, days: [String]) throws {
    #expect(PublicHolidays.days(of: year).map(\.description) == days)
    for day in try Paris.days("\(year)-01-01", "\(year)-12-31") {
      #expect(PublicHolidays.contains(day) == days.contains(day.description))
    }
  }

  @Test(arguments: [
    "1954-04-19", "1981-04-20", "2000-04-24", "2019-04-22", "2024-04-01", "2025-04-21",
    "2028-04-17", "2038-04-26", "2049-04-19", "2076-04-20", "2285-03-23",
  ])
  func easterMondayIsTheDayAfterEasterSundayInOddYearsToo(text: String) throws {
    let day = try #require(CalendarDay(text))
    let movable = PublicHolidays.days(of: day.year).filter { (3...4).contains($0.month) }
    #expect(movable.first == day)
  }

  @Test(arguments: [
    ("2026-11-20", true), ("2026-11-21", false), ("2026-11-22", false), ("2026-11-23", true),
    ("2026-04-03", true), ("2026-04-06", false), ("2026-04-07", true), ("2026-05-14", false),
    ("2026-05-15", true), ("2026-05-25", false), ("2026-07-14", false), ("2026-07-15", true),
    ("2026-11-11", false), ("2026-12-24", true), ("2026-12-25", false), ("2026-12-26", false),
    ("2027-12-27", true), ("2028-02-29", true),
  ])
  func aBusinessDayIsFromMondayToFridayAndNoHoliday(text: String, isOne: Bool) throws {
    #expect(BusinessTime.isBusinessDay(try #require(CalendarDay(text))) == isOne)
  }

  static let hours: [(String, String, Int64)] = [
    ("2026-11-24 10:00", "2026-11-24 11:00", 1),
    // Over a weekend, into one, out of one.
    ("2026-11-20 16:00", "2026-11-23 16:00", 24), ("2026-11-20 16:00", "2026-11-21 16:00", 8),
    ("2026-11-21 16:00", "2026-11-23 16:00", 16), ("2026-11-21 16:00", "2026-11-22 16:00", 0),
    // Over Easter, into Easter Monday, within it, out of it.
    ("2026-04-03 16:00", "2026-04-07 10:00", 18), ("2026-04-03 16:00", "2026-04-06 10:00", 8),
    ("2026-04-06 06:00", "2026-04-06 18:00", 0), ("2026-04-06 18:00", "2026-04-07 01:00", 1),
    // A holiday in mid-week, and one on a Saturday, which is not taken off twice.
    ("2026-07-13 12:00", "2026-07-15 12:00", 24), ("2026-08-14 12:00", "2026-08-17 12:00", 24),
    // Over the turn of the year.
    ("2026-12-31 12:00", "2027-01-04 12:00", 24),
    // Over the changes of the clock, of which one makes the weekend shorter and one longer.
    ("2026-03-27 12:00", "2026-03-30 12:00", 24), ("2026-10-23 12:00", "2026-10-26 12:00", 24),
    ("2026-03-29 00:00", "2026-03-30 01:00", 1), ("2026-10-25 00:00", "2026-10-26 01:00", 1),
    // 252 business days in 2026: 261 weekdays without nine holidays.
    ("2026-01-01 00:00", "2027-01-01 00:00", 252 * 24),
    ("2026-11-24 11:00", "2026-11-24 10:00", 0), ("2026-11-24 11:00", "2026-11-24 11:00", 0),
  ]

  @Test(arguments: hours)
  func onlyBusinessDaysCount(start: String, end: String, hours: Int64) throws {
    let seconds = try BusinessTime.seconds(from: Paris.seconds(start), to: Paris.seconds(end))
    #expect(seconds == hours * 3_600)
  }

  @Test
  func countingAgreesWithALookAtEveryHalfHour() throws {
    let step: Int64 = 1_800
    let holidays = Set(Self.holidays.flatMap(\.1))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "Europe/Paris"))
    let first = try Paris.seconds("2026-01-01")
    // How many half hours of business days lie before each one of two years.
    var before: [Int64] = [0]
    for index in 0..<(2 * 365 * 48) {
      let instant = first + Int64(index) * step
      let weekday = calendar.component(
        .weekday, from: Date(timeIntervalSince1970: TimeInterval(instant)))
      let isBusiness =
        (2...6).contains(weekday) && !holidays.contains(CalendarDay(at: instant).description)
      before.append(before[index] + (isBusiness ? 1 : 0))
    }
    for round in 0..<5_000 {
      let start = round * 7_919 % before.count
      let end = min(before.count - 1, start + round * 104_729 % (round % 3 == 0 ? 20_000 : 400))
      let seconds = BusinessTime.seconds(
        from: first + Int64(start) * step, to: first + Int64(end) * step)
      #expect(seconds == (before[end] - before[start]) * step)
    }
  }

  @Test
  func spansOfDecadesAreTheSumOfTheirParts() throws {
    let start = try Paris.seconds("1971-06-15 13:00")
    let end = try Paris.seconds("2037-06-15 13:00")
    let whole = BusinessTime.seconds(from: start, to: end)
    for middle in stride(from: start, to: end, by: 7_654_321) {
      let parts =
        BusinessTime.seconds(from: start, to: middle) + BusinessTime.seconds(from: middle, to: end)
      #expect(parts == whole)
    }
  }

  @Test
  func theExampleOfTheDocumentationHolds() throws {
    #expect(try Paris.seconds("2026-04-03 16:00") == 1_775_224_800)
    #expect(BusinessTime.seconds(from: 1_775_224_800, to: 1_775_548_800) == 64_800)
  }
}
