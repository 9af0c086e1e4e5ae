import Carrier
import ParcelStore
import Status
import Testing

/// Of each event it can be said why it decides the current status, or does not.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func eachEventSaysWhyItDoesNotDecide(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "in_transit", date: "27/08/2026 10:00:00"),
      Row(code: "out_for_delivery", date: "28/08/2026 11:42:10"), Row(),
      Row(code: "ZZ9", date: "29/08/2026 10:00:00"),
      Row(code: "lost", date: "31/12/9999 10:00:00"),
    ])
    let timeline = try #require(
      try await store.timelines(of: Samples.parcel, accountID: nil).first)
    #expect(timeline.current?.meaning.status == .delivered)
    #expect(
      zip(timeline.events.map(\.wording.code), timeline.decisions).map { "\($0 ?? "") \($1)" } == [
        "in_transit happenedBefore", "out_for_delivery lifeCycleAtSameTime", "delivered decides",
        "ZZ9 unmapped", "lost implausibleTime",
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func onADayWithoutTimesTheLifeCycleIsTheReason(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(date: "28/08/2026"), Row(code: "out_for_delivery", date: "28/08/2026 18:00:00"),
    ])
    let timeline = try #require(
      try await store.timelines(of: Samples.parcel, accountID: nil).first)
    #expect(timeline.decisions == [.lifeCycleOnDay, .decides])
  }

  @Test(arguments: StoreKind.allCases)
  func whereNoTimeCanBeRightTheLastToComeDecides(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(code: "lost", date: "31/12/9999 10:00:00")])
    try await store.commit(
      [Row(date: "01/01/1950 10:00:00")], path: "b.csv", at: Samples.now + 60)
    let timeline = try #require(
      try await store.timelines(of: Samples.parcel, accountID: nil).first)
    #expect(timeline.decisions == [.decides, .cameBefore])
  }
}
