import ParcelStore
import Testing

/// Files that wait before they are removed, and for somebody who looks after them.
extension EventStorePromises {
  private static let pending = FileEnd.ingested(.delete(isDone: false))

  @Test(arguments: StoreKind.allCases)
  func aFileIsKnownSinceItsFirstLookInItsPresentForm(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    var file = SampleFile()
    #expect(try await store.seenAt(file.sighting) == nil)
    try await store.commit(file.part([Row()], end: Self.pending), at: Samples.now)
    #expect(try await store.seenAt(file.sighting) == Samples.now)
    #expect(try await store.file(at: file.path)?.seenAt == Samples.now)

    // Read again as it was, it is still the same; a clock that was set back begins anew.
    _ = try await store.readAgain(#require(try await store.file(at: file.path)).id)
    try await store.commit(file.part([Row()], end: Self.pending), at: Samples.now + 60)
    #expect(try await store.seenAt(file.sighting) == Samples.now)
    _ = try await store.readAgain(#require(try await store.file(at: file.path)).id)
    try await store.commit(file.part([Row()], end: Self.pending), at: Samples.now - 60)
    #expect(try await store.seenAt(file.sighting) == Samples.now - 60)
    let id = try #require(try await store.file(at: file.path)).id
    try await store.noteSeen([id], at: Samples.now - 90)
    #expect(try await store.file(at: file.path)?.seenAt == Samples.now - 90)

    file.size = 2000
    #expect(try await store.seenAt(file.sighting) == nil)
    try await store.noteSettling(file.sighting, reason: "it grows")
    try await store.commit(file.part([Row()], end: Self.pending), at: Samples.now + 120)
    #expect(try await store.seenAt(file.sighting) == Samples.now + 120)
  }

  @Test(arguments: StoreKind.allCases, [false, true])
  func aFileThatWaitsIsReadAgainWhenItsTimeHasCome(
    _ kind: StoreKind, isClockSetBack: Bool
  ) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    var waits = FileEnd(
      isFinal: true, state: .settling, sha256: nil, error: "its last line is cut",
      postAction: .leave)
    waits.readAgainAfter = 600
    try await store.commit(file.part([Row()], end: waits), at: Samples.now)
    try await store.wake(at: Samples.now + 599)
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
    try await store.wake(at: isClockSetBack ? Samples.now - 1 : Samples.now + 600)
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])

    try await store.commit(file.part([Row(), Row(code: "returned")]), at: Samples.now + 601)
    try await store.wake(at: Samples.now + 9_999)
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
    let files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.ingested])
    #expect(files.map(\.counts.rows) == [2] && files.map(\.counts.eventsNew) == [2])
  }

  @Test(arguments: StoreKind.allCases)
  func aFileIsReadAgainWhenSomebodyAsksForIt(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = SampleFile()
    try await store.commit(file.part([Row(), .raw("?")], end: Self.pending))
    let id = try #require(try await store.file(at: file.path)).id
    #expect(try await store.readAgain(id))
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])
    #expect(
      try await store.pendingPostActions().isEmpty, "it must still be there when it is read")
    #expect(try await !store.readAgain(id), "it waits already")

    try await store.commit(file.part([Row(), Row(code: "returned")], end: Self.pending))
    let files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.ingested] && files.map(\.error) == [nil])
    #expect(files.map(\.counts.eventsNew) == [2] && files.map(\.counts.rejected) == [0])
    #expect(try await store.pendingPostActions().map(\.path) == [file.path])
  }

  @Test(arguments: StoreKind.allCases)
  func onlyWhatIsFaultyIsDismissedAndTheLedgerKeepsWhoAndWhen(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let good = SampleFile(path: "good.csv")
    let half = SampleFile(path: "half.csv")
    let bad = SampleFile(path: "bad.csv")
    let failed = SampleFile(path: "failed.csv")
    try await store.commit(
      good.part([Row()], end: Self.pending), half.part([Row(), .raw("?")], end: Self.pending),
      bad.part([Row(), .raw("?"), .raw("!")], end: Self.pending),
      failed.part([], end: .failed("permission denied", isFinal: false)))
    func dismiss(_ file: SampleFile) async throws -> Bool {
      let id = try #require(try await store.file(at: file.path)).id
      return try await store.dismiss(id, by: "dupont", at: Samples.now + 5)
    }
    #expect(try await !dismiss(good))
    #expect(try await !dismiss(half))
    for file in [bad, failed] {
      #expect(try await store.file(at: file.path)?.canBeDismissed == true)
      #expect(try await dismiss(file))
      #expect(try await !dismiss(file))
      let known = try await store.file(at: file.path)
      #expect(known?.state == .dismissed && known?.canBeDismissed == false)
      #expect(known?.dismissedBy == "dupont" && known?.dismissedAt == Samples.now + 5)
      #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
    }
    #expect(try await store.file(at: failed.path)?.error == "permission denied")
    #expect(
      try await store.pendingPostActions().map(\.path) == ["good.csv", "half.csv", "bad.csv"])
    #expect(try await store.counts().files == [.ingested: 2, .dismissed: 2])

    // One that changes is another generation.
    var grown = failed
    grown.size = 5000
    #expect(try await store.unfinished(among: [grown.sighting]) == [grown.sighting])
    try await store.commit(grown.part([Row()]))
    #expect(try await store.files(state: .dismissed).count == 2)
  }

  @Test(arguments: StoreKind.allCases)
  func aPathIsWhatItsBytesAre(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()], path: "caf\u{e9}.csv")
    #expect(try await store.file(at: "cafe\u{301}.csv") == nil)
    #expect(try await store.file(at: "caf\u{e9}.csv") != nil)
    try await store.commit([Row()], path: "cafe\u{301}.csv")
    let files = try await store.files(state: nil)
    let second = try await store.file(at: "cafe\u{301}.csv")
    #expect(second?.id == files.last?.id && files.count == 2)
  }

  @Test(arguments: StoreKind.allCases)
  func postActionsThatFailAreCounted(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for path in ["a.csv", "b.csv", "c.csv"] {
      let end = FileEnd(
        isFinal: true, state: .ingested, sha256: nil, error: nil,
        postAction: .move(to: "archive", isDone: false))
      try await store.commit(SampleFile(path: path).part([Row()], end: end))
    }
    let files = try await store.pendingPostActions()
    try await store.notePostActions(files.prefix(2).map(\.id), error: "no such archive")
    var counts = try await store.counts()
    #expect(counts.pendingPostActions == 3 && counts.failedPostActions == 2)
    #expect(counts.postActionError == "no such archive")
    for file in files.prefix(2) {
      try await store.notePostAction(file.id, .move(to: "archive/x", isDone: true), error: nil)
    }
    counts = try await store.counts()
    #expect(counts.pendingPostActions == 1 && counts.failedPostActions == 0)
    #expect(counts.postActionError == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func archivesAreRememberedOnceEach(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let folders = [
      ArchiveFolder(server: "dupont@drop:22", directory: "/out", path: "archive"),
      ArchiveFolder(server: "dupont@drop:22", directory: "/in", path: "archive"),
    ]
    for folder in folders + folders { try await store.noteArchive(folder) }
    #expect(try await Set(store.archives()) == Set(folders))
    #expect(try await store.archives().count == 2)
  }
}
