import ParcelStore
import TestSupport
import Testing
import TrackingFile

/// A file that comes again under its name, longer than before.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func whatIsHeldOfAShorterGenerationIsHeldOnce(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = Self.strangersDays(1...3)
    try await store.commit(SampleFile(size: 1_000).part(Array(rows[..<2])), at: 100)
    try await store.commit(SampleFile(size: 2_000).part(rows + [Row()]), at: 200)
    #expect(try await store.held().map(\.rows) == [3])
    #expect(try await store.held().map(\.oldest) == [100])
    #expect(try await store.counts().held == 3)
    let files = try await store.files(state: nil).map(\.counts)
    #expect(files.map(\.held) == [2, 1] && files.map(\.eventsRepeated) == [0, 2])
    #expect(files.filter { !$0.addUp }.isEmpty)
    try await release(Samples.stranger, in: store)
    #expect(try await store.counts().events == 4)
    #expect(try await store.files(state: nil).map(\.counts.eventsNew) == [2, 2])
    #expect(try await store.files(state: nil).existAndAll(\.counts.addUp))
  }

  @Test(arguments: StoreKind.allCases)
  func anotherRowInTheSameLineOfTheNextGenerationIsHeldToo(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(SampleFile(size: 1_000).part(Self.strangersDays(1...2)))
    try await store.commit(SampleFile(size: 2_000).part(Self.strangersDays(2...3)))
    #expect(try await store.held().map(\.rows) == [4])
    try await release(Samples.stranger, in: store)
    #expect(try await store.counts().events == 3)
  }

  @Test(arguments: StoreKind.allCases)
  func aRowIsAnotherOneUnderAnotherHeader(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var part = try SampleFile(size: 1_000).part([Self.strangersRow])
    part.written = "one"
    try await store.commit(part)
    part = try SampleFile(size: 2_000).part([Self.strangersRow])
    part.written = "two"
    try await store.commit(part)
    let runs = try await store.heldRuns(of: Samples.stranger)
    #expect(runs.map(\.layout) == ["one", "two"])
  }

  @Test(arguments: StoreKind.allCases)
  func aLineThatIsRejectedAgainIsListedOnce(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(SampleFile(size: 1_000).part([Row(), .raw("?"), .raw("cut")]))
    try await store.commit(
      SampleFile(size: 2_000).part([Row(), .raw("?"), .raw("cut no more"), .raw("!")]))
    let rejects = try await store.rejects(file: nil, limit: 10)
    #expect(rejects.map(\.raw) == ["cut", "?", "cut no more", "!"].map { Array($0.utf8) })
    #expect(try await store.counts().rejected == 4)
    // Each reading had its own.
    #expect(try await store.files(state: nil).map(\.counts.rejected) == [2, 3])
  }
}

/// Held rows know how they were read.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func heldRowsKeepTheirLayoutAndHeader(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var part = try SampleFile().part(Self.strangersDays(1...2), end: nil)
    part.written = "first layout"
    try await store.commit(part)
    part = try SampleFile().part(Self.strangersDays(3...4), firstLine: 4)
    part.written = "second layout"
    try await store.commit(part)
    let runs = try await store.heldRuns(of: Samples.stranger)
    #expect(runs.map(\.layout) == ["first layout", "second layout"])
    #expect(runs.map { $0.rows.map(\.line) } == [[2, 3], [4, 5]])
    #expect(Set(runs.map(\.header)) == [Array(Samples.header.utf8)])
    // As an older version held them.
    try await store.commit([Self.strangersRow], path: "b.csv")
    let last = try #require(try await store.heldRuns(of: Samples.stranger).last)
    #expect(last.layout == nil && last.header == Array(Samples.header.utf8))
  }

  @Test(arguments: StoreKind.allCases)
  func aCodeIsNewOnceWhateverItsLetterCase(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let report = try await store.commit([
      Row(code: "ZZ9"), Row(code: "zz9", site: "13B"), Row(code: "Zz9", site: "13C"),
    ])
    #expect(report.newUnmapped.map(\.code) == ["ZZ9"])
    let again = try await store.commit([Row(code: "zZ9", site: "1")], path: "b.csv")
    #expect(again.newUnmapped.isEmpty)
    // What the file wrote is kept.
    let codes = try await store.allEvents().map(\.wording.code)
    #expect(Set(codes) == ["ZZ9", "zz9", "Zz9", "zZ9"])
  }
}
