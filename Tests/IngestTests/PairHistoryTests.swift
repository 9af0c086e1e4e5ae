import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing

/// What is remembered of account pairs, whatever merchants and their editors do to the files that name
/// them.
@Suite struct PairHistoryTests {
  private static let own = pair("E1", "EM180619")
  private static let other = pair("D0", "EM000001")
  private static let third = pair("F3", "EM777777")
  private static let hour: Int64 = 3_600
  // The clock stands at 2026-11-24, a Tuesday.
  private let here: Installation

  init() throws { here = try Installation() }

  private func feeds(_ rules: Rules) async throws -> [String] {
    let past = FeedPast(try await here.store.feeds())
    return rules.contracts.contracts.flatMap { contract in
      contract.services.map { service in
        let feed = contract.feed(
          of: service, past: past, now: here.clock.now, lookedAt: here.clock.now)
        return "\(contract.id) \(service.kind.rawValue) \(feed.state.rawValue)"
      }
    }
  }

  private func feed(_ draft: Draft, _ kind: ServiceKind = .homeBE) async throws -> Feed {
    let contract = draft.contract
    return contract.feed(
      of: try #require(contract[kind]), past: FeedPast(try await here.store.feeds()),
      now: here.clock.now, lookedAt: here.clock.now)
  }

  private func causes(of contract: String) async throws -> [String] {
    try await here.store.changes(of: contract).map(\.cause)
  }

