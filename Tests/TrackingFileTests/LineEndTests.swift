import Testing
import TrackingFile

/// The first line end of a file decides what ends its lines.
struct LineEndTests {
  private static let lines = [
    String(Sample.header.dropLast()), Sample.row(), "bad", "", Sample.row(country: "BE"),
  ]

  private static func file(_ end: String, closed: Bool = true) -> [UInt8] {
    Array((lines.joined(separator: end) + (closed ? end : "")).utf8)
  }

  @Test(arguments: [true, false])
  func aFileWithCarriageReturnsAloneIsReadWholeWhereverItIsCut(closed: Bool) {
    let whole = Reading(Self.file("\n"))
    let bytes = Self.file("\r", closed: closed)
    #expect(Reading(bytes) == whole)
    for size in [1, 2, 5, 100] { #expect(Reading(bytes, chunkSize: size) == whole) }
    for place in 1..<bytes.count { #expect(Reading(bytes, firstChunk: place) == whole) }
  }

  @Test
  func itMayHaveSeveralBatchesAndAQuotedFieldOverTwoLines() {
    let rows = (0..<9_000).map { Sample.row(order: "CMD-\($0)", label: "\"a\rb\"") }
    let text = Sample.file(rows).replacing("\n", with: "\r")
    let reading = Reading(Array(text.utf8), chunkSize: 10_007)
    #expect(reading.batches.count > 2)
    #expect(reading.reasons.isEmpty && reading.failure == nil)
    #expect(reading.rows.count == 9_000)
    #expect(reading.rows.last?.label == "a\nb")
  }

  @Test
  func aLineFeedInSuchAFileFailsIt() {
    let reading = Reading(Self.file("\r") + Array("\(Sample.row())\n".utf8))
    #expect(reading.failure?.mayHeal == false)
    #expect(reading.failure?.description.contains("carriage return") == true)
  }

  @Test(arguments: ["\n", "\r\n"])
  func elsewhereACarriageReturnWithinARowRejectsIt(end: String) {
    let bad = Sample.row() + "\r" + Sample.row()
    let inField = Sample.row(label: "a\rb")
    let quoted = Sample.row(label: "\"a\rb\"")
    let fine = Sample.row(label: "\"a\r\nb\"")
    let lines = [Sample.row(), bad, inField, quoted, fine, Sample.row(country: "BE")]
    let reading = Reading(
      Array((Sample.header.dropLast() + end + lines.joined(separator: end) + end).utf8))
    #expect(reading.failure == nil)
    #expect(reading.rows.map(\.line) == [2, 6, 8])
    #expect(reading.malformed.map(\.line) == [3, 4, 5])
    #expect(reading.reasons == [.carriageReturn, .carriageReturn, .carriageReturn])
    #expect(reading.malformed.first?.raw == Array(bad.utf8))
  }

  @Test
  func carriageReturnsBeforeALineFeedAreItsPartHoweverMany() {
    #expect(Reading(Self.file("\r\r\n")).rows.map(\.country) == ["FR", "BE"])
    #expect(Reading(Self.file("\r\r\n")).reasons == [.fieldCount])
  }

  @Test(arguments: [
    "\u{85}", "\u{2028}", "\u{2029}", "\u{1}", "\u{b}", ";x\u{7f}",
  ])
  func aHeaderLineThatIsNoSingleLineFailsTheFile(character: String) {
    let text = Sample.header.dropLast() + character + Sample.row() + "\n" + Sample.row() + "\n"
    let reading = Reading(String(text))
    #expect(reading.rows.isEmpty && reading.malformed.isEmpty)
    #expect(reading.failure?.description.contains("control character") == true)
  }

  @Test(arguments: [
    Sample.row(), ";" + Sample.row(date: ""), "," + Sample.row(parcel: "\"991 122 334 455\""),
    Sample.row(parcel: "X"),
  ])
  func aHeaderThatGoesOnAsARowFailsTheFile(row: String) {
    let reading = Reading(Sample.header.dropLast() + row + "\n" + Sample.row() + "\n")
    #expect(reading.rows.isEmpty)
    #expect(reading.failure?.description.contains("goes on as a row") == true)
  }

  @Test
  func aFileWhoseHeaderIsGluedToCarriageReturnsAndWhoseRowsAreNotFails() {
    let text = Sample.header.replacing("\n", with: "\r") + Sample.row() + "\n" + Sample.row() + "\n"
    #expect(Reading(text).failure != nil && Reading(text).rows.isEmpty)
  }
}
