import Carrier
import Foundation
import TestSupport
import Testing

struct WallClockTests {
  @Test
  func anInstantIsWrittenWithTheOffsetThatParisHadThenAsFoundationWritesIt() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Paris"))
    let style = Date.ISO8601FormatStyle(
      timeZoneSeparator: .colon, includingFractionalSeconds: false, timeZone: zone)
    var random = SeededGenerator(seed: 20_260_828)
    for _ in 0..<2_000 {
      // 1970 to 2099
      let seconds = Int64.random(in: 0..<4_102_444_800, using: &random)
      let date = Date(timeIntervalSince1970: TimeInterval(seconds))
      #expect(WallClock.paris.rfc3339(seconds: seconds) == date.formatted(style))
      #expect(WallClock.utc(seconds: seconds) == date.formatted(.iso8601))
    }
  }

  @Test
  func theExampleOfTheDocumentationHolds() {
    #expect(WallClock.paris.rfc3339(seconds: 1_787_910_130) == "2026-08-28T11:42:10+02:00")
    #expect(WallClock.utc(seconds: -1) == "1969-12-31T23:59:59Z")
  }

  @Test
  func aDayIsTheOneThatTheWallShows() {
    // 2026-08-28T22:30:00Z is 00:30 of the next day in Paris.
    let evening: Int64 = 1_787_956_200
    #expect(CalendarDay(at: evening).description == "2026-08-29")
    #expect(WallClock.paris.day(at: evening) == 20_694)
    #expect(WallClock(identifier: "UTC").map { CalendarDay(at: evening, on: $0).day } == 28)
  }

  @Test
  func anUnknownZoneIsNone() {
    #expect(WallClock(identifier: "Europe/Lutetia") == nil)
    #expect(WallClock(identifier: "Europe/Brussels") != WallClock.paris)
  }

  @Test(arguments: [
    ("2026-08-28", true), ("2024-02-29", true), ("2000-02-29", true), ("2025-02-29", false),
    ("2100-02-29", false), ("2026-02-31", false), ("2026-13-01", false), ("2026-00-10", false),
    ("2026-1-01", false), ("26-01-01", false), ("2026-01-01 ", false), ("+026-01-01", false),
  ])
  func aCalendarDayIsYyyyMMDdAndExists(text: String, exists: Bool) {
    #expect(CalendarDay(text)?.description == (exists ? text : nil))
  }

  @Test
  func daysSortByTheCalendar() throws {
    let texts = ["2026-08-28", "2025-12-31", "2026-01-01", "2026-08-09"]
    let days = try texts.map { try #require(CalendarDay($0)) }
    #expect(days.sorted().map(\.description) == texts.sorted())
  }
}
