import Carrier
import Contract
import ParcelStore
import SQLiteStore
import Status
import TestSupport
import Testing

/// Two stores open on one file: what one writes, the other notices before it writes itself.
@Suite struct SeveralWritersTests {
  private static let named = ServiceReference(contract: "shop", kind: .homeFR)
  private let promises = EventStorePromises()

  /// Rows that bring new parcels, accounts, codes, labels, sites and orders in every round.
  private static func rows(_ round: Int) -> [Row] {
    (0..<8).map { index in
      Row(
        account: index == 0 ? "X\(round)" : "E1",
        parcel: "99112233\(1000 + (round * 3 + index) % 40)",
        order: "CMD-\((round + index) % 5)",
        code: index.isMultiple(of: 3) ? "code\(round)" : "delivered",
        label: "label \(round % 4)", date: "\(10 + round % 15)/08/2026 1\(index):00:00",
        site: "S\((round + index) % 7)")
    }
  }

  /// A store's rows without what says which process wrote them.
  private static func content(_ file: StoreFile) throws -> [String] {
    try file.content().filter { !$0.hasPrefix("change_count") }.map { line in
      line.split(separator: " ").filter {
        !$0.hasPrefix("reader:") && !$0.hasPrefix("incarnation:")
      }.joined(separator: " ")
    }
  }

  @Test func whoeverWritesTheStoreIsTheSameAsIfOneHadWrittenAll() async throws {
    let (alone, shared) = (try StoreFile(), try StoreFile())
    let one = try alone.open()
    let two = [try shared.open(for: .polling), try shared.open()]
    for round in 0..<40 {
      let (path, rows) = ("\(round).csv", Self.rows(round))
      let expected = try await one.commit(rows, path: path)
      // Each writes several times before it is the other's turn, as often as not.
      let report = try await two[round * 7 % 5 % 2].commit(rows, path: path)
      #expect(report.counts == expected.counts && report.lastSeq == expected.lastSeq)
      #expect(report.newUnmapped == expected.newUnmapped)
    }
    #expect(try Self.content(shared) == Self.content(alone))
    #expect(try await two[0].counts().events > 100)
  }

  @Test func aParcelThatAnotherWriterChangedIsNotTakenForUnchanged() async throws {
    let file = try StoreFile()
    let (one, two) = (try file.open(), try file.open())
    func order() async throws -> String? {
      try await one.timelines(of: Samples.parcel, accountID: nil).first?.details.order
    }
    try await one.commit([Row(order: "A")], path: "a.csv")
    try await two.commit([Row(order: "B", date: "29/08/2026 10:00:00")], path: "b.csv")
    #expect(try await order() == "B")
    try await one.commit([Row(order: "A", date: "30/08/2026 10:00:00")], path: "c.csv")
    #expect(try await order() == "A")
    #expect(await one.parcelDrops() == 1)
  }

