import ParcelStore
import Testing

/// Files of which a layout could read little or nothing wait for another one.
extension EventStorePromises {
  private static let pending = FileEnd.ingested(.delete(isDone: false))

  /// A file as a layout read it.
  private func part(
    _ file: SampleFile, _ rows: [Row], by layout: String, end: FileEnd = pending
  ) throws -> FilePart {
    var part = try file.part(rows, end: end)
    part.written = layout
    return part
  }

  private static let bad = SampleFile(path: "bad.csv")
  private static let failed = SampleFile(path: "failed.csv")
  private static let noFile = FileEnd.failed("not a tracking file", isFinal: true)

  @Test(arguments: StoreKind.allCases)
  func whatALayoutCouldHardlyReadIsReadOnceByAnother(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let good = SampleFile(path: "good.csv")
    let denied = SampleFile(path: "denied.csv")
    let seen = SampleFile(path: "seen.csv")
    let mostlyBad = [Row(), .raw("?"), .raw("!")]
    try await store.commit(
      part(good, [Row(), .raw("?")], by: "A"), part(Self.bad, mostlyBad, by: "A"),
      part(Self.failed, [], by: "A", end: Self.noFile),
      part(denied, [], by: "A", end: .failed("permission denied", isFinal: false)),
      part(seen, mostlyBad, by: "A"))
    let dismissed = try #require(try await store.file(at: seen.path))
    _ = try await store.dismiss(dismissed.id, by: "dupont", at: Samples.now)
    #expect(try await store.readAgain(unlessReadBy: "A") == 0)
    #expect(try await store.readAgain(unlessReadBy: "B") == 2)
    #expect(try await store.readAgain(unlessReadBy: "B") == 0, "once")
    let all = [good, Self.bad, Self.failed, denied, seen].map(\.sighting)
    #expect(
      try await store.unfinished(among: all).map(\.path) == ["bad.csv", "failed.csv", "denied.csv"])
    // It must be there when it is read. A file that is gone is reported as it was.
    #expect(try await store.pendingPostActions().map(\.path) == ["good.csv", "seen.csv"])
    #expect(try await store.file(at: Self.bad.path)?.isMostlyRejected == true)
    #expect(try await store.file(at: Self.failed.path)?.error == "not a tracking file")

    let rows = [Row(), Row(code: "in_transit"), Row(code: "returned")]
    try await store.commit(
      part(Self.bad, rows, by: "B"), part(Self.failed, [], by: "B", end: Self.noFile))
    #expect(try await store.files(state: nil).count == 5)
    let counts = try #require(try await store.file(at: Self.bad.path)).counts
    #expect(counts.rows == 3 && counts.rejected == 0)
    #expect(counts.eventsNew + counts.eventsRepeated == 3)
    #expect(try await store.counts().events == 3)
    #expect(try await store.rejects(file: Self.bad.path, limit: 10).isEmpty)
    #expect(
      try await store.pendingPostActions().map(\.path) == ["good.csv", "bad.csv", "seen.csv"])
    #expect(try await store.readAgain(unlessReadBy: "B") == 0)
    #expect(try await store.readAgain(unlessReadBy: "A") == 1, "only what still can't be read")
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsKeptOfSuchAFileStaysWhenAnotherTakesItsName(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(part(Self.bad, [.raw("?"), .raw("!")], by: "A"))
    _ = try await store.readAgain(unlessReadBy: "B")
    var next = Self.bad
    next.size = 2_000
    try await store.commit(part(next, [Row()], by: "B"))
    let files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.ingested, .ingested])
    #expect(files.map(\.counts.rejected) == [2, 0] && files.map(\.counts.rows) == [2, 1])
    #expect(try await store.rejects(file: Self.bad.path, limit: 10).count == 2)
  }

  @Test(arguments: StoreKind.allCases)
  func suchAFileThatWaitsAgainIsOneRowOfTheLedger(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(part(Self.bad, [Row(), .raw("?"), .raw("!")], by: "A"))
    _ = try await store.readAgain(unlessReadBy: "B")
    try await store.noteSettling(Self.bad.sighting, reason: "it may still be written")
    #expect(try await store.pendingPostActions().isEmpty)
    var grown = Self.bad
    grown.size = 2_000
    try await store.commit(part(grown, [Row(), Row(code: "returned")], by: "B"))
    let files = try await store.files(state: nil)
    #expect(files.map(\.state) == [.ingested] && files.map(\.counts.rows) == [2])
  }

  @Test(arguments: StoreKind.allCases)
  func onlyTheLastReadingCounts(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(part(Self.failed, [], by: "A", end: Self.noFile))
    let id = try #require(try await store.file(at: Self.failed.path)).id
    _ = try await store.readAgain(id)
    try await store.commit(part(Self.failed, [Row()], by: "A"))
    #expect(try await store.readAgain(unlessReadBy: "B") == 0)
    #expect(try await store.unfinished(among: [Self.failed.sighting]).isEmpty)
  }
}
