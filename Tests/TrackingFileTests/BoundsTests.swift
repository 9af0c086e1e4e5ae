import Foundation
import Testing
import TrackingFile

struct BoundsTests {
  /// A line with a label of blanks, which make no long field, and an x.
  private func long(_ length: Int, quoted: Bool = false) -> String {
    let label = String(repeating: " ", count: length - 1) + "x"
    return Sample.row(label: quoted ? "\"\(label)" : label)
  }

  @Test(arguments: [100 << 10, 256 << 10, 1 << 20], [true, false])
  func aLineThatIsTooLongIsRejectedWithItsNumberAndTheRestIsRead(length: Int, isQuoted: Bool) {
    let bad = long(length, quoted: isQuoted)
    let lines = [Sample.row(), bad, Sample.row(label: "\"a\nb\""), bad, Sample.row()]
    let reading = Reading(Sample.file(lines))
    #expect(reading.failure == nil)
    #expect(reading.reasons == [.lineTooLong, .lineTooLong])
    #expect(reading.malformed.map(\.line) == [3, 6])
    #expect(reading.malformed.map(\.raw) == [0, 1].map { _ in Array(bad.utf8.prefix(4_096)) })
    #expect(reading.rows.map(\.line) == [2, 4, 7])
  }

  @Test(arguments: ["Livre", "\"Livre\""], ["\n", "\r\n"])
  func theLongestLineIsReadOneByteMoreIsNotWithAndWithoutQuotesInTheFile(
    other: String, lineEnd: String
  ) {
    let length = Layout.longestLine - Sample.row(label: "").utf8.count
    let lines = [long(length), long(length + 1), Sample.row(label: other)]
    let text = Sample.header + lines.joined(separator: lineEnd)
    let reading = Reading(text)
    #expect(reading.rows.map(\.line) == [2, 4])
    #expect(reading.malformed.map(\.line) == [3])
    #expect(reading.reasons == [.lineTooLong])
  }

  @Test
  func theLongestTextIsReadOneByteMoreIsNot() {
    let texts = [Layout.longestField, Layout.longestField + 1]
    let lines = texts.map { Sample.row(label: String(repeating: "x", count: $0)) }
    let reading = Reading(Sample.file(lines + [Sample.row()]))
    #expect(reading.rows.map(\.line) == [2, 4])
    #expect(reading.reasons == [.fieldTooLong])
  }

  @Test
  func aQuotedFieldOf300KiBOverManyLinesCostsItsLinesAndNoMore() {
    let noise = Array(repeating: String(repeating: "bruit", count: 60), count: 1_024)
    let lines = [Sample.row(), Sample.row(label: "\"")] + noise + ["\"", Sample.row()]
    let reading = Reading(Sample.file(lines))
    #expect(reading.rows.map(\.line) == [2, lines.count + 1])
    #expect(reading.malformed.map(\.line) == Array(3..<lines.count + 1))
    #expect(reading.reasons.first == .quoteNotClosed)
  }

  @Test
  func textWithoutALineFeedAfterAQuotedRecordIsOneBadLineWhatWasBeforeIsRead() {
    let start = Sample.row(label: "\"a\nb\"")
    let lines = [Sample.row(), start + String(repeating: "x", count: 1 << 20), Sample.row()]
    let reading = Reading(Sample.file(lines))
    #expect(reading.rows.map(\.line) == [2, 5])
    #expect(reading.malformed.map(\.line) == [3, 4])
    #expect(reading.reasons == [.quoteNotClosed, .lineTooLong])
  }

  @Test
  func eachRowOfABatchAsFullAsCanBeKeepsItsOwnAccount() throws {
    // All columns in one place make the shortest rows that there can be.
    let spans: [Layout.Column: [Layout.Span]] = [
      .account: [.init(start: 1, width: 1)], .accountID: [.init(start: 1, width: 5)],
      .parcel: [.init(start: 1, width: 12)], .code: [.init(start: 1, width: 1)],
      .date: [.init(start: 13, width: 1)],
    ]
    let layout = try Layout(name: "short", version: "1", format: .fixedWidth(spans: spans))
    let parcels = (10_000..<70_000).map { "\($0)0000000" }
    let reading = Reading(parcels.map { $0 + " \n" }.joined(), layout)
    #expect(reading.rows.map(\.parcel) == parcels)
    #expect(reading.rows.map(\.account) == parcels.map { "\($0.prefix(1)) / \($0.prefix(5))" })
    #expect(reading.batches.max() ?? 0 > 18_000)
  }

  @Test
  func aFirstLineWithoutAnEndIsNoHeaderAndSaysSoBriefly() {
    let reading = Reading([UInt8](repeating: 0x78, count: 1 << 20))
    guard case .notATrackingFile(let reason)? = reading.failure else {
      Issue.record("read as \(String(describing: reading.failure))")
      return
    }
    #expect(reason.count < 200)
  }

  @Test
  func blankLinesBeforeTheHeaderMayBeMany() {
    for count in [262_100, 262_143] {
      let reading = Reading(String(repeating: "\n", count: count) + Sample.file([Sample.row()]))
      #expect(reading.failure == nil)
      #expect(reading.rows.map(\.line) == [count + 2])
    }
  }

  @Test
  func nothingButNULBytesIsNoTrackingFile() {
    #expect(Reading([UInt8](repeating: 0, count: 4_096)).failure?.mayHeal == false)
    #expect(Reading([UInt8](repeating: 0, count: 1 << 20)).failure?.mayHeal == false)
  }

  // The optimiser is what makes the reader fast: without it the same proof takes a smaller file.
  #if DEBUG
    private static let streamed = 12 << 20
    private static let allowed = 4 << 20
  #else
    private static let streamed = 200 << 20
    private static let allowed = 32 << 20
  #endif

  @Test
  func memoryStaysBoundedHoweverLongAFileIs() async {
    // In a process of its own: other tests' memory is not in the account.
    await #expect(processExitsWith: .success) {
      let block = Array(
        String(
          repeating: Sample.row(label: "Livré") + "\n" + Sample.row(label: "\"a;\"\"b\"\"\"") + "\n"
            + "bad line\n", count: 1_000
        ).utf8)
      var reader = TrackingFileReader(layout: .colisPrive)
      reader.supply(Array(Sample.header.utf8))
      _ = try reader.next()
      var rows = 0
      var supplied = 0
      var early = 0
      while supplied < BoundsTests.streamed {
        reader.supply(block)
        supplied += block.count
        while case .batch(let batch) = try reader.next() { rows += batch.rows }
        if early == 0, supplied > 4 << 20 { early = try BoundsTests.residentBytes() }
      }
      reader.finish()
      while case .batch(let batch) = try reader.next() { rows += batch.rows }
      let growth = try BoundsTests.residentBytes() - early
      #expect(rows == supplied / block.count * 3_000)
      #expect(early > 0)
      #expect(growth < BoundsTests.allowed, "resident memory grew by \(growth) bytes")
    }
  }

  /// How much of this process is in memory.
  private static func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    return pages * Int(getpagesize())
  }
}
