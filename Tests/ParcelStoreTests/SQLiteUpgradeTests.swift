import Contract
import GRDB
import ParcelStore
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
    let run = try await store.heldRun(of: Samples.stranger, after: HeldPlace(), limit: 10)
    #expect(run?.lines == [KeptLine(line: 2, raw: Array(raw.utf8))])
    #expect(run?.header == Array(header.utf8))
    #expect(
      try await store.feeds() == [
        FeedRecord(
          contract: "shop", service: .homeFR, account: Samples.shop, firstRowAt: 100,
          lastRowAt: 300)
      ])
    try await store.commit([Row()], path: "b.csv")
    #expect(try await store.counts().events == 1)
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
    let pending = try await store.pendingPostActions()
    #expect(pending.map(\.seenAt) == [100, 200])
    #expect(pending.map(\.origin) == [nil, nil])
    let archives = try await store.archives()
    #expect(Set(archives.map(\.path)) == ["later", "old/done", "archive"])
    #expect(archives.allSatisfy { $0.server == nil && $0.directory == nil })
  }

  @Test func whoOnlyReadsIsToldToLetColisdDrainFirst() async throws {
    let file = try StoreFile()
    try Schema.migrator.migrate(
      DatabasePool(path: file.path), upTo: "1: parcels, events, ledger")
    let error = try await storeError { _ = try file.open(for: .reading) }
    #expect(error.kind == .unusable && error.description.contains("older version"))
  }
}
