import Carrier
import Status
import Testing

@Suite struct WordTests {
  @Test func `names are the words of the status model, in its order`() {
    #expect(
      ParcelStatus.allCases.map(\.name) == [
        "announced", "picked_up", "in_transit", "out_for_delivery", "ready_for_pickup", "delivered",
        "delivery_failed", "on_hold", "returning", "returned", "lost", "damaged", "cancelled",
        "unmapped",
      ])
    #expect(
      StatusReason.allCases.map(\.name) == [
        "recipient_absent", "address_invalid", "refused", "no_access", "does_not_fit",
        "pickup_expired", "appointment", "date_changed", "address_changed", "method_changed",
        "delayed", "customs", "weather", "carrier", "other",
      ])
    #expect(
      DeliveryMode.allCases.map(\.name) == [
        "hand", "signature", "letterbox", "neighbour", "safe_place", "pickup_point",
      ])
  }

  @Test func `every name reads back as its word, and nothing else does`() {
    for status in ParcelStatus.allCases { #expect(ParcelStatus(name: status.name) == status) }
    for reason in StatusReason.allCases { #expect(StatusReason(name: reason.name) == reason) }
    for mode in DeliveryMode.allCases { #expect(DeliveryMode(name: mode.name) == mode) }
    for name in ["", "Delivered", "inTransit", "unknown", "stale"] {
      #expect(ParcelStatus(name: name) == nil)
      #expect(StatusReason(name: name) == nil)
      #expect(DeliveryMode(name: name) == nil)
    }
  }

  @Test func `ranks follow the life cycle`() {
    let lifeCycle: [ParcelStatus] = [
      .unmapped, .announced, .pickedUp, .inTransit, .outForDelivery, .deliveryFailed,
      .readyForPickup, .delivered, .returning,
    ]
    for (earlier, later) in zip(lifeCycle, lifeCycle.dropFirst()) {
      #expect(earlier.rank < later.rank)
    }
    #expect(ParcelStatus.onHold.rank == ParcelStatus.inTransit.rank)
    for ended in [ParcelStatus.returned, .lost, .damaged, .cancelled] {
      #expect(ended.rank > ParcelStatus.returning.rank)
    }
    // The store packs a rank into five bits.
    #expect(ParcelStatus.allCases.allSatisfy { $0.rank < 32 })
  }
}

@Suite struct CalendarDayTests {
  @Test(arguments: [(2026, 8, 31), (2028, 2, 29), (2000, 2, 29), (1, 1, 1), (9999, 12, 31)])
  func `a day of the calendar reads back from its text`(year: Int, month: Int, day: Int) throws {
    let date = try #require(CalendarDay(year: year, month: month, day: day))
    #expect(CalendarDay(date.description) == date)
  }

  @Test func `a day is written as ISO 8601 has it`() {
    #expect(CalendarDay(year: 26, month: 8, day: 1)?.description == "0026-08-01")
  }

  @Test(arguments: [
    "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
    "0000-01-01", "2026-1-01", "26-01-01", "2026/01/01", "2026-01-01 ", "+026-01-01", "",
  ])
  func `what is no day of the calendar is refused`(text: String) {
    #expect(CalendarDay(text) == nil)
  }

  @Test func `days are ordered by the calendar`() throws {
    let texts = ["2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2027-01-01"]
    let days = try texts.map { try #require(CalendarDay($0)) }
    #expect(days.reversed().sorted() == days)
  }
}
