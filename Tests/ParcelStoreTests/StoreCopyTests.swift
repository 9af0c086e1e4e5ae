import Carrier
import Foundation
import Ingest
import ParcelStore
import PostgresStore
import SQLiteStore
import Synchronization
import TestSupport
import Testing

/// A store that moves to another database, and is the same there.
@Suite(.postgreSQLSchemas) struct StoreCopyTests {
  private static let ways = SharedStoreKind.allCases.flatMap { from in
    SharedStoreKind.allCases.map { Way(from: from, to: $0) }
  }

  struct Way: Sendable, CustomTestStringConvertible {
    var from: SharedStoreKind
    var to: SharedStoreKind

    var testDescription: String { "from \(from) to \(to)" }
  }

  /// A store with everything in it, and what it answers.
  private static func filled(
    _ kind: SharedStoreKind
  ) async throws -> (store: SharedStore, answers: [String]) {
    let shared = try await kind.make()
    let store = try await shared.open()
    try await EverythingStore.fill(store)
    let answers = try await EverythingStore.answers(of: store)
    await store.close()
    return (shared, answers)
  }

  /// Every single line, so that a difference is shown and not two books.
  private static func expectSame(
    _ shared: SharedStore, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let store = try await shared.open(for: .reading)
    let answers = try await EverythingStore.answers(of: store)
    #expect(answers.count == expected.count, sourceLocation: sourceLocation)
    let different = zip(answers, expected).filter { $0 != $1 }
    #expect(different.isEmpty, "\(different.prefix(3))", sourceLocation: sourceLocation)
    let check = try await store.check(.full)
    #expect(check.isGood, "\(check)", sourceLocation: sourceLocation)
  }

  @Test(arguments: ways) func theCopyAnswersLikeTheOriginal(_ way: Way) async throws {
    let (original, answers) = try await Self.filled(way.from)
    let copy = try await way.to.make()
    let report = try await original.copy(to: copy)
    #expect(report.user == nil && report.left == 0 && report.written > 100)
    try await Self.expectSame(copy, answers)
  }

  @Test func thereAndBackNothingIsLost() async throws {
    let (original, answers) = try await Self.filled(.sqlite)
    let (there, back) = (try await SharedStoreKind.postgres.make(), try StoreFile())
    try await original.copy(to: there)
    try await there.copy(to: .sqlite(back))
    try await Self.expectSame(.sqlite(back), answers)
  }

  @Test(arguments: ways) func theCopyGoesOnWhereTheOriginalEnded(_ way: Way) async throws {
    let (original, _) = try await Self.filled(way.from)
    let copy = try await way.to.make()
    try await original.copy(to: copy)
    let store = try await copy.open()
    let later = [
      Row(parcel: "990000000999", date: "01/09/2026 09:00:00"),
      Row(parcel: "990000000300", code: "returned", date: "01/09/2026 10:00:00"),
      // An event that is there, and rows that are held again.
      Row(parcel: "990000000299", code: "delivered", date: "11/07/2026 08:00:00", site: "S11"),
      Row(account: "X7", accountID: "XX777777"),
    ]
    // As if it had never moved.
    let (twin, _) = try await Self.filled(way.from)
    let expected = try await twin.open().commit(later, path: "later.csv")
    let report = try await store.commit(later, path: "later.csv")
    #expect(report.counts == expected.counts && report.lastSeq == expected.lastSeq)
    #expect(report.counts.map { $0.eventsNew + $0.eventsRepeated } == [3], "\(report)")
    #expect(report.counts.map(\.held) == [1])
    try await EventStorePromises.erase(store, Samples.number("990000000999"))
    #expect(try await store.check(.full).isGood)
  }

  // MARK: Runs that end early

  /// Goes on like the real one until it has been asked so often; then it is as if the process was killed.
  private struct MortalTarget: CopyTarget {
    struct Killed: Error {}

    let target: any CopyTarget
    let life: Life

