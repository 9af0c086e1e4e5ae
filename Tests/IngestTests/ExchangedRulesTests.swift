import Contract
import Ingest
import ParcelStore
import Synchronization
import TestSupport
import Testing
import TrackingFile

/// Rules that are exchanged in the middle of the work.
@Suite struct ExchangedRulesTests {
  private static let own = pair("E1", "EM180619")
  private static let other = pair("D0", "EM000001")
  /// Of many batches.
  private static let rows = 60_000

  /// Reads files, and exchanges the rules once the first of them was read to its half.
  private func ingest(
    _ files: [[UInt8]], in here: Installation, _ before: Rules, then after: Rules
  ) async throws -> ExchangedRules {
    let rules = ExchangedRules(before)
    let half = Int64(files[0].count / 2)
    let observer = Interrupter(
      when: { $0.bytesDone >= half }, then: { rules.replace(by: after) })
    let paths = try files.enumerated().map { index, bytes in
      try here.folder.write("\(index).csv", bytes)
    }
    _ = try await LocalFiles(store: here.store, observer: observer, now: { here.clock.now })
      .ingest(paths, rules)
    return rules
  }

  @Test
  func whatAContractIsNoMoreAllowedIsHeldFromTheNextBatchOfAFileOn() async throws {
    let here = try Installation()
    let file = trackingFile(rows: Self.rows)
    let rules = try await ingest(
      [file], in: here, Rules([Draft()]), then: Rules([Draft(isActive: false, version: 2)]))
    let events = try await here.store.events(after: 0, limit: .max)
    #expect(events.count > Self.rows / 4 && events.count < Self.rows * 3 / 4, "\(events.count)")
    #expect(events.map(\.origin.line) == Array(2..<2 + events.count), "the first ones")
    #expect(
      try await here.held()
        == ["E1 / EM180619 subscription-required \(Self.rows - events.count)"])
    #expect(rules.taken.compactMap { $0 } == [0, 1] && rules.taken.last == .some(nil))
  }

  @Test
  func rowsThatANewContractAllowsComeInFromTheNextBatchOnAndNoneIsSkipped() async throws {
    let here = try Installation()
    var before = Rules([Draft(pairs: [.homeBE: Self.other])])
    before.unknownAccounts = .skip
    var after = Rules([Draft(pairs: [.homeBE: Self.other]), Draft(id: "durand")])
    after.unknownAccounts = .skip
    // A pair that nearly is one of a contract is never skipped, so these are strangers.
    _ = try await ingest([trackingFile(rows: Self.rows)], in: here, before, then: after)
    let counts = try #require(try await here.store.files(state: nil).first).counts
    #expect(counts.skipped + counts.eventsNew == Self.rows)
    #expect(counts.eventsNew > Self.rows / 4 && counts.skipped > Self.rows / 4, "\(counts)")
  }

  @Test
  func aFileIsReadToItsEndByTheLayoutWithWhichItWasBegunTheNextByTheNewOne() async throws {
    let here = try Installation()
    guard case .delimited(let separator, let quote, var names) = Layout.colisPrive.format else {
      throw TestSupportError("the built-in layout is not delimited")
    }
    names[.parcel] = ["Colis"]
    let layout = try Layout(
      name: "other", version: "1",
      format: .delimited(separator: separator, quote: quote, names: names))
    let renamed = String(decoding: trackingFile(rows: 5, from: Self.rows), as: UTF8.self)
      .replacing("CPPclCode", with: "Colis")
    _ = try await ingest(
      [trackingFile(rows: Self.rows), Array(renamed.utf8)], in: here, Rules([Draft()]),
      then: Rules([Draft()], layout: layout))
    let files = try await here.store.files(state: .ingested)
    #expect(files.map(\.counts.eventsNew) == [Self.rows, 5])
  }

  @Test
  func aReleaseEndsAtTheNextRunOfRowsOnceItsContractAllowsThemNoMore() async throws {
    let here = try Installation()
    let few = 30_000
    try await here.ingest("a.csv", IngestTests.lines(Self.own, 0..<few), by: Rules([]))
    let rules = ExchangedRules(Rules([Draft()]))
    let observer = Interrupter(
      when: { $0.heldDone >= few / 3 },
      then: { rules.replace(by: Rules([Draft(isActive: false, version: 2)])) })
    let upkeep = ContractUpkeep(store: here.store, observer: observer, now: { here.clock.now })
    let released = try await upkeep.run(rules).map(\.counts.eventsNew)
    #expect(released.count == 1 && released[0] >= few / 3 && released[0] < few / 3 + 5_000)
    #expect(
      try await here.held() == ["E1 / EM180619 subscription-required \(few - released[0])"])
    #expect(rules.taken.last == .some(nil))
    // The rest comes in, in its order, once it is allowed again.
    try await here.keepUp(Rules([Draft(version: 3)]))
    #expect(
      try await here.origins(of: Self.own) == (2..<few + 2).map { "a.csv:\($0)" })
  }

  @Test
  func aContractThatIsAddedInTheMiddleOfAReleaseIsNotLostSightOf() async throws {
    let here = try Installation()
    try await here.ingest(
      "a.csv", IngestTests.lines(Self.own, 0..<9_000), IngestTests.lines(Self.other, 0..<3),
      by: Rules([]))
    let rules = ExchangedRules(Rules([Draft(id: "zola", pairs: [.relay: Self.other])]))
    let both = Rules([Draft(), Draft(id: "zola", pairs: [.relay: Self.other])])
    let observer = Interrupter(
      when: { $0.heldDone > 0 }, then: { rules.replace(by: both) })
    let upkeep = ContractUpkeep(store: here.store, observer: observer, now: { here.clock.now })
    _ = try await upkeep.run(rules)
    _ = try await upkeep.run(rules)
    #expect(try await here.held().isEmpty)
  }

  @Test
  func afterAReadingThatWasRefusedNoRowOfAnUnknownAccountIsSkipped() async throws {
    let here = try Installation()
    var rules = Rules([Draft()])
    rules.unknownAccounts = .skip
    rules.isLatestLookWhole = false
    let stranger = pair("Z9", "ZZ990001")
    try await here.ingest("a.csv", IngestTests.lines(stranger, 0..<3), by: rules)
    #expect(try await here.held() == ["Z9 / ZZ990001 unknown-account 3"])
    rules.isLatestLookWhole = true
    try await here.ingest("b.csv", IngestTests.lines(stranger, 3..<5), by: rules)
    #expect(try await here.store.files(state: nil).map(\.counts.skipped) == [0, 2])
  }
}
