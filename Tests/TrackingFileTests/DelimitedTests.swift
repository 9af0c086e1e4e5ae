import Carrier
import Testing
import TrackingFile

struct DelimitedTests {
  @Test
  func aLineBecomesARecordWithAllOfItsFields() {
    let reading = Reading(Sample.file([Sample.row()]))
    #expect(reading.failure == nil)
    #expect(reading.malformed.isEmpty)
    #expect(reading.rows.count == 1)
    let row = reading.rows.first
    #expect(row?.line == 2)
    #expect(row?.account == "E1 / EM180619")
    #expect(row?.parcel == "991122334455")
    #expect(row?.time == EventTime(seconds: 1_787_910_130, precision: .second))
    #expect(row?.order == "CMD-1042")
    #expect(row?.code == "LIV")
    #expect(row?.label == "Livre")
    #expect(row?.date == "28/08/2026 11:42:10")
    #expect(row?.site == "75A")
    #expect(row?.postcode == "75012")
    #expect(row?.country == "FR")
    #expect(row?.raw == Array(Sample.row().utf8))
  }

  @Test
  func columnsAreFoundByNameInAnyOrderInAnyLetterCaseUnknownOnesIgnored() {
    let text = """
      Weight; stsdate ;"CPPclCode";ACCOUNTID;Depot;cpcustoid;STSDESC
      1.2;28/08/2026;991122334455;EM180619;x;E1;Livre
      """
    let reading = Reading(text)
    #expect(reading.failure == nil)
    let row = reading.rows.first
    #expect(row?.account == "E1 / EM180619")
    #expect(row?.parcel == "991122334455")
    #expect(row?.label == "Livre")
    #expect(row?.code == nil)
    #expect(row?.order == nil)
    #expect(row?.time.precision == .day)
  }

