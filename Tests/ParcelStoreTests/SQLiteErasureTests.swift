import Carrier
import Contract
import Foundation
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// What is erased can't be found in the files of a SQLite store either, whatever fails on the way and whoever reads or
/// writes meanwhile.
@Suite struct SQLiteErasureTests {
  /// Texts of the recipient; nothing else in the store contains them.
  private static let marks = ["MARK-ORDER", "97139", "MARK-HELD", "MARK-BAD", "MARK-ANSWER"]

  private static let rows: [Row] = [
    Row(order: "MARK-ORDER-7", postcode: "97139"),
    Row(order: "MARK-HELD-7", date: "29/08/2026 10:00:00", postcode: "97139"),
    Row(order: "MARK-BAD-7", date: "31/02/2026 10:00:00", postcode: "97139"),
  ]

  /// The recipient's parcel among many, with a held row and a line that can't be read. Its order was another one
  /// before, which stands in no row any more.
  private static func fill(_ store: SQLiteEventStore) async throws {
    for round in 0..<4 {
      let others = (0..<400).map {
        Row(parcel: "AB\(round)0000\(10_000 + $0)", order: "CMD-\(round)-\($0)", postcode: "75012")
      }
      try await store.commit(others, path: "\(round).csv")
      try await store.commit([Row(order: "MARK-ORDER-\(round)", postcode: "97139")], path: "m.csv")
    }
    try await store.commit([rows[0], rows[2]], path: "mine.csv")
    // Another contract, in which the same pair is not complete.
    let held = try SampleFile(path: "held.csv", gate: Self.closed).part([rows[1]])
    try await store.commit(held)
    // One that its receiver did not take, and said why: twice, in other words.
    let epoch = try await store.takeEndpoint("shop", after: 0, at: Samples.now).epoch
    for answer in ["no order MARK-ANSWER-6", "no order MARK-ANSWER-7 in 97139"] {
      var progress = DeliveryProgress(position: 3)
      progress.open = [
        OpenDelivery(
          seq: 2, parcel: Samples.parcel, state: .parked(at: Samples.now), tries: 9,
          fault: DeliveryFault(status: 422, reason: "it answered 422", answer: answer))
      ]
      #expect(try await store.save(progress, of: "shop", epoch: epoch))
    }
  }

  /// Admits no row.
  private static let closed = Gate(
    contracts: ContractSet([]), today: CalendarDay(at: Samples.now), unknownAccounts: .hold)

  @discardableResult
  private static func erase(
    _ store: SQLiteEventStore, at instant: Int64 = Samples.now
  ) async throws -> (lines: Int, outcome: RewriteOutcome) {
    let erasure = try await store.erase(Samples.parcel, of: Samples.shop, at: instant)
    var (lines, cursor) = (0, ErasureCursor())
    while let step = try await store.eraseLines(of: erasure, after: cursor, limit: 100) {
      lines += step.held + step.rejected
      cursor = step.next
    }
    try await store.finish(erasure)
    return (lines, try await store.rewriteErased())
  }

  private static func places(_ file: StoreFile) throws -> [String] {
    try StateFolder(file.folder.path).places(of: marks)
  }

  @Test func nothingOfItIsLeftInAnyFileOfTheStore() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await Self.fill(store)
    let before = try Self.places(file)
    for mark in Self.marks { #expect(before.contains { $0.hasPrefix(mark) }, "\(before)") }

    let (lines, outcome) = try await Self.erase(store)
    #expect(lines == 2 && outcome == .done)
    #expect(try Self.places(file) == [])
    #expect(try await store.erasureDebt().isNone)
    #expect(try await store.rewriteErased() == .notOwed)
    // The same rows come again, admitted, held and unreadable.
    try await store.commit([Self.rows[0], Self.rows[2]], path: "again.csv")
    try await store.commit(SampleFile(path: "h.csv", gate: Self.closed).part([Self.rows[1]]))
    await store.settle()
    #expect(try Self.places(file) == [])
    #expect(try await store.counts().events == 1_601)
    #expect(try await store.check(.full).isGood)
  }

