import Carrier
import Foundation
import Testing
import TrackingFile

struct TimeReaderTests {
  /// The time that a file with this date gives; nil when the line is rejected for it.
  private func time(_ text: String, _ layout: Layout = .colisPrive) -> EventTime? {
    let reading = Reading(Sample.file([Sample.row(date: text)]), layout)
    if reading.rows.isEmpty { #expect(reading.reasons == [.dateMalformed]) }
    return reading.rows.first?.time
  }

  private static func instant(_ text: String) throws -> Int64 {
    Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970)
  }

  static let accepted: [(String, String, EventTime.Precision)] = [
    ("28/08/2026 11:42:10", "2026-08-28T09:42:10Z", .second),
    ("28/08/2026 11:42", "2026-08-28T09:42:00Z", .minute),
    ("28/08/2026", "2026-08-27T22:00:00Z", .day),
    ("28/08/2026T11:42:10", "2026-08-28T09:42:10Z", .second),
    ("15/01/2026 00:00:00", "2026-01-14T23:00:00Z", .second),
    ("15/01/2026 23:59:59", "2026-01-15T22:59:59Z", .second),
    ("29/02/2028", "2028-02-28T23:00:00Z", .day),
    ("2026-08-28T11:42:10", "2026-08-28T09:42:10Z", .second),
    ("2026-08-28 11:42:10", "2026-08-28T09:42:10Z", .second),
    ("2026-08-28 11:42", "2026-08-28T09:42:00Z", .minute),
    ("2026-08-28", "2026-08-27T22:00:00Z", .day),
    ("2026-08-28T11:42:10Z", "2026-08-28T11:42:10Z", .second),
    ("2026-08-28T11:42:10z", "2026-08-28T11:42:10Z", .second),
    ("2026-08-28T11:42Z", "2026-08-28T11:42:00Z", .minute),
    ("2026-08-28T11:42:10+02:00", "2026-08-28T09:42:10Z", .second),
    ("2026-08-28T11:42:10-0330", "2026-08-28T15:12:10Z", .second),
    ("2026-08-28 11:42:10+02", "2026-08-28T09:42:10Z", .second),
    ("2026-08-28T11:42:10.123Z", "2026-08-28T11:42:10Z", .second),
    ("2026-08-28T11:42:10.999999", "2026-08-28T09:42:10Z", .second),
    ("2026-08-28T11:42:10,5+00:00", "2026-08-28T11:42:10Z", .second),
  ]

  @Test(arguments: accepted)
  func everyDocumentedFormOfATimeIsRead(text: String, utc: String, precision: EventTime.Precision)
    throws
  {
    let expected = EventTime(seconds: try Self.instant(utc), precision: precision)
    #expect(time(text) == expected)
  }

  @Test(arguments: [
    ("1/9/2026 9:05", "01/09/2026 09:05"), ("1/9/2026", "01/09/2026"),
    ("8/12/2026", "08/12/2026"), ("28/8/2026 11:42:10", "28/08/2026 11:42:10"),
    ("28/08/2026 1:42", "28/08/2026 01:42"), ("2026-9-1T9:05", "2026-09-01T09:05"),
    ("2026-9-1 9:05:07Z", "2026-09-01 09:05:07Z"),
  ])
  func daysMonthsAndHoursMayHaveOneDigit(text: String, padded: String) {
    #expect(time(text) != nil && time(text) == time(padded))
  }

  @Test(arguments: ["1/9/26", "1/9/2026 9:5", "31/2/2026", "0/9/2026", "1/9/2026 9"])
  func butNoOtherPart(text: String) {
    #expect(time(text) == nil)
  }

  @Test(arguments: [
    "31/02/2026", "29/02/2026", "29/02/2100", "30/02/2028", "31/04/2026", "00/01/2026",
    "01/00/2026", "01/13/2026", "32/01/2026", "28/08/2026 24:00", "28/08/2026 24:00:00",
    "28/08/2026 11:60", "28/08/2026 11:42:60", "2026-02-29", "2026-08-28T24:00:00Z",
  ])
  func aTimeThatTheCalendarOrTheClockDoesNotHaveIsAnError(text: String) {
    #expect(time(text) == nil)
  }

  @Test(arguments: [
    "28/08/26", "28-08-2026", "2026/08/28", "28/08/2026 11:42:1",
    "28/08/2026 11", "28/08/2026 11:42:10 x", "28/08/2026 11:42:10+02:00", "hier", "2026-08-28T",
    "2026-08-28T11:42:10+", "2026-08-28T11:42:10+2", "2026-08-28T11:42:10+02:",
    "2026-08-28T11:42:10+19:00", "2026-08-28T11:42:10+02:60", "2026-08-28T11:42:10.",
    "2026-08-28T11:42:10.Z", "2a/08/2026", "28/08/2026 11h42", "20260828114210",
  ])
  func aTextThatIsNoTimeIsAnErrorWhateverItsLength(text: String) {
    #expect(time(text) == nil)
  }

  @Test(arguments: ["", "  "])
  func aMissingTimeIsNormalAndHasNoPrecision(text: String) {
    let reading = Reading(Sample.file([Sample.row(date: text)]))
    #expect(reading.rows.map(\.time) == [EventTime.missing])
    #expect(reading.rows.map(\.time.precision) == [EventTime.Precision.none])
    #expect(reading.rows.map(\.date) == [nil])
  }

