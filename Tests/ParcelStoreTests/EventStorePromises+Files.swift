import ParcelStore
import Status
import Testing

/// The ledger of files: counts that add up, and states.
extension EventStorePromises {
  // MARK: Counts

  @Test(arguments: StoreKind.allCases)
  func aFilesCountsAddUp(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = [
      Row(), Row(), Row(code: "returned", date: "30/08/2026"), .raw("no;such;line"),
      Row(parcel: "short"), Row(account: "E2", accountID: "EM222222"),
      Row(account: "X9", accountID: "XX999999"), Row(date: "31/02/2026"),
    ]
    let report = try await store.commit(rows)
    var expected = FileCounts()
    expected.rows = 8
    expected.eventsNew = 2
    expected.eventsRepeated = 1
    expected.held = 2
    expected.rejected = 3
    #expect(report.counts == [expected])
    #expect(try await store.files(state: nil).map(\.counts) == [expected])

    var skipping = SampleFile(path: "b.csv")
    skipping.gate = Samples.skippingGate
    try await store.commit(skipping.part(rows))
    expected.eventsNew = 0
    expected.eventsRepeated = 3
    expected.held = 1
    expected.skipped = 1
    #expect(try await store.files(state: nil).last?.counts == expected)
    #expect(try await store.held().map(\.rows) == [2, 1])
  }

  @Test(arguments: StoreKind.allCases)
  func theCountsOfAFileInPartsAreTheirSum(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    let other = SampleFile(path: "b.csv")
    // Two parts in one group, with another file between, and one in the next.
    try await store.commit(
      file.part(days(1...3), end: nil), other.part(days(2...3)),
      file.part(days(4...5) + [.raw("?")], firstLine: 5, end: nil))
    #expect(try await store.files(state: .ingesting).map(\.path) == [file.path])
    try await store.commit(file.part(days(6...6), firstLine: 8))

    let files = try await store.files(state: nil)
    #expect(files.map(\.path) == [file.path, other.path])
    #expect(files.map(\.state) == [.ingested, .ingested])
    #expect(files.map(\.counts.rows) == [7, 2])
    #expect(files.map(\.counts.eventsNew) == [6, 0])
    #expect(files.map(\.counts.eventsRepeated) == [0, 2])
    #expect(files.map(\.counts.rejected) == [1, 0])
    let lines = try await store.allEvents().map(\.origin.line)
    #expect(Set(lines) == [2, 3, 4, 5, 6, 8])
  }

