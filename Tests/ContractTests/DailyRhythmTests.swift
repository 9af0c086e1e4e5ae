import Carrier
import Contract
import TestSupport
import Testing

struct DailyRhythmTests {
  /// A Tuesday; the twenty business days before it begin on Monday 2026-10-26, as the 11th of
  /// November is none, and 1 November a Sunday.
  private static let today = "2026-11-24"

  /// The last business days before `today`, the latest first.
  private func businessDays(_ count: Int, before today: String = today) throws -> [CalendarDay] {
    let end = try #require(CalendarDay(today))
    let days = try Paris.days("2026-01-01", today)
    return days.reversed().filter { $0 < end && BusinessTime.isBusinessDay($0) }.prefix(count)
      .map(\.self)
  }

  private func arrivals(_ days: [CalendarDay], at time: String) throws -> [FeedDay] {
    try days.map { FeedDay(day: $0, firstAt: try Paris.seconds("\($0) \(time)")) }
  }

  private func rhythm(_ days: [FeedDay], today: String = today) throws -> DailyRhythm? {
    DailyRhythm(days: days, today: try #require(CalendarDay(today)))
  }

  @Test
  func aFeedThatComesEachDayHasARhythm() throws {
    let days = try businessDays(20)
    #expect(days.last?.description == "2026-10-26")
    let rhythm = try #require(try rhythm(arrivals(days, at: "08:50")))
    #expect(rhythm.usualBy == 9 * 3_600)
    #expect(rhythm.days == 20)
    #expect(rhythm.of == 20)
    #expect(rhythm.onTime == 20)
  }

  @Test(arguments: [(0, false), (1, false), (9, false), (10, true), (11, true), (20, true)])
  func itTakesTenDaysWithRows(count: Int, hasRhythm: Bool) throws {
    let rhythm = try rhythm(arrivals(businessDays(count), at: "08:50"))
    #expect((rhythm != nil) == hasRhythm)
    #expect(rhythm == nil || rhythm?.days == count && rhythm?.of == count)
  }

  @Test(arguments: [
    (20, [3, 7], true), (20, [3, 7, 11], false), (11, [5], true), (12, [5], true),
    (12, [5, 6], false), (19, [2], true), (19, [2, 3], false),
    // The first days of the twenty without rows are before the feed's time.
    (20, [19, 18, 17, 16], true), (20, [19, 18, 17, 2], true), (20, [19, 18, 17, 3, 2], false),
  ])
  func rowsMustComeOnNineOfTenDaysSinceTheFirstOfThem(span: Int, without: [Int], hasRhythm: Bool)
    throws
  {
    let days = try businessDays(span)
    let given = days.indices.filter { !without.contains($0) }.map { days[$0] }
    let rhythm = try rhythm(arrivals(given, at: "08:50"))
    #expect((rhythm != nil) == hasRhythm)
  }

  @Test
  func whatIsToldIsSinceTheFirstDayWithRows() throws {
    let days = try businessDays(20)
    let rhythm = try #require(try rhythm(arrivals([days[0]] + days[2..<15], at: "08:50")))
    #expect(rhythm.days == 14)
    #expect(rhythm.of == 15)
  }

  @Test
  func aFeedOfEverySecondDayAndOneOfEveryWeekHaveNone() throws {
    let days = try businessDays(60)
    for step in [2, 5] {
      let given = stride(from: 0, to: 60, by: step).map { days[$0] }
      #expect(try rhythm(arrivals(given, at: "08:50")) == nil)
    }
  }

  @Test
  func weekendsHolidaysTodayAndDaysLongAgoDoNotCount() throws {
    let days = try businessDays(20)
    let usual = try arrivals(days, at: "08:50")
    let others = [
      "2026-10-25", "2026-11-01", "2026-11-11", "2026-11-21", "2026-11-24", "2026-11-25",
    ]
    let odd = try arrivals(others.map { try #require(CalendarDay($0)) }, at: "23:00")
    let old = try arrivals(businessDays(60).suffix(40), at: "23:00")
    #expect(try rhythm(odd + usual.reversed() + old) == rhythm(usual))
    #expect(try rhythm(arrivals(days.suffix(11), at: "08:50") + odd + old) == nil)
  }

  @Test
  func ofSeveralFirstRowsOfADayTheEarliestCounts() throws {
    let days = try businessDays(20)
    let rhythm = try rhythm(arrivals(days, at: "14:00") + arrivals(days, at: "08:50"))
    #expect(rhythm?.usualBy == 9 * 3_600)
    #expect(rhythm?.days == 20)
  }

  @Test(arguments: [
    // Of 10 the 9th, of 11 the 10th, of 18 the 17th, of 20 the 18th.
    (10, 1, "08:45", 9), (10, 2, "20:00", 10), (11, 1, "08:45", 10), (11, 2, "20:00", 11),
    (18, 1, "08:45", 17), (18, 2, "20:00", 18), (20, 2, "08:45", 18), (20, 3, "20:00", 20),
  ])
  func theUsualTimeIsTheNinthOfTenRoundedUpToAQuarterOfAnHour(
    count: Int, late: Int, usual: String, onTime: Int
  ) throws {
    let days = try businessDays(count)
    let given =
      try arrivals(Array(days.dropFirst(late)), at: "08:31")
      + arrivals(Array(days.prefix(late)), at: "19:50")
    let rhythm = try #require(try rhythm(given))
    let parts = usual.split(separator: ":").compactMap { Int($0) }
    #expect(rhythm.usualBy == parts[0] * 3_600 + parts[1] * 60)
    #expect(rhythm.onTime == onTime)
  }

  @Test(arguments: [
    ("00:00:00", 0), ("00:00:01", 900), ("08:45:00", 31_500), ("08:45:01", 32_400),
    ("08:59:59", 32_400), ("23:44:59", 85_500), ("23:50:00", 86_400),
  ])
  func aTimeOnTheQuarterStaysASecondLaterIsTheNextOne(time: String, usualBy: Int) throws {
    #expect(try rhythm(arrivals(businessDays(20), at: time))?.usualBy == usualBy)
  }

  @Test(arguments: ["2026-04-03", "2026-11-06"])
  func theTimeOnTheWallCountsBeforeAndAfterAChangeOfTheClock(today: String) throws {
    let days = try businessDays(20, before: today)
    let rhythm = try #require(try rhythm(arrivals(days, at: "08:45"), today: today))
    #expect(rhythm.usualBy == 31_500)
    #expect(rhythm.onTime == 20)
    let last = try Paris.seconds("\(days[0]) 08:45")
    #expect(rhythm.breach(now: try Paris.seconds("\(today) 11:44:59"), lastRowAt: last) == nil)
    #expect(rhythm.breach(now: try Paris.seconds("\(today) 11:45:00"), lastRowAt: last) != nil)
  }

  static let looks: [(String, String, Bool)] = [
    // Three hours after 09:00, to the second.
    ("2026-11-24 11:59:59", "2026-11-23 08:50", false),
    ("2026-11-24 12:00:00", "2026-11-23 08:50", true),
    ("2026-11-24 23:59:59", "2026-11-23 08:50", true),
    // Today begins at midnight in Paris, which is 23:00 in Greenwich.
    ("2026-11-24 12:10", "2026-11-23 23:59:59", true),
    ("2026-11-24 12:10", "2026-11-24 00:00:00", false),
    ("2026-11-24 12:10", "2026-11-24 12:09", false),
    ("2026-11-24 12:10", "2026-11-24 12:11", false),
    // It lasts until rows come.
    ("2026-11-25 00:00:00", "2026-11-23 08:50", true),
    ("2026-11-28 09:00:00", "2026-11-26 08:50", true),
    // A weekend, a Wednesday that is a holiday, Easter Monday, and the days after them.
    ("2026-11-28 12:10", "2026-11-27 08:50", false),
    ("2026-11-29 12:10", "2026-11-27 08:50", false),
    ("2026-11-30 12:10", "2026-11-27 08:50", true),
    ("2026-11-11 12:10", "2026-11-10 08:50", false),
    ("2026-11-12 12:10", "2026-11-10 08:50", true),
    ("2026-04-06 12:10", "2026-04-03 08:50", false),
    ("2026-04-07 12:10", "2026-04-03 08:50", true),
    // The Sundays on which the clock changes, and the Mondays after them.
    ("2026-03-29 12:10", "2026-03-27 08:50", false),
    ("2026-03-30 11:59:59", "2026-03-27 08:50", false),
    ("2026-03-30 12:00:00", "2026-03-27 08:50", true),
    ("2026-10-25 12:10", "2026-10-23 08:50", false),
    ("2026-10-26 11:59:59", "2026-10-23 08:50", false),
    ("2026-10-26 12:00:00", "2026-10-23 08:50", true),
  ]

  @Test(arguments: looks)
  func aBreachBeginsOnABusinessDayWithoutRowsThreeHoursAfterTheUsualTime(
    now: String, last: String, isBreach: Bool
  ) throws {
    let rhythm = try #require(try rhythm(arrivals(businessDays(20), at: "08:50")))
    let breach = try rhythm.breach(now: Paris.seconds(now), lastRowAt: Paris.seconds(last))
    #expect((breach != nil) == isBreach)
  }

  @Test(arguments: [("20:45", true), ("20:46", false), ("21:00", false), ("23:50", false)])
  func aUsualTimeWhoseThreeHoursEndAtMidnightOrLaterHasNoBreach(time: String, hasBreach: Bool)
    throws
  {
    let rhythm = try #require(try rhythm(arrivals(businessDays(20), at: time)))
    let end = try Paris.seconds("2026-11-24 23:59:59")
    let last = try Paris.seconds("2026-11-23 \(time)")
    #expect((rhythm.breach(now: end, lastRowAt: last) != nil) == hasBreach)
    #expect((rhythm.breach(now: end + 3 * 3_600, lastRowAt: last) != nil) == hasBreach)
  }

  @Test
  func aBreachSaysWhatIsUsualHowOftenItWasSoAndWhatCameLast() throws {
    var days = try businessDays(20)
    days.remove(at: 4)
    let given = try arrivals([days[0]], at: "10:40") + arrivals(Array(days[1...]), at: "08:50")
    let breach = try #require(
      try rhythm(given)?
        .breach(
          now: Paris.seconds("2026-11-24 12:10:59"), lastRowAt: Paris.seconds("2026-11-23 19:05")))
    #expect(
      breach.sentence == """
        rows usually come by 09:00 (on 19 of the last 20 business days, 18 of them by then), and \
        none had come by 12:10 on 2026-11-24, Paris time; the last ones came on 2026-11-23 at 19:05
        """)
    #expect("\(breach)" == breach.sentence)
  }

  @Test
  func whereThereIsNoExceptionNoneIsCounted() throws {
    let breach = try #require(
      try rhythm(arrivals(businessDays(10), at: "08:50"))?
        .breach(
          now: Paris.seconds("2026-11-24 12:00"), lastRowAt: Paris.seconds("2026-11-23 08:50"))
    )
    #expect(
      breach.sentence.hasPrefix(
        "rows usually come by 09:00 (on each of the last 10 business days, always by then), and"))
  }
}
