import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// Whether a store agrees with itself.
@Suite struct SQLiteFullCheckTests {
  @Test(arguments: [
    (
      "UPDATE current SET wording = (SELECT id FROM wording WHERE code = 'announced')",
      "is announced"
    ),
    ("UPDATE current SET position = position - 32", "by its timeline delivered"),
    ("DELETE FROM current", "no current status"),
    ("INSERT INTO current SELECT 9, position, wording, past FROM current LIMIT 1", "no event"),
    ("UPDATE event SET seq = 7 WHERE seq = 2", "the journal has 2, the table 2, of other parcels"),
    ("UPDATE journal SET records = x'ff'", "is damaged"),
    ("UPDATE parcel_range SET statuses = statuses + 1", "count statuses that their parcels"),
    ("UPDATE parcel_range SET latest = 0", "count statuses that their parcels"),
    ("DELETE FROM journal", "the journal has 0, the table 2"),
  ])
  func aFullCheckFindsWhatContradictsItself(_ damage: String, _ words: String) async throws {
    let file = try StoreFile()
    let store = try file.open()
    try await store.commit([
      Row(code: "announced", date: "27/08/2026 10:00:00"), Row(code: "delivered"),
    ])
    #expect(try await store.check(.full) == StoreCheck())
    try file.execute(damage)
    #expect(try await store.check(.quick).contradictions.isEmpty)
    let check = try await store.check(.full)
    #expect(check.contradictions.contains { $0.contains(words) }, "\(check)")
  }

  @Test func aFullCheckMissesPiecesOfCopies() async throws {
    let file = try StoreFile()
    let store = try file.open()
    var part = try SampleFile().part([Row()])
    part.raw = RawPart(
      pieces: (0..<3).map { RawPiece(number: $0, size: 1, packed: [1]) }, sha256: [1])
    try await store.commit(part)
    #expect(try await store.check(.full) == StoreCheck())
    try file.execute("DELETE FROM raw_piece WHERE id = (SELECT max(id) FROM raw_piece)")
    let check = try await store.check(.full)
    #expect(check.contradictions.contains { $0.contains("lack pieces") }, "\(check)")
  }

  @Test func aFullCheckAgreesWithRowsInAnyOrder() async throws {
    for seed in UInt64(1)...12 {
      var random = RandomRows(generator: SeededGenerator(seed: seed), hasCoarse: true)
      let file = try StoreFile()
      let store = try file.open()
      for (index, group) in try random.groups(of: random.rows(120)).enumerated() {
        _ = try await store.commit(group, receivedAt: Samples.now + Int64(index % 3 - 1) * 43_200)
      }
      #expect(try await store.check(.full) == StoreCheck(), "seed \(seed)")
    }
  }
}
