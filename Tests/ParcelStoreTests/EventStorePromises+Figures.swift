import ParcelStore
import SQLiteStore
import Testing

/// What monitoring asks.
extension EventStorePromises {
  @Test(arguments: StoreKind.allCases)
  func figuresCountWhatTheMapDoesNotKnow(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    #expect(try await store.figures().unmappedCodes == 0)
    try await store.commit([
      Row(code: "ZZ9", label: "Événement rare", date: "01/08/2026 10:00:00"),
      Row(code: "ZZ9", label: "Événement rare", date: "02/08/2026 10:00:00"),
      Row(code: "", label: "Jamais vu", date: "01/08/2026 10:00:00"), Row(),
    ])
    let figures = try await store.figures()
    #expect(figures.unmappedCodes == 2)
    #expect(figures.unmappedEvents == 3)
  }

  @Test(arguments: StoreKind.allCases)
  func figuresSayWhenTheOldestHeldRowCame(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()], path: "a.csv", at: 50)
    #expect(try await store.figures().oldestHeldAt == nil)
    try await store.commit(Self.strangersDays(1...2), path: "b.csv", at: 200)
    try await store.commit(Self.strangersDays(3...4), path: "c.csv", at: 300)
    #expect(try await store.figures().oldestHeldAt == 200)
    _ = try await store.discardHeld(HeldSelection(before: 250))
    #expect(try await store.figures().oldestHeldAt == 300)
  }

  @Test(arguments: StoreKind.allCases)
  func figuresTellAnErasureThatIsNotFinished(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row()])
    let erasure = try await store.erase(
      Samples.parcel, of: Samples.shop, at: Samples.now)
    #expect(try await store.figures().erasures.unfinished == 1)
    try await store.finish(erasure)
    #expect(try await store.figures().erasures.unfinished == 0)
  }

  @Test func theSizeOfASQLiteStoreIsThatOfItsFiles() async throws {
    let store = try SQLiteEventStore.temporary()
    try await store.commit([Row()])
    let figures = try await store.figures()
    #expect(figures.size > 4_096)
    #expect(figures.free < figures.size)
  }
}