  @Test(arguments: StoreKind.allCases, [false, true])
  func aReadingThatBrokeOffIsDoneAgainAndTheCountsAddUp(
    _ kind: StoreKind, grewMeanwhile: Bool
  ) async throws {
    let store = try await kind.open()
    try await store.commit(days(1...2), path: "before.csv")
    var file = SampleFile()
    let held = Row(account: "X9", accountID: "XX999999")
    let broken = days(1...4) + [held, .raw("?")]
    // It breaks off twice, after more each time.
    try await store.commit(file.part(broken, end: nil))
    try await store.commit(
      file.part(broken, end: nil),
      file.part(days(5...6), firstLine: 8, end: .failed("connection lost", isFinal: false)))
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])

    if grewMeanwhile {
      file.size = 2000
      file.mtime = 1_788_001_000
    }
    try await store.commit(file.part(broken + days(5...7)))
    let files = try await store.files(state: nil)
    #expect(files.count == 2)
    let counts = try #require(files.last?.counts)
    #expect(counts.rows == 9)
    #expect(counts.eventsNew == 5 && counts.eventsRepeated == 2)
    #expect(counts.held == 1 && counts.rejected == 1)
    #expect(files.last.map { [$0.size, $0.mtime] } == [file.size, file.mtime])
    #expect(files.last?.error == nil && files.last?.state == .ingested)
    #expect(try await store.counts().events == 7)
    #expect(try await store.held().map(\.rows) == [1])
    #expect(try await store.rejects(file: nil, limit: 10).map(\.line) == [7])
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func aFileThatShrankAfterItsReadingBrokeOffStillAddsUp(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var file = SampleFile()
    try await store.commit(file.part(days(1...5) + [.raw("cut o")], end: nil))
    file.size = 500
    try await store.commit(file.part(days(4...6)))
    let files = try await store.files(state: nil)
    #expect(files.count == 1)
    #expect(files.first?.counts.rows == 3)
    #expect(files.first.map { $0.counts.eventsNew + $0.counts.eventsRepeated } == 3)
    #expect(try await store.counts().events == 6)
    #expect(try await store.rejects(file: nil, limit: 10).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func theSameNameTwiceInAGroupIsTwoRowsOfTheLedger(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    let rewritten = SampleFile(size: 2000)
    let report = try await store.commit(
      file.part(days(1...2) + [.raw("?")]), rewritten.part(days(2...4)))
    #expect(report.counts.map(\.rows) == [3, 3])
    #expect(report.counts.map(\.eventsNew) == [2, 2])
    let files = try await store.files(state: nil)
    #expect(files.map(\.size) == [1000, 2000])
    #expect(files.map(\.counts) == report.counts)
    #expect(try await store.rejects(file: nil, limit: 10).count == 1)
    #expect(try await store.currentStatus() == .inTransit)
  }

  // MARK: States

  @Test(arguments: StoreKind.allCases)
  func aFileGoesFromSettlingByIngestingToIngested(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var file = SampleFile(size: 10)
    try await store.noteSettling(file.sighting, reason: "it grows")
    file.size = 20
    try await store.noteSettling(file.sighting, reason: "it still grows")
    var files = try await store.files(state: .settling)
    #expect(files.map(\.size) == [20] && files.map(\.error) == ["it still grows"])
    #expect(try await store.unfinished(among: [file.sighting]).count == 1)

    try await store.commit(file.part(days(1...1), end: nil))
    files = try await store.files(state: .ingesting)
    #expect(files.count == 1 && files.first?.error == nil)
    #expect(files.first?.ingestedAt == nil && files.first?.sha256 == nil)

    try await store.commit(file.part(days(2...2), firstLine: 3), at: Samples.now + 5)
    files = try await store.files(state: nil)
    #expect(files.count == 1)
    #expect(files.first?.state == .ingested && files.first?.ingestedAt == Samples.now + 5)
    #expect(files.first?.sha256 == Array(repeating: 0xab, count: 32))
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
    #expect(try await store.counts().files == [.ingested: 1])
  }

  @Test(arguments: StoreKind.allCases)
  func aFinalFailureStandsUntilTheFileChanges(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    try await store.commit(
      file.part([], end: .failed("not a tracking file: no header", isFinal: true)))
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
    let changed = SampleFile(mtime: 1_788_000_001)
    #expect(try await store.unfinished(among: [changed.sighting]) == [changed.sighting])
    try await store.commit(changed.part(days(1...1)))
    let files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.failed, .ingested])
    #expect(files.map(\.error) == ["not a tracking file: no header", nil])
    #expect(try await store.files(state: .failed).map(\.mtime) == [1_788_000_000])
  }

  @Test(arguments: StoreKind.allCases)
  func aFailureThatMayHealIsLookedAtAgainInTheSameRow(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    try await store.commit(
      FilePart(
        unread: file.sighting, layout: "colisprive",
        end: .failed("permission denied", isFinal: false)))
    #expect(try await store.files(state: .failed).map(\.error) == ["permission denied"])
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])
    try await store.commit(file.part(days(1...2)))
    #expect(try await store.files(state: nil).map(\.state) == [.ingested])
  }

  @Test(arguments: StoreKind.allCases)
  func anIncompleteFileIsReadAgainOnceItHasChangedAndNotBefore(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var file = SampleFile()
    let cutOff = FileEnd.failed("it has no closing line", isFinal: true, state: .settling)
    try await store.commit(file.part(days(1...2), end: cutOff))
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)

    file.size = 2000
    try await store.noteSettling(file.sighting, reason: "it grows")
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])
    // Its next reading breaks off.
    try await store.commit(file.part(days(1...3), end: nil))
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])
    try await store.commit(file.part(days(1...3), end: nil))
    try await store.commit(file.part(days(4...4), firstLine: 5))
    let files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.ingested])
    #expect(files.map(\.counts.rows) == [4] && files.map(\.counts.eventsNew) == [4])
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func onlyWhatIsDoneWithThatSizeAndTimeIsLeftOut(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let done = [
      SampleFile(path: "a.csv"), SampleFile(path: "b.csv", size: nil, mtime: 5),
      SampleFile(path: "c.csv", size: 5, mtime: nil),
      SampleFile(path: "d.csv", size: nil, mtime: nil),
    ]
    for file in done { try await store.commit(file.part(days(1...1))) }
    let open = [
      FileSighting(path: "A.csv", size: 1000, mtime: 1_788_000_000),
      FileSighting(path: "a.csv", size: 1001, mtime: 1_788_000_000),
      FileSighting(path: "a.csv", size: 1000, mtime: nil),
      FileSighting(path: "b.csv", size: 0, mtime: 5),
      FileSighting(path: "c.csv", size: 5, mtime: 0),
      FileSighting(path: "d.csv", size: 1, mtime: nil),
      FileSighting(path: "new.csv", size: nil, mtime: nil),
    ]
    #expect(try await store.unfinished(among: done.map(\.sighting) + open) == open)
    #expect(try await store.unfinished(among: []).isEmpty)
  }

  /// One event of the sample parcel per day.
  private func days(_ days: ClosedRange<Int>) -> [Row] {
    days.map { Row(code: "in_transit", date: "\($0 + 9)/08/2026 10:00:00") }
  }
}
