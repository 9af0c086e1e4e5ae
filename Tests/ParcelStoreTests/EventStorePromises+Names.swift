import Contract
import ParcelStore
import Testing

/// Names that Unicode takes for one, composed and decomposed, are other bytes and so other files.
extension EventStorePromises {
  private static let composed = SampleFile(path: "suivi_\u{e9}t\u{e9}.csv")
  private static let decomposed = SampleFile(path: "suivi_e\u{301}te\u{301}.csv")
  private static let both = [composed, decomposed]

  private func paths(_ files: [LedgerFile]) -> [[UInt8]] { files.map { Array($0.path.utf8) } }
  private static var bothPaths: [[UInt8]] { both.map { Array($0.path.utf8) } }

  @Test(arguments: StoreKind.allCases)
  func filesOfSuchNamesWaitEachForItself(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for file in Self.both {
      #expect(
        try await store.noteSettling([file.sighting], reason: "it grows") == [file.sighting])
    }
    let sightings = Self.both.map(\.sighting)
    #expect(try await store.noteSettling(sightings, reason: "it grows").isEmpty)
    #expect(try await paths(store.files(state: .settling)) == Self.bothPaths)

    try await store.commit(Self.composed.part([Row()]))
    #expect(try await store.unfinished(among: sightings) == [Self.decomposed.sighting])
    #expect(try await paths(store.files(state: .settling)) == [Self.bothPaths[1]])
    #expect(try await store.seenAt(Self.decomposed.sighting) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func filesOfSuchNamesAreHeldEachForItself(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for file in Self.both {
      let held = HeldFile(
        sighting: file.sighting, account: Samples.stranger, reason: .unknownAccount)
      #expect(try await store.noteHeld([held]) == [held])
      #expect(try await store.noteHeld([held]).isEmpty)
    }
    #expect(try await paths(store.files(state: .held)) == Self.bothPaths)
    // The newest first, page by page.
    let newest = try await store.newestFiles(state: nil, before: nil, limit: 1)
    #expect(paths(newest) == [Self.bothPaths[1]])
    let before = try await store.newestFiles(state: .held, before: newest[0].id, limit: 5)
    #expect(paths(before) == [Self.bothPaths[0]])
    #expect(try await store.newestFiles(state: .failed, before: nil, limit: 5).isEmpty)
    #expect(try await store.newestFiles(state: nil, before: before[0].id, limit: 5).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func aReadingOfSuchANameGoesOnWithNoOther(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let rows = [Row(), Row(account: "X9", accountID: "XX999999"), .raw("?")]
    try await store.commit(Self.composed.part(rows, end: nil))
    try await store.commit(Self.decomposed.part(rows))
    var files = try await store.files(state: nil)
    #expect(paths(files) == Self.bothPaths)
    #expect(files.map(\.state) == [.ingesting, .ingested])
    try await store.commit(Self.composed.part(rows))
    files = try await store.files(state: nil)
    #expect(paths(files) == Self.bothPaths && files.map(\.state) == [.ingested, .ingested])
    // Neither is a generation of the other, of which rows and lines would be the same.
    #expect(files.map(\.counts.held) == [1, 1] && files.map(\.counts.rejected) == [1, 1])
    #expect(try await store.rejects(file: nil, limit: 10).count == 2)
    #expect(try await store.rejects(file: Self.composed.path, limit: 10).count == 1)
    #expect(try await store.held().map(\.rows) == [2])
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsPendingForSuchANameIsDoneForNoOther(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for file in Self.both {
      try await store.commit(file.part([Row()], end: .ingested(.delete(isDone: false))))
    }
    let pending = try await store.pendingPostActions()
    #expect(paths(pending) == Self.bothPaths)
    try await store.notePostAction(pending[0].id, .delete(isDone: true), error: nil)
    #expect(try await paths(store.pendingPostActions()) == [Self.bothPaths[1]])
    #expect(try await store.file(at: Self.decomposed.path)?.postAction == .delete(isDone: false))
  }

  @Test(arguments: StoreKind.allCases)
  func archivesOfSuchNamesAreTwo(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let folders = Self.both.map {
      ArchiveFolder(server: "dupont@drop:22", directory: "/out", path: $0.path)
    }
    for folder in folders + folders { try await store.noteArchive(folder) }
    #expect(try await store.archives().count == 2)
    #expect(Set(folders).count == 2)
    let moves = Self.both.map { PostAction.move(to: $0.path, isDone: false) }
    #expect(Set(moves).count == 2 && moves[0] != moves[1])
    let origins = Self.both.map {
      HeldOrigin(file: FileID(rawValue: 1), path: $0.path, receivedAt: 1, isStale: false)
    }
    #expect(Set(origins).count == 2 && origins[0] != origins[1])
  }
}
