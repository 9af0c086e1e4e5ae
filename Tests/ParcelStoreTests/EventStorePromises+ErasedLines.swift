import Carrier
import Contract
import ParcelStore
import Status
import Testing
import TrackingFile

/// Of the lines that no event came of, what an erasure takes is gone and does not come back.
extension EventStorePromises {
  private static let day: Int64 = 86_400

  /// A file with this text, as it is read by a layout.
  private static func reading(
    _ text: String, at path: String, by layout: Layout, header: [UInt8] = []
  ) throws -> FilePart {
    var reader = TrackingFileReader(layout: layout)
    reader.supply(Array(text.utf8))
    reader.finish()
    var packer = EventPacker()
    var meanings = WordingMeanings(by: Samples.statusMap)
    var batches: [EventBatch] = []
    while case .batch(let batch) = try reader.next() {
      batches.append(packer.pack(Samples.gate.admit(batch), meanings: &meanings))
    }
    var part = FilePart(
      file: FileSighting(path: path, size: 1, mtime: 1), layout: layout.name,
      origin: .reading(isFirst: true, header: header), batches: batches, end: .ingested())
    part.written = layout.written
    return part
  }

  @Test(arguments: StoreKind.allCases)
  func heldRowsThatCannotBeReadAgainGoAndAreSkippedWhenTheyComeAgain(_ kind: StoreKind) async throws
  {
    let store = try await kind.open()
    func held(_ parcel: String, _ date: String = "28/08/2026 11:42:10") -> Row {
      Row(account: "X9", accountID: "XX999999", parcel: parcel, date: date)
    }
    let rows = [
      held("991122334455"), held("991122334455 75012"), held("991122334456"),
      held("99112233445"), held("991122334455", ""),
    ]
    try await store.commit(rows + [Row()])
    let before = try #require(try await store.file(at: "out/a.csv")).counts
    let (_, gone, rejected) = try await Self.erase(store, of: Samples.stranger)
    #expect(gone == 3 && rejected == 0)
    let after = try #require(try await store.file(at: "out/a.csv")).counts
    #expect(after.held == before.held - 3 && after.skipped == before.skipped + 3)
    #expect(after.rows == before.rows)
    #expect(try await store.counts().held == before.held - 3)
    // The one under the shop's account is another merchant's.
    #expect(try await Self.details(store)?.order == "CMD-1042")

    let again = try await store.commit(
      [
        held("991122334455"), held("991122334455", ""), held("991122334455", "02/09/2026 10:00:00"),
      ],
      path: "b.csv", at: Samples.now + Self.day)
    #expect(again.counts[0].skipped == 2 && again.counts[0].held == 1)
    #expect(try await store.counts().held == before.held - 2)
    let lines = try #require(try await store.erasedLines(after: nil))
    #expect(lines.lines == [2, 3])
    #expect(try await store.erasedLines(after: lines.file) == nil)
    #expect(try await store.erasureDebt().files == 1)
    try await store.forget(lines)
    #expect(try await store.erasedLines(after: nil) == nil)
    #expect(try await store.check(.full).isGood)
  }

