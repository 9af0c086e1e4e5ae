import Testing
import TrackingFile

/// What comes out of a file does not depend on where its bytes were cut.
struct CutTests {
  /// About a kilobyte with every feature of delimited files.
  private static let everything: [UInt8] = {
    let windows1252 = Array(Sample.row(label: "Livr#").utf8).map { $0 == 0x23 ? 0xe9 : $0 }
    var bytes: [UInt8] = [0xef, 0xbb, 0xbf]
    bytes += Array(Sample.header.replacing("\n", with: "\r\n").utf8)
    let lines = [
      Sample.row(label: "Livré"), Sample.row(label: "\"a;b\""), "",
      Sample.row(label: "\"dit \"\"oui\"\"\"", date: "28/08/2026"),
      Sample.row(label: "\"ligne 1\nligne 2\r\nligne 3\""), Sample.row(label: "\"Livre\" hier"),
      Sample.row(parcel: "991 122 334 455 75012", postcode: "", country: ""),
      Sample.row(label: "a\u{0}b"), "x;y", Sample.row(date: "31/02/2026"),
      Sample.row(label: "\"\"\"\""), Sample.row(label: "\"jamais fermé"), Sample.row(date: ""),
    ]
    for (index, line) in lines.enumerated() {
      bytes += Array(line.utf8) + (index.isMultiple(of: 2) ? [0x0a] : [0x0d, 0x0a])
    }
    return bytes + windows1252
  }()

  private static let whole = Reading(everything)

  @Test
  func theFileThatIsCutHasEveryFeature() {
    #expect(Self.everything.count > 900)
    #expect(Self.whole.failure == nil)
    #expect(
      Self.whole.reasons == [
        .textAfterQuote, .nulByte, .fieldCount, .dateMalformed, .quoteNotClosed,
      ])
    #expect(
      Self.whole.rows.map(\.label) == [
        "Livré", "a;b", "dit \"oui\"", "ligne 1\nligne 2\r\nligne 3", "Livre", "\"", "Livre",
        "Livré",
      ])
    #expect(Self.whole.rows.map(\.line) == [2, 3, 5, 6, 10, 14, 16, 17])
    #expect(Self.whole.malformed.map(\.line) == [9, 11, 12, 13, 15])
  }

  @Test
  func aCutAtAnyPlaceChangesNothing() {
    for place in 1..<Self.everything.count {
      let reading = Reading(Self.everything, firstChunk: place)
      guard reading != Self.whole else { continue }
      Issue.record("cut at \(place): \(reading)")
    }
  }

  @Test(arguments: [1, 2, 3, 7, 31, 32, 33, 64])
  func chunksOfAnySizeChangeNothing(size: Int) {
    #expect(Reading(Self.everything, chunkSize: size) == Self.whole)
  }

  @Test
  func aCutAtAnyPlaceOfThePackedFileChangesNothing() async throws {
    let packed = try await gzipped(Self.everything)
    #expect(Reading(packed) == Self.whole)
    for place in 1..<packed.count {
      let reading = Reading(packed, firstChunk: place)
      guard reading != Self.whole else { continue }
      Issue.record("cut at \(place): \(reading)")
    }
    #expect(Reading(packed, chunkSize: 1) == Self.whole)
  }

  @Test
  func batchesOfAFileOfSeveralOfThemAreTheSameForAllChunkSizes() async throws {
    let block = Array(Self.everything.dropFirst(3 + Sample.header.utf8.count + 1)) + [0x0a]
    var bytes = Array(Sample.header.utf8)
    while bytes.count < 2 * TrackingFileReader.batchSize { bytes += block }
    let whole = Reading(bytes)
    #expect(whole.batches.count >= 3)
    for size in [4_093, 32 << 10, TrackingFileReader.batchSize, TrackingFileReader.batchSize + 1] {
      #expect((Reading(bytes, chunkSize: size) == whole) as Bool, "chunks of \(size)")
    }
    let packed = try await gzipped(bytes)
    #expect((Reading(packed, chunkSize: 1_009) == whole) as Bool)
  }

  @Test
  func aRecordMayLieAnywhereAboutTheEndOfABatch() {
    // Quoted, with everything in it that a cut could split.
    let record = Sample.row(label: "\"a\"\";\"\"\r\nb;\n\"\"c\"") + "\r\n"
    let label = "a\";\"\r\nb;\n\"c"
    let row = Sample.row() + "\n"
    // Few and long, so that the batch is full quickly; blanks make no long field.
    let filler = Sample.row(label: String(repeating: " ", count: 60_000)) + "\n"
    let fillers = 4
    let start = Sample.header + String(repeating: filler, count: fillers)
    let rest = TrackingFileReader.batchSize - start.utf8.count - Sample.row(label: "").utf8.count
    for before in -8...record.utf8.count {
      let pad = String(repeating: " ", count: rest - before)
      let reading = Reading(start + Sample.row(label: pad) + "\n" + record + row)
      #expect(reading.malformed.isEmpty)
      #expect(reading.rows.count == fillers + 3)
      #expect(reading.rows.dropLast().last?.label == label)
      #expect(reading.rows.last?.line == fillers + 6)
    }
  }
}
