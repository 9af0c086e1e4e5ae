import Carrier
import Contract
import ParcelStore
import SQLiteStore
import Testing
import TrackingFile

/// Numbers that are narrow in memory: none is ever truncated.
@Suite struct NumberBoundTests {
  @Test func eachRowOfAFullBatchKeepsItsOwnCodeAndSite() throws {
    // As short as rows get, so that as many as possible fit into one batch.
    let text =
      "a;i;p;c;s;d\n"
      + (0..<20_000).map {
        "E1;EM180619;\(parcel($0));\($0);\(20_000 - $0);\n"
      }.joined()
    var reader = TrackingFileReader(layout: try layout)
    reader.supply(Array(text.utf8))
    reader.finish()
    var packer = EventPacker()
    var meanings = WordingMeanings(by: Samples.statusMap)
    var rows = 0
    var longest = 0
    while case .batch(let batch) = try reader.next() {
      let packed = packer.pack(Samples.gate.admit(batch), meanings: &meanings)
      longest = max(longest, packed.events.count)
      for event in packed.events {
        let code = packed.text(packed.wordings[Int(event.wording)].code)
        let site = packed.text(packed.sites[Int(event.site)])
        #expect(code == "\(rows)" && site == "\(20_000 - rows)" && Int(event.line) == rows + 2)
        #expect(event.parcel.description == parcel(rows))
        rows += 1
      }
    }
    #expect(rows == 20_000)
    #expect(longest > 5_000)
  }

  private var layout: Layout {
    get throws {
      try Layout(
        name: "short", version: "1",
        format: .delimited(
          separator: UInt8(ascii: ";"), quote: nil,
          names: [
            .account: ["a"], .accountID: ["i"], .parcel: ["p"], .code: ["c"], .site: ["s"],
            .date: ["d"],
          ]))
    }
  }

  private func parcel(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 12 - digits.count) + digits
  }

  @Test func aParcelWhoseNumberDoesNotFitFailsTheCommitAndMixesUpNothing() async throws {
    let file = try StoreFile()
    try await file.open().commit([Row()])
    try file.execute(
      "UPDATE parcel SET id = \(UInt32.max) WHERE id = 1; UPDATE event SET parcel = \(UInt32.max)")
    let before = try file.rows("SELECT * FROM parcel")
    let store = try file.open()
    let error = try await storeError {
      try await store.commit([Row(parcel: "991122334456")], path: "b.csv")
    }
    #expect(error.reason.contains("no more numbers"))
    #expect(try file.rows("SELECT * FROM parcel") == before)
    #expect(try file.rows("SELECT count(*) FROM event") == [["1"]])
  }
}
