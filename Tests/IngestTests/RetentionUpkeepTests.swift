import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// Events go after the time for which they are kept, whatever interrupts it, and do not come back.
@Suite struct RetentionUpkeepTests {
  private static let own = pair("E1", "EM180619")

  /// The rows of `trackingFile` are of 2026-08-28, `fixedNow` is 2026-11-24.
  private func kept(_ days: Int64, _ rules: Rules = rules()) -> Rules {
    var rules = rules
    rules.eventRetention = EventRetention(.seconds(days * 86_400))
    return rules
  }

  private func upkeep(
    _ store: any EventStore, _ witness: Witness = Witness()
  ) -> RetentionUpkeep {
    RetentionUpkeep(store: store, observer: witness, now: fixedNow)
  }

  @Test func eventsGoWhenTheirDayIsOlderThanTheyAreKept() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<50), by: rules())
    #expect(try await upkeep(here.store).pruneEvents(rules()) == PruneSummary())
    #expect(try await upkeep(here.store, here.witness).pruneEvents(kept(88)).events == 0)
    let look = try await upkeep(here.store).look(kept(87))
    #expect(look.events == 50 && look.parcels == 10)
    #expect(try await here.store.counts().events == 50)
    let summary = try await upkeep(here.store, here.witness).pruneEvents(kept(87))
    #expect(summary.events == 50 && summary.parcels == 10)
    // 2026-08-29T00:00:00Z.
    #expect(summary.oldest == 1_787_961_600)
    let counts = try await here.store.counts()
    #expect(counts.events == 0 && counts.parcels == 0)
    let told = here.witness.events.compactMap { event in
      if case .eventsPruned(let summary) = event { summary.events } else { nil }
    }
    #expect(told == [50])
  }

  @Test func olderRowsThatComeAreCountedAsSkippedAndMakeNoParcel() async throws {
    let here = try Installation()
    let first = try await here.ingest("a.csv", lines(Self.own, 0..<50), by: kept(30))
    #expect(first.counts.rows == 50 && first.counts.skipped == 50 && first.counts.eventsNew == 0)
    #expect(first.ingested == 1)
    let counts = try await here.store.counts()
    #expect(counts.events == 0 && counts.parcels == 0)
    #expect(try await here.store.files(state: nil).map(\.counts.skipped) == [50])
    // Nobody's account is to blame.
    #expect(try await here.store.skipped().isEmpty)
    // Again after they were pruned, in another file.
    let there = try Installation()
    try await there.ingest("a.csv", lines(Self.own, 0..<50), by: rules())
    try await upkeep(there.store).pruneEvents(kept(30))
    let again = try await there.ingest("b.csv", lines(Self.own, 0..<50), by: kept(30))
    #expect(again.counts.skipped == 50 && again.counts.eventsNew == 0)
    #expect(try await there.store.counts().events == 0)
    #expect(try await there.store.journal(after: 0, limit: 10).map(\.seq) == [50])
  }

  @Test func heldRowsThatAreTooOldWhenTheyMayComeInAreCountedAsSkipped() async throws {
    let here = try Installation()
    try await here.ingest("a.csv", lines(Self.own, 0..<6), by: kept(30, Rules([])))
    #expect(try await here.store.counts().held == 6)
    let released = try await here.keepUp(kept(30, Rules([Draft()])))
    #expect(released.map(\.counts.released) == [0] && released.map(\.counts.skipped) == [6])
    let counts = try await here.store.counts()
    #expect(counts.held == 0 && counts.events == 0 && counts.parcels == 0)
    let file = try #require(try await here.store.files(state: nil).first)
    #expect(file.counts.rows == 6 && file.counts.skipped == 6 && file.counts.held == 0)
  }

  @Test func heldRowsGoByTheirOwnRetention() async throws {
    let here = try Installation()
    var rules = Rules([])
    try await here.ingest("a.csv", lines(Self.own, 0..<6), by: rules)
    rules.heldRetention = .seconds(86_400)
    let later: @Sendable () -> Int64 = { fixedNow() + 86_401 }
    let upkeep = RetentionUpkeep(store: here.store, observer: here.witness, now: later)
    #expect(try await upkeep.look(rules).heldRows == 6)
    #expect(try await here.store.counts().held == 6)
    #expect(try await upkeep.prune(rules).heldRows == 6)
    #expect(try await here.store.counts().held == 0)
  }

  @Test(arguments: FailingStore.Death.allCases)
  func whereverItIsKilledTheNextRunCompletesIt(_ death: FailingStore.Death) async throws {
    for writes in 0..<12 {
      let here = try Installation()
      // Several runs of parcels.
      try await here.ingest("a.csv", lines(Self.own, 0..<3_000), by: rules())
      let failing = FailingStore(here.store, after: writes, death)
      _ = try? await upkeep(failing).pruneEvents(kept(30))
      #expect(try await here.store.check(.full).isGood)
      _ = try await upkeep(here.store).pruneEvents(kept(30))
      let counts = try await here.store.counts()
      #expect(counts.events == 0 && counts.parcels == 0)
      #expect(try await here.store.journal(after: 0, limit: 10).map(\.seq) == [3_000])
      #expect(try await here.store.check(.full).isGood)
      if !failing.isDead {
        #expect(writes > 3, "fewer writes than steps")
        return
      }
    }
  }
}