  @Test func smallBatchesOfACommandDoNotCostADrainItsParcels() async throws {
    let file = try StoreFile()
    let (drain, command) = (try file.open(for: .polling), try file.open(for: .maintaining))
    let held = EventStorePromises.strangersDays(1...9)
    try await drain.commit([Row()] + held, path: "a.csv")
    try await drain.commit(
      SampleFile(path: "bad.csv").part([], end: .failed("no", isFinal: true)))
    for round in 0..<6 {
      let bad = try #require(try await command.file(at: "bad.csv"))
      switch round {
      case 0:
        let run = try #require(
          try await command.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 2))
        try await command.commit(try promises.part(of: run))
      case 1:
        let selection = HeldSelection(accountID: "XX999999", before: .max)
        #expect(try await command.discardHeld(selection) == 7)
      case 2: #expect(try await command.readAgain(bad.id))
      case 3: #expect(try await command.dismiss(bad.id, by: "me", at: 5) == false)
      case 4: try await command.setReason(.contractIncomplete, for: Samples.stranger)
      default: try await command.commit([Row(parcel: "991122334466")], path: "new.csv")
      }
      try await drain.commit([Row(site: "S\(round)")], path: "\(round).csv")
    }
    #expect(await drain.parcelDrops() == 0)
    // After a command that changes a parcel they are dropped, once.
    try await command.commit([Row(order: "OTHER", site: "Z")], path: "z.csv")
    for round in 6..<9 { try await drain.commit([Row(site: "S\(round)")], path: "\(round).csv") }
    #expect(await drain.parcelDrops() == 1)
  }

  @Test func whatWordingsMeanIsReadAgainWhenAnotherWriterChangedIt() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row(code: "strange")], path: "a.csv")
    #expect(try await store.currentStatus() == .unmapped)
    try file.execute(
      """
      UPDATE wording SET status = 'returned' WHERE code = 'strange';
      INSERT INTO change_count VALUES('wordings', 1)
      """)
    var row = Row(code: "strange")
    row.date = "30/08/2026 10:00:00"
    let report = try await store.commit([row], path: "b.csv")
    #expect(report.newUnmapped.isEmpty)
    #expect(try await store.currentStatus() == .returned)
  }

  @Test func whatAnotherWriterLearntOfFeedsIsNoticedAtTheNextWrite() async throws {
    let file = try StoreFile()
    let (one, two) = (try file.open(), try file.open())
    try await one.commit([Row()], path: "a.csv")
    #expect(two.feedChangesElsewhere == 0)
    try await two.setNotes(["a": "b"])
    #expect(two.feedChangesElsewhere == 1)
    // Further rows of a feed decide nothing.
    try await one.commit([Row(site: "other")], path: "b.csv")
    try await two.setNotes(["a": "c"])
    #expect(two.feedChangesElsewhere == 1)
    try await one.record(FeedNotes(at: 5, named: [Self.named: Samples.incomplete]))
    try await two.setNotes(["a": "d"])
    #expect(two.feedChangesElsewhere == 2 && one.feedChangesElsewhere == 0)
  }

  @Test func aChangeThatTwoProcessesSawIsNotedOnce() async throws {
    let file = try StoreFile()
    let stores = [try file.open(), try file.open()]
    let standing = ContractStanding(contract: "shop", source: nil, services: [])
    for store in stores {
      try await store.record(
        FeedNotes(at: 7, changes: [ContractChange(at: 7, cause: "at start", standing: standing)]))
    }
    #expect(try await stores[0].changes(of: "shop").count == 1)
  }

  @Test func aStoreThatANewerVersionChangedMeanwhileIsNotWrittenAnyMore() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    try file.execute("INSERT INTO grdb_migrations VALUES('99: of tomorrow')")
    let error = try await storeError { try await store.commit([Row()], path: "b.csv") }
    #expect(error.kind == .unusable && error.reason.contains("newer"))
    #expect(try file.rows("SELECT count(*) FROM file") == [["1"]])
  }

  @Test func onlyWhoHasTheLeaseBringsAStoreUpToDate() async throws {
    let file = try StoreFile()
    let daemon = try RunningProcess(
      "/usr/bin/flock", ["--no-fork", "-x", file.path + ".lock", "/bin/sleep", "600"])
    defer { daemon.kill() }
    try await eventually("the other process takes the lease") {
      SQLiteEventStore.writer(path: file.path) != nil
    }
    let error = try await storeError { _ = try file.open() }
    #expect(error.kind == .leased && error.advice.contains("start it again"), "\(error)")
    daemon.kill()
    await daemon.waitForExit()
    try await file.open().commit([Row()])
  }

  @Test func manyProcessesMayMakeAStoreAtOnce() async throws {
    let file = try StoreFile()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          try await file.open().commit([Row(site: "S\(index)")], path: "\(index).csv")
        }
      }
      try await group.waitForAll()
    }
    #expect(try await file.open().counts().events == 4)
  }
}
