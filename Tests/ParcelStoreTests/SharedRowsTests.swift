import Foundation
import ParcelStore
import TestSupport
import Testing
import TrackingFile

/// Two writers that want the same rows or the same file: each row counts once.
@Suite(.postgreSQLSchemas) struct SharedRowsTests {
  private let promises = EventStorePromises()

  private func run(_ store: any EventStore, limit: Int = 100) async throws -> HeldRun {
    try #require(try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: limit))
  }

  private func expectAddsUp(_ store: any EventStore) async throws {
    let files = try await store.files(state: nil)
    #expect(!files.isEmpty)
    for file in files { #expect(file.counts.addUp, "\(file)") }
  }

  // MARK: Held rows

  @Test(arguments: SharedStoreKind.allCases)
  func heldRowsThatTwoReleaseComeInOnce(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    let (daemon, command) = (try await file.open(for: .polling), try await file.open())
    try await daemon.commit(EventStorePromises.strangersDays(1...9), path: "a.csv")
    // Both have read them; the one has only some.
    let all = try promises.part(of: try await run(daemon))
    let some = try promises.part(of: try await run(command, limit: 4))
    let reports = [try await command.commit(some), try await daemon.commit(all)]
    #expect(reports.flatMap(\.counts).map(\.eventsNew) == [4, 5])
    #expect(reports.flatMap(\.counts).map(\.eventsRepeated) == [0, 0])
    #expect(reports.flatMap(\.counts).map(\.released) == [4, 5])
    let counts = try await daemon.counts()
    #expect(counts.events == 9 && counts.held == 0)
    try await expectAddsUp(daemon)
  }

  @Test(arguments: SharedStoreKind.allCases)
  func whatWasThrownAwayMeanwhileDoesNotComeIn(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    let (daemon, command) = (try await file.open(for: .polling), try await file.open())
    try await daemon.commit(EventStorePromises.strangersDays(1...5), path: "a.csv")
    let part = try promises.part(of: try await run(daemon))
    #expect(try await command.discardHeld(HeldSelection()) == 5)
    #expect(try await daemon.commit(part).counts == [FileCounts()])
    #expect(try await daemon.counts().events == 0)
    #expect(try await daemon.feeds().isEmpty, "nothing came, so no feed brought anything")
    #expect(try await daemon.files(state: nil).map(\.counts.skipped) == [5])
    try await expectAddsUp(daemon)
  }

  @Test(arguments: SharedStoreKind.allCases)
  func rowsThatAreOtherOnesNowStayHeld(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    let (daemon, command) = (try await file.open(for: .polling), try await file.open())
    let sample = SampleFile(path: "a.csv")
    try await daemon.commit(sample.part(EventStorePromises.strangersDays(1...3), end: nil))
    let part = try promises.part(of: try await run(command))
    // The file is read again, and has other rows in two of the lines.
    let rows = EventStorePromises.strangersDays(1...1) + EventStorePromises.strangersDays(8...9)
    try await daemon.commit(sample.part(rows))
    try await command.commit(part)
    let left = try await run(daemon)
    #expect(left.rows.map(\.line) == [3, 4])
    #expect(left.rows.map(\.raw) == rows[1...].map { Array($0.line.utf8) })
    #expect(try await daemon.counts().events == 1)
    try await expectAddsUp(daemon)
  }

  @Test(arguments: SharedStoreKind.allCases)
  func rowsReleasedByAnotherWhileTheirFileIsReadAgainAreCountedOnce(_ kind: SharedStoreKind)
    async throws
  {
    let file = try await kind.make()
    let (daemon, command) = (try await file.open(for: .polling), try await file.open())
    let sample = SampleFile(path: "a.csv")
    let rows = EventStorePromises.strangersDays(1...6)
    try await daemon.commit(sample.part(rows, end: nil))
    let part = try promises.part(of: try await run(command))
    // Three lines of the new reading are held again, the others are still of the former one.
    try await daemon.commit(sample.part(Array(rows[..<3]), end: nil))
    #expect(try await command.commit(part).counts.map(\.eventsNew) == [6])
    try await daemon.commit(sample.part(Array(rows[3...]), firstLine: 5))
    try await expectAddsUp(daemon)
    // What came again after the release is held until the next one, which finds repeats.
    try await promises.release(Samples.stranger, in: daemon)
    try await expectAddsUp(daemon)
    let counts = try await daemon.counts()
    #expect(counts.events == 6 && counts.held == 0)
    #expect(try await daemon.files(state: nil).map(\.counts.rows) == [6])
  }

  @Test(arguments: SharedStoreKind.allCases)
  func aLookCountsOnlyWhenNobodyBeganAnotherOne(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    let (daemon, command) = (try await file.open(for: .polling), try await file.open())
    try await daemon.commit(EventStorePromises.strangersDays(1...3), path: "a.csv")
    #expect(try await daemon.beginLook(at: Samples.stranger) == HeldCursor())
    #expect(try await command.beginLook(at: Samples.stranger) == HeldCursor())
    try await daemon.endLook(at: Samples.stranger)
    #expect(try await daemon.beginLook(at: Samples.stranger) == HeldCursor(), "the command died")
    try await daemon.endLook(at: Samples.stranger)
    #expect(try await command.beginLook(at: Samples.stranger) == nil)
  }

  // MARK: Files

  @Test(arguments: SharedStoreKind.allCases)
  func ofTwoThatReadAFileOnlyTheFirstCounts(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    let (first, second) = (try await file.open(), try await file.open())
    let sample = SampleFile(path: "a.csv")
    let rows = (0..<6).map { Row(site: "S\($0)") }
    let half = Array(rows[..<3])
    let rest = Array(rows[3...])
    try await first.commit(sample.part(half, end: nil))
    let refused = CommitReport.Refusal.isRead(by: file.me)
    var report = try await second.commit(sample.part(half, end: nil))
    #expect(report.refusals == [0: refused] && report.counts == [FileCounts()])
    try await first.commit(sample.part(rest, firstLine: 5))
    // The rest of what was refused is not taken for a file of its own.
    report = try await second.commit(sample.part(rest, firstLine: 5))
    #expect(report.refusals.keys.sorted() == [0])
    // Whoever comes too late finds that it was read.
    report = try await second.commit(sample.part(rows))
    #expect(report.refusals == [0: .wasRead])
    let files = try await second.files(state: nil)
    #expect(files.map(\.counts.eventsNew) == [6] && files.map(\.counts.rows) == [6])
    #expect(files.map(\.state) == [.ingested])
  }

  @Test(arguments: SharedStoreKind.allCases)
  func otherFilesOfAGroupAreTakenAllTheSame(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    let (first, second) = (try await file.open(), try await file.open())
    try await first.commit(SampleFile(path: "b.csv").part([Row()], end: nil))
    let parts = try ["a.csv", "b.csv", "c.csv"].enumerated().map { index, path in
      try SampleFile(path: path).part([Row(site: "S\(index)")])
    }
    let report = try await second.commit(parts[0], parts[1], parts[2])
    #expect(report.counts.map(\.eventsNew) == [1, 0, 1])
    #expect(
      report.refusals.keys.sorted() == [1]
        && report.totals.map { $0 == nil } == [false, true, false])
    let states = try await second.files(state: nil).map { "\($0.path) \($0.state)" }.sorted()
    #expect(states == ["a.csv ingested", "b.csv ingesting", "c.csv ingested"])
  }

