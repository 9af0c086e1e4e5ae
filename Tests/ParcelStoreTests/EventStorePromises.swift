import Carrier
import ParcelStore
import Status
import TestSupport
import Testing

/// What every store promises; all stores are tested for it.
@Suite(.postgreSQLSchemas) struct EventStorePromises {
  // MARK: Appending again changes nothing

  @Test(arguments: StoreKind.allCases)
  func aGroupAppendedAgainBringsNoEventAndChangesNone(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = [
      Row(code: "picked_up", date: "27/08/2026 08:00:00"), Row(),
      Row(parcel: "AB1234567890", code: "", label: "Votre colis vous attend au relais"),
    ]
    let first = try await store.commit(rows, at: Samples.now)
    let before = try await content(of: store)
    let second = try await store.commit(rows, at: Samples.now + 60)

    #expect(first.counts.map(\.eventsNew) == [3] && first.counts.map(\.eventsRepeated) == [0])
    #expect(second.counts.map(\.eventsNew) == [0] && second.counts.map(\.eventsRepeated) == [3])
    #expect(first.lastSeq == 3 && second.lastSeq == 3)
    #expect(try await content(of: store) == before)
  }

  @Test(arguments: StoreKind.allCases)
  func anEventThatAGroupHasTwiceCountsOnceAndTheFirstRowIsKept(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let first = SampleFile(path: "1.csv")
    let second = SampleFile(path: "2.csv")
    let report = try await store.commit(
      first.part([Row(), Row(label: "again"), Row()]), second.part([Row(label: "and again")]))

    #expect(report.counts.map(\.eventsNew) == [1, 0])
    #expect(report.counts.map(\.eventsRepeated) == [2, 1])
    let events = try await store.allEvents()
    #expect(events.map(\.seq) == [1])
    #expect(events.map(\.origin.file) == ["1.csv"] && events.map(\.origin.line) == [2])
    #expect(events.map(\.wording.label) == [nil])
  }

  @Test(
    arguments: StoreKind.allCases,
    [
      Row(label: "Un autre libellé"), Row(order: "CMD-9"), Row(order: ""), Row(postcode: "13001"),
      Row(country: "BE"), Row(parcel: "991122334455 75012", postcode: ""),
      Row(date: "2026-08-28T09:42:10Z"), Row(code: "Delivered"), Row(code: "DELIVERED"),
    ])
  func whatTheCarrierOnlyWordsOtherwiseIsTheSameEvent(
    _ kind: StoreKind, again: Row
  ) async throws {
    let store = try await kind.open()
    try await store.commit([Row(label: "Livré")])
    let report = try await store.commit([again], path: "b.csv")
    #expect(report.counts[0].eventsRepeated == 1 && report.counts[0].eventsNew == 0)
    let events = try await store.allEvents()
    #expect(events.map(\.wording.label) == ["Livré"])
  }

