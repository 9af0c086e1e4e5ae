import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing

@Suite struct FeedWatchTests {
  private static let own = pair("E1", "EM180619")
  private static let other = pair("D0", "EM000001")
  private static let hour: Int64 = 3_600

  /// The causes of a contract's changes, each with the feeds' states after it.
  private func history(of contract: String = "dupont", _ here: Installation) async throws
    -> [String]
  {
    try await here.store.changes(of: contract).map { change in
      let feeds = change.standing.services.map(\.feed.rawValue).joined(separator: ",")
      return "\(change.cause) → \(feeds)"
    }
  }

  @Test
  func aChangeOfAContractIsNotedWithItsTimeItsCauseAndItsFilesHash() async throws {
    let here = try Installation()
    let start = here.clock.now
    var draft = Draft(requested: nil)
    try await here.keepUp(Rules([draft]))
    let first = try #require(try await here.store.changes(of: "dupont").first)
    let service = ContractStanding.Service(
      kind: .homeBE, account: "E1", accountID: "EM180619", feed: .advisorToInform)
    let standing = ContractStanding(
      contract: "dupont", source: draft.source, services: [service])
    #expect(
      first == ContractChange(at: start, cause: "added (read at start)", standing: standing))

    here.clock.move(by: 60)
    draft.requested = "2026-11-24"
    draft.version = 2
    try await here.keepUp(Rules([draft], occasion: "at SIGHUP"))
    // What changes nothing else is a change all the same: the hash is another one.
    draft.version = 3
    try await here.keepUp(Rules([draft, Draft(id: "durand", pairs: [:])], occasion: "at SIGHUP"))
    here.clock.move(by: 60)
    try await here.keepUp(Rules([], occasion: "because contracts.d changed"))
    try await here.keepUp(Rules([draft]))
    #expect(
      try await history(here) == [
        "added (read at start) → advisor-to-inform",
        "file changed (read at SIGHUP) → awaiting-first-file",
        "file changed (read at SIGHUP) → awaiting-first-file",
        "removed (read because contracts.d changed) → ",
        "added (read at start) → awaiting-first-file",
      ])
    let changes = try await here.store.changes(of: "dupont")
    #expect(changes.map(\.at) == [start, start + 60, start + 60, start + 120, start + 120])
    #expect(changes.map { $0.standing.source?.sha256.first } == [1, 2, 3, nil, 3])
    #expect(
      try await history(of: "durand", here) == [
        "added (read at SIGHUP) → ", "removed (read because contracts.d changed) → ",
      ])
  }

  @Test
  func nothingIsNotedOrToldTwice() async throws {
    let here = try Installation()
    let rules = Rules([Draft(), Draft(id: "durand", pairs: [.relay: Self.other])])
    for name in ["a.csv", "b.csv"] {
      try await here.ingest(name, lines(Self.own, 0..<3), by: rules)
    }
    let events = here.witness.feedChanges
    for _ in 0..<3 { try await here.keepUp(rules) }
    #expect(try await history(here).count == 2)
    #expect(try await history(of: "durand", here).count == 1)
    #expect(here.witness.feedChanges == events)
    #expect(
      events == [
        "dupont home-be awaiting-first-file", "durand relay awaiting-first-file",
        "dupont home-be live",
      ])
    #expect(try await here.store.standings().map(\.contract) == ["dupont", "durand"])
  }

  @Test
  func theFirstRowMakesAFeedLiveAlsoWhereItWasHeldUntilThen() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([Draft()]))
    #expect(
      try await history(here) == [
        "added (read at start) → awaiting-first-file",
        "home-be: the first row came → live",
      ])
    try await here.ingest("b.csv", lines(Self.other, 0..<3), by: Rules([Draft()]))
    let released = Draft(id: "durand", pairs: [.relay: Self.other])
    try await here.keepUp(Rules([Draft(), released]))
    #expect(
      try await history(of: "durand", here) == [
        "added (read at start) → awaiting-first-file", "relay: the first row came → live",
      ])
  }

  @Test
  func theDayOfTrackingRequestedOpensAContractWithoutAnyChangeOfItsFile() async throws {
    let here = try Installation()
    let rules = Rules([Draft(requested: "2026-11-25")])
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: rules)
    // An hour before, and at, midnight in Paris.
    here.clock.move(by: 22 * Self.hour)
    #expect(try await here.keepUp(rules).isEmpty)
    here.clock.move(by: Self.hour)
    #expect(try await here.keepUp(rules).map(\.counts.eventsNew) == [3])
    #expect(
      try await history(here) == [
        "added (read at start) → advisor-to-inform",
        "home-be: the day of tracking.requested came → awaiting-first-file",
        "home-be: the first row came → live",
      ])
  }

  @Test
  func aFeedThatBringsNothingFor72HoursOfBusinessDaysIsSilentUntilRowsComeAgain() async throws {
    let here = try Installation()
    let rules = Rules([Draft()])
    // Friday 2026-11-20, 16:00 in Paris.
    here.clock.move(by: -(3 * 24 + 9) * Self.hour)
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: rules)
    // A weekend lies in between.
    here.clock.move(by: (72 + 48) * Self.hour)
    try await here.look()
    try await here.keepUp(rules)
    #expect(try await history(here).count == 2)
    here.clock.move(by: 1)
    // As long as nobody has looked, there may be something.
    try await here.keepUp(rules)
    #expect(try await history(here).count == 2)
    try await here.look()
    try await here.keepUp(rules)
    try await here.keepUp(rules)
    let silent = try #require(try await history(here).last)
    #expect(silent.hasSuffix("→ silent"))
    #expect(silent.contains("home-be: nothing came since 2026-11-20T16:00:00+01:00"))
    #expect(silent.contains("for 72 hours of business days, and 72 are agreed"))
    #expect(here.witness.feedChanges.last == "dupont home-be silent")
    try await here.ingest("b.csv", lines(Self.own, 3..<5), by: rules)
    #expect(
      try await history(here).dropFirst(2) == [silent, "home-be: rows came again → live"])
    #expect(here.witness.feedChanges.last == "dupont home-be live")
  }

  @Test
  func asLongAsAContractSaysAndNoLongerAFeedMayBeSilent() async throws {
    let here = try Installation()
    var draft = Draft(silence: "5h")
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(by: 5 * Self.hour + 1)
    try await here.look()
    try await here.keepUp(Rules([draft]))
    #expect(try await history(here).last?.hasSuffix("and 5 are agreed → silent") == true)
    draft.silence = "6h"
    draft.version = 2
    try await here.keepUp(Rules([draft]))
    #expect(try await history(here).last == "file changed (read at start) → live")
  }

  @Test(arguments: [false, true])
  func aDailyRhythmThatBreaksIsSilenceWithItsEvidenceOnceTheDropWasLookedAt(wasLookedAt: Bool)
    async throws
  {
    let here = try Installation()
    let rules = Rules([Draft(silence: "99d")])
    // 2026-11-03 at 08:50 in Paris, and each business day up to the 20th; the 11th is a holiday.
    here.clock.move(by: -21 * 24 * Self.hour + 7 * Self.hour + 3_000)
    for day in 3...20 {
      if ![7, 8, 11, 14, 15].contains(day) {
        try await here.ingest(
          "\(day).csv", lines(Self.own, 10 * day..<10 * day + 3), by: rules)
      }
      if day < 20 { here.clock.move(days: 1) }
    }
    // Monday the 23rd, a minute before noon and ten minutes after it.
    here.clock.move(by: 3 * 24 * Self.hour + 3 * Self.hour + 9 * 60)
    func look() async throws {
      if wasLookedAt { try await here.look() }
      try await here.keepUp(rules)
    }
    try await look()
    #expect(try await history(here).count == 2)
    here.clock.move(by: 11 * 60)
    try await look()
    guard wasLookedAt else {
      #expect(try await history(here).count == 2)
      return
    }
    #expect(
      try await history(here).last == """
        home-be: rows usually come by 09:00 (on each of the last 13 business days, always by then), \
        and none had come by 12:10 on 2026-11-23, Paris time; the last ones came on 2026-11-20 at \
        08:50 → silent
        """)
    try await look()
    #expect(try await history(here).count == 3)
    try await here.ingest("late.csv", lines(Self.own, 900..<903), by: rules)
    #expect(try await history(here).last == "home-be: rows came again → live")
  }

  @Test
  func anotherAccountHasToBeRequestedAgainIsAwaitedAndThenLive() async throws {
    let here = try Installation()
    var draft = Draft(requested: "2026-11-02")
    try await here.ingest("a.csv", lines(Self.own, 0..<3), by: Rules([draft]))
    here.clock.move(days: 1)
    draft.pairs = [.homeBE: Self.other]
    draft.version = 2
    try await here.ingest("b.csv", lines(Self.other, 0..<2), by: Rules([draft]))
    #expect(
      try await history(here).last == "file changed (read at start) → reconfiguration-required")
    #expect(try await here.held() == ["D0 / EM000001 tracking-not-requested 2"])
    here.clock.move(days: 1)
    try await here.keepUp(Rules([draft]))
    #expect(try await history(here).count == 3)
    draft.requested = "2026-11-26"
    draft.version = 3
    try await here.keepUp(Rules([draft]))
    #expect(
      try await history(here).suffix(3) == [
        "file changed (read at start) → reconfiguration-required",
        "file changed (read at start) → awaiting-first-file",
        "home-be: the first row came → live",
      ])
    #expect(try await here.held().isEmpty)
    #expect(
      here.witness.feedChanges
        == [
          "awaiting-first-file", "live", "reconfiguration-required", "awaiting-first-file", "live",
        ].map { "dupont home-be \($0)" })
    let accounts = try await here.store.changes(of: "dupont").compactMap {
      $0.standing.services.first?.accountID
    }
    #expect(accounts == ["EM180619", "EM180619", "EM000001", "EM000001", "EM000001"])
  }
}

extension Witness {
  /// The changes of feeds that were reported: `dupont home-be live`.
  var feedChanges: [String] {
    events.compactMap { event in
      if case .feedChanged(let service, _, _, let feed) = event {
        "\(service.contract) \(service.kind.rawValue) \(feed.state.rawValue)"
      } else {
        nil
      }
    }
  }
}
