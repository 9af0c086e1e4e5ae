import Contract
import GRDB
import ParcelStore
import SQLiteStore
import Status
import TestSupport
import Testing
import TrackingFile

/// The counter of `seq`, and the kept counts.
@Suite struct SQLiteCountsTests {
  @Test func noNumberComesTwiceWhenTheNewestEventsAreDeleted() async throws {
    let file = try StoreFile()
    do {
      let store = try file.open()
      try await store.commit([Row(), Row(parcel: "AB1234567890")])
    }
    try file.execute("DELETE FROM event WHERE seq = 2; DELETE FROM journal; DELETE FROM current;")
    let store = try file.open()
    let report = try await store.commit([Row(parcel: "CD1234567890")], path: "b.csv")
    #expect(report.lastSeq == 3)
    #expect(try await store.events(after: 2, limit: 10).map(\.seq) == [3])
    #expect(try await store.check().isGood)
  }

  @Test func whatAnotherProcessNumberedMeanwhileIsNotNumberedAgain() async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row()])
    // Its caches stay; the counter is read with each commit.
    try file.execute("UPDATE store SET sequence = 41")
    #expect(try await store.commit([Row(code: "returned")], path: "b.csv").lastSeq == 42)
  }

  @Test func countsAgreeWithTheRowsWhateverBecomesOfThem() async throws {
    let file = try StoreFile()
    let store = try file.open()
    let held = Row(account: "X9", accountID: "XX999999")
    try await store.commit([Row(), held, .raw("?"), held], path: "a.csv")
    // Broken off, then read again with fewer lines.
    let broken = SampleFile(path: "b.csv")
    try await store.commit(broken.part([Row(code: "returned"), held, .raw("?")], end: nil))
    try await store.commit(
      broken.part([Row(code: "returned")], end: .failed("cut", isFinal: false)))
    try await store.commit(broken.part([Row(code: "returned"), held]))
    // Longer under the same name.
    let longer = SampleFile(path: "a.csv", size: 2_000)
    try await store.commit(longer.part([Row(), held, .raw("?"), held, .raw("!")]))
    try await store.noteSettling(broken.sighting, reason: "it grows")
    _ = try await store.noteHeld([
      HeldFile(
        sighting: SampleFile(path: "c.csv").sighting, account: Samples.stranger,
        reason: .unknownAccount)
    ])
    try await store.commit(SampleFile(path: "d.csv").part([], end: .failed("bad", isFinal: true)))
    let failed = try #require(try await store.file(at: "d.csv"))
    #expect(try await store.dismiss(failed.id, by: "me", at: Samples.now))
    #expect(try await store.readAgain(failed.id))
    #expect(try await store.check() == StoreCheck())
    let counts = try await store.counts()
    #expect(counts.events == 2 && counts.parcels == 1)
    #expect(counts.held == 3 && counts.rejected == 2)
    #expect(
      counts.files.values.reduce(0, +) == (try await store.files(state: nil).count))
    #expect(
      try await store.discardHeld(HeldSelection(accountID: "XX999999")) == 3)
    #expect(try await store.counts().held == 0)
    #expect(try await store.check() == StoreCheck())
  }

  @Test(arguments: [
    ("UPDATE store SET held = held + 1", "held rows"),
    ("UPDATE store SET events = 0", "events"),
    ("UPDATE store SET parcels = parcels - 1", "parcels"),
    ("UPDATE store SET rejected = rejected + 7", "rejected lines"),
    ("UPDATE file_count SET files = files + 1 WHERE state = 'ingested'", "files ingested"),
    ("UPDATE store SET sequence = 0", "last seq"),
  ])
  func aWrongCountIsFound(_ damage: String, _ name: String) async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([Row(), Row(account: "X9", accountID: "XX999999"), .raw("?")])
    #expect(try await store.check().isGood)
    try file.execute(damage)
    let check = try await store.check()
    #expect(check.counts.map(\.name) == [name] && check.damage.isEmpty)
  }

  @Test func anOlderStoreGetsItsCountsAndItsCounterFromTheRows() async throws {
    let file = try StoreFile()
    let content: StoreCounts
    do {
      let store = try file.open()
      try await store.commit([
        Row(code: "announced", date: "27/08/2026 10:00:00"), Row(code: "delivered"),
        Row(account: "X9", accountID: "XX999999"), .raw("?"),
      ])
      content = try await store.counts()
    }
    // As the version before left it.
    try file.execute(
      """
      DROP TABLE store; DROP TABLE file_count; DROP INDEX wording_unmapped;
      DROP TRIGGER event_deleted; DROP TRIGGER parcel_deleted;
      DROP TRIGGER held_inserted; DROP TRIGGER held_deleted;
      DROP TRIGGER reject_inserted; DROP TRIGGER reject_deleted;
      DROP TRIGGER file_inserted; DROP TRIGGER file_state; DROP TRIGGER file_deleted;
      ALTER TABLE current RENAME COLUMN past TO is_coarse;
      UPDATE current SET is_coarse = 0;
      UPDATE journal SET records = substr(records, 1, length(records) - 1);
      DELETE FROM grdb_migrations WHERE identifier GLOB '8:*' OR identifier GLOB '9:*'
        OR identifier GLOB '14:*';
      """)
    let store = try file.open()
    #expect(try await store.counts() == content)
    #expect(try await store.check().isGood)
    #expect(try await store.allEvents().map(\.effect) == [nil, nil])
    let rows = [
      Row(code: "announced", date: "29/08/2026 10:00:00"),
      Row(code: "in_transit", date: "30/08/2026 10:00:00"),
    ]
    #expect(try await store.commit(rows, path: "b.csv").lastSeq == 4)
    #expect(
      try await store.events(after: 2, limit: 2).map(\.effect) == [
        StatusEffect(changesStatus: true, isFirstOfStatus: false),
        StatusEffect(changesStatus: true, isFirstOfStatus: true),
      ])
  }

  @Test func theIncarnationSurvivesTheProcess() async throws {
    let file = try StoreFile()
    let first = try await file.open().incarnation()
    #expect(try await file.open(for: .reading).incarnation() == first)
  }
}