  @Test(
    arguments: StoreKind.allCases,
    [
      Row(site: "13B"), Row(site: ""), Row(code: "returned"), Row(code: "delivere"),
      Row(code: ""), Row(date: "28/08/2026 11:42:11"), Row(date: ""), Row(date: "28/08/2026"),
      Row(parcel: "991122334456"), Row(account: "D0", accountID: "EM000001"),
    ])
  func otherSiteCodeTimeParcelOrAccountIsAnotherEvent(
    _ kind: StoreKind, other: Row
  ) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    let report = try await store.commit([other], path: "b.csv")
    #expect(report.counts[0].eventsNew == 1 && report.counts[0].eventsRepeated == 0)
  }

  @Test(arguments: StoreKind.allCases)
  func aDayAndItsMidnightAreTwoEvents(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let report = try await store.commit([
      Row(date: "28/08/2026"), Row(date: "28/08/2026 00:00:00"), Row(date: "28/08/2026"),
    ])
    #expect(report.counts[0].eventsNew == 2 && report.counts[0].eventsRepeated == 1)
    let precisions = try await store.allEvents().map(\.time.precision)
    #expect(Set(precisions) == [.day, .second])
  }

  @Test(arguments: StoreKind.allCases)
  func aTimeToTheMinuteAndToTheSecondAreOneEvent(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let report = try await store.commit([
      Row(date: "28/08/2026 11:42"), Row(date: "28/08/2026 11:42:00"),
      Row(date: "2026-08-28T09:42Z"),
    ])
    #expect(report.counts[0].eventsNew == 1 && report.counts[0].eventsRepeated == 2)
    let precisions = try await store.allEvents().map(\.time.precision)
    #expect(precisions == [.minute])
  }

  @Test(arguments: StoreKind.allCases)
  func theLabelIsTheIdentityWhereThereIsNoCode(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let report = try await store.commit([
      Row(code: "", label: "Votre colis vous attend au relais"),
      Row(code: "", label: "Votre colis est retourné à l'expéditeur"),
      Row(code: "", label: "Votre colis vous attend au relais"),
      Row(code: "", label: ""),
    ])
    #expect(report.counts[0].eventsNew == 3 && report.counts[0].eventsRepeated == 1)
    let wordings = try await store.allEvents().map(\.wording)
    #expect(
      Set(wordings) == [
        Wording(code: nil, label: "Votre colis vous attend au relais"),
        Wording(code: nil, label: "Votre colis est retourné à l'expéditeur"),
        Wording(code: nil, label: nil),
      ])
  }

  // MARK: seq

  @Test(arguments: StoreKind.allCases)
  func seqGrowsByCommitsAndAnEventKeepsItsOwn(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var kept: [String] = []
    for day in 10...19 {
      let rows = ["announced", "in_transit", "delivered"].flatMap { code in
        ["991122334455", "AB1234567890"].map {
          Row(parcel: $0, code: code, date: "\(day)/08/2026 10:00:00")
        }
      }
      let report = try await store.commit(rows, path: "\(day).csv")
      let events = try await store.allEvents()
      #expect(report.lastSeq == Int64(events.count))
      #expect(events.map(\.seq) == Array(1...report.lastSeq))
      let described = events.map { "\($0)" }
      #expect(described.starts(with: kept))
      #expect(events.suffix(6).existAndAll { $0.origin.file == "\(day).csv" })
      kept = described
    }
  }

  @Test(arguments: StoreKind.allCases, [1, 2, 7, 1023, 1024, 1025, 5000])
  func pagesGiveAllEventsInOrderWhateverTheirSize(_ kind: StoreKind, size: Int) async throws {
    let store = try await kind.open()
    // Blocks of several sizes, one of them more than a page of any size but the last.
    for (file, count) in [1, 3, 2500, 40].enumerated() {
      let rows = (0..<count).map { index in
        Row(
          parcel: "9900000\(10_000 + index % 800)", code: "in_transit",
          date: "\(10 + file)/08/2026 10:\(10 + index / 800):00", site: "S\(index)")
      }
      try await store.commit(rows, path: "\(file).csv")
    }
    let all = try await store.allEvents()
    #expect(all.map(\.seq) == Array(1...2544))

    // Single events of a long run are slow to page, so small pages start near the end.
    let first = max(0, all.count - 40 * size)
    var paged: [StoredEvent] = []
    while true {
      let page = try await store.events(after: paged.last?.seq ?? Int64(first), limit: size)
      #expect(page.count <= size)
      guard !page.isEmpty else { break }
      paged += page
    }
    #expect(paged.map { "\($0)" } == all.dropFirst(first).map { "\($0)" })
  }

  @Test(arguments: StoreKind.allCases)
  func aPlaceBehindTheLastEventHasNone(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    for seq in [Int64(1), 2, .max - 1, .max] {
      #expect(try await store.events(after: seq, limit: 10).isEmpty)
    }
    #expect(try await store.events(after: -5, limit: 10).count == 1)
    #expect(try await store.events(after: 0, limit: 0).isEmpty)
  }

  /// All that a repeat must not touch.
  private func content(of store: any EventStore) async throws -> [String] {
    var content = try await store.allEvents().map { "\($0)" }
    content += try await store.parcels(ParcelFilter()).map { "\($0)" }
    content += try await store.unmapped().map { "\($0)" }
    let counts = try await store.counts()
    return content + ["\(counts.events) \(counts.parcels)"]
  }
}
