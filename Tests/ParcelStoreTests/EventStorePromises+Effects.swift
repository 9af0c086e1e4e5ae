import ParcelStore
import Status
import Testing

extension EventStorePromises {
  private static let changes = StatusEffect(changesStatus: true, isFirstOfStatus: true)
  private static let changesAgain = StatusEffect(changesStatus: true, isFirstOfStatus: false)
  private static let isNew = StatusEffect(changesStatus: false, isFirstOfStatus: true)
  private static let nothing = StatusEffect(changesStatus: false, isFirstOfStatus: false)

  /// Rows of one parcel, as they come one after the other, and what each does to its status.
  private static let story: [(code: String, date: String, effect: StatusEffect)] = [
    ("in_transit", "28/08/2026 10:00:00", changes),
    ("in_transit", "28/08/2026 11:00:00", nothing),
    ("out_for_delivery", "29/08/2026 08:00:00", changes),
    // Older than the current status.
    ("picked_up", "27/08/2026 10:00:00", isNew),
    ("picked_up", "27/08/2026 11:00:00", nothing),
    ("in_transit", "30/08/2026 08:00:00", changesAgain),
    ("ZZ9", "31/08/2026 08:00:00", isNew),
    // A time that can't be right decides nothing.
    ("returned", "31/12/9999 00:00:00", isNew),
    // A day without times: the highest status on it decides.
    ("delivered", "31/08/2026", changes),
    ("out_for_delivery", "31/08/2026 09:00:00", nothing),
  ]

  @Test(arguments: StoreKind.allCases)
  func anEventSaysWhatItDidToTheStatusOneByOne(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for (number, row) in Self.story.enumerated() {
      try await store.commit([Row(code: row.code, date: row.date)], path: "\(number).csv")
    }
    #expect(try await store.allEvents().map(\.effect) == Self.story.map(\.effect))
  }

  @Test(arguments: StoreKind.allCases)
  func andAllTogetherInTheOrderOfTheirSeq(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    // In the order of the table's key, so that every store gives the same numbers.
    let rows = ["announced", "picked_up", "in_transit", "delivered", "in_transit"].enumerated().map
    {
      Row(code: $0.element, date: "2\($0.offset)/08/2026 10:00:00")
    }
    try await store.commit(rows)
    #expect(
      try await store.allEvents().map(\.effect) == [
        Self.changes, Self.changes, Self.changes, Self.changes, Self.changesAgain,
      ])
  }

  @Test(arguments: StoreKind.allCases)
  func anEventThatComesAgainChangesNothing(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(code: "delivered")])
    try await store.commit([Row(code: "delivered")], path: "out/b.csv")
    #expect(try await store.allEvents().map(\.effect) == [Self.changes])
  }

  @Test(arguments: StoreKind.allCases)
  func eachParcelUnderEachAccountHasAStatusOfItsOwn(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit([Row(code: "delivered")])
    try await store.commit(
      [Row(account: "D0", accountID: "EM000001", code: "delivered")], path: "out/b.csv")
    #expect(try await store.allEvents().map(\.effect) == [Self.changes, Self.changes])
  }

  @Test(arguments: StoreKind.allCases)
  func everyStoreHasAnIncarnationOfItsOwn(_ kind: StoreKind) async throws {
    let (store, other) = (try await kind.open(), try await kind.open())
    let incarnation = try await store.incarnation()
    try await store.commit([Row()])
    #expect(try await store.incarnation() == incarnation)
    #expect(try await other.incarnation() != incarnation)
  }
}
