import ParcelStore
import Status
import Testing

/// Times that can't be right, and rows that count by when they came.
extension EventStorePromises {
  /// Rows came on 1 September 2026; the day after it is the last one that decides.
  @Test(
    arguments: StoreKind.allCases,
    [
      ("31/12/9999", ParcelStatus.inTransit), ("31/12/9999 10:00:00", .inTransit),
      ("03/09/2026", .inTransit), ("03/09/2026 00:00:00", .inTransit),
      ("02/09/2026 23:59:59", .returned), ("02/09/2026", .returned),
      ("01/01/1970", .inTransit), ("31/12/1999 23:59:59", .inTransit),
    ])
  func aTimeThatCannotBeRightDecidesNothing(
    _ kind: StoreKind, _ test: (date: String, status: ParcelStatus)
  ) async throws {
    let known = Row(code: "in_transit", date: "28/08/2026 11:42:10")
    let odd = Row(code: "returned", date: test.date)
    for rows in [[known, odd], [odd, known]] {
      let together = try await kind.open()
      try await together.commit(rows)
      #expect(try await together.currentStatus() == test.status)
      let apart = try await kind.open()
      for (index, row) in rows.enumerated() { try await apart.commit([row], path: "\(index).csv") }
      #expect(try await apart.currentStatus() == test.status)
      let timeline = try await apart.timelines(of: Samples.parcel, accountID: nil)[0]
      #expect(timeline.events.count == 2, "it stays in the timeline")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aTimeBefore2000DoesNotOutdoAnUnmappedStatus(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(date: "01/01/1970"), Row(code: "ZZ9", date: "28/08/2026")])
    #expect(try await store.currentStatus() == .unmapped)
  }

  @Test(arguments: StoreKind.allCases)
  func whereNoTimeCanBeRightWhatCameLastDecides(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(
      [Row(code: "delivered", date: "31/12/9999")], path: "a.csv", at: Samples.now - 100)
    try await store.commit([Row(code: "in_transit", date: "01/01/1970")], path: "b.csv")
    #expect(try await store.currentStatus() == .inTransit)
    #expect(try await store.parcels(ParcelFilter()).map(\.since) == [Samples.now])
    try await store.commit([Row(code: "announced", date: "28/08/2026")], path: "c.csv")
    #expect(try await store.currentStatus() == .announced)
  }

  @Test(arguments: StoreKind.allCases)
  func aTimeThatCannotBeRightMakesNoDayCoarse(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    // Announced five days ahead, so that it does not count.
    try await store.commit(
      [Row(code: "delivered", date: "01/09/2026")], path: "a.csv", at: Samples.now - 5 * 86_400)
    try await store.commit(
      [
        Row(code: "returned", date: "01/09/2026 08:00:00"),
        Row(code: "in_transit", date: "01/09/2026 09:00:00"),
      ], path: "b.csv")
    #expect(try await store.currentStatus() == .inTransit)
  }

  @Test(arguments: StoreKind.allCases)
  func anUndatedRowThatWasHeldCountsByWhenItCame(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var undated = Self.strangersRow
    (undated.code, undated.date) = ("returned", "")
    var later = Self.strangersRow
    (later.code, later.date) = ("in_transit", "31/08/2026 10:00:00")
    let came = Samples.now - 20 * 86_400
    try await store.commit([undated], path: "a.csv", at: came)
    try await store.commit([later], path: "b.csv", at: Samples.now - 86_400)
    try await release(Samples.stranger, in: store, at: Samples.now)
    #expect(try await store.currentStatus() == .inTransit)
    let events = try await store.timelines(of: Samples.parcel, accountID: nil)[0].events
    #expect(events.map(\.receivedAt) == [came, Samples.now - 86_400])
    #expect(try await store.allEvents().map(\.seq) == [1, 2], "in the order of commits")
  }

  @Test(arguments: StoreKind.allCases)
  func rowsThatCameAtOtherTimesComeInTogetherEachWithItsOwn(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let days = Self.strangersDays(1...6)
    try await store.commit(SampleFile(path: "a.csv").part(Array(days[..<2]), end: nil), at: 100)
    try await store.commit(
      SampleFile(path: "a.csv").part(Array(days[2..<4]), firstLine: 4), at: 200)
    try await store.commit(Array(days[4...]), path: "b.csv", at: 100)
    let runs = try await store.heldRuns(of: Samples.stranger)
    #expect(runs.map(\.origin.receivedAt) == [100, 200, 100])
    var group = CommitGroup()
    group.parts = try runs.map { try part(of: $0) }
    let report = try await store.commit(
      group, receivedAt: 900)
    #expect(
      report.counts.map(\.eventsNew) == [2, 2, 2] && report.counts.map(\.released) == [2, 2, 2])
    #expect(try await store.allEvents().map(\.receivedAt) == [100, 100, 200, 200, 100, 100])
    #expect(try await store.held().isEmpty)
  }
}