  @Test func whileSomebodyReadsItIsOwedAndDoneAfterwards() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await Self.fill(store)
    let reader = try LongReader(path: file.path)
    #expect(try await Self.erase(store).outcome == .owed("somebody reads the store"))
    #expect(try await store.erasureDebt().isRewriteOwed)
    // No attempt makes the log as large as the store.
    let log = try FileManager.default.attributesOfItem(atPath: file.path + "-wal")
    for _ in 0..<2 { _ = try await store.rewriteErased() }
    let after = try FileManager.default.attributesOfItem(atPath: file.path + "-wal")
    #expect(log[.size] as? Int == after[.size] as? Int)
    try reader.end()
    // Another process, after the first one was killed.
    let next = try file.open()
    #expect(try await next.rewriteErased() == .done)
    #expect(try await next.erasureDebt().isNone)
    #expect(try Self.places(file) == [])
  }

  /// Statements that fail.
  static let traps = [
    "UPDATE OF order_reference ON parcel", "INSERT ON erasure", "UPDATE OF sequence ON store",
    "UPDATE OF rewrite_owed ON store", "INSERT ON change_count", "UPDATE OF raw ON reject",
    "DELETE ON held", "UPDATE OF held ON file", "UPDATE OF is_open ON erasure",
    "UPDATE OF answer ON open_delivery",
  ]

  @Test(arguments: traps)
  func aStepThatFailsLeavesNothingHalfAndTheNextRunCompletesIt(_ trap: String) async throws {
    let (control, file) = (try StoreFile(), try StoreFile())
    for file in [control, file] { try await Self.fill(try file.open()) }
    try await Self.erase(try control.open())

    try file.execute(
      "CREATE TRIGGER trap BEFORE \(trap) BEGIN SELECT raise(ABORT, 'out of luck'); END")
    let store = try file.open()
    for _ in 0..<2 {
      let error = try await storeError { try await Self.erase(store) }
      #expect(error.reason.contains("out of luck"))
      #expect(try await store.check(.full).isGood)
    }
    try file.execute("DROP TRIGGER trap")
    let next = try file.open()
    #expect(try await Self.erase(next).outcome == .done)
    #expect(try Self.places(file) == [])
    // How often something was changed is nobody's data.
    func content(_ file: StoreFile) throws -> [String] {
      try file.content().filter { !$0.hasPrefix("change_count") }
    }
    #expect(try content(file) == content(control))
    #expect(try await next.check(.full).isGood)
  }

  @Test(.enabled("mounting a small disk needs root") { await SmallDisk.isPossible })
  func onAFullDiskItIsOwedAndDoneOnceThereIsRoom() async throws {
    try await SmallDisk.with("size=24m") { disk in
      let path = disk + "/colisd.db"
      let store = try SQLiteEventStore.open(path: path, for: .writing)
      try await Self.fill(store)
      let many = (0..<20_000).map {
        Row(parcel: "99\(1_000_000_000 + $0)", order: "CMD-LONG-REFERENCE-\($0)")
      }
      try await store.commit(many, path: "many.csv")
      try StoreFile.execute("PRAGMA wal_checkpoint(TRUNCATE)", path: path)
      let files = FileManager.default
      #expect(files.createFile(atPath: disk + "/spare", contents: Data(count: 400 << 10)))
      #expect(files.createFile(atPath: disk + "/filler", contents: nil))
      let filler = try #require(FileHandle(forWritingAtPath: disk + "/filler"))
      for size in [1 << 16, 1 << 12] {
        while (try? filler.write(contentsOf: Data(count: size))) != nil {}
      }
      try filler.close()
      try files.removeItem(atPath: disk + "/spare")
      guard case .owed(let reason) = try await Self.erase(store).outcome else {
        Issue.record("there was room")
        return
      }
      #expect(reason.contains("room"))
      // Others can write all the same.
      try await store.commit([Row(parcel: "CD1234567890")], path: "later.csv")
      try files.removeItem(atPath: disk + "/filler")
      #expect(try await store.rewriteErased() == .done)
      #expect(try StateFolder(disk).places(of: Self.marks) == [])
      #expect(try await store.check(.full).isGood)
    }
  }

  @Test func twoAtOnceBesideCommitsEndWithExactResults() async throws {
    let file = try StoreFile()
    try await Self.fill(try file.open())
    let (one, two, writer) = (try file.open(), try file.open(), try file.open())
    // It has the parcel in memory.
    try await writer.commit([Self.rows[0]], path: "before.csv")
    async let first = Self.erase(one)
    async let second = Self.erase(two)
    for index in 0..<6 {
      var row = Row(code: "in_transit", date: "2\(index)/08/2026 09:00:00")
      row.order = "MARK-ORDER-L\(index)"
      try await writer.commit([row, Row(parcel: "CD123456789\(index)")], path: "\(index)-l.csv")
    }
    let lines = try await (first, second)
    #expect(lines.0.lines + lines.1.lines == 2)
    // Rows that came before the erasure began have been erased by it, those after it were left out.
    let entries = try await writer.erasures(in: 0...Int64.max, limit: 10)
    #expect(entries.count == 1)
    let timelines = try await writer.timelines(of: Samples.parcel, accountID: nil)
    #expect(timelines.map(\.details) == [ParcelDetails()])
    #expect(timelines.first?.events.count == 7)
    #expect(try await writer.unfinishedErasures().isEmpty)
    _ = try await writer.rewriteErased()
    // Lines that came afterwards are noted: whether their files have copies is not the commit's to know.
    let debt = try await writer.erasureDebt()
    #expect(debt.unfinished == 0 && !debt.isRewriteOwed && debt.files <= 6)
    #expect(try Self.places(file) == [])
    let counts = try await writer.counts()
    #expect(counts.events == 1_601 + 12 && counts.held == 0)
    #expect(try await writer.check(.full).isGood)
  }

  @Test func anotherProcessHearsOfItBeforeItsNextCommit() async throws {
    let file = try StoreFile()
    let (one, other) = (try file.open(), try file.open())
    try await one.commit([Row()])
    try await Self.erase(other)
    for path in ["b.csv", "c.csv"] {
      try await one.commit([Row(code: "announced"), Row()], path: path)
      let details = try await one.timelines(of: Samples.parcel, accountID: nil).map(\.details)
      #expect(details == [ParcelDetails()])
    }
    // The same texts in a later life: nothing in memory says that they are there already.
    try await one.commit(
      [Row(date: "02/09/2026 10:00:00")], path: "d.csv", at: Samples.now + 86_400)
    let details = try await one.timelines(of: Samples.parcel, accountID: nil).map(\.details)
    #expect(details.map(\.order) == ["CMD-1042"])
  }

  /// The copy of a file is whole only at its end.
  @Test func linesOfAFileAreGivenOnceNobodyReadsIt() async throws {
    let file = try StoreFile()
    let other = try file.open()
    try await Self.erase(other)
    for isKilled in [false, true] {
      var reader: SQLiteEventStore? = try file.open()
      let sample = SampleFile(path: "\(isKilled).csv")
      try await reader?.commit(sample.part([Row()], end: nil))
      #expect(try await reader?.erasedLines(after: nil) == nil)
      #expect(try await other.erasedLines(after: nil) == nil)
      if !isKilled { try await reader?.commit(sample.part([], firstLine: 3)) }
      reader = nil
      // Its connections are closed a little later.
      try await eventually("the lines are given") { try await other.erasedLines(after: nil) != nil }
      let lines = try #require(try await other.erasedLines(after: nil))
      #expect(lines.lines == [2])
      try await other.forget(lines)
    }
  }
}