  /// Columns stand side by side in it.
  private static let fixed = Result {
    try Layout(
      name: "fixed", version: "1",
      format: .fixedWidth(spans: [
        .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 8)],
        .parcel: [.init(start: 11, width: 12)], .order: [.init(start: 23, width: 8)],
        .code: [.init(start: 31, width: 9)], .date: [.init(start: 40, width: 19)],
        .site: [.init(start: 59, width: 3)], .postcode: [.init(start: 62, width: 5)],
      ]))
  }

  @Test(arguments: StoreKind.allCases)
  func columnsOfFixedWidthAreToldApart(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let layout = try Self.fixed.get()
    func line(_ number: String, _ order: String, _ postcode: String) -> String {
      "X9XX999999\(number)\(order)delivered28/08/2026 11:42:10 75\(postcode)"
    }
    let mine = line("991122334455", "MARK-1  ", "75012")
    // Of another parcel, in whose line the digits stand by chance.
    let other = line("799112233445", "5MARK-2 ", "75012")
    let part = try Self.reading("\(mine)\n\(other)\n", at: "a.txt", by: layout)
    #expect(try await store.commit(part).counts[0].held == 2)
    #expect(try await Self.erase(store, of: Samples.stranger).held == 1)
    let run = try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10)
    let left = run?.rows.map { String(decoding: $0.raw, as: UTF8.self) } ?? []
    #expect(left.count == 2 && left.last == other)
    let blank = String(repeating: " ", count: 8)
    #expect(left.first == line("991122334455", blank, "     "), "\(left)")
  }

  /// Rows in which only some columns are known to the layout.
  private static let heldLines: [(layout: Layout, header: String, line: String, left: String)] = [
    (
      .colisPrive, Samples.header,
      "X9;XX999999;991122334455 75012;MARK-1;delivered;;28/08/2026 11:42:10;75A;75012;FR",
      "X9;XX999999;991122334455;;delivered;;28/08/2026 11:42:10;75A;;"
    ),
    (
      .colisPrive, Samples.header + ";Nom",
      "X9;XX999999;\"991 122 334 455\";MARK-1;delivered;;28/08/2026 11:42:10;75A;75012;FR;\"DUPONT; MARK\"",
      "X9;XX999999;\"991 122 334 455\";;delivered;;28/08/2026 11:42:10;75A;;;\";\""
    ),
  ]

  @Test(arguments: StoreKind.allCases, [0, 1])
  func aHeldRowKeepsWhatAnEventNeeds(_ kind: StoreKind, _ index: Int) async throws {
    let (layout, header, line, left) = Self.heldLines[index]
    let store = try await kind.open()
    func commit(_ path: String) async throws -> CommitReport {
      let part = try Self.reading(
        "\(header)\n\(line)\n", at: path, by: layout, header: Array(header.utf8))
      return try await store.commit(part)
    }
    func raws() async throws -> [String] {
      let run = try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10)
      return run?.rows.map { String(decoding: $0.raw, as: UTF8.self) } ?? []
    }
    #expect(try await commit("a.csv").counts[0].held == 1)
    #expect(try await raws() == [line])
    #expect(try await Self.erase(store, of: Samples.stranger).held == 1)
    #expect(try await raws() == [left])
    #expect(try await Self.erase(store, of: Samples.stranger).held == 0)
    // In another file it is held without that data from the start.
    #expect(try await commit("b.csv").counts[0].held == 1)
    let other = try await store.heldRun(
      of: Samples.stranger, after: HeldCursor(file: 1, line: 2), limit: 10)
    #expect(other?.rows.map { String(decoding: $0.raw, as: UTF8.self) } == [left])
    let files = try await store.files(state: nil)
    #expect(files.map(\.counts.held) == [1, 1] && files.map(\.counts.skipped) == [0, 0])

    // It comes in later, and says nothing of the recipient.
    let run = try #require(
      try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10))
    let report = try await store.commit(part(of: run, layout: layout))
    #expect(report.counts[0].eventsNew == 1)
    #expect(try await Self.details(store) == ParcelDetails())
    #expect(try await store.check(.full).isGood)
  }

  @Test(arguments: StoreKind.allCases)
  func ofRejectedLinesTheTextGoesAndDoesNotComeBack(_ kind: StoreKind) async throws {
    let store = try await kind.open()
    let bad = Row(date: "31/02/2026 10:00:00")
    var other = bad
    other.parcel = "991122334456"
    try await store.commit([bad, other])
    // Nobody knows under which account.
    let (erasure, held, rejected) = try await Self.erase(store, of: nil)
    #expect(held == 0 && rejected == 1 && erasure.account == nil)
    func texts() async throws -> [Bool] {
      try await store.rejects(file: nil, after: RejectCursor(), limit: 100).lines.map {
        $0.raw.isEmpty
      }
    }
    #expect(try await texts() == [true, false])
    try await store.commit([other, bad], path: "b.csv")
    #expect(try await texts() == [true, false, false, true])
    #expect(try await store.counts().rejected == 4)
    #expect(try await Self.erase(store, of: nil).rejected == 0)
    #expect(try await store.check(.full).isGood)
  }
}
