import Carrier
import ParcelStore
import Status
import Testing

/// What can be asked about parcels and events.
extension EventStorePromises {
  /// Parcels 10 to 19, one per day of August 2026, each with its own order, postcode and site.
  private static let rows = (10...19).map { day in
    Row(
      parcel: "9900000000\(day)", order: "CMD-\(day)",
      code: ["delivered", "ready_for_pickup", "in_transit"][day % 3],
      date: "\(day)/08/2026 10:00:00", site: "75\(day)", postcode: "750\(day)")
  }

  /// 2026-08-(day)T10:00:00+02:00.
  private static func time(_ day: Int64) -> Int64 { 1_785_484_800 + day * 86_400 }

  private func numbers(
    _ store: any EventStore, _ change: (inout ParcelFilter) -> Void
  ) async throws -> [String] {
    var filter = ParcelFilter()
    change(&filter)
    let found = try await store.parcels(filter)
    let count = try await store.parcelCount(filter)
    #expect(count == found.count)
    return found.map { String($0.parcel.description.suffix(2)) }
  }

  @Test(arguments: StoreKind.allCases)
  func parcelsAreFoundByEachOfTheirAttributes(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(Self.rows.shuffled())
    #expect(try await numbers(store) { $0.order = "CMD-12" } == ["12"])
    #expect(try await numbers(store) { $0.order = "cmd-12" } == ["12"], "whatever the letter case")
    #expect(try await numbers(store) { $0.order = "CMD-1" } == [], "the whole reference")
    #expect(try await numbers(store) { $0.postcode = "75013" } == ["13"])
    #expect(try await numbers(store) { $0.postcode = "75099" } == [])
    #expect(try await numbers(store) { $0.site = "7514" } == ["14"])
    #expect(try await numbers(store) { $0.site = "7599" } == [])
    #expect(try await numbers(store) { $0.contract = "shop" }.count == 10)
    #expect(try await numbers(store) { $0.contract = "other" } == [])
    #expect(try await numbers(store) { $0.accountID = "EM000001" } == [])
    #expect(
      try await numbers(store) { $0.statuses = [.readyForPickup] } == ["19", "16", "13", "10"])
    #expect(
      try await numbers(store) { $0.statuses = [.readyForPickup, .inTransit] }
        == ["19", "17", "16", "14", "13", "11", "10"])
    #expect(try await numbers(store) { $0.statuses = [] } == [])
    #expect(
      try await numbers(store) { ($0.since, $0.until) = (Self.time(12), Self.time(15)) }
        == ["14", "13", "12"])
    #expect(
      try await numbers(store) { ($0.statuses, $0.until) = ([.readyForPickup], Self.time(16)) }
        == ["13", "10"])
    #expect(try await numbers(store) { ($0.order, $0.postcode) = ("CMD-12", "75013") } == [])
  }

  @Test(arguments: StoreKind.allCases)
  func aPostcodeIsFoundHoweverItIsWritten(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(parcel: "AB1234567810", postcode: "1000", country: "BE"),
      Row(parcel: "AB1234567811", postcode: "B-1000", country: "BE"),
      Row(parcel: "AB1234567812", postcode: "L1234", country: "LU"),
    ])
    #expect(Set(try await numbers(store) { $0.postcode = "1000" }) == ["10", "11"])
    #expect(Set(try await numbers(store) { $0.postcode = "b1000" }) == ["10", "11"])
    #expect(Set(try await numbers(store) { $0.postcode = "B-1000" }) == ["10", "11"])
    #expect(try await numbers(store) { $0.postcode = "1234" } == ["12"])
  }

  @Test(arguments: StoreKind.allCases)
  func anOrderThatALaterRowChangesIsFoundByItsNewName(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(order: "A", postcode: "")])
    try await store.commit([Row(order: "B", date: "29/08/2026 10:00:00")], path: "out/b.csv")
    #expect(try await numbers(store) { $0.order = "A" } == [])
    #expect(try await numbers(store) { $0.order = "B" } == ["55"])
    #expect(try await numbers(store) { $0.postcode = "75012" } == ["55"])
  }

  @Test(arguments: StoreKind.allCases)
  func aParcelIsQuietWhenNothingHappenedInATime(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(
      Self.rows + [
        // Without a date: it counts by when it came, which was later.
        Row(parcel: "990000000011", code: "in_transit", date: ""),
        // The map does not know it, so it is not the status; but it is an event.
        Row(parcel: "990000000014", code: "ZZ9", date: "20/08/2026 10:00:00"),
        Row(parcel: "990000000013", code: "announced", date: "01/08/2026 10:00:00"),
      ])
    let quiet = try await numbers(store) {
      $0.statuses = ParcelStatus.open
      $0.quiet = Self.time(16)..<Samples.now + 1
    }
    #expect(quiet == ["13", "10"])
    #expect(ParcelStatus.open.isDisjoint(with: [.delivered, .returned, .lost, .cancelled]))
  }

  @Test(arguments: StoreKind.allCases)
  func pagesOfParcelsJoinWithoutGapAndWithoutRepeat(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    // Several with the same time and the same status.
    let rows = Self.rows.map { row in
      var row = row
      row.date = row.parcel < "990000000015" ? "11/08/2026" : "12/08/2026"
      return row
    }
    try await store.commit(rows)
    for statuses in [nil, [.readyForPickup, .delivered]] as [Set<ParcelStatus>?] {
      var filter = ParcelFilter(limit: 1_000)
      filter.statuses = statuses
      let all = try await store.parcels(filter).map(\.parcel)
      for size in 1...4 {
        filter.limit = size
        filter.after = nil
        var paged: [ParcelNumber] = []
        while let last = try await page(store, filter, &paged) { filter.after = last }
        #expect(paged == all, "pages of \(size)")
      }
      #expect(try await store.parcelCount(filter) == all.count, "whatever the cursor")
      #expect(try await store.parcelCount(filter, most: 2) == 2)
    }
  }

  private func page(
    _ store: any EventStore, _ filter: ParcelFilter, _ paged: inout [ParcelNumber]
  ) async throws -> ParcelCursor? {
    let page = try await store.parcels(filter)
    paged += page.map(\.parcel)
    return page.last?.cursor
  }

  @Test func aCursorSurvivesItsText() {
    let cursor = ParcelCursor(since: -5, rank: 31, parcel: 77)
    #expect(ParcelCursor(cursor.description) == cursor)
    for text in ["", "1.2", "1.2.3.4", "1.99.3", "a.1.2", "1.1.-2"] {
      #expect(ParcelCursor(text) == nil, "\(text)")
    }
  }

  // MARK: Events

  private func seqs(
    _ store: any EventStore, _ change: (inout EventFilter) -> Void
  ) async throws -> [Int64] {
    var filter = EventFilter()
    change(&filter)
    let page = try await store.events(filter, after: 0, limit: 1_000)
    #expect(page.isLast && page.reached == 11)
    // One after the other they are the same.
    var single: [Int64] = []
    var after: Int64 = 0
    while true {
      let next = try await store.events(filter, after: after, limit: 1)
      single += next.events.map(\.seq)
      after = next.reached
      if next.isLast { break }
    }
    #expect(single == page.events.map(\.seq))
    return page.events.map(\.seq)
  }

  @Test(arguments: StoreKind.allCases)
  func eventsAreFoundByTimeSiteStatusAndParcel(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for (index, row) in Self.rows.enumerated() {
      try await store.commit([row], path: "\(index).csv")
    }
    try await store.commit(
      [Row(parcel: "990000000010", code: "delivered", date: "", site: "7511")], path: "last.csv")
    #expect(try await seqs(store) { _ in } == Array(1...11))
    #expect(try await seqs(store) { $0.site = "7511" } == [2, 11])
    #expect(try await seqs(store) { $0.site = "nowhere" } == [])
    #expect(try await seqs(store) { $0.statuses = [.delivered] } == [3, 6, 9, 11])
    #expect(try await seqs(store) { $0.statuses = [.lost] } == [])
    #expect(try await seqs(store) { $0.parcel = Samples.number("990000000010") } == [1, 11])
    #expect(try await seqs(store) { $0.parcel = Samples.number("990000000099") } == [])
    #expect(
      try await seqs(store) { ($0.since, $0.until) = (Self.time(11), Self.time(14)) }
        == [2, 3, 4])
    // The last one has no date, and counts by when it came.
    #expect(try await seqs(store) { $0.since = Self.time(18) } == [9, 10, 11])
    #expect(try await seqs(store) { $0.source = "drop" } == [])
  }

  @Test(arguments: StoreKind.allCases)
  func aPageOfEventsGoesOnWhereTheOneBeforeEnded(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(Self.rows)
    var filter = EventFilter()
    filter.statuses = [.delivered]
    let first = try await store.events(filter, after: 0, limit: 100)
    #expect(first.isLast && first.reached == 10)
    try await store.commit([Row(date: "30/08/2026 10:00:00")], path: "b.csv")
    let second = try await store.events(filter, after: first.reached, limit: 100)
    #expect(second.events.map(\.seq) == [11] && second.isLast)
    let beyond = try await store.events(filter, after: 500, limit: 100)
    #expect(beyond.events.isEmpty && beyond.isLast && beyond.reached == 500)
  }

  @Test(arguments: StoreKind.allCases)
  func theSitesOfEventsAreKnown(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(Self.rows)
    #expect(Set(try await store.sites(limit: 100)) == Set(Self.rows.map(\.site)))
    #expect(try await store.sites(limit: 3).count == 3)
  }
}
