import Carrier
import ParcelStore
import TestSupport
import Testing
import TrackingFile

/// What files write comes out as they wrote it, and an empty store answers.
extension EventStorePromises {
  private static let accented = Row(
    order: "CMDÉ-œ1", code: "LIVRÉ", label: "Colis remis à l’hôtel « Noël » €",
    site: "Évry", postcode: "é5012", country: "ç")

  private static let plain = Row(
    order: "CMD-1", code: "", label: "Votre colis vous attend au relais", site: "75A")

  @Test(arguments: StoreKind.allCases, [TextEncoding.utf8, .windows1252, .auto])
  func accentsStayRightInEveryTextColumn(
    _ kind: StoreKind, _ encoding: TextEncoding
  ) async throws {
    let store = try await kind.open()
    var file = SampleFile()
    file.layout = try Self.layout(encoding)
    let bytes = (encoding == .utf8 ? FileEncoding.utf8 : .windows1252).bytes(Self.accented.line)
    try await store.commit(file.part(lines: [bytes, Array(Self.plain.line.utf8)]))
    try await expectAccented(store)

    // The same texts in the other encoding are the same event of the same parcel.
    let again = Array(Self.accented.line.utf8)
    let report = try await store.commit(SampleFile(path: "b.csv").part(lines: [again]))
    #expect(report.counts[0].eventsRepeated == 1)
    #expect(report.newUnmapped.isEmpty)
    try await expectAccented(store)
  }

  private func expectAccented(_ store: any EventStore) async throws {
    let row = Self.accented
    let timeline = try await store.timelines(of: Samples.parcel, accountID: nil)[0]
    let event = try #require(timeline.events.first { $0.wording.code != nil })
    #expect(event.wording == Wording(code: row.code, label: row.label))
    #expect(event.site == row.site)
    let unmapped = try await store.unmapped()
    #expect(unmapped == [UnmappedWording(wording: event.wording, events: 1)])
    let events = try await store.allEvents()
    #expect(Set(events.map(\.site)) == ["Évry", "75A"])
  }

  @Test(arguments: StoreKind.allCases, [TextEncoding.utf8, .windows1252, .auto])
  func accentsStayRightInAParcelsOwnTexts(
    _ kind: StoreKind, _ encoding: TextEncoding
  ) async throws {
    let store = try await kind.open()
    var file = SampleFile(path: "reçu/à-voir.csv")
    file.layout = try Self.layout(encoding)
    let bytes = (encoding == .utf8 ? FileEncoding.utf8 : .windows1252).bytes(Self.accented.line)
    // The second row finds the parcel in memory, the third commit must not change it.
    try await store.commit(file.part(lines: [bytes, bytes]))
    try await store.commit(SampleFile().part(lines: [Array(Self.accented.line.utf8)]))
    let parcel = try await store.parcels(ParcelFilter())[0]
    #expect(parcel.details == ParcelDetails(order: "CMDÉ-œ1", postcode: "é5012", country: "ç"))
    #expect(try await store.allEvents().map(\.origin.file) == [file.path])
  }

  /// Strings in Swift are equal when they look the same; what the carrier wrote is its bytes.
  @Test(arguments: StoreKind.allCases)
  func composedAndDecomposedAccentsAreTwoTexts(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let report = try await store.commit([
      Row(site: "Caf\u{e9}"), Row(site: "Cafe\u{301}"), Row(site: "Caf\u{e9}"),
    ])
    #expect(report.counts[0].eventsNew == 2 && report.counts[0].eventsRepeated == 1)
  }

  @Test(arguments: StoreKind.allCases)
  func aTimeThatARuleHadToDecideKeepsItsText(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "announced", date: "25/10/2026 02:30:00"),
      Row(code: "picked_up", date: "29/03/2026 02:30"),
      Row(code: "in_transit", date: "25/10/2026 03:30:00"),
      Row(code: "on_hold", date: "2026-10-25T02:30:00+01:00"),
    ])
    let events = try await store.timelines(of: Samples.parcel, accountID: nil)[0].events
    #expect(
      events.map(\.timeText) == ["29/03/2026 02:30", "25/10/2026 02:30:00", nil, nil])
    #expect(events.map(\.time.isAmbiguous) == [true, true, false, false])
    let followed = try await store.allEvents()
    #expect(
      followed.compactMap(\.timeText).sorted() == ["25/10/2026 02:30:00", "29/03/2026 02:30"])
    // The hour that came twice is read as its first pass, one hour before the second.
    #expect(events[2].time.seconds - events[1].time.seconds == 3600)
    #expect(events[3].time.seconds - events[1].time.seconds == 2 * 3600)
  }

  @Test(arguments: StoreKind.allCases)
  func precisionIsKept(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(code: "announced", date: "25/08/2026 10:00:01"),
      Row(code: "picked_up", date: "26/08/2026 10:00"), Row(code: "in_transit", date: "27/08/2026"),
      Row(code: "delivered", date: ""),
    ])
    let events = try await store.timelines(of: Samples.parcel, accountID: nil)[0].events
    #expect(events.map(\.time.precision) == [.second, .minute, .day, .none])
    #expect(events.last?.time == .missing)
  }

  @Test(arguments: StoreKind.allCases)
  func anEmptyStoreAnswers(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let sighting = SampleFile().sighting
    #expect(try await store.unfinished(among: [sighting]) == [sighting])
    #expect(try await store.pendingPostActions().isEmpty)
    #expect(try await store.timelines(of: Samples.parcel, accountID: nil).isEmpty)
    #expect(try await store.parcels(ParcelFilter()).isEmpty)
    #expect(try await store.allEvents().isEmpty)
    #expect(try await store.files(state: nil).isEmpty)
    #expect(try await store.held().isEmpty)
    #expect(try await store.rejects(file: nil, limit: 10).isEmpty)
    #expect(try await store.feeds().isEmpty)
    #expect(try await store.unmapped().isEmpty)
    #expect(try await store.counts() == StoreCounts())
    let report = try await store.commit()
    #expect(report.lastSeq == 0 && report.counts.isEmpty)
    try await store.commit([])
    #expect(try await store.counts().files == [.ingested: 1])
  }

  private static func layout(_ encoding: TextEncoding) throws -> Layout {
    let base = Layout.colisPrive
    return try Layout(
      name: base.name, version: base.version, format: base.format,
      options: .init(encoding: encoding))
  }
}
