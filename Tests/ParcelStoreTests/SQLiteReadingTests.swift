import Foundation
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// Readers beside a writer, and how big and how quick a store is.
@Suite(.serialized) struct SQLiteReadingTests {
  @Test func aReaderSeesACommitWholeOrNotAtAll() async throws {
    let file = try StoreFile()
    let store = try file.open()
    let reader = try file.open(for: .reading)
    let rows = 300
    for group in 0..<40 {
      let part = try SampleFile(path: "\(group).csv").part(
        (0..<rows).map {
          Row(
            parcel: "99\(1_000_000_000 + $0)", code: "in_transit",
            date: "28/08/2026 10:\(10 + group):00")
        } + [.raw("?")])
      async let report = store.commit(part)
      // While it is being written there are the groups before it, and it or not.
      for _ in 0..<3 {
        let seen = try await expectWholeGroups(reader, of: rows)
        #expect(seen == group || seen == group + 1)
      }
      #expect(try await report.lastSeq == Int64((group + 1) * rows))
      #expect(try await expectWholeGroups(reader, of: rows) == group + 1)
    }
  }

  /// - Returns: how many groups a reader sees, each of one file.
  private func expectWholeGroups(_ reader: SQLiteEventStore, of rows: Int) async throws -> Int {
    let counts = try await reader.counts()
    #expect(counts.events % rows == 0)
    let groups = counts.events / rows
    #expect(counts.rejected == groups)
    #expect(counts.files == (groups == 0 ? [:] : [.ingested: groups]))
    #expect(counts.parcels == (groups == 0 ? 0 : rows))
    // All parcels moved on in the same commits.
    let parcels = try await reader.parcels(ParcelFilter(limit: 1000))
    #expect(parcels.isEmpty || parcels.count == rows)
    #expect(Set(parcels.map(\.since)).count <= 1)
    let events = try await reader.events(after: Int64(counts.events), limit: .max)
    #expect(events.count % rows == 0)
    return groups
  }

  @Test func heldRowsKeepTheirBytesAndTheirFileItsHeader() async throws {
    let file = try StoreFile()
    let store = try file.open()
    var stranger = Row(account: "X9", accountID: "XX999999", label: "livré").line.utf8.map(\.self)
    stranger += [UInt8(ascii: " "), 0xe9]
    let held = SampleFile()
    try await store.commit(held.part(lines: [stranger, Array(Row().line.utf8)], end: nil))
    // It is read again from the start, and is held once.
    try await store.commit(held.part(lines: [stranger, Array(Row().line.utf8)]))
    let rows = try file.rows(
      "SELECT line, hold_reason, hex(raw) FROM held JOIN account a ON a.id = held.account")
    #expect(rows == [["2", "unknown-account", hex(stranger)]])
    let header = try file.rows("SELECT hex(header), layout FROM file")
    #expect(header == [[hex(Array(Samples.header.utf8)), "colisprive"]])
    #expect(try await store.held().map(\.rows) == [1])
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02X", $0) }.joined()
  }

  #if DEBUG
    private static let parcels = 2_500
    private static let limit = Duration.milliseconds(25)
  #else
    private static let parcels = 25_000
    private static let limit = Duration.milliseconds(5)
  #endif

  @Test func aStoreOfManyEventsIsSmallAndQuick() async throws {
    let file = try StoreFile()
    let days = 8
    var generator = SeededGenerator(seed: 3)
    let codes = [
      "announced", "picked_up", "in_transit", "in_transit", "out_for_delivery", "delivery_failed",
      "out_for_delivery", "delivered",
    ]
    let numbers = (0..<Self.parcels).map { "99\(1_000_000_000 + $0 * 37_199)" }
    do {
      let store = try file.open()
      for day in 0..<days {
        let rows = numbers.shuffled(using: &generator).map { number in
          Row(
            parcel: number, order: "CMD-" + number.suffix(8), code: codes[day],
            label: "Votre colis vous attend au relais \(day)",
            date:
              "\(10 + day)/08/2026 \(Int.random(in: 10...20, using: &generator)):30:\(Int.random(in: 10...59, using: &generator))",
            site: "S\(Int.random(in: 100...180, using: &generator))")
        }
        let report = try await store.commit(rows, path: "\(day).csv")
        #expect(report.counts.map(\.eventsNew) == [Self.parcels])
      }
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    let bytes = try #require(attributes[.size] as? Int)
    #expect(bytes / (days * Self.parcels) < 60)

    let reader = try file.open(for: .reading)
    #expect(try await reader.counts().events == days * Self.parcels)
    for text in numbers.shuffled(using: &generator).prefix(200) {
      let number = Samples.number(text)
      // Other tests take the processor, too, so one quiet moment is enough.
      var best = Duration.seconds(60)
      for _ in 0..<100 where best >= Self.limit {
        let start = ContinuousClock.now
        let timelines = try await reader.timelines(of: number, accountID: nil)
        best = min(best, .now - start)
        #expect(timelines.map(\.events.count) == [8])
      }
      #expect(best < Self.limit, "\(text)")
    }
  }
}
