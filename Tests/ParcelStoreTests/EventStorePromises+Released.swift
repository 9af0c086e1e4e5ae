import Carrier
import Contract
import ParcelStore
import TestSupport
import Testing
import TrackingFile

/// Held rows that come in: once, with file and line, and counted.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func aReleasedRowIsAnEventOfItsFileAndLine(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(
      [Row(), Self.incompletesRow, .raw("?")] + Self.strangersDays(1...2), path: "a.csv", at: 100)
    let reports = try await release(Samples.stranger, in: store, at: 500)
    var expected = FileCounts()
    expected.eventsNew = 2
    expected.released = 2
    #expect(reports.flatMap(\.counts) == [expected] && reports.map(\.lastSeq) == [3])
    let events = try await store.allEvents().filter { $0.account == Samples.stranger }
    #expect(
      events.map(\.origin.file) == ["a.csv", "a.csv"] && events.map(\.origin.line) == [5, 6])
    #expect(events.map(\.seq) == [2, 3] && events.map(\.receivedAt) == [100, 100])
    #expect(events.map(\.wording.code) == ["delivered", "delivered"])
    #expect(try await store.held().map(\.account) == [Samples.incomplete])
    expected = FileCounts()
    (expected.rows, expected.eventsNew, expected.held, expected.rejected) = (5, 3, 1, 1)
    let file = try #require(try await store.files(state: nil).first)
    #expect(file.counts == expected && file.state == .ingested && file.ingestedAt == 100)
    #expect(file.size == 1000 && file.sha256 != nil)
    let timelines = try await store.timelines(of: Samples.parcel, accountID: "XX999999")
    #expect(timelines.map(\.contract) == ["late"] && timelines.map(\.details.order) == ["CMD-1042"])
  }

  @Test(arguments: StoreKind.allCases)
  func aReleasedRowMayBeARepeat(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(Self.strangersDays(1...2) + Self.strangersDays(2...3), path: "a.csv")
    try await store.commit(Self.strangersDays(3...4), path: "b.csv")
    try await release(Samples.stranger, in: store, limit: 3)
    let files = try await store.files(state: nil)
    #expect(files.map(\.counts.eventsNew) == [3, 1] && files.map(\.counts.held) == [0, 0])
    #expect(files.map(\.counts.eventsRepeated) == [1, 1])
    let events = try await store.allEvents()
    #expect(
      events.map { "\($0.origin.file):\($0.origin.line)" } == [
        "a.csv:2", "a.csv:3", "a.csv:5", "b.csv:3",
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func aReleasedRowThatCannotBeReadStaysHeldForAnotherLayout(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let bad =
      Array("X9;XX999999;991122334455;;delivered;Livr".utf8) + [0xe9]
      + Array(";28/08/2026;;;".utf8)
    let file = SampleFile(path: "a.csv")
    try await store.commit(
      file.part(lines: [
        Array(Self.strangersRow.line.utf8), bad, Array(Self.strangersRow.line.utf8),
      ]))
    let layout = try Layout(
      name: "strict", version: "1", format: Layout.colisPrive.format,
      options: .init(encoding: .utf8))
    try await release(Samples.stranger, in: store, layout: layout)
    #expect(try await store.rejects(file: nil, limit: 10).isEmpty)
    let left = try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10)
    #expect(left?.rows == [KeptRow(line: 3, raw: bad)])
    var expected = FileCounts()
    (expected.rows, expected.eventsNew, expected.eventsRepeated, expected.held) = (3, 1, 1, 1)
    #expect(try await store.files(state: nil).map(\.counts) == [expected])
    try await release(Samples.stranger, in: store)
    #expect(try await store.counts().held == 0)
  }

  @Test(arguments: StoreKind.allCases)
  func whatTheGateDoesNotAdmitStaysHeld(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Self.strangersRow, Row()])
    let run = try #require(
      try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10))
    let report = try await store.commit(try part(of: run, gate: Samples.gate), at: 900)
    #expect(report.counts == [FileCounts()])
    #expect(try await store.held().map(\.rows) == [1])
    #expect(try await store.held().map(\.oldest) == [Samples.now])
    #expect(try await store.files(state: nil).map(\.counts.held) == [1])
  }

  @Test(arguments: StoreKind.allCases)
  func theSameReleaseAgainBringsNothing(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(Self.strangersDays(1...3) + [Self.incompletesRow])
    let run = try #require(
      try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10))
    let part = try part(of: run)
    try await store.commit(part)
    let events = try await store.allEvents().map { "\($0)" }
    let report = try await store.commit(part, at: Samples.now + 60)
    #expect(report.counts == [FileCounts()] && report.lastSeq == 3)
    #expect(try await store.allEvents().map { "\($0)" } == events)
    #expect(try await store.held().map(\.account) == [Samples.incomplete])
    let counts = try #require(try await store.files(state: nil).first?.counts)
    #expect(counts.rows == counts.eventsNew + counts.eventsRepeated + counts.held)
  }

  @Test(arguments: StoreKind.allCases, [false, true])
  func rowsReleasedWhileTheirFileIsReadAgainAreCountedOnce(
    _ kind: StoreKind, areKnown: Bool
  ) async throws {
    let store = try await kind.open()
    let file = SampleFile(path: "a.csv")
    let rows = Self.strangersDays(1...4) + [Row(), .raw("?")]
    try await store.commit(file.part(rows, end: nil))
    var admitting = file
    admitting.gate = Self.openGate
    if areKnown {
      try await store.commit(SampleFile(path: "b.csv", gate: Self.openGate).part(rows))
    }
    // It is read again up to its second row, then what is held is let in.
    try await store.commit(file.part(Array(rows[..<2]), end: nil))
    try await release(Samples.stranger, in: store)
    #expect(try await store.held().isEmpty)
    #expect(try await store.files(state: nil).existAndAll(\.counts.addUp))
    try await store.commit(admitting.part(Array(rows[2...]), firstLine: 4))

    let counts = try #require(try await store.files(state: nil).first?.counts)
    #expect(counts.rows == 6 && counts.rejected == 1 && counts.held == 0 && counts.addUp)
    #expect(counts.eventsNew == (areKnown ? 1 : 5) && counts.eventsRepeated == (areKnown ? 4 : 0))
    #expect(try await store.counts().events == 5)
    #expect(try await store.rejects(file: nil, limit: 10).map(\.line).existAndAll { $0 == 7 })
  }

  @Test(arguments: StoreKind.allCases)
  func rowsReleasedAndHeldAgainByAReadingInHandComeInOnce(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile(path: "a.csv")
    try await store.commit(file.part(Self.strangersDays(1...4), end: nil))
    try await store.commit(file.part(Self.strangersDays(1...1), end: nil))
    try await release(Samples.stranger, in: store)
    // The reading goes on with the former gate.
    try await store.commit(file.part(Self.strangersDays(2...4), firstLine: 3))
    #expect(try await store.held().map(\.rows) == [3])
    #expect(try await store.files(state: nil).existAndAll(\.counts.addUp))
    try await release(Samples.stranger, in: store)
    let counts = try #require(try await store.files(state: nil).first?.counts)
    #expect(counts.rows == 4 && counts.eventsNew == 4 && counts.held == 0 && counts.addUp)
    let events = try await store.allEvents()
    #expect(events.map(\.origin.line).sorted() == [2, 3, 4, 5])
  }
}

