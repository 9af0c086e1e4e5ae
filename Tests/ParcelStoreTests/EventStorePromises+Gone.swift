import Contract
import ParcelStore
import Testing

/// Files that listings do not show any more.
extension EventStorePromises {
  private static let drop = ConfiguredSource(name: "a", place: "dupont@drop:22 /out")

  /// A listing that shows only these.
  private func list(
    _ shown: [FileSighting] = [], of source: SourceID, in store: any EventStore,
    at time: Int64 = Samples.now
  ) async throws -> [LedgerFile] {
    var seen = FileSet()
    for row in try await store.look(for: shown).rows { seen.insert(row) }
    return try await store.noteUnseen(
      try await store.unseen(of: source, besides: seen), at: time)
  }

  private func open(_ kind: StoreKind) async throws -> (any EventStore, SourceID) {
    let store = try await kind.open()
    return (store, try #require(try await store.register([Self.drop]).ids.first))
  }

  @Test(arguments: StoreKind.allCases)
  func aFileIsGoneOnceTwoListingsInARowDidNotShowIt(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    let file = SampleFile(source: source)
    try await store.commit(file.part([Row()]))
    for _ in 0..<3 {
      #expect(try await list(of: source, in: store).isEmpty)
      #expect(try await store.file(at: file.path)?.state == .ingested)
      #expect(try await list([file.sighting], of: source, in: store).isEmpty)
    }
    #expect(try await list(of: source, in: store).isEmpty)
    #expect(try await list(of: source, in: store, at: Samples.now + 60).isEmpty, "it was read")
    let gone = try await store.file(at: file.path)
    #expect(gone?.state == .gone && gone?.goneAt == Samples.now + 60 && gone?.error == nil)
    #expect(gone?.ingestedAt == Samples.now && gone?.canBeDismissed == false)
    #expect(try await store.counts().files[.gone] == 1)
    #expect(try await store.counts().lostFiles == 0)
    #expect(try await store.unseen(of: source, besides: FileSet()).isEmpty, "noted once")
    #expect(try await !store.readAgain(try #require(gone).id))
  }

  @Test(arguments: StoreKind.allCases)
  func aListingThatIsNotedAgainAfterAFailureCountsOnce(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    let file = SampleFile(source: source)
    try await store.noteSettling(file.sighting, reason: "it may still be written")
    let first = try await store.unseen(of: source, besides: FileSet())
    for _ in 0..<3 { #expect(try await store.noteUnseen(first, at: Samples.now).isEmpty) }
    #expect(try await store.file(at: file.path)?.state == .settling)
    let second = try await store.unseen(of: source, besides: FileSet())
    #expect(try await store.noteUnseen(second, at: Samples.now).count == 1)
    #expect(try await store.noteUnseen(second, at: Samples.now + 60).isEmpty)
    #expect(try await store.file(at: file.path)?.goneAt == Samples.now)
    // It came back between the listing and its note.
    try await store.noteSettling(file.sighting, reason: "it is new")
    #expect(try await store.noteUnseen(second, at: Samples.now).isEmpty)
    #expect(try await store.file(at: file.path)?.state == .settling)
  }

  @Test(arguments: StoreKind.allCases)
  func whatWasNotReadIsLostUntilItIsDismissed(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    func file(_ path: String) -> SampleFile { SampleFile(source: source, path: path) }
    try await store.noteSettling(file("settling.csv").sighting, reason: "it may still be written")
    _ = try await store.noteHeld([
      HeldFile(
        sighting: file("held.csv").sighting, account: Samples.stranger, reason: .unknownAccount)
    ])
    try await store.commit(
      file("failed.csv").part([], end: .failed("permission denied", isFinal: true)),
      file("begun.csv").part([Row()], end: nil),
      file("bad.csv").part([Row(), .raw("?"), .raw("!")]),
      file("half.csv").part([Row(), .raw("?")]))
    #expect(try await list(of: source, in: store).isEmpty)
    let lost = try await list(of: source, in: store, at: Samples.now + 9)
    let words = [
      "settling.csv": "before it was read", "held.csv": "before its rows were allowed in",
      "failed.csv": "it had failed: permission denied", "begun.csv": "read to its end",
      "bad.csv": "most of its lines could not be read",
    ]
    #expect(Set(lost.map(\.path)) == Set(words.keys))
    for file in lost {
      #expect(file.isLost && file.canBeDismissed && file.goneAt == Samples.now + 9)
      #expect(file.error?.contains(words[file.path] ?? "?") == true, "\(file.error ?? "")")
    }
    #expect(try await store.counts().files == [.gone: 6])
    #expect(try await store.counts().lostFiles == 5)
    #expect(try await store.counts().firstLostFile == "settling.csv")
    for file in lost {
      #expect(try await store.dismiss(file.id, by: "dupont", at: Samples.now + 10))
      #expect(try await !store.dismiss(file.id, by: "dupont", at: Samples.now + 10))
    }
    #expect(try await store.counts().lostFiles == 0)
    #expect(try await store.counts().firstLostFile == nil)
    #expect(try await store.counts().files == [.gone: 1, .dismissed: 5])
    let half = try #require(try await store.file(at: "half.csv"))
    #expect(try await !store.dismiss(half.id, by: "dupont", at: Samples.now + 10), "it was read")
  }

  @Test(arguments: StoreKind.allCases)
  func whatWasRemovedOrDismissedIsNotGone(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    func file(_ path: String) -> SampleFile { SampleFile(source: source, path: path) }
    let pending = FileEnd.ingested(.delete(isDone: false))
    try await store.commit(
      file("pending.csv").part([Row()], end: pending), file("deleted.csv").part([], end: pending),
      file("failed.csv").part([], end: .failed("permission denied", isFinal: true)))
    for action in try await store.pendingPostActions(of: source) where action.path == "deleted.csv"
    {
      try await store.notePostAction(action.id, .delete(isDone: true), error: nil)
    }
    let failed = try #require(try await store.file(at: "failed.csv"))
    #expect(try await store.dismiss(failed.id, by: "dupont", at: Samples.now))
    for _ in 0..<3 { #expect(try await list(of: source, in: store).isEmpty) }
    #expect(try await store.counts().files == [.ingested: 2, .dismissed: 1])
    #expect(try await store.pendingPostActions(of: source).map(\.path) == ["pending.csv"])
    #expect(try await store.unseen(of: source, besides: FileSet()).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func aFormerSizeOfAFileThatIsThereIsNotGone(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    var file = SampleFile(source: source)
    try await store.commit(file.part([Row()]))
    file.size = 2000
    try await store.commit(file.part([Row(), Row(code: "returned")]))
    for _ in 0..<2 { #expect(try await list([file.sighting], of: source, in: store).isEmpty) }
    #expect(try await store.counts().files == [.ingested: 2])
    // Once it is not there any more, only its last size is gone.
    for _ in 0..<3 { #expect(try await list(of: source, in: store).isEmpty) }
    #expect(try await store.files(state: nil).map(\.state) == [.ingested, .gone])
  }

  @Test(arguments: StoreKind.allCases)
  func whatComesBackIsReadAgainAndKeepsWhatItBrought(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    let file = SampleFile(source: source)
    let rows = [Row(), Row(account: "X9", accountID: "XX999999", parcel: "991122334456")]
    try await store.commit(file.part(rows))
    for _ in 0..<2 { #expect(try await list(of: source, in: store).isEmpty) }
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])

    // As it was: the same row of the ledger.
    try await store.noteSettling(file.sighting, reason: "it is new")
    let settling = try await store.file(at: file.path)
    #expect(settling?.state == .settling && settling?.goneAt == nil)
    try await store.commit(file.part(rows), at: Samples.now + 60)
    var files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.ingested] && files.map(\.goneAt) == [nil])
    #expect(files.map(\.counts.eventsNew) == [1] && files.map(\.counts.held) == [1])
    #expect(files.map(\.seenAt) == [Samples.now + 60], "nobody knows what was in between")
    #expect(try await store.counts().events == 1)

    // As another file: a row of its own, and the held rows of the former one stay.
    for _ in 0..<2 { #expect(try await list(of: source, in: store).isEmpty) }
    var other = file
    other.size = 2000
    try await store.commit(other.part([Row(code: "returned")]), at: Samples.now + 120)
    files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.gone, .ingested])
    #expect(files.map(\.counts.eventsNew) == [1, 1] && files.map(\.counts.held) == [1, 0])
    #expect(try await store.held().map(\.rows) == [1])
  }

  @Test(arguments: StoreKind.allCases)
  func aLostFileThatWasDismissedIsReadWhenItComesBack(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    let file = SampleFile(source: source)
    try await store.noteSettling(file.sighting, reason: "it is new")
    #expect(try await list(of: source, in: store).isEmpty)
    let lost = try #require(try await list(of: source, in: store).first)
    #expect(try await store.dismiss(lost.id, by: "dupont", at: Samples.now))
    #expect(try await store.unfinished(among: [file.sighting]) == [file.sighting])
    try await store.commit(file.part([Row()]))
    let read = try await store.files(state: nil)
    #expect(read.map(\.state) == [.ingested] && read.map(\.dismissedBy) == [nil])
    // And it is awaited again.
    for _ in 0..<2 { #expect(try await list(of: source, in: store).isEmpty) }
    #expect(try await store.file(at: file.path)?.state == .gone)
  }

  @Test(arguments: StoreKind.allCases)
  func aSourceElsewhereDoesNotMissWhatLayInItsFormerPlace(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    let old = SampleFile(source: source, path: "old.csv")
    let both = SampleFile(source: source, path: "both.csv")
    for file in [old, both] {
      try await store.noteSettling(file.sighting, reason: "it may still be written")
    }
    _ = try await store.register([ConfiguredSource(name: "b", place: Self.drop.place)])
    #expect(try await store.unseen(of: source, besides: FileSet()).missing.count == 2, "renamed")
    _ = try await store.register([ConfiguredSource(name: "b", place: "dupont@drop:22 /other")])
    for _ in 0..<3 { #expect(try await list(of: source, in: store).isEmpty) }
    // What it shows there belongs to it.
    try await store.noteSettling(both.sighting, reason: "it may still be written")
    #expect(try await list(of: source, in: store).isEmpty)
    #expect(try await list(of: source, in: store).map(\.path) == ["both.csv"])
    #expect(try await store.file(at: old.path)?.state == .settling)
  }

  @Test(arguments: StoreKind.allCases)
  func manyFilesAreGoneInShortTransactions(_ kind: StoreKind) async throws {
    let (store, source) = try await open(kind)
    let files = (0..<1_100).map { SampleFile(source: source, path: "\($0).csv").sighting }
    _ = try await store.noteSettling(files, reason: "it may still be written")
    #expect(try await list(Array(files[..<50]), of: source, in: store).isEmpty)
    #expect(try await list(Array(files[..<50]), of: source, in: store).count == 1_050)
    #expect(try await store.counts().files == [.settling: 50, .gone: 1_050])
  }
}