  @Test
  func aContractUnderANewNameKeepsItsFeedsItsFormerPairsAndItsHistory() async throws {
    var draft = Draft()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other]
    draft.requested = "2026-11-25"
    draft.version = 2
    try await here.ingest("b.csv", lines(Self.other, 0..<2), by: Rules([draft]))
    draft.id = "durand"
    try await here.keepUp(Rules([draft]))
    #expect(try await feeds(Rules([draft])) == ["durand home-be live"])
    #expect(try await causes(of: "dupont").isEmpty)
    #expect(
      try await causes(of: "durand") == [
        "added (read at start)", "home-be: the first row came", "file changed (read at start)",
        "home-be: the first row came", "renamed from dupont (read at start)",
      ])
    #expect(here.witness.feedChanges.last == "dupont home-be live", "it is not live anew")
    // What was on its way under the former pair is followed to its end.
    try await here.ingest("c.csv", lines(Self.own, 3..<6), by: Rules([draft]))
    #expect(try await here.held() == ["E1 / EM180619 account-changed 1"])
  }

  @Test
  func aContractThatIsTakenOutAndComesBackUnderAnotherNameLaterIsTheSameOne() async throws {
    let draft = Draft(pairs: [.homeBE: Self.own])
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    try await here.keepUp(Rules([]))
    here.clock.move(days: 1)
    try await here.ingest("b.csv", lines(Self.own, 3..<5), by: Rules([]))
    let back = Draft(id: "durand", pairs: [.homeBE: Self.own])
    try await here.keepUp(Rules([back]))
    #expect(try await here.held().isEmpty)
    #expect(try await feeds(Rules([back])) == ["durand home-be live"])
    #expect(
      try await causes(of: "durand").suffix(3) == [
        "removed (read at start)",
        "home-be: it is in no contract any more, and its rows come and are held",
        "renamed from dupont (read at start)",
      ])
  }

  @Test
  func aCopyUnderAnotherNameThatStaysWhenTheFirstOneGoesIsTheSameContract() async throws {
    var copy = Draft(id: "durand")
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    try await here.keepUp(Rules([Draft(), copy]))
    try await here.keepUp(Rules([copy]))
    #expect(try await causes(of: "durand").last == "renamed from dupont (read at start)")
    here.clock.move(days: 1)
    copy.pairs = [.homeBE: Self.other]
    copy.version = 2
    try await here.keepUp(Rules([copy]))
    #expect(try await feeds(Rules([copy])) == ["durand home-be reconfiguration-required"])
  }

  @Test
  func aNewPairThatASlipTakesOutForAWhileNeedsNoOtherDay() async throws {
    var draft = Draft()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    draft.requested = "2026-11-25"
    for (version, pair) in [(2, Self.other), (3, Self.third), (4, Self.other)] {
      draft.pairs = [.homeBE: pair]
      draft.version = UInt8(version)
      try await here.keepUp(Rules([draft]))
      here.clock.move(days: 1)
    }
    #expect(try await feeds(Rules([draft])) == ["dupont home-be awaiting-first-file"])
    try await here.ingest("b.csv", lines(Self.other, 0..<3), by: Rules([draft]))
    #expect(try await here.held().isEmpty)
    #expect(try await feeds(Rules([draft])) == ["dupont home-be live"])
  }

  @Test
  func servicesOfOneContractThatShareAPairAreLiveByItAndOneThatLeavesChangesNoOther() async throws {
    var draft = Draft(pairs: [.homeBE: Self.own, .relay: Self.other])
    try await here.ingest(
      "a.csv", lines(Self.own, 0..<3), lines(Self.other, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other, .relay: Self.other]
    draft.version = 2
    try await here.ingest("b.csv", lines(Self.other, 3..<8), by: Rules([draft]))
    #expect(try await here.held().isEmpty)
    #expect(try await feeds(Rules([draft])) == ["dupont home-be live", "dupont relay live"])
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other, .relay: Self.third]
    draft.version = 3
    try await here.ingest("c.csv", lines(Self.other, 10..<15), by: Rules([draft]))
    #expect(
      try await feeds(Rules([draft])) == [
        "dupont home-be live", "dupont relay reconfiguration-required",
      ])
  }

  @Test
  func ofServicesThatExchangeTheirPairsKnownParcelsGoOnComingInUnderBoth() async throws {
    var draft = Draft(pairs: [.homeBE: Self.own, .relay: Self.other])
    try await here.ingest(
      "a.csv", lines(Self.own, 0..<3), lines(Self.other, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other, .relay: Self.own]
    draft.version = 2
    // The third parcel's first rows are among them.
    try await here.ingest(
      "b.csv", lines(Self.own, 3..<6), lines(Self.other, 3..<6), by: Rules([draft]))
    #expect(
      try await here.held() == [
        "D0 / EM000001 tracking-not-requested 1", "E1 / EM180619 tracking-not-requested 1",
      ])
    #expect(
      try await feeds(Rules([draft])) == [
        "dupont home-be reconfiguration-required", "dupont relay reconfiguration-required",
      ])
    draft.requested = "2026-11-25"
    try await here.keepUp(Rules([draft]))
    #expect(try await here.held().isEmpty)
  }

  @Test
  func aFormerPairBelongsToWhoeverHadItLast() async throws {
    let first = Draft(id: "alpha")
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([first]))
    here.clock.move(days: 1)
    let firstMoved = Draft(id: "alpha", pairs: [.homeBE: Self.other], version: 2)
    let second = Draft(id: "beta", pairs: [.relay: Self.own])
    try await here.ingest("b.csv", lines(Self.own, 5..<7), by: Rules([firstMoved, second]))
    here.clock.move(days: 1)
    let secondMoved = Draft(
      id: "beta", requested: "2026-11-26", pairs: [.relay: Self.third], version: 2)
    let rules = Rules([firstMoved, secondMoved])
    try await here.ingest("c.csv", lines(Self.own, 0..<8), by: rules)
    #expect(try await here.held().isEmpty, "all of its parcels are known")
    let record = try await here.store.feeds().first {
      $0.contract == "beta" && $0.account == Self.own
    }
    #expect(record?.lastRowAt == here.clock.now)
  }

  @Test
  func aDayIsComparedWithThatOfTheEditNotWithThatOnWhichColisdReadsItAtNight() async throws {
    var draft = Draft(requested: "2026-11-02")
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    try await here.look()
    let edited = here.clock.now + 2 * Self.hour
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other]
    draft.requested = "2026-11-24"
    draft.version = 2
    draft.editedAt = edited
    try await here.ingest("b.csv", lines(Self.other, 0..<3), by: Rules([draft]))
    #expect(try await here.held().isEmpty)
    #expect(try await feeds(Rules([draft])) == ["dupont home-be live"])
  }

  @Test
  func aFileThatSeemsOlderThanOurLastLookWasChangedAfterThatLook() async throws {
    var draft = Draft(requested: "2026-11-24")
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    try await here.look()
    draft.pairs = [.homeBE: Self.other]
    draft.version = 2
    draft.editedAt = here.clock.now - 900 * 24 * Self.hour
    try await here.ingest("b.csv", lines(Self.other, 0..<3), by: Rules([draft]))
    #expect(try await here.held() == ["D0 / EM000001 tracking-not-requested 3"])
  }

  @Test
  func aDayAheadIsToldAsSuchAndAsksForNoActivationOfWhatIsActive() async throws {
    var draft = Draft()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    draft.requested = "2026-11-27"
    let moved = try await feed(draft)
    #expect(moved.state == .advisorToInform && moved.isBroken && moved.message == nil)
    #expect(moved.nextStep.contains("are held until 2026-11-27"), "\(moved.nextStep)")
    draft.pairs = [.homeBE: Self.other]
    let changed = try await feed(draft)
    #expect(changed.state == .reconfigurationRequired && changed.isBroken)
    #expect(changed.nextStep.contains("on 2026-11-27, the day under tracking.requested"))
    #expect(!changed.nextStep.contains("write the day"))
    #expect(changed.message?.text.contains("reconfigurer") == true)
  }

  @Test
  func aPairThatIsNamedAgainIsNotSilentSinceItsLastRowOfLongAgo() async throws {
    var draft = Draft(silence: "48h")
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other]
    draft.requested = "2026-11-25"
    draft.version = 2
    try await here.ingest("b.csv", lines(Self.other, 0..<3), by: Rules([draft]))
    here.clock.move(days: 13)
    try await here.ingest("c.csv", lines(Self.other, 3..<5), by: Rules([draft]))
    draft.pairs = [.homeBE: Self.own]
    draft.version = 3
    try await here.look()
    try await here.keepUp(Rules([draft]))
    #expect(here.witness.feedChanges.contains("dupont home-be silent") == false)
    // Tuesday and Wednesday.
    here.clock.move(by: 48 * Self.hour)
    #expect(try await feed(draft).state == .live)
    here.clock.move(by: 1)
    let silent = try await feed(draft)
    #expect(silent.state == .silent)
    #expect(
      silent.evidence?.contains("since the contract names this account again, at 2026-12-08")
        == true,
      "\(silent.evidence ?? "")")
    // What the carrier is told is so: the last row of this account came then.
    #expect(silent.message?.text.contains("24 novembre 2026") == true)
  }

  @Test
  func aPairThatComesBackFromAnotherContractCountsFromItsLastRowThere() async throws {
    let first = Draft(id: "alpha", silence: "48h", pairs: [.homeBE: Self.own, .relay: Self.third])
    let without = Draft(id: "alpha", silence: "48h", pairs: [.relay: Self.third], version: 2)
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([first]))
    here.clock.move(days: 1)
    let second = Draft(id: "beta")
    try await here.ingest("b.csv", lines(Self.own, 3..<5), by: Rules([without, second]))
    here.clock.move(days: 13)
    try await here.ingest("c.csv", lines(Self.own, 5..<8), by: Rules([without, second]))
    try await here.look()
    try await here.keepUp(Rules([first]))
    #expect(try await feeds(Rules([first])).first == "alpha home-be live")
    #expect(here.witness.feedChanges.contains { $0.hasSuffix("silent") } == false)
  }

  @Test
  func aNewPairThatNeverComesIsSilenceFromTheRequestedDayOn() async throws {
    var draft = Draft()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other]
    draft.requested = "2026-11-25"
    draft.version = 2
    try await here.keepUp(Rules([draft]))
    #expect(try await feed(draft).state == .awaitingFirstFile)
    // From Wednesday at 12:00 on: Thursday, Friday and Monday.
    here.clock.move(days: 6)
    try await here.look()
    try await here.keepUp(Rules([draft]))
    let silent = try await feed(draft)
    #expect(silent.state == .silent && silent.isBroken)
    let message = try #require(silent.message?.text)
    #expect(message.contains("mercredi 25 novembre 2026") && !message.contains("dernières mises"))
    #expect(here.witness.feedChanges.last == "dupont home-be silent")
    try await here.ingest("b.csv", lines(Self.other, 0..<3), by: Rules([draft]))
    #expect(try await causes(of: "dupont").last == "home-be: rows came again")
    // A feed that was never live is only awaited, however long.
    let fresh = Draft(id: "durand", pairs: [.relay: Self.third])
    #expect(try await feed(fresh, .relay).state == .awaitingFirstFile)
  }

  @Test
  func eachChangeOfAPairIsToldWithTheFirstAndTheLastOne() async throws {
    var draft = Draft()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    for (version, pair) in [(2, Self.other), (3, Self.third)] {
      draft.pairs = [.homeBE: pair]
      draft.version = UInt8(version)
      try await here.keepUp(Rules([draft]))
    }
    #expect(
      here.witness.feedChanges.suffix(2)
        == Array(repeating: "dupont home-be reconfiguration-required", count: 2))
    let message = try #require(try await feed(draft).message?.text)
    #expect(message.contains("EM180619") && message.contains("EM777777"))
    #expect(!message.contains("EM000001"), "nobody has to know of it any more")
  }

  @Test
  func historyHasTheRealCauseNoRowCameOnTheDayOfTheRequest() async throws {
    var draft = Draft()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    draft.requested = "2026-11-25"
    draft.version = 2
    try await here.keepUp(Rules([draft]))
    here.clock.move(days: 1)
    try await here.keepUp(Rules([draft]))
    #expect(
      try await causes(of: "dupont").suffix(2) == [
        "file changed (read at start)", "home-be: the day of tracking.requested came",
      ])
  }

  @Test
  func aServiceThatIsInNoContractAnyMoreIsToldOnceItsRowsComeAndNoSooner() async throws {
    let draft = Draft(pairs: [.homeBE: Self.own, .relay: Self.other])
    try await here.ingest(
      "a.csv", lines(Self.own, 0..<3), lines(Self.other, 0..<3), by: Rules([draft]))
    let half = Draft(pairs: [.relay: Self.other], version: 2)
    try await here.keepUp(Rules([half]))
    #expect(!here.witness.feedChanges.contains("dupont home-be removed"))
    for _ in 0..<2 {
      try await here.ingest("b.csv", lines(Self.own, 10..<13), by: Rules([half]))
    }
    #expect(here.witness.feedChanges.filter { $0 == "dupont home-be removed" }.count == 1)
    #expect(
      try await causes(of: "dupont").last
        == "home-be: it is in no contract any more, and its rows come and are held")
    // The whole contract.
    try await here.keepUp(Rules([]))
    try await here.ingest("c.csv", lines(Self.other, 10..<13), by: Rules([]))
    #expect(here.witness.feedChanges.last == "dupont relay removed")
    try await here.keepUp(Rules([draft]))
    #expect(try await here.held().isEmpty)
    #expect(
      try await feeds(Rules([draft])) == ["dupont home-be live", "dupont relay live"])
  }

  @Test
  func whateverKeepsTheRowsOfALiveFeedOutIsToldAndItsEnd() async throws {
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    let slips = [
      Draft(isActive: false, version: 2), Draft(plan: "free", version: 3),
      Draft(hasUsername: false, version: 4), Draft(requested: nil, version: 5),
      Draft(isActive: false, pairs: [.homeBE: Self.other], version: 6),
    ]
    for slip in slips {
      try await here.keepUp(Rules([slip]))
      #expect(try await feed(slip).isBroken)
      try await here.keepUp(Rules([Draft(version: 7)]))
      #expect(here.witness.feedChanges.last == "dupont home-be live")
    }
    #expect(here.witness.feedChanges.count == 2 + 2 * slips.count)
  }
}
