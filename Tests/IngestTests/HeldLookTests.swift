import Carrier
import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing
import TrackingFile

/// Held rows of a pair that a service had before: looked at when there is something new, and let in once.
@Suite struct HeldLookTests {
  private static let own = pair("E1", "EM180619")
  private static let other = pair("D0", "EM000001")

  private static let changed = Draft(pairs: [.homeBE: other], version: 2)
  private static let taker = Draft(id: "durand", pairs: [.relay: own])

  /// Rows of the former pair are held, which no look has seen.
  private static func installation(rows: Int) async throws -> Installation {
    let here = try Installation()
    try await here.ingest("a.csv", lines(own, 0..<3), by: Rules([Draft()]))
    try await here.keepUp(Rules([changed]))
    try await here.ingest("b.csv", lines(own, 5..<5 + rows), by: Rules([changed]))
    #expect(try await here.held() == ["E1 / EM180619 account-changed \(rows)"])
    return here
  }

  /// How many held rows a start reads.
  private static func read(_ here: Installation, _ rules: Rules) async throws -> Int {
    var start = here
    let store = FailingStore(here.store)
    start.store = store
    try await start.keepUp(rules)
    return store.heldRowsRead
  }

  @Test
  func aHundredThousandHeldRowsOfAFormerAccountAreReadOnceNotAtEachStart() async throws {
    let here = try await Self.installation(rows: 100_000)
    let rules = Rules([Self.changed])
    #expect(try await Self.read(here, rules) == 100_000)
    for _ in 0..<2 { #expect(try await Self.read(here, rules) == 0) }
    // What else is edited changes nothing for them.
    let renamed = Draft(pairs: [.homeBE: pair("D1", "EM000003")], version: 3)
    #expect(try await Self.read(here, Rules([renamed])) == 0)
    // Further rows are looked at by themselves, also when rows of known parcels come with them.
    try await here.ingest(
      "c.csv", lines(Self.own, 3..<5), lines(Self.own, 200_000..<200_007), by: rules)
    #expect(try await Self.read(here, rules) == 7)
    #expect(try await Self.read(here, rules) == 0)
    #expect(try await here.store.counts().held == 100_007)
    #expect(try await here.origins(of: Self.own).count == 5)
  }

  @Test
  func rowsThatTodaysLayoutReadsOrCantReadAreLookedAtEachTime() async throws {
    let here = try await Self.installation(rows: 5)
    let rules = Rules([Self.changed])
    try await here.hold("x.csv", lines(Self.own, 50..<52), written: nil)
    for _ in 0..<2 { #expect(try await Self.read(here, rules) == 7) }
    let later = try await Self.installation(rows: 5)
    try await later.hold("x.csv", lines(Self.own, 50..<52), written: "a later version's layout")
    for _ in 0..<2 { #expect(try await Self.read(later, rules) == 7) }
  }

  @Test(arguments: FailingStore.Death.allCases, [nil, 0, 1, 2, 3])
  func wheneverAProcessDiesWhileParcelsBecomeKnownAllTheirHeldRowsComeInEachOnce(
    death: FailingStore.Death, lookWrites: Int?
  ) async throws {
    var isAlive = false
    var isPartial = false
    for writes in 0..<30 where !isAlive {
      // Parcels have rows in several files, of which one may come in and the next may not.
      var here = try await Self.installation(rows: 3)
      try await here.ingest("c.csv", lines(Self.own, 8..<16), by: Rules([Self.changed]))
      try await here.keepUp(Rules([Self.changed]))
      #expect(try await Self.read(here, Rules([Self.changed])) == 0)
      try await here.ingest("d.csv", lines(Self.own, 16..<27), by: Rules([Self.changed]))
      try await here.ingest("e.csv", lines(Self.own, 27..<32), by: Rules([Self.changed]))

      // While the other contract has it, the process dies at some write.
      let store = here.store
      let mortal = FailingStore(store, after: writes, death)
      here.store = mortal
      let rules = Rules([Self.changed, Self.taker])
      do {
        // Which first lets the held rows in.
        try await here.ingest("f.csv", lines(Self.own, 32..<34), by: rules)
      } catch {
        #expect(mortal.isDead, "\(error)")
      }
      isAlive = !mortal.isDead
      here.store = store
      let known = Set(try await store.events(after: 0, limit: .max).map(\.parcel))
      let left = try await store.counts().held
      if left > 0, known.count > 1 { isPartial = true }

      // It loses the pair; a look may die too, and further rows may come before the next.
      here.store = FailingStore(store, after: lookWrites, death)
      _ = try? await here.keepUp(Rules([Self.changed]))
      here.store = store
      try await here.ingest("g.csv", lines(Self.own, 3..<4), by: Rules([Self.changed]))
      try await here.keepUp(Rules([Self.changed]))
      #expect(try await Self.read(here, Rules([Self.changed])) == 0)
      for held in try await Self.heldParcels(here) {
        #expect(!known.contains(held), "\(held) is held after write \(writes), and known")
      }
      // In the end all come in, once.
      try await here.ingest("f.csv", lines(Self.own, 32..<34), by: Rules([Self.changed]))
      try await here.keepUp(Rules([Draft(version: 9)]))
      #expect(try await here.held().isEmpty)
      let events = try await store.events(after: 0, limit: .max)
      let rows = Set(events.map { "\($0.parcel) \($0.wording.code ?? "")" })
      #expect(events.count == 33 && rows.count == 33, "after write \(writes)")
    }
    #expect(isAlive && isPartial)
  }

  /// The parcels of the rows that are held.
  private static func heldParcels(_ here: Installation) async throws -> Set<ParcelNumber> {
    var parcels: Set<ParcelNumber> = []
    var place = HeldCursor()
    while let run = try await here.store.heldRun(of: own, after: place, limit: 100) {
      place = run.last
      var reader = try KeptLineReader(layout: .colisPrive, header: run.header)
      for batch in reader.read(run.rows) { parcels.formUnion(batch.records.map(\.parcel)) }
    }
    return parcels
  }
}