  @Test(arguments: SharedStoreKind.allCases)
  func theFileOfAReaderThatDiedIsFree(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    var first: (any EventStore)? = try await file.open()
    let second = try await file.open()
    let rows = (0..<4).map { Row(site: "S\($0)") }
    let sample = SampleFile(path: "a.csv")
    try await first?.commit(sample.part(Array(rows[..<2]), end: nil))
    first = nil
    // On PostgreSQL it says that it is gone by a session of its own.
    try await eventually("the file is free") {
      try await second.commit(sample.part(rows)).refusals.isEmpty
    }
    let files = try await second.files(state: nil)
    #expect(files.map(\.counts.eventsNew) == [4] && files.map(\.counts.rows) == [4])
    try await expectAddsUp(second)
  }

  @Test(arguments: SharedStoreKind.allCases)
  func aFileThatIsDismissedWhileItIsReadKeepsItsRow(_ kind: SharedStoreKind) async throws {
    let file = try await kind.make()
    let (daemon, command) = (
      try await file.open(for: .polling), try await file.open(for: .maintaining)
    )
    let sample = SampleFile(path: "a.csv")
    try await daemon.commit(sample.part([], end: .failed("gone", isFinal: false)))
    try await daemon.commit(sample.part([Row(site: "1")], end: nil))
    let row = try #require(try await command.file(at: "a.csv"))
    try await command.setNotes(["x": "y"])
    try await file.execute("UPDATE file SET state = 'failed' WHERE id = \(row.id.rawValue)")
    #expect(try await command.dismiss(row.id, by: "me", at: 9))
    try await daemon.commit(sample.part([Row(site: "2")], firstLine: 3))
    let files = try await daemon.files(state: nil)
    #expect(files.map(\.counts.eventsNew) == [2] && files.map(\.state) == [.ingested])
  }
}
