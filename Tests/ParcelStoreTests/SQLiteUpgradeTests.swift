import Contract
import GRDB
import ParcelStore
import SQLiteStore
import Status
import Synchronization
import Testing
import TrackingFile

/// Stores that an older version has written.
@Suite struct SQLiteUpgradeTests {
  @Test func aStoreOfTheFirstTablesKeepsItsHeldRowsReasonsAndFeeds() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(
      DatabasePool(path: file.path), upTo: "1: parcels, events, ledger")
    let header = Samples.header
    let raw = Row(account: "X9", accountID: "XX999999").line
    try file.execute(
      """
      INSERT INTO account(id, account, account_id) VALUES(1, 'X9', 'XX999999'), (2, 'E1', 'EM180619');
      INSERT INTO file(id, path, size, mtime, header, state, is_final, rows, held)
        VALUES(7, 'a.csv', 1, 1, '\(header)', 'ingested', 1, 2, 2);
      INSERT INTO held VALUES(7, 2, 1, 'unknown-account', 100, '\(raw)', 0),
        (7, 3, 2, 'tracking-not-requested', 200, '\(raw)', 0);
      INSERT INTO feed VALUES('shop', 'home-fr', 2, 100, 300);
      """)
    let store = try file.open()
    #expect(
      try await store.held() == [
        HeldSummary(
          account: Samples.shop, reason: .trackingNotRequested, rows: 1, oldest: 200),
        HeldSummary(account: Samples.stranger, reason: .unknownAccount, rows: 1, oldest: 100),
      ])
    let run = try await store.heldRun(of: Samples.stranger, after: HeldCursor(), limit: 10)
    #expect(run?.rows == [KeptRow(line: 2, raw: Array(raw.utf8))])
    #expect(run?.header == Array(header.utf8))
    #expect(
      try await store.feeds() == [
        FeedRecord(contract: "shop", service: .homeFR, account: Samples.shop)
          .withRows(first: 100, last: 300)
      ])
    try await store.commit([Row()], path: "b.csv")
    #expect(try await store.counts().events == 1)
  }

  @Test func aLongUpdateTellsAgainAndAgainThatItGoesOn() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(DatabasePool(path: file.path), upTo: "10: several writers")
    try file.execute(
      """
      WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 200000)
        INSERT INTO file(path, size, mtime, state, is_final) SELECT n || '.csv', 1, 1, 'ingested', 1
        FROM number;
      """)
    let told = Mutex(0)
    var store: SQLiteEventStore? = try SQLiteEventStore.open(path: file.path, for: .polling) {
      told.withLock { $0 += 1 }
    }
    #expect(told.withLock(\.self) >= 3)
    // What comes after it is no update any more, and neither is a store of this version.
    let before = told.withLock(\.self)
    #expect(try await store?.files(state: nil).count == 200_000)
    store = nil
    store = try SQLiteEventStore.open(path: file.path, for: .polling) { told.withLock { $0 += 1 } }
    #expect(told.withLock(\.self) == before)
  }

  @Test func pendingPostActionsAndArchivesOfOlderVersionsAreKnown() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(DatabasePool(path: file.path), upTo: "2: contracts in motion")
    try file.execute(
      """
      INSERT INTO file(path, state, is_final, ingested_at, post_action) VALUES
        ('a.csv', 'ingested', 1, 100, 'delete-pending'),
        ('b.csv', 'ingested', 1, 200, 'move-pending:later'),
        ('sub/c.csv', 'ingested', 1, 200, 'moved:old/done/c.csv'),
        ('d.csv', 'ingested', 1, 200, 'moved:archive/d.csv.01234567'),
        -- Gone before it was moved: nothing tells a folder from a name here.
        ('e.csv', 'ingested', 1, 200, 'moved:in/done');
      """)
    let store = try file.open()
    let source = ConfiguredSource(name: "drop", place: "dupont@drop:22 /out")
    let (ids, changes) = try await store.register([source])
    #expect(changes == [.adopted(name: "drop", files: 5)])
    let pending = try await store.pendingPostActions(of: try #require(ids.first))
    #expect(pending.map(\.seenAt) == [100, 200])
    #expect(pending.map(\.source) == ["drop", "drop"])
    let archives = try await store.archives()
    #expect(Set(archives.map(\.path)) == ["later", "old/done", "archive"])
    #expect(archives.allSatisfy { $0.server == nil && $0.directory == nil })
  }

  @Test func filesOfOlderVersionsBelongToTheSourceThatIsPolledFirst() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(
      DatabasePool(path: file.path), upTo: "7: pairs that go and come back")
    try file.execute(
      """
      INSERT INTO file(path, size, mtime, state, is_final, post_action, origin) VALUES
        ('a.csv', 1, 1, 'ingested', 1, 'delete-pending', 'dupont@old:22 /out'),
        ('b.csv', 1, 1, 'ingested', 1, 'delete-pending', 'dupont@drop:22 /out'),
        ('c.csv', 1, 1, 'ingested', 1, 'leave', 'dupont@old:22 /out'),
        ('/home/dupont/d.csv', 1, 1, 'ingested', 1, 'leave', NULL),
        ('-', NULL, NULL, 'ingested', 1, 'leave', NULL),
        ('e.csv', 1, 1, 'failed', 1, 'leave', 'dupont@drop:22 /out');
      INSERT INTO note VALUES('poll.last-success', '100'), ('files.troubled', 'b.csv');
      """)
    let store = try file.open()
    let drop = ConfiguredSource(name: "drop", place: "dupont@drop:22 /out")
    let other = ConfiguredSource(name: "other", place: "martin@drop:22 /in")
    let (ids, changes) = try await store.register([other, drop])
    #expect(changes == [.adopted(name: "drop", files: 3)], "the one that is at the same place")
    let files = try await store.files(state: nil)
    #expect(files.map(\.source) == ["drop", "drop", "drop", nil, nil, "drop"])
    #expect(files.map(\.abandonedPlace).compactMap(\.self) == ["dupont@old:22 /out"])
    let id = try #require(ids.last)
    #expect(try await store.pendingPostActions(of: id).map(\.path) == ["b.csv"])
    #expect(try await store.sources().first?.lastSuccessAt == 100)
    #expect(try await store.readNote("files.troubled.\(id.rawValue)") == "b.csv")
  }

  @Test func filesThatAnOlderVersionCouldHardlyReadAreReadOnceMore() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(
      DatabasePool(path: file.path), upTo: "4: files that wait before they are removed")
    try file.execute(
      """
      INSERT INTO file(path, size, mtime, state, is_final, rows, rejected, post_action) VALUES
        ('failed.csv', 1, 1, 'failed', 1, 0, 0, 'leave'),
        ('denied.csv', 1, 1, 'failed', 0, 0, 0, 'leave'),
        ('bad.csv', 1, 1, 'ingested', 1, 3, 2, 'delete-pending'),
        ('good.csv', 1, 1, 'ingested', 1, 3, 1, 'delete-pending'),
        ('gone.csv', 1, 1, 'ingested', 1, 3, 2, 'deleted'),
        ('seen.csv', 1, 1, 'dismissed', 1, 3, 2, 'delete-pending');
      """)
    let store = try file.open()
    let source = try #require(
      try await store.register([ConfiguredSource(name: "drop", place: "")]).ids.first)
    #expect(try await store.readAgain(unlessReadBy: "A", of: source) == 2)
    let sightings = ["failed.csv", "bad.csv", "good.csv", "gone.csv", "seen.csv"].map {
      FileSighting(source: source, path: $0, size: 1, mtime: 1)
    }
    #expect(
      try await store.unfinished(among: sightings).map(\.path) == ["failed.csv", "bad.csv"])
  }

  @Test func filesOfAnOlderVersionAreAwaitedWhereTheyMayStillBeThere() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(
      DatabasePool(path: file.path), upTo: "13: maps in force, corrections")
    try file.execute(
      """
      INSERT INTO source(id, name, place) VALUES(1, 'drop', 'dupont@drop:22 /out');
      INSERT INTO file(source, path, size, mtime, state, is_final, post_action) VALUES
        (1, 'failed.csv', 1, 1, 'failed', 1, 'leave'),
        (1, 'read.csv', 1, 1, 'ingested', 1, 'leave'),
        (1, 'deleted.csv', 1, 1, 'ingested', 1, 'deleted'),
        (1, 'moved.csv', 1, 1, 'ingested', 1, 'moved:archive/moved.csv'),
        (1, 'seen.csv', 1, 1, 'dismissed', 1, 'leave'),
        (0, '/tmp/local.csv', 1, 1, 'ingested', 1, 'leave');
      """)
    let store = try file.open()
    let unseen = try await store.unseen(of: SourceID(rawValue: 1), besides: FileSet())
    #expect(unseen.missing.map(\.path) == ["failed.csv", "read.csv"])
    #expect(unseen.settled.isEmpty && unseen.returned.isEmpty)
    #expect(try await store.check().isGood)
  }

  @Test func codesOfAStoreOfBeforeAreOneWhateverTheirLetterCase() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(DatabasePool(path: file.path), upTo: "2: contracts in motion")
    // Two parcels: of the first the same event came under both codes, of the second under one.
    try file.execute(
      """
      INSERT INTO account(id, account, account_id) VALUES(1, 'E1', 'EM180619');
      INSERT INTO parcel VALUES(1, '991122334455', 1, NULL, NULL, NULL),
        (2, 'AB1234567890', 1, NULL, NULL, NULL);
      INSERT INTO site VALUES(1, '75A');
      INSERT INTO code VALUES(1, 'DELIVERED', ''), (2, 'delivered', ''), (3, 'ZZ9', '');
      INSERT INTO wording(id, code, code_id, status, map)
        VALUES(1, 'DELIVERED', 1, 'delivered', '1'), (2, 'delivered', 2, 'delivered', '1');
      INSERT INTO event VALUES(1, 1787910130, 4, 1, 2, 1), (1, 1787910130, 8, 1, 4, 2),
        (2, 1787910130, 4, 1, 2, 3);
      INSERT INTO current VALUES(1, \(Self.position(1_787_910_130)), 2, 0),
        (2, \(Self.position(1_787_910_130)), 1, 0);
      """)
    try file.journal([(1, 7, 2), (1, 7, 3), (2, 7, 4)], receivedAt: Samples.now)
    let store = try file.open()
    #expect(
      try await store.allEvents().map(\.wording.code) == ["DELIVERED", "delivered", "DELIVERED"])
    for code in ["DELIVERED", "delivered", "Delivered"] {
      let report = try await store.commit(
        [Row(code: code), Row(parcel: "AB1234567890", code: code)], path: code)
      #expect(report.counts.map(\.eventsNew) == [0] && report.counts.map(\.eventsRepeated) == [2])
    }
    let new = try await store.commit([Row(code: "zz9")], path: "z.csv")
    #expect(new.counts.map(\.eventsNew) == [1])
    #expect(
      try file.rows("SELECT code FROM code ORDER BY id") == [["DELIVERED"], ["delivered"], ["zz9"]])
  }

  @Test func aTimeThatCannotBeRightDecidesNothingAnyMoreInAStoreOfBefore() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(DatabasePool(path: file.path), upTo: "2: contracts in motion")
    let year9999: Int64 = 253_402_210_800
    try file.execute(
      """
      INSERT INTO account(id, account, account_id) VALUES(1, 'E1', 'EM180619');
      INSERT INTO parcel VALUES(1, '991122334455', 1, NULL, NULL, NULL);
      INSERT INTO site VALUES(1, '75A');
      INSERT INTO code VALUES(1, 'delivered', ''), (2, 'returned', '');
      INSERT INTO wording(id, code, code_id, status, map)
        VALUES(1, 'delivered', 1, 'delivered', '1'), (2, 'returned', 2, 'returned', '1');
      INSERT INTO event VALUES(1, 1787910130, 4, 1, 2, 1), (1, \(year9999), 8, 1, 4, 2);
      INSERT INTO current VALUES(1, \(Self.position(year9999)), 2, 0);
      """)
    try file.journal([(1, 7, 2), (1, 7, 3)], receivedAt: Samples.now)
    let store = try file.open()
    #expect(try await store.currentStatus() == .delivered)
    try await store.commit([Row(code: "in_transit", date: "29/08/2026 10:00:00")])
    #expect(try await store.currentStatus() == .inTransit)
  }

  @Test func endpointsOfAStoreWithoutAnyBeginBehindWhatItHas() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(DatabasePool(path: file.path), upTo: "18: erasures")
    try file.execute("UPDATE store SET sequence = 41")
    #expect(try await storeError { _ = try file.open(for: .reading) }.kind == .unusable)
    let store = try file.open()
    #expect(try await store.endpoints() == [])
    #expect(try await store.takeEndpoint("shop", after: nil, at: Samples.now).position == 41)
  }

  private static func position(_ instant: Int64) -> Int64 {
    CurrentPosition(instant: instant, rank: 1, isMapped: true).rawValue
  }

  @Test func whoOnlyReadsIsToldToLetColisdDrainFirst() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(
      DatabasePool(path: file.path), upTo: "1: parcels, events, ledger")
    let error = try await storeError { _ = try file.open(for: .reading) }
    #expect(error.kind == .unusable && error.description.contains("older version"))
  }
}

extension StoreFile {
  /// Writes one block of the journal, from `seq` 1 on.
  fileprivate func journal(
    _ entries: [(parcel: Int64, file: Int64, line: Int64)], receivedAt: Int64
  ) throws {
    var block = JournalBlock()
    for entry in entries {
      block.append(JournalBlock.Entry(parcel: entry.parcel, file: entry.file, line: entry.line))
    }
    let records = block.bytes.map { String($0, radix: 16) }
      .map { $0.count < 2 ? "0" + $0 : $0 }.joined()
    try execute("INSERT INTO journal VALUES(1, \(entries.count), \(receivedAt), x'\(records)')")
  }
}
