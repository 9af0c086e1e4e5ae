import Carrier
import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing
import TrackingFile

/// Files that brought an event again, as copies show them.
@Suite struct RepeatedRowsTests {
  private let folder: TemporaryDirectory
  private let store: any EventStore

  init() throws {
    folder = try TemporaryDirectory()
    store = try SQLiteEventStore.temporary()
  }

  private func ingest(_ paths: [String], keeping: Bool = true) async throws {
    var rules = rules()
    rules.rawRetention = keeping ? .seconds(30 * 86_400) : nil
    for path in paths {
      _ = try await LocalFiles(store: store, observer: Witness(), now: fixedNow)
        .ingest([path], rules)
    }
  }

  private func find(
    layouts: [Layout] = [.colisPrive], longest: Duration = .seconds(60)
  ) async throws -> (EventRepeats?, [StoredEvent]) {
    let number = try #require(ParcelNumber(any: "100000000001"))
    let events = try #require(try await store.timelines(of: number, accountID: nil).first).events
    return (
      try await RepeatedRows(store, layouts: layouts, longest: longest).find(events), events
    )
  }

  @Test func otherFilesAreNamedWithTheirLinesTheNewestFirst() async throws {
    let bytes = trackingFile(rows: 40)
    let first = try folder.write("a.csv", bytes)
    // The parcel's rows are those from 5 to 9: the second file begins with the fourth of them.
    let second = try folder.write("b.csv", trackingFile(rows: 30, from: 8))
    let zip = try folder.write("c.zip", ZIPFile([.init("m.csv", bytes)]).bytes)
    let other = try folder.write("d.csv", trackingFile(rows: 30, from: 900))
    try await ingest([first, second, zip, other])
    let (found, events) = try await find()
    let repeats = try #require(found)
    #expect(repeats.searched == 4 && repeats.copies == 4)
    #expect(!repeats.isCutOff && repeats.unreadable == 0)
    for event in events {
      #expect(event.origin.file == first)
      let row = event.origin.line - 2
      var expected = [EventRepeats.Place(file: zip + "!m.csv", line: row + 2)]
      if row >= 8 { expected.append(EventRepeats.Place(file: second, line: row - 8 + 2)) }
      #expect(repeats.places[event.seq] == expected, "row \(row)")
    }
  }

  @Test func linesKeepTheirNumbersWhenOthersAreTakenOut() async throws {
    let bytes = trackingFile(rows: 40)
    let second = try folder.write("b.csv", bytes)
    try await ingest([try folder.write("a.csv", bytes), second])
    let file = try #require(try await store.files(at: second).last)
    #expect(
      try await RawRedaction(store, now: fixedNow).run(file.id, without: [2, 3])
        == .redacted(lines: 2))
    let (found, events) = try await find()
    let places = try #require(found).places
    #expect(events.allSatisfy { places[$0.seq]?.map(\.line) == [$0.origin.line] })
  }

  @Test func withoutCopiesItIsNotKnown() async throws {
    try await ingest([try folder.write("a.csv", trackingFile(rows: 40))], keeping: false)
    #expect(try await find().0 == nil)
  }

  @Test func whatCouldNotBeSearchedIsSaid() async throws {
    let bytes = trackingFile(rows: 40)
    try await ingest([try folder.write("a.csv", bytes), try folder.write("b.csv", bytes)])
    let cut = try #require(try await find(longest: .zero).0)
    #expect(cut.isCutOff && cut.searched == 0 && cut.copies == 2)
    let unknown = try #require(try await find(layouts: []).0)
    #expect(unknown.unreadable == 2 && unknown.places.isEmpty && !unknown.isCutOff)
  }
}
