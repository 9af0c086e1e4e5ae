import Carrier
import Testing

@Suite struct PickupDeadlineTests {
  /// 2026-09-01T10:00:00+02:00.
  private let arrival: Int64 = 1_788_249_600
  private let deadline = PickupDeadline()

  @Test func theLastDayIsEightCalendarDaysAfterTheArrival() {
    #expect(deadline.lastDay(arrivedAt: arrival) == CalendarDay("2026-09-09"))
    #expect(PickupDeadline(days: 1).lastDay(arrivedAt: arrival) == CalendarDay("2026-09-02"))
  }

  @Test(arguments: [(5, false), (6, true), (7, true), (8, true), (9, false), (60, false)])
  func aParcelIsDueWhenItsLastDayIsNearAndNotOver(_ days: Int64, _ isDue: Bool) {
    let now = arrival + days * 86_400
    #expect(deadline.arrivals(due: now...now + 2 * 86_400).contains(arrival) == isDue)
  }

  @Test func theLastDayCountsUpToItsEnd() {
    let start = CalendarDay("2026-09-09")?.start() ?? 0
    #expect(deadline.arrivals(due: start...start).contains(arrival))
    #expect(deadline.arrivals(due: start + 86_399...start + 86_399).contains(arrival))
    #expect(!deadline.arrivals(due: start + 86_400...start + 86_400).contains(arrival))
  }
}