  /// Both days of 2024 to 2027 on which the clock of Paris changes.
  static let changes: [Date] = {
    guard let zone = TimeZone(identifier: "Europe/Paris") else { return [] }
    var changes: [Date] = []
    // 2024-01-01T00:00:00Z
    var next = zone.nextDaylightSavingTimeTransition(
      after: Date(timeIntervalSince1970: 1_704_067_200))
    while let change = next, changes.count < 8 {
      changes.append(change)
      next = zone.nextDaylightSavingTimeTransition(after: change)
    }
    return changes
  }()

  @Test(arguments: changes)
  func aroundAChangeOfTheClockEveryQuarterOfAnHourIsWhatFoundationsCalendarShows(change: Date)
    throws
  {
    var paris = Calendar(identifier: .gregorian)
    paris.timeZone = try #require(TimeZone(identifier: "Europe/Paris"))
    var wall = Calendar(identifier: .gregorian)
    wall.timeZone = .gmt
    let units: Set<Calendar.Component> = [.year, .month, .day, .hour, .minute]
    // The wall's texts of the day before, the day and the day after, as if they were UTC.
    let noon = paris.startOfDay(for: change).addingTimeInterval(12 * 3_600)
    let start = noon.timeIntervalSince1970 - 48 * 3_600
    for quarter in 0..<(4 * 24 * 4) {
      let local = Date(timeIntervalSince1970: start + TimeInterval(quarter * 900))
      let shown = wall.dateComponents(units, from: local)
      let instants = [7_200, 3_600].map { local.addingTimeInterval(-$0) }
        .filter { paris.dateComponents(units, from: $0) == shown }
      let text = local.formatted(
        Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day().dateTimeSeparator(.space)
          .time(includingFractionalSeconds: false))
      let read = try #require(self.time(text))
      // Twice: the first. Never: with the offset before the change.
      let expected = instants.first ?? local.addingTimeInterval(-3_600)
      #expect(read.seconds == Int64(expected.timeIntervalSince1970), "\(text)")
      #expect(read.isAmbiguous == (instants.count != 1), "\(text)")
    }
  }

  @Test
  func allEightChangesWereTried() { #expect(Self.changes.count == 8) }

  @Test
  func anAmbiguousTimeKeepsItsTextAndAnOffsetLeavesNoDoubt() {
    let reading = Reading(Sample.file([Sample.row(date: "25/10/2026 02:30:00")]))
    #expect(reading.rows.map(\.date) == ["25/10/2026 02:30:00"])
    #expect(reading.rows.map(\.time.isAmbiguous) == [true])
    #expect(time("2026-10-25T02:30:00+01:00")?.isAmbiguous == false)
  }

  @Test(
    arguments: [
      ("yyyyMMddHHmmss", "20260828114210", "2026-08-28T09:42:10Z", .second),
      ("yyyyMMddHHmm", "202608281142", "2026-08-28T09:42:00Z", .minute),
      ("yyyyMMdd", "20260828", "2026-08-27T22:00:00Z", .day),
      ("dd.MM.yyyy HH:mm", "28.08.2026 11:42", "2026-08-28T09:42:00Z", .minute),
      ("HHmm dd/MM/yyyy", "1142 28/08/2026", "2026-08-28T09:42:00Z", .minute),
    ] as [(String, String, String, EventTime.Precision)])
  func aPatternReadsDigitsAtFixedPlaces(
    pattern: String, text: String, utc: String, precision: EventTime.Precision
  ) throws {
    let format = try #require(TimeFormat(pattern))
    let layout = try Sample.layout(timeFormats: [format])
    let expected = EventTime(seconds: try Self.instant(utc), precision: precision)
    #expect(time(text, layout) == expected)
    for wrong in [String(text.dropLast()), text + "0", "x" + text.dropFirst(), "28/08/2026 11:42"]
    where wrong != text {
      #expect(time(wrong, layout) == nil)
    }
  }

  @Test(arguments: ["20260231", "20261301", "20260001"])
  func aPatternHasTheCalendarsLimitsToo(text: String) throws {
    let format = try #require(TimeFormat("yyyyMMdd"))
    #expect(time(text, try Sample.layout(timeFormats: [format])) == nil)
  }

  @Test
  func severalFormatsAreTriedInTheirOrder() throws {
    let compact = try #require(TimeFormat("yyyyMMdd"))
    let layout = try Sample.layout(timeFormats: [compact, .auto])
    #expect(time("20260828", layout) == time("28/08/2026", layout))
    #expect(time("2026-08-28", layout)?.precision == .day)
  }

  @Test(arguments: [
    "", "yyyy", "yyyyMM", "yyyyMMddHH", "yyyyMMddmm", "yyyyMMddss", "yyyyyyyyMMdd",
    "yyyyMMddx", "yyMMyydd", "ddMMyyyyé", "AUTO",
  ])
  func aPatternThatCantGiveADayIsNone(text: String) {
    #expect(TimeFormat(text) == nil)
  }

  @Test
  func anotherLayoutsClockCounts() throws {
    let layout = try Sample.layout(clock: try #require(WallClock(identifier: "UTC")))
    #expect(time("28/08/2026 11:42:10", layout)?.seconds == 1_787_917_330)
  }
}