    final class Life: Sendable {
      private let left: Atomic<Int>
      init(_ calls: Int) { left = Atomic(calls) }
      func live() throws {
        if left.subtract(1, ordering: .relaxed).newValue < 0 { throw Killed() }
      }
    }

    var name: String { target.name }
    var comesFirst: CopiedTable.Form { target.comesFirst }
    var note: CopyNote { target.note }

    func bounds(of table: CopiedTable) async throws(StoreError) -> ClosedRange<Int64>? {
      try await target.bounds(of: table)
    }
    func page(
      of table: CopiedTable, in range: ClosedRange<Int64>, after key: [CopiedValue]?
    ) async throws(StoreError) -> CopiedPage {
      try await target.page(of: table, in: range, after: key)
    }
    func begin(_ range: ClosedRange<Int64>, of table: CopiedTable) async throws {
      try life.live()
      try await target.begin(range, of: table)
    }
    func write(_ rows: CopiedRows, of table: CopiedTable) async throws {
      try life.live()
      try await target.write(rows, of: table)
    }
    func commit(_ table: CopiedTable) async throws {
      try life.live()
      try await target.commit(table)
    }
    func rollback() async { await target.rollback() }
    func prepare(_ head: StoreHead) async throws(StoreError) { try await target.prepare(head) }
    func complete() async throws(StoreError) { try await target.complete() }
    func end() async { await target.end() }
  }

