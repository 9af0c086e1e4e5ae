import Carrier
import Contract
import ParcelStore
import Status
import Testing
import TrackingFile

/// Rows that don't become events, and what is reported of feeds and wordings.
extension EventStorePromises {
  private static let strangers = Row(account: "X9", accountID: "XX999999")
  private static let incompletes = Row(account: "E2", accountID: "EM222222")

  @Test(arguments: StoreKind.allCases)
  func heldRowsAreSummedUpByAccountAndReasonWithTheOldest(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(
      [Self.strangers, Row(), Self.incompletes, Self.strangers], at: Samples.now)
    try await store.commit([Self.strangers], path: "b.csv", at: Samples.now + 100)
    try await store.commit([Self.incompletes], path: "c.csv", at: Samples.now - 100)
    #expect(
      try await store.held() == [
        HeldSummary(
          account: Samples.incomplete, reason: .contractIncomplete, rows: 2,
          oldest: Samples.now - 100),
        HeldSummary(
          account: Samples.stranger, reason: .unknownAccount, rows: 3, oldest: Samples.now),
      ])
    let counts = try await store.counts()
    #expect(counts.held == 5 && counts.events == 1 && counts.parcels == 1)
    #expect(try await store.parcels(ParcelFilter()).map(\.account) == [Samples.shop])
  }

  @Test(arguments: StoreKind.allCases)
  func aRowHeldByABrokenReadingGoesWhenTheNextOneAdmitsItsLine(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile(path: "a.csv")
    try await store.commit(file.part([Self.strangers, Self.strangers], end: nil))
    #expect(try await store.counts().held == 2)
    try await store.commit(file.part([Row(), Self.strangers]))
    #expect(try await store.held().map(\.rows) == [1])
    let files = try await store.files(state: nil)
    #expect(files.map(\.counts.held) == [1])
  }

  @Test(arguments: StoreKind.allCases)
  func rejectedLinesKeepFileLineReasonAndBytes(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let lines: [[UInt8]] = [
      Array("E1;EM180619;short;;delivered;;;;;".utf8), Array(Row().line.utf8),
      Array("caf".utf8) + [0xe9, 0x3b, 0xff], Array(Row(date: "31/02/2026").line.utf8),
    ]
    let file = SampleFile(path: "in/été.csv")
    try await store.commit(file.part(lines: lines))
    let rejects = try await store.rejects(file: nil, limit: 10)
    #expect(
      rejects == [
        RejectedLine(file: file.path, line: 2, reason: .parcelMalformed, raw: lines[0]),
        RejectedLine(file: file.path, line: 4, reason: .fieldCount, raw: lines[2]),
        RejectedLine(file: file.path, line: 5, reason: .dateMalformed, raw: lines[3]),
      ])
    #expect(try await store.rejects(file: nil, limit: 2) == Array(rejects.prefix(2)))
    #expect(try await store.rejects(file: "été.csv", limit: 10) == rejects)
    #expect(try await store.counts().rejected == 3)
  }

  @Test(
    arguments: StoreKind.allCases,
    [
      ("in/a_1%.csv", ["in/a_1%.csv"]), ("a_1%.csv", ["a_1%.csv", "in/a_1%.csv"]),
      ("ab1x.csv", ["in/ab1x.csv"]), ("a_1%", []), ("1%.csv", []), ("%", []), ("_", []),
      ("A_1%.CSV", ["in/A_1%.CSV"]), ("in", []), ("", []), ("b\\c.csv", ["in/b\\c.csv"]),
      ("in/deep.csv", ["out/in/deep.csv"]), ("t/in/deep.csv", []),
    ])
  func rejectsAreFoundByPathOrItsLastComponents(
    _ kind: StoreKind, _ question: (name: String, found: [String])
  ) async throws {
    let store = try await kind.open()
    let paths = [
      "a_1%.csv", "in/a_1%.csv", "in/ab1x.csv", "in/A_1%.CSV", "in/b\\c.csv", "out/in/deep.csv",
    ]
    for path in paths { try await store.commit([.raw("?")], path: path) }
    let found = try await store.rejects(file: question.name, limit: 100).map(\.file)
    #expect(found == question.found)
  }

  @Test(arguments: StoreKind.allCases)
  func aFeedKnowsItsFirstAndItsLastRow(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let other = Row(account: "D0", accountID: "EM000001")
    try await store.commit([Row(), Self.incompletes, Self.strangers], at: 100)
    try await store.commit([other], path: "b.csv", at: 200)
    // A repeat shows that the feed is alive as well as a new event does.
    try await store.commit([Row()], path: "c.csv", at: 300)
    #expect(
      try await store.feeds() == [
        FeedRecord(contract: "other", service: .homeFR, account: Samples.otherShop)
          .withRows(first: 200, last: 200),
        FeedRecord(contract: "shop", service: .homeFR, account: Samples.shop)
          .withRows(first: 100, last: 300),
      ])
    let timeline = try await store.timelines(of: Samples.parcel, accountID: "EM000001")
    #expect(timeline.map(\.contract) == ["other"] && timeline.map(\.service) == [.homeFR])
  }

  @Test(arguments: StoreKind.allCases)
  func anUnmappedWordingIsReportedOnceAndCounted(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let odd = Row(code: "ZZ9", label: "Événement rare", date: "01/08/2026 10:00:00")
    let older = Row(code: "ZZ9", label: "Événement rare", date: "02/08/2026 10:00:00")
    let labelOnly = Row(code: "", label: "Jamais vu", date: "01/08/2026 10:00:00")
    let first = try await store.commit([odd, older, odd, Row(), labelOnly])
    let wordings = [
      Wording(code: "ZZ9", label: "Événement rare"), Wording(code: nil, label: "Jamais vu"),
    ]
    #expect(first.newUnmapped == wordings)
    let third = Row(code: "ZZ9", label: "Événement rare", date: "03/08/2026 10:00:00")
    let second = try await store.commit([third, odd], path: "b.csv")
    #expect(second.newUnmapped.isEmpty)
    #expect(
      try await store.unmapped() == [
        UnmappedWording(wording: wordings[0], events: 3),
        UnmappedWording(wording: wordings[1], events: 1),
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func anUnmappedCodeIsReportedOnceHoweverItIsWorded(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = ["A", "B", "C"].enumerated().map { index, label in
      Row(code: "ZZ9", label: label, date: "0\(index + 1)/08/2026 10:00:00")
    }
    let first = try await store.commit(Array(rows[..<2]))
    #expect(first.newUnmapped == [Wording(code: "ZZ9", label: "A")])
    // A repeat in other words is no event, so its wording counts for nothing.
    let repeated = Row(code: "ZZ9", label: "D", date: rows[0].date)
    #expect(try await store.commit([rows[2], repeated], path: "b.csv").newUnmapped.isEmpty)
    #expect(try await store.unmapped().compactMap(\.wording.label).sorted() == ["A", "B", "C"])
    #expect(try await store.unmapped().map(\.events) == [1, 1, 1])
  }

  // MARK: Parcels

  @Test(arguments: StoreKind.allCases)
  func aNumberUnderTwoAccountsIsTwoParcels(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let other = Row(account: "D0", accountID: "EM000001", order: "B-1", code: "in_transit")
    try await store.commit([Row(), other])
    let both = try await store.timelines(of: Samples.parcel, accountID: nil)
    #expect(both.map(\.account) == [Samples.shop, Samples.otherShop])
    #expect(both.map(\.current?.meaning.status) == [.delivered, .inTransit])
    #expect(
      both.map(\.details.order) == ["CMD-1042", "B-1"] && both.map(\.events.count) == [1, 1])
    let one = try await store.timelines(of: Samples.parcel, accountID: "EM000001")
    #expect(one.map(\.account) == [Samples.otherShop])
    #expect(try await store.timelines(of: Samples.parcel, accountID: "EM9").isEmpty)
    #expect(try await store.counts().parcels == 2)
    #expect(
      try await store.parcels(ParcelFilter(accountID: "EM180619")).map(\.account)
        == [Samples.shop])
  }

  @Test(arguments: StoreKind.allCases)
  func aLaterOrderPostcodeOrCountryReplacesAndAMissingOneDoesNotErase(
    _ kind: StoreKind
  ) async throws {
    let store = try await kind.open()
    func attributes() async throws -> [String?] {
      let shown = try await store.timelines(of: Samples.parcel, accountID: nil)[0].details
      #expect(try await store.parcels(ParcelFilter())[0].details == shown)
      return [shown.order, shown.postcode, shown.country]
    }
    try await store.commit([Row(order: "", postcode: "", country: "")])
    #expect(try await attributes() == [nil, nil, nil])
    try await store.commit([Row(order: "A", postcode: "75012", country: "")], path: "1.csv")
    #expect(try await attributes() == ["A", "75012", nil])
    try await store.commit([Row(order: "", postcode: "", country: "FR")], path: "2.csv")
    #expect(try await attributes() == ["A", "75012", "FR"])
    // Within one group the later row counts too, and going back to an earlier value is a change.
    try await store.commit(
      [Row(order: "B", postcode: "1000", country: "BE"), Row(order: "A", postcode: "")],
      path: "3.csv")
    #expect(try await attributes() == ["A", "1000", "FR"])
    // The key's form of a postcode gives the country as well.
    try await store.commit(
      [Row(parcel: "991122334455L1111", order: "", postcode: "", country: "")], path: "4.csv")
    #expect(try await attributes() == ["A", "1111", "LU"])
  }

  @Test(arguments: StoreKind.allCases)
  func parcelsAreListedTheLatestStatusFirstAndFiltered(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = (10...19).map { day in
      Row(
        parcel: "9900000000\(day)", code: day % 2 == 0 ? "delivered" : "in_transit",
        date: "\(day)/08/2026 10:00:00")
    }
    try await store.commit(rows.shuffled())
    let all = try await store.parcels(ParcelFilter())
    #expect(all.map(\.parcel.description) == rows.reversed().map(\.parcel))
    #expect(all.allSatisfy { $0.since % 86_400 == 8 * 3600 })
    let delivered = try await store.parcels(
      ParcelFilter(status: .delivered, since: all[5].since, limit: 2))
    #expect(delivered.map(\.parcel.description) == ["990000000018", "990000000016"])
    #expect(try await store.parcels(ParcelFilter(since: all[5].since)).count == 6)
    #expect(try await store.parcels(ParcelFilter(since: .min)).count == 10)
    #expect(try await store.parcels(ParcelFilter(since: .max)).isEmpty)
    #expect(try await store.parcels(ParcelFilter(status: .lost)).isEmpty)
  }
}
