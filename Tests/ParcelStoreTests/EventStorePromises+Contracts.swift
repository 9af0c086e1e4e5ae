import Carrier
import Contract
import ParcelStore
import Testing

/// What is remembered of contracts and their feeds.
extension EventStorePromises {
  private static let home = ServiceReference(contract: "shop", kind: .homeFR)
  private static let relay = ServiceReference(contract: "shop", kind: .relay)
  private static let late = ServiceReference(contract: "late", kind: .homeFR)
  private static let day: Int64 = 86_400

  /// What is remembered of a service, without pairs that are not named any more and brought
  /// nothing.
  private func records(
    of service: ServiceReference, in store: any EventStore
  ) async throws -> [FeedRecord] {
    try await store.feeds().filter {
      $0.contract == service.contract && $0.service == service.kind
        && ($0.namedSince != nil || $0.lastRowAt != nil)
    }
  }

  private func record(
    _ service: ServiceReference, _ account: AccountPair, named: Int64? = nil,
    firstNamed: Int64? = nil, until: Int64? = nil, first: Int64? = nil, last: Int64? = nil
  ) -> FeedRecord {
    var record = FeedRecord(
      contract: service.contract, service: service.kind, account: account, namedSince: named)
    if let firstNamed { record.firstNamedAt = firstNamed }
    record.namedUntil = until
    return record.withRows(first: first, last: last)
  }

  // MARK: Which pairs are named

  @Test(arguments: StoreKind.allCases)
  func aPairIsNamedSinceItWasNotedFirst(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    #expect(try await store.feeds().isEmpty)
    try await store.record(FeedNotes(at: 100, named: [Self.home: Samples.shop]))
    try await store.record(
      FeedNotes(at: 200, named: [Self.home: Samples.shop, Self.relay: Samples.otherShop]))
    #expect(
      try await store.feeds() == [
        record(Self.home, Samples.shop, named: 100),
        record(Self.relay, Samples.otherShop, named: 200),
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func aPairThatIsNotNamedAnyMoreIsRememberedByItsRows(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.record(FeedNotes(at: 100, named: [Self.home: Samples.shop]))
    try await store.commit([Row()], at: 150)
    try await store.record(FeedNotes(at: 200, named: [Self.home: Samples.stranger]))
    #expect(
      try await records(of: Self.home, in: store) == [
        record(Self.home, Samples.shop, firstNamed: 100, until: 200, first: 150, last: 150),
        record(Self.home, Samples.stranger, named: 200),
      ])
    // Back again: since then, and known since the first time.
    try await store.record(FeedNotes(at: 300, named: [Self.home: Samples.shop]))
    #expect(
      try await records(of: Self.home, in: store) == [
        record(Self.home, Samples.shop, named: 300, firstNamed: 100, first: 150, last: 150)
      ])
    // A pair that is not named for the moment is not replaced: the day stays.
    try await store.record(FeedNotes(at: 400, named: [:]))
    try await store.record(FeedNotes(at: 500, named: [Self.home: Samples.shop]))
    #expect(
      try await records(of: Self.home, in: store) == [
        record(Self.home, Samples.shop, named: 300, firstNamed: 100, first: 150, last: 150)
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func aPairMayGoFromOneServiceToAnother(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.record(FeedNotes(at: 100, named: [Self.home: Samples.shop]))
    try await store.commit([Row()], at: 150)
    try await store.record(FeedNotes(at: 200, named: [Self.relay: Samples.shop]))
    #expect(
      try await records(of: Self.home, in: store) == [
        record(Self.home, Samples.shop, firstNamed: 100, until: 200, first: 150, last: 150)
      ])
    #expect(
      try await records(of: Self.relay, in: store) == [
        record(Self.relay, Samples.shop, named: 200)
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func aPairIsFirstNamedWhenItsFileWasEdited(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var notes = FeedNotes(at: 200)
    notes.named = [Self.home: FeedNotes.Naming(Samples.shop, editedAt: 120)]
    try await store.record(notes)
    #expect(
      try await store.feeds() == [record(Self.home, Samples.shop, named: 200, firstNamed: 120)])
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsRememberedOfAContractGoesWithItsNewName(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let renamed = ServiceReference(contract: "boutique", kind: .homeFR)
    let standing = ContractStanding(contract: "shop", source: nil, services: [])
    try await store.record(
      FeedNotes(
        at: 100, changes: [ContractChange(at: 100, cause: "added", standing: standing)],
        named: [Self.home: Samples.shop]))
    try await store.commit([Row()], at: 150)
    let days = try await store.days(of: Self.home, since: CalendarDay(at: 0))
    #expect(days.count == 1)
    // The new name may have brought rows before it was seen to be one.
    var notes = FeedNotes(at: 200, named: [renamed: Samples.shop])
    notes.renamings = [FeedNotes.Renaming(from: "shop", to: "boutique")]
    notes.changes = [
      ContractChange(
        at: 200, cause: "renamed",
        standing: ContractStanding(contract: "boutique", source: nil, services: []))
    ]
    try await store.record(notes)
    #expect(
      try await store.feeds() == [record(renamed, Samples.shop, named: 100, first: 150, last: 150)])
    #expect(try await store.days(of: renamed, since: CalendarDay(at: 0)) == days)
    #expect(try await store.days(of: Self.home, since: CalendarDay(at: 0)).isEmpty)
    #expect(try await store.changes(of: "boutique").map(\.cause) == ["added", "renamed"])
    #expect(try await store.changes(of: "shop").isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func servicesThatShareAPairShareItsRows(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.record(
      FeedNotes(at: 100, named: [Self.home: Samples.shop, Self.relay: Samples.shop]))
    try await store.commit([Row()], at: 150)
    var notes = FeedNotes(at: 200, named: [Self.home: Samples.shop, Self.relay: Samples.shop])
    notes.shared = [record(Self.relay, Samples.shop, first: 150, last: 150)]
    try await store.record(notes)
    #expect(
      try await store.feeds() == [
        record(Self.home, Samples.shop, named: 100, first: 150, last: 150),
        record(Self.relay, Samples.shop, named: 100, first: 150, last: 150),
      ])
  }