extension EventStorePromises {
  static let strangersRow = Row(account: "X9", accountID: "XX999999")
  static let incompletesRow = Row(account: "E2", accountID: "EM222222")

  /// One row of the stranger per day.
  static func strangersDays(_ days: ClosedRange<Int>) -> [Row] {
    days.map { day in
      var row = strangersRow
      row.date = "\(day + 9)/08/2026 10:00:00"
      return row
    }
  }

  /// Admits the pairs that `Samples.gate` holds.
  static let openGate: Gate = {
    func contract(_ id: String, _ pair: AccountPair) -> MerchantContract {
      let service = ServiceForm(fields: [
        .username: "durand", .password: ServiceForm.secretGiven, .account: pair.account,
        .accountID: pair.accountID,
      ])
      return MerchantContract(
        form: ContractForm(
          id: id, subscription: .init(plan: "growth", active: "true"),
          tracking: .init(requested: "2026-01-15"), services: [.homeFR: service]))
    }
    guard let today = CalendarDay("2026-09-01") else { preconditionFailure("no such day") }
    let contracts = [
      contract("shop", Samples.shop), contract("half", Samples.incomplete),
      contract("late", Samples.stranger),
    ]
    return Gate(contracts: ContractSet(contracts), today: today, unknownAccounts: .hold)
  }()

  /// What lets a run of held rows in.
  func part(
    of run: HeldRun, layout: Layout = .colisPrive, gate: Gate = openGate
  ) throws -> FilePart {
    // What reads rows as they were is HeldRelease; here the layout is given.
    var reader = try KeptLineReader(layout: layout, header: run.header)
    var packer = EventPacker()
    var meanings = WordingMeanings(by: Samples.statusMap)
    let batches = reader.read(run.rows).map { packer.pack(gate.admit($0), meanings: &meanings) }
    return FilePart(released: run, layout: layout.name, batches: batches)
  }

  /// Lets all held rows of a pair in, run by run.
  @discardableResult
  func release(
    _ account: AccountPair, in store: any EventStore, limit: Int = 100,
    layout: Layout = .colisPrive, at instant: Int64 = Samples.now
  ) async throws -> [CommitReport] {
    var reports: [CommitReport] = []
    for run in try await store.heldRuns(of: account, limit: limit) {
      reports.append(try await store.commit(try part(of: run, layout: layout), at: instant))
    }
    return reports
  }
}

extension EventStore {
  /// All held rows of a pair, page by page.
  func heldRuns(of account: AccountPair, limit: Int = 100) async throws -> [HeldRun] {
    var runs: [HeldRun] = []
    while let run = try await heldRun(
      of: account, after: runs.last?.last ?? HeldCursor(), limit: limit)
    {
      runs.append(run)
    }
    return runs
  }
}

extension FileCounts {
  /// Whether the counts add up to the lines, and none is negative.
  var addUp: Bool {
    rows == eventsNew + eventsRepeated + held + rejected + skipped
      && [rows, eventsNew, eventsRepeated, held, rejected, skipped].allSatisfy { $0 >= 0 }
  }
}
