import ParcelStore
import Status
import Testing
import TrackingFile

@Suite struct WordingMeaningsTests {
  private static func map(_ version: String, _ codes: [String: ParcelStatus]) throws -> StatusMap {
    try StatusMap(
      name: "annex", version: version,
      codes: codes.map { .init(code: $0.key, meaning: Meaning(status: $0.value)) }, labels: [])
  }

  /// Batches whose wordings have no meaning yet that counts.
  private static func batch(_ codes: [String], label: String = "") throws -> EventBatch {
    let rows = codes.enumerated().map { index, code in
      Row(parcel: "\(991_122_330_000 + index)", code: code, label: label)
    }
    return try #require(try Samples.batches(rows.map { Array($0.line.utf8) }).first)
  }

  private static func texts(_ batch: EventBatch) -> [String] {
    zip(batch.wordings, batch.meanings).map {
      "\(batch.wording($0).code ?? "-") \($1.status.name) \(batch.mapVersion)"
    }
  }

  @Test
  func eachWordingOfABatchHasTheMeaningOfTheMapOnceInTheOrderInWhichItCame() throws {
    let map = try Self.map("7", ["A": .delivered, "B": .returned])
    let lines = ["B", "A", "?", "B"].map { Array(Row(code: $0).line.utf8) }
    let batch = try #require(try Samples.batches(lines, statusMap: map).first)
    #expect(Self.texts(batch) == ["B returned 7", "A delivered 7", "? unmapped 7"])
  }

  @Test
  func anotherMapGivesItsMeaningsFromTheNextBatchOn() throws {
    var meanings = WordingMeanings(by: try Self.map("1", ["A": .delivered]))
    let batch = try Self.batch(["A"])
    #expect(meanings.meanings(of: batch).map(\.status) == [.delivered])
    meanings.use(try Self.map("2", ["A": .returned]))
    #expect(meanings.meanings(of: batch).map(\.status) == [.returned])
    #expect(meanings.version == "2")
  }

  @Test
  func theSameBytesInAnotherEncodingAreAnotherText() throws {
    // "Livr\u{e9}" in Windows-1252, which UTF-8 can't read.
    let code: [UInt8] = Array("Livr".utf8) + [0xe9]
    let map = try Self.map("1", ["Livr\u{e9}": .delivered])
    var lines = Array(Row(code: "@").line.utf8)
    let place = try #require(lines.firstIndex(of: UInt8(ascii: "@")))
    lines.replaceSubrange(place...place, with: code)
    var meanings = WordingMeanings(by: map)
    let windows = try #require(try Samples.batches([lines], statusMap: map).first)
    #expect(meanings.meanings(of: windows).map(\.status) == [.delivered])
    // Bytes that are UTF-8 under one encoding and two characters under the other.
    let both = try Self.batch(["Livr\u{e9}"])
    #expect(both.encoding == windows.encoding)
    #expect(meanings.meanings(of: both).map(\.status) == [.delivered])
  }

  @Test
  func moreWordingsThanAreRememberedHaveTheirMeaningsAllTheSame() throws {
    let codes = (0..<1_500).map { "K\($0)" }
    let map = try Self.map("1", ["K3": .delivered, "K1499": .returned])
    var meanings = WordingMeanings(by: map)
    for round in 0..<5 {
      let batch = try Self.batch(codes, label: "label \(round)")
      let statuses = zip(batch.wordings, meanings.meanings(of: batch))
        .filter { $0.1.status != .unmapped }.map { batch.wording($0.0).code ?? "" }
      #expect(statuses == ["K3", "K1499"])
    }
  }
}
