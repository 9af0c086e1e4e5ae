import Contract
import ParcelStore
import Testing

/// Held rows of which only those of known parcels may come in are looked at when there is something new.
extension EventStorePromises {
  /// Looks at all of the stranger's rows that a look has to see.
  /// - Returns: the files of the rows; nil when there is nothing to look at.
  private func look(_ store: any EventStore) async throws -> [String]? {
    guard var place = try await store.beginLook(at: Samples.stranger) else { return nil }
    var files: [String] = []
    while let run = try await store.heldRun(of: Samples.stranger, after: place, limit: 2) {
      place = run.last
      files += run.rows.map { _ in run.origin.path }
    }
    try await store.endLook(at: Samples.stranger)
    return files
  }

  @Test(arguments: StoreKind.allCases)
  func heldRowsAreLookedAtOnceAndThenOnlyWhatCame(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    // For a pair without held rows either answer will do.
    _ = try await look(store)
    try await store.commit(Self.strangersDays(1...2), path: "a.csv")
    try await store.commit(Self.strangersDays(3...3), path: "b.csv")
    #expect(try await look(store) == ["a.csv", "a.csv", "b.csv"])
    #expect(try await look(store) == nil)
    // Rows of other pairs, and rows that are held already, are nothing new.
    try await store.commit([Row(), Self.incompletesRow], path: "c.csv")
    let longer = SampleFile(path: "b.csv", size: 2000)
    try await store.commit(longer.part(Self.strangersDays(3...3)))
    #expect(try await look(store) == nil)
    let broken = SampleFile(path: "d.csv")
    try await store.commit(broken.part(Self.strangersDays(4...4), end: nil))
    try await store.commit(Self.strangersDays(5...5), path: "e.csv")
    #expect(try await look(store) == ["d.csv", "e.csv"])
    try await store.commit(broken.part(Self.strangersDays(4...5)))
    #expect(try await look(store) == ["d.csv", "d.csv", "e.csv"])
    #expect(try await look(store) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func aLookThatDidNotEndIsDoneAgain(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(Self.strangersDays(1...1), path: "a.csv")
    #expect(try await store.beginLook(at: Samples.stranger) == HeldCursor())
    #expect(try await look(store) == ["a.csv"])
    try await store.commit(Self.strangersDays(2...2), path: "b.csv")
    #expect(try await store.beginLook(at: Samples.stranger) != nil)
    #expect(try await store.beginLook(at: Samples.stranger) == HeldCursor())
    // What comes while it looks is for the next look, wherever it stands.
    try await store.commit(Self.strangersDays(3...3), path: "c.csv")
    try await store.endLook(at: Samples.stranger)
    #expect(try await look(store) == ["c.csv"])
    #expect(try await look(store) == nil)
  }

  @Test(arguments: StoreKind.allCases, [false, true])
  func aNewParcelOfThePairHasAllItsRowsLookedAtAgain(
    _ kind: StoreKind, isLooking: Bool
  ) async throws {
    let store = try await kind.open()
    try await store.commit(Self.strangersDays(1...2), path: "a.csv")
    #expect(try await look(store)?.count == 2)
    var admitting = SampleFile(path: "b.csv")
    admitting.gate = Self.openGate
    // Parcels of other pairs do not matter, even with the same number.
    try await store.commit([Row()], path: "c.csv")
    #expect(try await look(store) == nil)
    if isLooking {
      try await store.commit(Self.strangersDays(3...3), path: "d.csv")
      #expect(try await store.beginLook(at: Samples.stranger) != nil)
    }
    try await store.commit(admitting.part([Self.strangersRow]))
    if isLooking { try await store.endLook(at: Samples.stranger) }
    #expect(try await look(store)?.count == (isLooking ? 3 : 2))
    // A further event of a known parcel makes nothing known.
    try await store.commit(
      SampleFile(path: "e.csv", gate: Self.openGate).part(Self.strangersDays(9...9)))
    #expect(try await look(store) == nil)
  }
}
