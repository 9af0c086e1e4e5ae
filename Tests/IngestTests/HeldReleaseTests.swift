import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing
import TrackingFile

@Suite struct HeldReleaseTests {
  private static let own = pair("E1", "EM180619")
  private static let other = pair("D0", "EM000001")
  private static let day: Int64 = 86_400

  /// A contract that does not let its rows in, and why.
  struct Hindrance: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var drafts: [Draft]
    var reason: HoldReason
  }

  static let hindrances = [
    Hindrance(testDescription: "no contract", drafts: [], reason: .unknownAccount),
    Hindrance(
      testDescription: "no user name", drafts: [Draft(hasUsername: false)],
      reason: .contractIncomplete),
    Hindrance(
      testDescription: "inactive", drafts: [Draft(isActive: false)], reason: .subscriptionRequired),
    Hindrance(
      testDescription: "plan free", drafts: [Draft(plan: "free")], reason: .subscriptionRequired),
    Hindrance(
      testDescription: "not requested", drafts: [Draft(requested: nil)],
      reason: .trackingNotRequested),
    Hindrance(
      testDescription: "requested for later", drafts: [Draft(requested: "2027-01-01")],
      reason: .trackingNotRequested),
    Hindrance(
      testDescription: "two contracts", drafts: [Draft(), Draft(id: "durand")],
      reason: .contractIncomplete),
  ]

  @Test(arguments: hindrances)
  func onceTheirContractAllowsThemRowsComeInByThemselvesInTheOrderOfFileAndLine(
    hindrance: Hindrance
  ) async throws {
    let here = try Installation()
    let before = Rules(hindrance.drafts)
    try await here.ingest(
      "a.csv", lines(Self.own, 0..<3), lines(Self.other, 0..<2), lines(Self.own, 3..<6), by: before)
    try await here.ingest("b.csv", lines(Self.own, 4..<8), by: before)
    #expect(
      try await here.held() == [
        "D0 / EM000001 unknown-account 2", "E1 / EM180619 \(hindrance.reason.rawValue) 10",
      ])
    let received = here.clock.now
    here.clock.move(by: 7_200)

    let after = Rules([Draft()])
    let released = try await here.keepUp(after)
    var counts = FileCounts()
    (counts.eventsNew, counts.eventsRepeated, counts.released) = (8, 2, 10)
    let service = ServiceReference(contract: "dupont", kind: .homeBE)
    #expect(released.map(\.account) == [Self.own] && released.map(\.service) == [service])
    #expect(released.map(\.counts) == [counts])
    #expect(
      try await here.origins(of: Self.own) == [2, 3, 4, 7, 8, 9].map { "a.csv:\($0)" } + [
        "b.csv:4", "b.csv:5",
      ])
    #expect(try await here.held() == ["D0 / EM000001 unknown-account 2"])
    let files = try await here.store.files(state: .ingested).map(\.counts)
    #expect(files.map(\.rows) == [8, 4] && files.map(\.eventsNew) == [6, 2])
    #expect(files.map(\.held) == [2, 0] && files.map(\.eventsRepeated) == [0, 2])
    let feed = try await here.store.feeds().first { $0.account == Self.own }
    #expect(feed?.firstRowAt == received && feed?.lastRowAt == received)
    #expect(here.witness.released == released)

    #expect(try await here.keepUp(after).isEmpty)
    #expect(here.witness.released == released, "told once")
  }

  @Test
  func whatHindersRowsIsToldOfThemAsItIsNow() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<2), lines(Self.other, 0..<2), by: Rules([]))
    for hindrance in Self.hindrances + Self.hindrances.reversed() {
      #expect(try await here.keepUp(Rules(hindrance.drafts)).isEmpty)
      #expect(
        try await here.held() == [
          "D0 / EM000001 unknown-account 2", "E1 / EM180619 \(hindrance.reason.rawValue) 2",
        ])
    }
    #expect(try await here.store.counts().events == 0 && here.witness.released.isEmpty)
  }

  @Test
  func onlyTheRowsOfAnAccountIDComeInWhereOnlyThatIsAskedFor() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<2), lines(Self.other, 0..<2), by: Rules([]))
    let rules = Rules([Draft(pairs: [.homeBE: Self.own, .relay: Self.other])])
    let released = try await here.keepUp(rules, accountID: "EM000001")
    #expect(released.map(\.account) == [Self.other] && released.map(\.service.kind) == [.relay])
    #expect(try await here.held().count == 1)
    #expect(try await here.keepUp(rules).map(\.account) == [Self.own])
  }

  // MARK: Accounts that a service had before

  @Test(arguments: [false, true])
  func afterAChangeOfAccountItsKnownParcelsGoOnOthersAreHeldTheNewOneAsksAnew(
    isRequestedAgain: Bool
  ) async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    here.clock.move(days: 1)
    let changed = Rules([
      Draft(
        requested: isRequestedAgain ? "2026-11-25" : "2026-11-24", pairs: [.homeBE: Self.other],
        version: 2)
    ])
    try await here.ingest("b.csv", lines(Self.own, 3..<8), lines(Self.other, 0..<2), by: changed)
    // The first five rows are one parcel's.
    #expect(
      try await here.origins(of: Self.own) == [
        "a.csv:2", "a.csv:3", "a.csv:4", "b.csv:2", "b.csv:3",
      ])
    let former = "E1 / EM180619 account-changed 3"
    #expect(
      try await here.held()
        == (isRequestedAgain ? [former] : ["D0 / EM000001 tracking-not-requested 2", former]))
    #expect(try await here.origins(of: Self.other).count == (isRequestedAgain ? 2 : 0))
    #expect(try await here.keepUp(changed).isEmpty)
  }

  @Test
  func theStoreIsAskedWhichParcelsItKnowsOnlyWhereTheVerdictDependsOnIt() async throws {
    var here = try Installation()
    let store = FailingStore(here.store)
    here.store = store
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    #expect(store.parcelQuestions == 0)
    here.clock.move(days: 1)
    let changed = Rules([Draft(pairs: [.homeBE: Self.other], version: 2)])
    try await here.ingest("b.csv", lines(Self.own, 3..<8), by: changed)
    #expect(store.parcelQuestions > 0)
    // The rows that were held meanwhile are looked at once, which asks as well.
    try await here.keepUp(changed)
    let asked = store.parcelQuestions
    try await here.ingest("c.csv", lines(Self.other, 0..<2), by: changed)
    #expect(store.parcelQuestions == asked)
  }

  @Test
  func heldRowsOfAFormerAccountComeInWhereTheirParcelsAreKnownAndTheOthersWait() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    try await here.ingest("b.csv", lines(Self.own, 3..<8), by: Rules([Draft(isActive: false)]))
    #expect(try await here.held() == ["E1 / EM180619 subscription-required 5"])
    let changed = Rules([Draft(pairs: [.homeBE: Self.other], version: 2)])
    let released = try await here.keepUp(changed)
    #expect(released.map(\.counts.eventsNew) == [2] && released.map(\.counts.released) == [2])
    #expect(try await here.held() == ["E1 / EM180619 account-changed 3"])
    #expect(try await here.keepUp(changed).isEmpty)
    // The contract has its account back.
    #expect(try await here.keepUp(Rules([Draft(version: 3)])).map(\.counts.eventsNew) == [3])
    #expect(
      try await here.origins(of: Self.own) == (2...4).map { "a.csv:\($0)" }
        + (2...6).map { "b.csv:\($0)" })
    #expect(try await here.held().isEmpty)
  }

  @Test
  func aFormerAccountsKnownParcelsThatALayoutCouldNotReadComeInByTheNextOne() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    try await here.hold("b.csv", lines(Self.own, 3..<5), written: nil)
    let changed = Draft(pairs: [.homeBE: Self.other], version: 2)
    #expect(try await here.keepUp(Rules([changed], layout: Self.otherLayout())).isEmpty)
    try await here.keepUp(Rules([changed]))
    #expect(try await here.held().isEmpty)
  }

  @Test
  func aFormerAccountsKnownParcelsComeInTooThatWereHeldUntilADayWhichCame() async throws {
    // An hour before midnight of Paris.
    let clock = StandingClock(at: fixedNow() + 21 * 3_600 + 3_500)
    var here = try Installation(clock: clock)
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    let changed = Rules([
      Draft(requested: "2026-11-25", pairs: [.homeBE: Self.other], version: 2)
    ])
    try await here.ingest("b.csv", lines(Self.own, 3..<5), by: changed)
    #expect(try await here.held() == ["E1 / EM180619 tracking-not-requested 2"])
    // The day begins between the look at held rows and the reading of a file.
    let store = here.store
    here.store = FailingStore(store, onHeldAccounts: { clock.move(by: 7_200) })
    try await here.ingest("c.csv", lines(Self.own, 5..<8), by: changed)
    here.store = store
    try await here.keepUp(changed)
    #expect(try await here.held() == ["E1 / EM180619 account-changed 3"])
  }

  @Test
  func aFormerAccountsParcelComesInWholeOfWhichAReleaseThatDiedLetSomeRowsIn() async throws {
    var here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    let changed = Draft(pairs: [.homeBE: Self.other], version: 2)
    try await here.ingest("b.csv", lines(Self.own, 5..<7), by: Rules([changed]))
    try await here.ingest("c.csv", lines(Self.own, 7..<10), by: Rules([changed]))
    #expect(try await here.held() == ["E1 / EM180619 account-changed 5"])
    // Another contract gets the account, which is noted, and one file's rows come in.
    let taker = Draft(id: "durand", pairs: [.relay: Self.own])
    let store = here.store
    here.store = FailingStore(store, after: 2)
    await #expect(throws: StoreError.self) { try await here.keepUp(Rules([changed, taker])) }
    here.store = store
    #expect(try await here.held() == ["E1 / EM180619 account-changed 3"])
    // It loses the account before the others are let in.
    try await here.keepUp(Rules([changed]))
    #expect(try await here.held().isEmpty)
  }

  // MARK: What keeps rows from coming in

  /// A layout that files of the built-in one have not all columns for.
  private static func otherLayout() throws -> Layout {
    guard case .delimited(let separator, let quote, var names) = Layout.colisPrive.format else {
      throw TestSupportError("the built-in layout is not delimited")
    }
    names[.parcel] = ["Colis"]
    return try Layout(
      name: "other", version: "1",
      format: .delimited(separator: separator, quote: quote, names: names))
  }

  @Test
  func rowsComeInByTheLayoutAndTheHeaderByWhichTheyWereReadWhateverIsInForceNow() async throws {
    let here = try Installation()
    let layout = try Self.otherLayout()
    let renamed = Array("CPCustoID;AccountID;Colis;OrderID;StsCode;StsDesc;StsDate\n".utf8)
    let row = Array("E1;EM180619;991122334455;;LIV;;28/08/2026 11:42:10\n".utf8)
    let path = try here.folder.write("a.csv", renamed + row)
    let local = LocalFiles(store: here.store, observer: here.witness, now: { here.clock.now })
    _ = try await local.ingest([path], Rules([], layout: layout))
    try await here.ingest("b.csv", lines(Self.own, 0..<3), by: Rules([]))
    #expect(try await here.held() == ["E1 / EM180619 unknown-account 4"])
    // Each file has columns that the other one's layout does not know.
    let released = try await here.keepUp(Rules([Draft()], layout: layout))
    #expect(released.map(\.counts.eventsNew) == [4])
    #expect(
      try await Set(here.origins(of: Self.own)) == ["a.csv:2", "b.csv:2", "b.csv:3", "b.csv:4"])
  }

  @Test
  func rowsUnderASecondHeaderOfAFileAreReadAgainByThatOne() async throws {
    let here = try Installation()
    let second = Array(
      "CPCustoID;AccountID;CPPclCode;SiteCode;StsCode;StsDesc;StsDate;OrderID".utf8)
    let row = Array("E1;EM180619;991122334455;75A;LIV;;28/08/2026 11:42:10;CMD-7\n".utf8)
    try await here.hold("a.csv", row, written: Layout.colisPrive.written, under: second)
    try await here.keepUp(Rules([Draft()]))
    let event = try #require(try await here.store.events(after: 0, limit: .max).first)
    #expect(event.site == "75A")
    #expect(
      try await here.store.timelines(of: event.parcel, accountID: nil).map(\.details.order) == [
        "CMD-7"
      ])
  }

  @Test
  func heldRowsOfAUTF16FileKeepTheirAccentsWhateverEncodingTheLayoutDeclares() async throws {
    let here = try Installation()
    let layout = try Layout(
      name: "ansi", version: "1", format: Layout.colisPrive.format,
      options: .init(encoding: .windows1252))
    let text = """
      CPCustoID;AccountID;CPPclCode;StsCode;StsDesc;StsDate;SiteCode
      E1;EM180619;991122334455;LIV;Livré;28/08/2026 11:42:10;Orléans

      """
    let bytes: [UInt8] =
      [0xff, 0xfe]
      + text.utf16.flatMap { unit -> [UInt8] in
        [UInt8(unit & 0xff), UInt8(unit >> 8)]
      }
    let path = try here.folder.write("a.csv", bytes)
    let local = LocalFiles(store: here.store, observer: here.witness, now: { here.clock.now })
    _ = try await local.ingest([path], Rules([], layout: layout))
    #expect(try await here.held() == ["E1 / EM180619 unknown-account 1"])
    try await here.keepUp(Rules([Draft()], layout: layout))
    let event = try #require(try await here.store.events(after: 0, limit: .max).first)
    #expect(event.site == "Orléans")
    #expect(event.wording.label == "Livré")
  }

  @Test
  func rowsWhoseLayoutThisVersionCantReadStayHeldWhichIsTold() async throws {
    let here = try Installation()
    try await here.hold("a.csv", lines(Self.own, 0..<3), written: "a later version's layout")
    #expect(try await here.keepUp(Rules([Draft()])).isEmpty)
    #expect(try await here.held() == ["E1 / EM180619 unknown-account 3"])
    let told = here.witness.events.contains { event in
      if case .heldUnreadable(_, Self.own, let error) = event {
        error.contains("layout")
      } else {
        false
      }
    }
    #expect(told)
  }

  @Test
  func rowsThatAnOlderVersionHeldAreReadByTodaysLayoutWhatItCantReadStaysAndIsTold() async throws {
    let here = try Installation()
    try await here.hold("a.csv", lines(Self.own, 0..<3), written: nil)
    #expect(try await here.keepUp(Rules([Draft()], layout: Self.otherLayout())).isEmpty)
    #expect(try await here.held().count == 1)
    let told = here.witness.events.compactMap { event in
      if case .heldUnreadable(let path, let account, let error) = event {
        return path.hasSuffix("a.csv") && account == Self.own && error.contains("Colis")
      }
      return nil
    }
    #expect(told == [true])
    #expect(try await here.keepUp(Rules([Draft()])).map(\.counts.eventsNew) == [3])
  }

  @Test
  func heldRowsAreKeptAsLongAsTheConfigurationSaysAndThoseThatMayComeInComeIn() async throws {
    let here = try Installation()
    var rules = Rules([])
    rules.heldRetention = .seconds(30 * Self.day)
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: rules)
    here.clock.move(days: 10)
    try await here.ingest("b.csv", lines(Self.own, 3..<5), lines(Self.other, 0..<4), by: rules)
    here.clock.move(days: 20)
    try await here.keepUp(rules)
    #expect(try await here.store.counts().held == 9, "not a second too early")
    here.clock.move(by: 1)
    try await here.keepUp(rules)
    #expect(
      try await here.held() == [
        "D0 / EM000001 unknown-account 4", "E1 / EM180619 unknown-account 2",
      ])
    #expect(try await here.store.files(state: nil).map(\.counts.skipped) == [3, 0])
    here.clock.move(days: 30)
    rules.contracts = ContractSet([Draft().contract])
    #expect(try await here.keepUp(rules).map(\.counts.eventsNew) == [2])
    #expect(try await here.held().isEmpty)
    #expect(try await here.store.files(state: nil).map(\.counts.skipped) == [3, 4])
    let expired = here.witness.events.compactMap { event in
      if case .heldExpired(let rows) = event { rows } else { nil }
    }
    #expect(expired == [3, 4])
  }

  /// Ends the work of whom it watches, once so many held rows were looked at.
  private struct Interruption: IngestObserver {
    var rows: Int
    func report(_ event: IngestEvent) {}
    func progress(_ progress: IngestProgress) {
      if progress.heldDone >= rows { withUnsafeCurrentTask { $0?.cancel() } }
    }
  }

  @Test
  func whatEndsAReleaseInItsMiddleCostsNothingTheNextOneGoesOnWithTheRest() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<11_000), by: Rules([]))
    try await here.ingest("b.csv", lines(Self.own, 10_000..<15_000), by: Rules([]))
    let clock = here.clock
    let upkeep = ContractUpkeep(
      store: here.store, observer: Interruption(rows: 8_000), now: { clock.now })
    let work = Task { try await upkeep.run(Rules([Draft()])) }
    await #expect(throws: (any Error).self) { try await work.value }
    let some = try await here.store.counts()
    #expect((4_096..<11_000).contains(some.events) && some.held == 16_000 - some.events)
    try await here.keepUp(Rules([Draft()]))
    #expect(
      try await here.origins(of: Self.own) == (2..<11_002).map { "a.csv:\($0)" }
        + (1_002..<5_002).map { "b.csv:\($0)" })
    #expect(try await here.store.counts().held == 0)
    #expect(try await here.store.files(state: nil).map(\.counts.eventsRepeated) == [0, 1_000])
  }
}

extension Witness {
  /// The rows that were reported as let in.
  var released: [ReleasedRows] {
    events.compactMap { event in
      if case .heldReleased(let rows) = event { rows } else { nil }
    }
  }
}