  // MARK: When rows came

  @Test(arguments: StoreKind.allCases)
  func releasedRowsCameWhenTheyWereReceived(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let stranger = Row(account: "X9", accountID: "XX999999")
    try await store.commit([stranger], path: "a.csv", at: Samples.now)
    try await store.commit([stranger], path: "b.csv", at: Samples.now + 5 * Self.day)
    #expect(try await store.feeds().isEmpty)
    try await release(Samples.stranger, in: store, at: Samples.now + 9 * Self.day)
    #expect(
      try await store.feeds() == [
        record(
          Self.late, Samples.stranger, first: Samples.now, last: Samples.now + 5 * Self.day)
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func aLateReleaseDoesNotTakeAFeedBack(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let stranger = Row(account: "X9", accountID: "XX999999")
    try await store.commit([stranger], path: "a.csv", at: 100)
    try await store.commit(
      SampleFile(path: "b.csv", gate: Self.openGate).part([stranger]), at: 900)
    try await release(Samples.stranger, in: store, at: 1_000)
    #expect(
      try await store.feeds() == [record(Self.late, Samples.stranger, first: 100, last: 900)])
  }

  @Test(arguments: StoreKind.allCases)
  func aFeedsDaysHaveTheInstantOfTheirFirstRows(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    // 2026-09-01 22:00 in Paris, so that two hours later it is another day there.
    let evening = Samples.now
    for (index, at) in [evening + 60, evening, evening + 2 * 3600, evening + Self.day * 3]
      .enumerated()
    {
      try await store.commit([Row()], path: "\(index).csv", at: at)
    }
    try await store.commit(
      [Row(account: "D0", accountID: "EM000001")], path: "other.csv", at: evening + Self.day)
    func days(since text: String) async throws -> [String] {
      let since = try #require(CalendarDay(text))
      return try await store.days(of: Self.home, since: since).map {
        "\($0.day) \($0.firstAt - evening)"
      }
    }
    let all = ["2026-09-01 0", "2026-09-02 7200", "2026-09-04 259200"]
    #expect(try await days(since: "2026-01-01") == all)
    #expect(try await days(since: "2026-09-01") == all)
    #expect(try await days(since: "2026-09-02") == Array(all.dropFirst()))
    #expect(try await days(since: "2026-09-05").isEmpty)
    let since = try #require(CalendarDay("2026-01-01"))
    #expect(try await store.days(of: Self.relay, since: since).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func everyDayOnWhichReleasedRowsCameIsRemembered(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for index in 0..<5 {
      try await store.commit(
        [Row(account: "X9", accountID: "XX999999")], path: "\(index).csv",
        at: Samples.now + Int64(index) * Self.day)
    }
    // As a writer does it: what was held in several files comes in together.
    var group = CommitGroup()
    group.parts = try await store.heldRuns(of: Samples.stranger).map { try part(of: $0) }
    _ = try await store.commit(
      group, receivedAt: Samples.now + 9 * Self.day)
    let since = try #require(CalendarDay("2026-01-01"))
    let days = try await store.days(of: Self.late, since: since)
    #expect(days.map(\.firstAt) == (0..<5).map { Samples.now + $0 * Self.day })
  }

  // MARK: How contracts stand

  private func change(
    _ contract: String, at: Int64, file: UInt8?, _ feeds: [FeedState]
  ) -> ContractChange {
    let source = file.map {
      ContractSource(
        path: "/etc/colisd/été d'été/\(contract).yaml", sha256: Array(repeating: $0, count: 32))
    }
    let services = zip(ServiceKind.allCases, feeds).map { kind, feed in
      ContractStanding.Service(
        kind: kind, account: kind == .relay ? nil : "E1", accountID: "EM18 0619;\"é\"", feed: feed)
    }
    return ContractChange(
      at: at, cause: "file changed; read 'at SIGHUP'",
      standing: ContractStanding(contract: contract, source: source, services: services))
  }

  @Test(arguments: StoreKind.allCases)
  func changesAreKeptInOrderAndTheLastOneIsHowAContractStands(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let changes = [
      change("b", at: 100, file: 1, [.incomplete, .incomplete, .incomplete]),
      change("a", at: 100, file: 2, [.advisorToInform]),
      change("b", at: 90, file: 3, [.awaitingFirstFile, .live, .silent]),
      change("c", at: 200, file: nil, []), change("a", at: 200, file: nil, []),
      change("b", at: 200, file: 3, [.reconfigurationRequired]),
    ]
    try await store.record(FeedNotes(at: 100, changes: Array(changes[..<2])))
    try await store.record(FeedNotes(at: 200, changes: Array(changes[2...])))
    #expect(try await store.changes(of: "a") == [changes[1], changes[4]])
    #expect(try await store.changes(of: "b") == [changes[0], changes[2], changes[5]])
    #expect(try await store.changes(of: "A").isEmpty)
    #expect(
      try await store.standings() == [changes[4], changes[5], changes[3]].map(\.standing))
  }
}
