import Carrier
import Contract
import ParcelStore
import Testing
import TrackingFile

/// Rows that are held: in order, with their reason, and counted when they are discarded.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func rowsOfMoreAccountsThanAreRememberedAreAllHeld(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    // A file of nonsense names an account in each line.
    let rows = (0..<66_000).map { Row(account: "X9", accountID: "XX\(100_000 + $0)") }
    let report = try await store.commit(rows)
    #expect(report.counts.map(\.held) == [66_000] && report.counts.map(\.rows) == [66_000])
    #expect(try await store.counts().held == 66_000)
  }

  // MARK: Looking at them

  @Test(arguments: StoreKind.allCases)
  func heldAccountsComeInTheOrderOfTheirFirstRows(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    #expect(try await store.heldAccounts().isEmpty)
    // A pair is known before any row of it is held.
    let named = ServiceReference(contract: "half", kind: .homeFR)
    try await store.record(FeedNotes(at: 1, named: [named: Samples.incomplete]))
    try await store.commit([Self.strangersRow, Self.incompletesRow, Row()], path: "a.csv")
    try await store.commit(
      [Self.incompletesRow, Row(account: "Z1", accountID: "A1"), Self.strangersRow], path: "b.csv")
    let first = HeldAccount(account: Samples.stranger, reason: .unknownAccount)
    let second = HeldAccount(account: Samples.incomplete, reason: .contractIncomplete)
    let third = HeldAccount(account: Samples.pair("Z1", "A1"), reason: .unknownAccount)
    #expect(try await store.heldAccounts() == [first, second, third])
    let run = try #require(
      try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 1))
    try await store.commit(try part(of: run))
    #expect(try await store.heldAccounts() == [second, third, first])
  }

  @Test(arguments: StoreKind.allCases)
  func aNumberIsFoundInHeldRowsAndInRejectedLines(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    func mentions(under accountID: String? = nil) async throws -> RawMentions {
      try await store.mentions(of: Samples.parcel, accountID: accountID) { _, _ in }
    }
    #expect(try await mentions().isEmpty)
    // Only held rows, only of another number; then lines of the number of both kinds.
    var other = Self.strangersRow
    other.parcel = "991122339999"
    try await store.commit([other], path: "a.csv")
    #expect(try await mentions().isEmpty)
    try await store.commit(
      [Self.strangersRow, Self.incompletesRow, Self.strangersRow], path: "b.csv")
    let held = try await mentions()
    #expect(held.held.map(\.rows) == [2, 1] && held.held.map(\.line) == [2, 3])
    #expect(held.held.map(\.file) == ["b.csv", "b.csv"] && held.rejected == 0)
    try await store.commit([.raw("\(Samples.parcel);half a line"), Row()], path: "c.csv")
    let all = try await mentions()
    #expect(all.rejected == 1 && all.firstRejected?.file == "c.csv" && all.held.count == 2)
    let under = try await mentions(under: Self.incompletesRow.accountID)
    #expect(under.held.map(\.rows) == [1] && under.rejected == 0)
  }

  @Test(arguments: StoreKind.allCases, [1, 2, 3, 100])
  func heldRowsComeInRunsOfOneFileEach(_ kind: StoreKind, limit: Int) async throws {
    let store = try await kind.open()
    try await store.commit(
      Self.strangersDays(1...2) + [Row(), Self.incompletesRow] + Self.strangersDays(3...5),
      path: "a.csv", at: 100)
    try await store.commit(Self.strangersDays(6...7), path: "b.csv", at: 200)
    let runs = try await store.heldRuns(of: Samples.stranger, limit: limit)
    #expect(
      runs.flatMap { run in run.rows.map { "\(run.origin.path):\($0.line)" } } == [
        "a.csv:2", "a.csv:3", "a.csv:6", "a.csv:7", "a.csv:8", "b.csv:2", "b.csv:3",
      ])
    #expect(
      runs.flatMap(\.rows).map(\.raw) == Self.strangersDays(1...7).map { Array($0.line.utf8) })
    for run in runs {
      #expect(run.rows.count <= limit && run.header == Array(Samples.header.utf8))
      #expect(run.origin.receivedAt == (run.origin.path == "a.csv" ? 100 : 200))
      #expect(!run.origin.isStale)
    }
    #expect(limit < 5 || runs.map(\.rows.count) == [5, 2])
    let nobody = Samples.pair("Z1", "A1")
    #expect(try await store.heldRun(of: nobody, after: HeldCursor(), limit: limit) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func rowsOfAReadingThatBrokeOffAreARunOfTheirOwn(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile(path: "a.csv")
    try await store.commit(file.part(Self.strangersDays(1...4), end: nil), at: 100)
    #expect(try await store.heldRuns(of: Samples.stranger).map(\.origin.isStale) == [false])
    try await store.commit(file.part(Self.strangersDays(1...2), end: nil), at: 200)
    let runs = try await store.heldRuns(of: Samples.stranger)
    #expect(runs.map(\.origin.isStale) == [false, true])
    #expect(runs.map { $0.rows.map(\.line) } == [[2, 3], [4, 5]])
    // A row that is held again keeps its first time of receipt.
    #expect(runs.map(\.origin.receivedAt) == [100, 100])
  }

  @Test(arguments: StoreKind.allCases)
  func aReasonCanBeNotedAnew(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Self.strangersRow, Self.incompletesRow])
    try await store.setReason(.accountChanged, for: Samples.stranger)
    try await store.setReason(.accountChanged, for: Samples.pair("Z1", "A1"))
    #expect(
      try await store.heldAccounts().map(\.reason) == [.accountChanged, .contractIncomplete])
    #expect(try await store.held().map(\.reason) == [.contractIncomplete, .accountChanged])
    // The next held row sets the reason again.
    try await store.commit([Self.strangersRow], path: "b.csv")
    #expect(try await store.held().map(\.reason) == [.contractIncomplete, .unknownAccount])
    try await store.setReason(.accountChanged, for: Samples.stranger)
    try await store.commit([Self.strangersRow], path: "c.csv")
    #expect(try await store.held().map(\.reason) == [.contractIncomplete, .unknownAccount])
  }

  // MARK: Discarding them

  @Test(
    arguments: StoreKind.allCases,
    [
      (HeldSelection(accountID: "XX999999"), [3, 1]), (HeldSelection(account: "X9"), [3, 1]),
      (HeldSelection(account: "E2"), [1, 0]), (HeldSelection(before: 200), [4, 0]),
      (HeldSelection(accountID: "XX999999", before: 200), [3, 0]),
      (HeldSelection(before: 100), [0, 0]), (HeldSelection(), [4, 1]),
      (HeldSelection(accountID: "XX999999", account: "E2"), [0, 0]),
      (HeldSelection(accountID: "xx999999"), [0, 0]),
    ])
  func discardedRowsAreCountedAsSkipped(
    _ kind: StoreKind, _ meant: (selection: HeldSelection, skipped: [Int])
  ) async throws {
    let store = try await kind.open()
    try await store.commit(
      Self.strangersDays(1...3) + [Self.incompletesRow, Row()], path: "a.csv", at: 100)
    try await store.commit(Self.strangersDays(4...4), path: "b.csv", at: 200)
    let (first, second) = (meant.skipped[0], meant.skipped[1])
    #expect(try await store.discardHeld(meant.selection) == first + second)
    let files = try await store.files(state: nil)
    #expect(files.map(\.counts.skipped) == [first, second])
    #expect(files.map(\.counts.held) == [4 - first, 1 - second])
    #expect(files.map(\.counts.addUp) == [true, true])
    #expect(try await store.counts().held == 5 - first - second)
    #expect(try await store.discardHeld(meant.selection) == 0)
    #expect(try await store.counts().events == 1)
  }

  @Test(arguments: StoreKind.allCases)
  func discardedRowsOfAFileInHandAreCountedByItsReading(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile(path: "a.csv")
    try await store.commit(file.part(Self.strangersDays(1...3), end: nil))
    try await store.commit(file.part(Self.strangersDays(1...1), end: nil))
    #expect(try await store.discardHeld(HeldSelection(account: "X9")) == 3)
    #expect(try await store.files(state: nil).map(\.counts.skipped) == [1])
    try await store.commit(file.part(Self.strangersDays(2...3), firstLine: 3))
    let counts = try #require(try await store.files(state: nil).first?.counts)
    #expect(counts.rows == 3 && counts.skipped == 1 && counts.held == 2 && counts.addUp)
    #expect(try await store.held().map(\.rows) == [2])
  }

  // MARK: Files that are not fetched, parcels that are known

  @Test(arguments: StoreKind.allCases)
  func aFileThatIsNotFetchedIsNotedOnceAndReadLater(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile(path: "X9_XX999999_a.csv")
    var held = HeldFile(
      sighting: file.sighting, account: Samples.stranger, reason: .unknownAccount)
    let other = HeldFile(
      sighting: SampleFile(path: "E2_EM222222_a.csv").sighting, account: Samples.incomplete,
      reason: .contractIncomplete)
    #expect(try await store.noteHeld([]).isEmpty)
    #expect(try await store.noteHeld([held]) == [held])
    #expect(try await store.noteHeld([held, other]) == [other])
    held.reason = .subscriptionRequired
    #expect(try await store.noteHeld([held, other]) == [held])
    #expect(try await store.noteHeld([held, other]).isEmpty)
    let files = try await store.files(state: .held)
    #expect(files.map(\.path) == [file.path, other.sighting.path])
    #expect(files.first?.error?.contains("subscription-required") == true)
    #expect(files.allSatisfy { $0.counts == FileCounts() && $0.ingestedAt == nil })
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])

    try await store.commit(
      SampleFile(path: file.path, gate: Self.openGate).part([Self.strangersRow]))
    let read = try await store.files(state: nil)
    #expect(read.map(\.state) == [.ingested, .held] && read.map(\.counts.eventsNew) == [1, 0])
    #expect(read.first.map { $0.error == nil } == true)
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func aParcelIsKnownUnderItsOwnAccountOnceItHasAnEvent(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([
      Row(), Self.strangersRow, Row(parcel: "AB1234567890", date: "31/02/2026"),
    ])
    let own = ParcelOfAccount(number: Samples.parcel, account: Samples.shop)
    let others = [
      ParcelOfAccount(number: Samples.parcel, account: Samples.stranger),
      ParcelOfAccount(number: Samples.parcel, account: Samples.otherShop),
      ParcelOfAccount(number: Samples.number("AB1234567890"), account: Samples.shop),
    ]
    #expect(try await store.known(Set([own] + others)) == [own])
    #expect(try await store.known([]).isEmpty)
    try await release(Samples.stranger, in: store)
    #expect(try await store.known(Set([own] + others)) == [own, others[0]])
  }
}
