import Testing
import TrackingFile

/// A file that was put together from others has more than one header.
struct SecondHeaderTests {
  private static let other = "StsDate;Poids;CPPclCode;StsCode;AccountID;CPCustoID"
  private static let row = "29/08/2026;1.5;991122334462;AAR;EM180619;E1"

  private static let file = Array(
    (Sample.file([Sample.row(), "bad"]) + other + "\r\n" + row + "\r\n" + row + ";\n"
      + Sample.header
      + Sample.row(country: "BE") + "\n" + Sample.header).utf8)

  @Test
  func rowsAreReadByTheHeaderBeforeThemWhereverTheFileIsCut() {
    let whole = Reading(Self.file)
    #expect(whole.failure == nil)
    #expect(whole.rows.map(\.line) == [2, 5, 8])
    #expect(whole.rows.map(\.code) == ["LIV", "AAR", "LIV"])
    #expect(whole.rows.map(\.country) == ["FR", nil, "BE"])
    #expect(whole.malformed.map(\.line) == [3, 6])
    #expect(whole.batches == [2, 2, 1])
    for size in [1, 3, 50] { #expect(Reading(Self.file, chunkSize: size) == whole) }
    for place in 1..<Self.file.count { #expect(Reading(Self.file, firstChunk: place) == whole) }
  }

  @Test
  func eachBatchTellsItsHeaderAndByItEachOfItsRowsIsReadAgainAsItWas() throws {
    var reader = TrackingFileReader(layout: .colisPrive)
    reader.supply(Self.file)
    reader.finish()
    var headers: [String] = []
    while case .batch(let batch) = try reader.next() {
      headers.append(String(decoding: batch.header, as: UTF8.self))
      let rows = batch.records.map { Row($0, in: batch) }
      var kept = try KeptLineReader(
        layout: Layout(written: Layout.colisPrive.written), header: batch.header)
      let again = kept.read(rows.map { KeptRow(line: $0.line, raw: $0.raw) })
      #expect(again.flatMap { batch in batch.records.map { Row($0, in: batch) } } == rows)
      #expect(again.allSatisfy { $0.header == batch.header })
    }
    let first = String(Sample.header.dropLast())
    #expect(headers == [first, Self.other, first])
    #expect(reader.byteSum.accountedFor == Self.file.count)
  }

  @Test
  func eachFileIsReadByItsOwnHeaderWhateverTheFileBeforeHad() throws {
    var reader = TrackingFileReader(layout: .colisPrive)
    var codes: [String?] = []
    let usual = Sample.file([Sample.row()])
    for file in [usual, "\(Self.other)\n\(Self.row)\n", usual, usual, "no header\n", usual] {
      reader.restart()
      reader.supply(Array(file.utf8))
      reader.finish()
      do {
        while case .batch(let batch) = try reader.next() {
          codes += batch.records.map { Row($0, in: batch).code }
        }
      } catch {
        codes.append(nil)
      }
    }
    #expect(codes == ["LIV", "AAR", "LIV", "LIV", nil, "LIV"])
  }

  @Test
  func quotedFilesToo() {
    func quoted(_ line: String) -> String {
      line.split(separator: ";", omittingEmptySubsequences: false).map { "\"\($0)\"" }
        .joined(separator: ";")
    }
    let lines = [String(Sample.header.dropLast()), Sample.row(), Self.other, Self.row, Self.other]
    let reading = Reading(lines.map { quoted($0) + "\n" }.joined())
    #expect(reading.failure == nil && reading.malformed.isEmpty)
    #expect(reading.rows.map(\.code) == ["LIV", "AAR"])
  }

  @Test
  func theSameHeaderAgainChangesNothing() {
    let rows = (0..<5).map { Sample.row(order: "\($0)") + "\n" }
    let reading = Reading(rows.map { Sample.header + $0 }.joined())
    #expect(reading.malformed.isEmpty && reading.batches == [5])
    #expect(reading.rows.map(\.line) == [2, 4, 6, 8, 10])
  }

  @Test
  func aFurtherHeaderWithoutANeededColumnFailsTheFileRowsBeforeItStay() {
    let header = Self.other.replacing("StsCode", with: "Code")
    let reading = Reading(Sample.file([Sample.row(), header, Self.row]))
    #expect(reading.rows.map(\.line) == [2])
    #expect(
      reading.failure
        == .notATrackingFile("its further header in line 3 has no column StsCode, StsDesc"))
  }

  @Test
  func aFileOfSeveralBatchesMayChangeItsColumnsAnywhere() {
    let first = (0..<4_000).map { Sample.row(order: "\($0)") + "\n" }.joined()
    let second = String(repeating: Self.row + "\n", count: 9_000)
    let reading = Reading(
      Array((Sample.header + first + Self.other + "\n" + second).utf8), chunkSize: 10_007)
    #expect(reading.failure == nil && reading.malformed.isEmpty)
    #expect(reading.rows.count == 13_000)
    #expect(reading.rows[3_999].code == "LIV" && reading.rows[4_000].code == "AAR")
  }
}
