import Carrier
import ParcelStore
import SQLiteStore
import TestSupport
import Testing

/// Groups as large as a backlog makes them: rows are sorted, and missing parcels are found
/// together.
@Suite struct LargeGroupTests {
  @Test func rowsInAnyOrderGiveEachParcelItsEventsOnce() async throws {
    let store = try SQLiteEventStore.temporary()
    var random = SeededGenerator(seed: 7)
    // Some parcels with many events, many with few; more parcels than one pass of the radix sort
    // can order.
    var rows: [Row] = []
    for parcel in 0..<6_000 {
      for step in 0..<(parcel % 1_000 == 0 ? 59 : 1 + parcel % 3) {
        rows.append(row(parcel: parcel, step: step))
      }
    }
    let events = rows.count
    rows += rows.filter { _ in Int.random(in: 0..<10, using: &random) == 0 }
    let repeats = rows.count - events
    rows.shuffle(using: &random)
    // The second half meets parcels that the first one made.
    let half = rows.count / 2
    for part in [rows[..<half], rows[half...]] {
      try await store.commit(Array(part), path: "\(part.startIndex).csv")
    }
    let files = try await store.files(state: nil)
    #expect(files.reduce(0) { $0 + $1.counts.eventsNew } == events)
    #expect(files.reduce(0) { $0 + $1.counts.eventsRepeated } == repeats)
    #expect(try await store.counts().parcels == 6_000)
    for parcel in [0, 1, 2, 1_000, 2_047, 2_048, 5_000, 5_999] {
      let timeline = try #require(
        try await store.timelines(of: Samples.number(number(parcel)), accountID: nil).first)
      #expect(timeline.events.count == (parcel % 1_000 == 0 ? 59 : 1 + parcel % 3))
      #expect(timeline.events.map(\.time.seconds) == timeline.events.map(\.time.seconds).sorted())
      #expect(timeline.details.order == "CMD-\(parcel)")
    }
    let stored = try await store.allEvents()
    #expect(stored.map(\.seq) == (1...Int64(events)).map { $0 })
  }

  @Test func theLastRowOfAGroupSaysWhatAParcelIsLike() async throws {
    let store = try SQLiteEventStore.temporary()
    for round in 0..<2 {
      // In the first round the parcel is new, in the second it is known.
      let orders = ["A", "B", "", "C", ""].map { $0.isEmpty ? "" : "\($0)\(round)" }
      try await store.commit(
        orders.enumerated().map { index, order in
          var row = row(parcel: 1, step: index + 10 * round)
          row.order = order
          row.postcode = index == 1 ? "6900\(round)" : ""
          return row
        }, path: "\(round).csv")
      let timeline = try #require(
        try await store.timelines(of: Samples.number(number(1)), accountID: nil).first)
      #expect(timeline.details.order == "C\(round)")
      #expect(timeline.details.postcode == "6900\(round)")
    }
  }

  private func number(_ parcel: Int) -> String { "9900000\(10_000 + parcel)" }

  private func row(parcel: Int, step: Int) -> Row {
    Row(
      parcel: number(parcel), order: "CMD-\(parcel)", code: "in_transit",
      date: "28/08/2026 10:\(10 + step % 50):\(10 + step / 50)")
  }
}