  @Test(arguments: [Way(from: .sqlite, to: .postgres), Way(from: .postgres, to: .sqlite)])
  func aRunThatWasKilledIsGoneOnWith(_ way: Way) async throws {
    let (original, answers) = try await Self.filled(way.from)
    let copy = try await way.to.make()
    for calls in [1, 2, 40, 41, 42, 300] {
      let source = try await original.source()
      let target = try await copy.target(of: source)
      let mortal = MortalTarget(target: target, life: .init(calls))
      await #expect(throws: MortalTarget.Killed.self) {
        _ = try await StoreCopying(source, to: mortal, tables: SharedStore.tables(target)).run()
      }
      let error = try await storeError { _ = try await copy.open(for: .reading) }
      #expect(error.kind == .unusable && error.reason.contains("not complete"))
      // What is there keeps nobody from the original.
      await (try await original.open(for: .polling)).close()
    }
    let report = try await original.copy(to: copy)
    // What was there is not written again.
    #expect(report.ranges - report.written >= 30, "\(report)")
    try await Self.expectSame(copy, answers)
  }

  // MARK: Beside others

  @Test(arguments: ways) func besideADaemonItCopiesUpToALastRun(_ way: Way) async throws {
    let (original, copy) = (try await way.from.make(), try await way.to.make())
    let (first, answers) = try await Self.besideADaemon(original, copy)
    let last = try await original.copy(to: copy)
    #expect(last.user == nil && last.written < first.written / 2, "\(last.written)")
    try await Self.expectSame(copy, answers)
  }

  /// Copies while a daemon has the store, which changes it afterwards and ends.
  private static func besideADaemon(
    _ original: SharedStore, _ copy: SharedStore
  ) async throws -> (CopyReport, answers: [String]) {
    let daemon = try await original.open(for: .polling)
    try await EverythingStore.fill(daemon)
    let report = try await original.copy(to: copy)
    #expect(report.user?.contains("another colisd holds it") == true)
    let error = try await storeError { _ = try await copy.open(for: .writing) }
    #expect(error.kind == .unusable && error.reason.contains("not complete"))

    // Everything changes: events, statuses, held rows, files.
    try await daemon.commit(
      [
        Row(parcel: "990000000300", code: "returned", date: "01/09/2026 10:00:00"),
        Row(parcel: "990000000999", date: "01/09/2026 09:00:00"),
        Row(account: "X7", accountID: "XX777777"), .raw("!"),
      ], path: "later.csv")
    try await EventStorePromises.erase(daemon, Samples.number("990000000250"))
    _ = try await daemon.discardHeld(HeldSelection(accountID: Samples.stranger.accountID))
    let answers = try await EverythingStore.answers(of: daemon)
    await daemon.close()
    return (report, answers)
  }

  // MARK: What is refused

  @Test(arguments: ways) func theOriginalIsWrittenToNoMore(_ way: Way) async throws {
    let (original, answers) = try await Self.filled(way.from)
    let open = try await original.open()
    let copy = try await way.to.make()
    try await original.copy(to: copy)
    for access in [StoreAccess.polling, .writing, .maintaining] {
      let error = try await storeError { _ = try await original.open(for: access) }
      #expect(error.kind == .unusable && error.reason.contains("moved to"), "\(error)")
    }
    // Also through a store that was open already.
    let error = try await storeError { try await open.commit([Row()], path: "new.csv") }
    #expect(error.kind == .unusable && error.reason.contains("moved"), "\(error)")
    try await Self.expectSame(original, answers)
    // Into a store that is complete nothing is copied.
    let again = try await storeError { try await original.copy(to: copy) }
    #expect(again.reason.contains("data of its own"), "\(again)")
    let third = try await way.to.make()
    let elsewhere = try await storeError { try await original.copy(to: third) }
    #expect(elsewhere.reason.contains("moved to"), "\(elsewhere)")
    try await Self.expectSame(copy, answers)
  }

  @Test(arguments: ways) func aStoreWithDataOfItsOwnIsNoTarget(_ way: Way) async throws {
    let (original, answers) = try await Self.filled(way.from)
    let other = try await way.to.make()
    let store = try await other.open()
    try await store.commit([Row()])
    let error = try await storeError { try await original.copy(to: other) }
    #expect(error.kind == .unusable && error.reason.contains("data of its own"), "\(error)")
    #expect(try await store.allEvents().count == 1)
    // Nor is one that another store is being copied to.
    let third = try await way.to.make()
    let source = try await original.source()
    await (try await third.target(of: source)).end()
    let stranger = try await way.from.make()
    try await (try await stranger.open()).commit([Row()])
    let refused = try await storeError { try await stranger.copy(to: third) }
    #expect(refused.reason.contains("another store"), "\(refused)")
    try await Self.expectSame(original, answers)
  }

  // MARK: Rows that are not what they were

  /// The copy is not complete yet, and has all that the original has.
  private static func bringUpToDate(
    _ copy: SharedStore, from original: SharedStore
  ) async throws {
    let daemon = try await original.open(for: .polling)
    let report = try await original.copy(to: copy)
    #expect(report.user != nil && report.left == 0)
    await daemon.close()
  }

  @Test(arguments: [
    "UPDATE wording SET label = 'other' WHERE id = 3", "DELETE FROM reject",
    "UPDATE current SET past = past + 4 WHERE parcel = 120",
    "UPDATE event SET wording = wording + 2 WHERE parcel = 121",
    "UPDATE file SET rows = rows + 1 WHERE id = 2",
    "UPDATE journal SET received_at = received_at + 1 WHERE first_seq > 200",
    "INSERT INTO erased_line VALUES(700, 1)",
    "UPDATE raw_piece SET size = 7", "DELETE FROM parcel WHERE id = 130",
    "UPDATE parcel_range SET latest = latest + 1", "UPDATE endpoint SET position = position - 1",
    "DELETE FROM open_delivery WHERE is_parked", "UPDATE open_delivery SET tries = tries + 1",
  ])
  func whatDiffersIsFoundAndMended(_ harm: String) async throws {
    for way in [Way(from: .sqlite, to: .postgres), Way(from: .postgres, to: .sqlite)] {
      let (original, copy) = (try await way.from.make(), try await way.to.make())
      let (_, answers) = try await Self.besideADaemon(original, copy)
      // Otherwise what the daemon did last would differ, too.
      try await Self.bringUpToDate(copy, from: original)
      try await copy.execute(harm)
      let report = try await original.copy(to: copy)
      #expect(report.user == nil && report.written > 0)
      #expect(report.written < report.ranges / 4, "\(report.written) of \(report.ranges)")
      try await Self.expectSame(copy, answers)
    }
  }
}
