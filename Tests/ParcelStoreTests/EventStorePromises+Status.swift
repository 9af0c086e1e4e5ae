import Carrier
import ParcelStore
import Status
import Testing

/// The rules by which a parcel's events make its current status.
extension EventStorePromises {
  /// Rows of one parcel in two groups, and the status that must come out, whichever comes first.
  struct StatusCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var earlier: [Row]
    var later: [Row]
    var status: ParcelStatus

    init(_ promise: String, _ earlier: [Row], _ later: [Row], _ status: ParcelStatus) {
      testDescription = promise
      self.earlier = earlier
      self.later = later
      self.status = status
    }
  }

  private static func at(_ code: String, _ date: String, label: String = "") -> Row {
    Row(code: code, label: label, date: date)
  }

  /// A meaning is only derived again on purpose.
  @Test(arguments: StoreKind.allCases)
  func aWordingKeepsTheMeaningWithWhichItCameFirst(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    func map(_ version: String, _ status: ParcelStatus) throws -> StatusMap {
      let rule = StatusMap.CodeRule(code: "K1", meaning: Meaning(status: status))
      return try StatusMap(name: "annex", version: version, codes: [rule], labels: [])
    }
    var file = SampleFile(path: "1.csv", statusMap: try map("1", .delivered))
    let first = try file.part([Row(code: "K1", date: "28/08/2026 11:00:00")])
    file.path = "2.csv"
    file.statusMap = try map("2", .returned)
    // In the same group, in a later one, and as an unmapped code of the former map.
    let second = try file.part([Row(code: "K1", date: "28/08/2026 12:00:00")])
    try await store.commit(first, second)
    file.path = "3.csv"
    let report = try await store.commit(file.part([Row(code: "K1", date: "28/08/2026 13:00:00")]))
    #expect(report.newUnmapped.isEmpty)
    let events = try await store.allEvents()
    #expect(events.map(\.meaning.status) == [.delivered, .delivered, .delivered])
  }

  static let statusCases = [
    StatusCase(
      "a late scan does not take a delivered parcel back",
      [at("delivered", "28/08/2026 11:42:10")], [at("in_transit", "27/08/2026 23:00:00")],
      .delivered),
    StatusCase(
      "a return that starts after delivery reopens it",
      [at("delivered", "28/08/2026 11:42:10")], [at("returning", "29/08/2026 08:00:00")],
      .returning),
    StatusCase(
      "an attempt on the day after delivery counts, since it came later",
      [at("delivered", "28/08/2026 11:42:10")], [at("delivery_failed", "29/08/2026 11:00:00")],
      .deliveryFailed),
    StatusCase(
      "a wording that the map does not know changes nothing",
      [at("out_for_delivery", "28/08/2026 07:00:00")], [at("ZZ9", "29/08/2026 07:00:00")],
      .outForDelivery),
    StatusCase(
      "unmapped is the status where nothing else is known",
      [at("ZZ8", "28/08/2026 07:00:00")], [at("ZZ9", "29/08/2026 07:00:00")], .unmapped),
    StatusCase(
      "what is known replaces unmapped, even from earlier",
      [at("ZZ9", "29/08/2026 07:00:00")], [at("announced", "20/08/2026 07:00:00")], .announced),
    StatusCase(
      "at the same time the life cycle decides",
      [at("delivered", "28/08/2026 11:42:10")],
      [at("out_for_delivery", "28/08/2026 11:42:10")], .delivered),
    StatusCase(
      "at the same time a hold stands behind transit",
      [at("on_hold", "28/08/2026 11:42:10")], [at("in_transit", "28/08/2026 11:42:10")], .onHold),
    StatusCase(
      "on a day without times the life cycle decides",
      [at("delivered", "28/08/2026")], [at("out_for_delivery", "28/08/2026")], .delivered),
    StatusCase(
      "one event without a time makes the whole day the life cycle's",
      [at("delivered", "28/08/2026")], [at("out_for_delivery", "28/08/2026 18:00:00")],
      .delivered),
    StatusCase(
      "a day without times still comes after the day before",
      [at("delivered", "28/08/2026 20:00:00")], [at("returning", "29/08/2026")], .returning),
    StatusCase(
      "a day without times comes before the day after",
      [at("delivered", "28/08/2026")], [at("in_transit", "29/08/2026 00:00:01")], .inTransit),
    StatusCase(
      "an unmapped event without a time changes nothing by itself",
      [at("in_transit", "28/08/2026 09:00:00")], [at("ZZ9", "29/08/2026")], .inTransit),
    StatusCase(
      "an event without any date stands on the day it came",
      [at("delivered", "31/08/2026 11:00:00")], [at("returning", "")], .returning),
    StatusCase(
      "what happens after the day an undated event came is later",
      [at("delivered", "")], [at("returning", "02/09/2026 06:00:00")], .returning),
    StatusCase(
      "events from before 1970 have an order too",
      [at("delivered", "02/01/1900 10:00:00")], [at("in_transit", "01/01/1900 10:00:00")],
      .delivered),
    StatusCase(
      "the label decides where there is no code",
      [at("", "28/08/2026 10:00:00", label: "Votre colis vous attend au relais")],
      [at("", "28/08/2026 09:00:00", label: "Votre colis est retourné à l'expéditeur")],
      .readyForPickup),
  ]

  @Test(arguments: StoreKind.allCases, statusCases)
  func theCurrentStatusGoesByTimeThenLifeCycle(
    _ kind: StoreKind, _ test: StatusCase
  ) async throws {
    for groups in [[test.earlier, test.later], [test.later, test.earlier]] {
      let store = try await kind.open()
      for (index, rows) in groups.enumerated() {
        try await store.commit(rows, path: "\(index).csv")
      }
      #expect(try await store.currentStatus() == test.status)
    }
    for rows in [test.earlier + test.later, test.later + test.earlier] {
      let store = try await kind.open()
      try await store.commit(rows)
      #expect(try await store.currentStatus() == test.status)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func anUndatedEventStandsOnTheDayOfItsOwnCommit(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(
      [Row(parcel: "AB1234567890", code: "announced", date: "01/08/2026 10:00:00")],
      at: Samples.now - 20 * 86_400)
    try await store.commit([
      Row(code: "in_transit", date: "28/08/2026 10:00:00"), Row(code: "delivered", date: ""),
    ])
    #expect(try await store.currentStatus() == .delivered)
    let listed = try await store.parcels(ParcelFilter(status: .delivered))
    #expect(listed.map(\.since) == [Samples.now])
    let events = try await store.timelines(of: Samples.parcel, accountID: nil)[0].events
    #expect(events.map(\.time.precision) == [.second, .none])
    #expect(events.map(\.receivedAt) == [Samples.now, Samples.now])
  }

  @Test(arguments: StoreKind.allCases)
  func ofTwoEventsAtTheSamePlaceTheListAndTheTimelineShowTheSame(
    _ kind: StoreKind
  ) async throws {
    let store = try await kind.open()
    let wording = "Votre rendez-vous est confirmé. le "
    for (index, day) in ["31/08/2026", "02/09/2026", "01/09/2026"].enumerated() {
      try await store.commit(
        [Row(code: "", label: wording + day, site: "S\(9 - index)")], path: "\(index).csv")
    }
    let listed = try await store.parcels(ParcelFilter())
    let shown = try await store.timelines(of: Samples.parcel, accountID: nil)
    #expect(listed.map(\.meaning.expectedOn?.description) == ["2026-09-01"])
    #expect(shown.map(\.current?.meaning) == listed.map(\.meaning))
  }

  @Test(arguments: StoreKind.allCases)
  func aTimelineIsInTheOrderOfTheLifeCycleInsideACoarseDay(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "delivered", date: "28/08/2026"),
      Row(code: "picked_up", date: "28/08/2026 23:00:00"),
      Row(code: "returning", date: "29/08/2026 10:00:00"),
      Row(code: "out_for_delivery", date: "28/08/2026"),
      Row(code: "announced", date: "29/08/2026 11:00:00"),
    ])
    let timeline = try await store.timelines(of: Samples.parcel, accountID: nil)[0]
    #expect(
      timeline.events.map(\.meaning.status) == [
        .pickedUp, .outForDelivery, .delivered, .returning, .announced,
      ])
    #expect(timeline.current?.meaning.status == .announced)
  }
}
