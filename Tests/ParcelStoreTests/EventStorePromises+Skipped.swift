import Carrier
import Contract
import ParcelStore
import TestSupport
import Testing

/// Rows that are counted and not kept: by account, each once.
extension EventStorePromises {
  private static let nobody = Samples.pair("Z1", "A1")

  private static func rows(_ strangers: Int, _ nobodys: Int, from first: Int = 0) -> [Row] {
    (0..<strangers).map { number in
      var row = strangersRow
      row.parcel = "9900000\(10_000 + first + number)"
      return row
    } + (0..<nobodys).map { _ in Row(account: "Z1", accountID: "A1") }
  }

  private static func file(_ path: String, size: Int64? = 1000) -> SampleFile {
    SampleFile(path: path, size: size, gate: Samples.skippingGate)
  }

  @Test(arguments: StoreKind.allCases)
  func skippedRowsAreCountedByAccountWithTheirTimes(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    #expect(try await store.skipped().isEmpty)
    try await store.commit(Self.file("a.csv").part(Self.rows(2, 1) + [Row()]), at: 100)
    try await store.commit(
      Self.file("b.csv").part(Self.rows(1, 0), end: nil), Self.file("c.csv").part(Self.rows(0, 4)),
      at: 200)
    try await store.commit(Self.file("b.csv").part(Self.rows(1, 0), firstLine: 3), at: 300)
    #expect(
      try await store.skipped() == [
        SkippedSummary(account: Self.nobody, rows: 5, first: 100, latest: 200),
        SkippedSummary(account: Samples.stranger, rows: 4, first: 100, latest: 300),
      ])
    #expect(try await store.held().isEmpty)
    #expect(try await store.files(state: nil).map(\.counts.skipped) == [3, 2, 4])
  }

  @Test(arguments: StoreKind.allCases)
  func rowsOfAReadingThatIsDoneAgainAreSkippedOnce(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let file = Self.file("a.csv")
    try await store.commit(Self.file("z.csv").part(Self.rows(1, 0)))
    try await store.commit(file.part(Self.rows(3, 2), end: nil))
    // It broke off, and is read again, now by a gate that keeps the rows of one pair.
    try await store.commit(file.part(Self.rows(2, 0), end: nil))
    #expect(try await store.skipped().map(\.rows) == [3])
    try await store.commit(file.part(Self.rows(1, 2), firstLine: 4))
    #expect(try await store.skipped().map(\.rows) == [4, 2])
    // Somebody has it read again, and by now rows of the pair are let in.
    let id = try #require(try await store.files(state: nil).last?.id)
    #expect(try await store.readAgain(id))
    var open = file
    open.gate = Self.openGate
    try await store.commit(open.part(Self.rows(3, 2)))
    #expect(
      try await store.skipped().map { "\($0.account?.description ?? "") \($0.rows)" } == [
        "\(Samples.stranger) 1"
      ])
    #expect(try await store.held().map(\.rows) == [2])
    #expect(try await store.files(state: nil).existAndAll(\.counts.addUp))
  }

  @Test(arguments: StoreKind.allCases)
  func aNameThatGrowsHasItsSkippedRowsOnce(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    for (size, rows) in [(1, 1), (2, 3), (3, 3), (4, 6)] {
      try await store.commit(Self.file("a.csv", size: Int64(size)).part(Self.rows(rows, 1)))
      #expect(try await store.skipped().map(\.rows) == (rows == 1 ? [1, 1] : [rows, 1]))
    }
    // What is shorter, or lacks rows, has other content: nothing is taken for known.
    try await store.commit(Self.file("a.csv", size: 2).part(Self.rows(5, 0)))
    #expect(try await store.skipped().map(\.rows) == [11, 1])
    try await store.commit(Self.file("a.csv", size: 5).part(Self.rows(2, 2)))
    #expect(try await store.skipped().map(\.rows) == [13, 2])
  }

  @Test(arguments: StoreKind.allCases)
  func aFileOfNonsenseFillsABoundedNumberOfPlaces(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    try await store.commit(Self.file("a.csv").part(Self.rows(2, 0)), at: 100)
    let most = SkippedSummary.mostAccounts
    let nonsense = (0..<most + 500).map { Row(account: "N1", accountID: "X\(10_000 + $0)") }
    let file = Self.file("b.csv")
    for at in [Int64(200), 300] {
      // The second time it is the same reading, done again.
      try await store.commit(file.part(nonsense, end: nil), at: at)
      let skipped = try await store.skipped()
      #expect(skipped.count == most + 1)
      #expect(skipped.reduce(0) { $0 + $1.rows } == most + 502)
      #expect(skipped.first?.account == Samples.stranger)
      #expect(skipped.last == SkippedSummary(account: nil, rows: 501, first: 200, latest: at))
    }
    try await store.commit(file.part(Self.rows(1, 3), firstLine: 9_000))
    #expect(try await store.skipped().last?.rows == 504)
    #expect(try await store.skipped().first?.rows == 3)
  }
}