  @Test
  func aColumnOfTheLayoutThatStandsTwiceFailsTheFileWithBothPlaces() {
    let text = """
      CPCustoID;AccountID;CPPclCode;StsCode;StsDate;x;x;stscode
      E1;EM180619;991122334455;LIV;28/08/2026;;;XXX
      """
    #expect(
      Reading(text).failure
        == .notATrackingFile("its header has the column StsCode more than once, as 4 and 8"))
    #expect(Reading(text).rows.isEmpty)
    // Columns that nobody reads may be called as they like.
    #expect(Reading(text.replacing(";stscode", with: ";x")).rows.map(\.code) == ["LIV"])
  }

  private static let needed = [
    "CPCustoID", "AccountID", "CPPclCode", "StsDate", "StsCode", "StsDesc",
  ]

  static let missing: [(String, [String])] = [
    ("AccountID;CPPclCode;StsCode;StsDate", ["CPCustoID"]),
    ("CPCustoID;CPPclCode;StsCode;StsDate", ["AccountID"]),
    ("CPCustoID;AccountID;StsCode;StsDate", ["CPPclCode"]),
    ("CPCustoID;AccountID;CPPclCode;StsCode", ["StsDate"]),
    ("CPCustoID;AccountID;CPPclCode;StsDate", ["StsCode", "StsDesc"]),
    ("<html><body>503</body></html>", needed),
    (Sample.row(), needed),
  ]

  @Test(arguments: missing)
  func aFileWithoutANeededColumnIsNoTrackingFileAndTheColumnsAreNamed(
    header: String, columns: [String]
  ) {
    let reading = Reading(header + "\n" + Sample.row() + "\n")
    #expect(reading.rows.isEmpty && reading.malformed.isEmpty)
    guard case .notATrackingFile(let reason)? = reading.failure else {
      Issue.record("read as \(reading)")
      return
    }
    #expect(reason.hasSuffix("has no column \(columns.joined(separator: ", "))"))
    #expect(reading.failure?.mayHeal == false)
  }

  @Test(arguments: ["StsCode", "StsDesc"])
  func codeOrLabelAloneSuffices(column: String) {
    let text = """
      CPCustoID;AccountID;CPPclCode;\(column);StsDate
      E1;EM180619;991122334455;LIV;28/08/2026
      """
    #expect(Reading(text).rows.count == 1)
  }

  @Test(arguments: ["\n", "\r\n"], [true, false])
  func linesMayEndInCRLFTheLastOneInNothing(lineEnd: String, endsWithOne: Bool) {
    let lines = [String(Sample.header.dropLast()), Sample.row(), Sample.row(country: "BE")]
    let text = lines.joined(separator: lineEnd) + (endsWithOne ? lineEnd : "")
    let reading = Reading(text)
    #expect(reading.malformed.isEmpty)
    #expect(reading.rows.map(\.country) == ["FR", "BE"])
    #expect(reading.rows.map(\.line) == [2, 3])
    #expect(reading.rows.map(\.raw) == lines.dropFirst().map { Array($0.utf8) })
  }

  @Test
  func blankLinesAreNoRowsButAreCountedAsLines() {
    let text = "\n \r\n" + Sample.header + "\n\(Sample.row())\n\r\n   \n\t\n\(Sample.row())\n\n"
    let reading = Reading(text)
    #expect(reading.malformed.isEmpty)
    #expect(reading.rows.map(\.line) == [5, 9])
    #expect(reading.batches == [2])
  }

  @Test
  func fieldsAreTrimmedOfBlanks() {
    let line = Sample.row(code: "  LIV\t", label: "  en cours  de livraison ")
    let reading = Reading(Sample.file([line]))
    #expect(reading.rows.map(\.code) == ["LIV"])
    #expect(reading.rows.map(\.label) == ["en cours  de livraison"])
  }

  static let malformed: [(String, MalformedLine.Reason)] = [
    (Sample.row() + ";", .fieldCount),
    ("E1;EM180619", .fieldCount),
    ("FIN;1", .fieldCount),
    (Sample.row(account: ""), .accountMissing),
    (Sample.row(accountID: " "), .accountMissing),
    (Sample.row(account: "ABCDEFGHI"), .accountMalformed),
    (Sample.row(accountID: "EM1806191234567890"), .accountMalformed),
    (Sample.row(account: "É1"), .accountMalformed),
    (Sample.row(parcel: ""), .parcelMissing),
    (Sample.row(parcel: "99112233445"), .parcelMalformed),
    (Sample.row(date: "31/02/2026"), .dateMalformed),
    (Sample.row(label: "Liv\u{0}re"), .nulByte),
  ]

  @Test(arguments: malformed)
  func aBadLineIsKeptWithItsNumberItsReasonAndItsBytesTheRestIsRead(
    line: String, reason: MalformedLine.Reason
  ) {
    let reading = Reading(Sample.file([Sample.row(), line, Sample.row(country: "BE")]))
    #expect(reading.failure == nil)
    #expect(
      reading.malformed == [BadLine(line: 3, reason: reason, raw: Array(line.utf8))])
    #expect(reading.rows.map(\.line) == [2, 4])
    #expect(reading.rows.map(\.country) == ["FR", "BE"])
  }

  @Test
  func rowsCountRecordsAndMalformedLinesAndTheHeaderIsGivenBackAsItCame() throws {
    var reader = TrackingFileReader(layout: .colisPrive)
    reader.supply(Array(Sample.file([Sample.row(), "x", Sample.row()]).utf8))
    reader.finish()
    let step = try reader.next()
    guard case .batch(let batch) = step else {
      Issue.record("no batch, but \(step)")
      return
    }
    #expect(batch.rows == 3)
    #expect(reader.rows == 3)
    #expect(reader.header == Array(Sample.header.dropLast().utf8))
    guard case .ended = try reader.next() else {
      Issue.record("the file has not ended")
      return
    }
  }

  @Test(arguments: ["", "\n", Sample.header, String(Sample.header.dropLast())])
  func anEmptyFileOrOneOfAHeaderAloneHasNoRowsAndNoFailure(text: String) {
    #expect(Reading(text) == Reading(""))
    #expect(Reading(text).failure == nil)
  }

  @Test
  func anAccountIsComparedAsItStands1E1Stays1E1() {
    let reading = Reading(Sample.file([Sample.row(account: "1E1", code: "007")]))
    #expect(reading.rows.map(\.account) == ["1E1 / EM180619"])
    #expect(reading.rows.map(\.code) == ["007"])
  }
}
