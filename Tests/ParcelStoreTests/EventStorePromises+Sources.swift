import ParcelStore
import Testing

/// A file is (source, path), and a source is its name.
extension EventStorePromises {
  private static let pending = FileEnd.ingested(.delete(isDone: false))
  private static let here = ConfiguredSource(name: "a", place: "dupont@drop:22 /out")
  private static let there = ConfiguredSource(name: "a", place: "dupont@drop:22 /other")

  @Test(arguments: StoreKind.allCases)
  func theSamePathInTwoSourcesIsTwoFiles(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let (ids, changes) = try await store.register([
      Self.here, ConfiguredSource(name: "b", place: "martin@drop:22 /out"),
    ])
    #expect(changes.isEmpty && Set(ids).count == 2 && !ids.contains(.local))
    let files = ids.map { SampleFile(source: $0) }
    try await store.commit(files[0].part([Row()], end: Self.pending))
    #expect(
      try await store.unfinished(among: files.map(\.sighting)) == [files[1].sighting])
    #expect(try await store.pendingPostActions(of: ids[1]).isEmpty)
    #expect(try await store.seenAt(files[1].sighting) == nil)
    try await store.commit(files[1].part([Row(code: "returned")], end: Self.pending))
    #expect(try await store.files(at: "out/a.csv").map(\.source) == ["a", "b"])
    #expect(try await store.files(state: nil).map(\.counts.eventsNew) == [1, 1])
    #expect(try await store.allEvents().map(\.origin.source) == ["a", "b"])
    #expect(try await store.pendingPostActions(of: ids[0]).map(\.source) == ["a"])
    #expect(try await store.pendingPostActions(of: ids[1]).map(\.source) == ["b"])
  }

  @Test(arguments: StoreKind.allCases)
  func partsOfTwoSourcesInOneGroupAreTwoFiles(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let ids = try await store.register([
      Self.here, ConfiguredSource(name: "b", place: "martin@drop:22 /out"),
    ]).ids
    let report = try await store.commit(
      SampleFile(source: ids[0]).part([Row()]),
      SampleFile(source: ids[1]).part([Row(), .raw("?")]))
    #expect(report.counts.map(\.eventsNew) == [1, 0])
    #expect(try await store.files(state: nil).map(\.counts.rejected) == [0, 1])
    #expect(try await store.rejects(file: nil, limit: 9).map(\.source) == ["b"])
    for (source, count) in [("a", 0), ("b", 1), ("c", 0)] {
      let found = try await store.rejects(
        file: nil, source: source, after: RejectCursor(), limit: 9)
      #expect(found.lines.count == count)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func whatIsPendingStaysWhereItsSourceWas(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let id = try #require(try await store.register([Self.here]).ids.first)
    let file = SampleFile(source: id)
    try await store.commit(
      file.part([Row()], end: Self.pending),
      SampleFile(source: id, path: "left.csv").part([Row(code: "returned")]))

    var (ids, changes) = try await store.register([Self.there])
    #expect(ids == [id])
    #expect(
      changes == [
        .moved(name: "a", from: Self.here.place, to: Self.there.place, pending: 1)
      ])
    #expect(try await store.pendingPostActions(of: id).isEmpty)
    #expect(
      try await store.abandonedPlaces() == [
        AbandonedPlace(name: "a", place: Self.here.place, files: 1)
      ])
    let ledger = try await store.files(state: nil)
    #expect(ledger.map(\.source) == ["a", "a"])
    #expect(ledger.map(\.abandonedPlace) == [Self.here.place, nil])
    #expect(
      try await store.unfinished(among: [file.sighting]) == [file.sighting],
      "the same name elsewhere is not done")
    // It comes again, and is removed there by itself.
    try await store.commit(file.part([Row()], end: Self.pending))
    #expect(try await store.pendingPostActions(of: id).count == 1)
    #expect(try await store.register([Self.there]).changes.isEmpty, "told once")

    (ids, changes) = try await store.register([Self.here])
    #expect(ids == [id] && changes.count == 2)
    #expect(changes.last == .returned(name: "a", to: Self.here.place, pending: 1))
    #expect(try await store.pendingPostActions(of: id).map(\.id) == [ledger[0].id])
    #expect(try await store.abandonedPlaces().map(\.place) == [Self.there.place])
  }

  @Test(arguments: StoreKind.allCases)
  func aSourceAtTheSamePlaceIsTheSameOneUnderAnotherName(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let id = try #require(try await store.register([Self.here]).ids.first)
    let file = SampleFile(source: id)
    try await store.commit(file.part([Row()], end: Self.pending))
    let renamed = ConfiguredSource(name: "old drop", place: Self.here.place)
    let new = ConfiguredSource(name: "new drop", place: "martin@drop:22 /out")
    let (ids, changes) = try await store.register([new, renamed])
    #expect(ids.count == 2 && ids.last == id && ids.first != id)
    #expect(changes == [.renamed(from: "a", to: "old drop")])
    #expect(try await store.unfinished(among: [file.sighting]).isEmpty)
    #expect(try await store.pendingPostActions(of: id).map(\.source) == ["old drop"])
  }

  @Test(arguments: StoreKind.allCases)
  func aSourceThatIsTakenOutKeepsItsFilesAndTakesThemUpWhenItIsBack(
    _ kind: StoreKind
  ) async throws {
    let store = try await kind.open()
    let other = ConfiguredSource(name: "b", place: "martin@drop:22 /out")
    let ids = try await store.register([Self.here, other]).ids
    try await store.commit(SampleFile(source: ids[0]).part([Row()], end: Self.pending))
    let changes = try await store.register([other]).changes
    #expect(changes == [.removed(name: "a", place: Self.here.place, pending: 1)])
    #expect(try await store.register([other]).changes.isEmpty, "told once")
    #expect(try await store.files(state: nil).map(\.abandonedPlace) == [Self.here.place])
    #expect(try await store.sources().map(\.isConfigured) == [false, true])
    #expect(try await store.register([other, Self.here]).ids == [ids[1], ids[0]])
    #expect(try await store.files(state: nil).map(\.abandonedPlace) == [nil])
  }

  @Test(arguments: StoreKind.allCases)
  func howAPollWentIsNotedBySource(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let ids = try await store.register([
      Self.here, ConfiguredSource(name: "b", place: "martin@drop:22 /out"),
    ]).ids
    try await store.notePoll(of: ids[0], .succeeded, at: 100, next: 160)
    try await store.notePoll(of: ids[1], .failedAtServer("it is down"), at: 110, next: nil)
    try await store.notePoll(of: ids[0], .failedHere("the disk is full"), at: 160, next: 220)
    let known = try await store.sources()
    #expect(known.map(\.name) == ["a", "b"])
    #expect(known.map(\.lastPollAt) == [160, 110] && known.map(\.lastSuccessAt) == [100, nil])
    #expect(known.map(\.isReachable) == [true, false], "a full disk says nothing of the server")
    #expect(known.map(\.error) == [nil, "it is down"])
    #expect(known.map(\.ownError) == ["the disk is full", nil])
    #expect(known.map(\.nextPollAt) == [220, nil])
  }

  @Test(arguments: StoreKind.allCases)
  func anotherLayoutOfOneSourceReadsNoFileOfAnotherAgain(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let ids = try await store.register([
      Self.here, ConfiguredSource(name: "b", place: "martin@drop:22 /out"),
    ]).ids
    for id in ids {
      var part = try SampleFile(source: id).part(
        [], end: .failed("not a tracking file", isFinal: true))
      part.written = "A"
      try await store.commit(part)
    }
    #expect(try await store.readAgain(unlessReadBy: "B", of: ids[0]) == 1)
    let sightings = ids.map { SampleFile(source: $0).sighting }
    #expect(try await store.unfinished(among: sightings) == [sightings[0]])
  }
}
