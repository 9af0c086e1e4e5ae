import Carrier
import LayoutGuess
import Testing
import TrackingFile

@Suite struct DraftTests {
  private let header =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country\n"

  private func row(_ number: Int, _ date: String = "28/08/2026 11:42:10", parcel: String? = nil)
    -> String
  {
    "E1;EM180619;\(parcel ?? String(991_122_334_000 + number));CMD-\(number);LIV;"
      + "Votre colis a été livré en boîte aux lettres;\(date);75A;75012;FR\n"
  }

  private func sample(_ text: String, _ path: String = "A.csv", isWhole: Bool = true) -> FileSample
  {
    FileSample(path: path, bytes: Array(text.utf8), isWhole: isWhole)
  }

  private func draft(_ text: String, _ path: String = "A.csv") throws -> LayoutDraft {
    try LayoutDraft(of: [sample(text, path)])
  }

  @Test func theBuiltInLayoutIsFoundWithoutADoubt() throws {
    let draft = try draft(header + row(1) + row(2))
    #expect(draft.doubts == [])
    #expect(draft.format == .delimited(separator: ";", quote: "\"", hasHeader: true))
    #expect(draft.encoding == .utf8)
    #expect(draft.encodingWord == "auto")
    #expect(draft.columns.count == 10)
    #expect(draft.columns.allSatisfy { $0.certainty == .certain })
    #expect(try draft.layout().format == Layout.colisPrive.format)
  }

  /// Rows that are longer than their header have a column that no layout can name.
  @Test func aColumnBeyondTheHeaderIsADoubtAndNotUsed() throws {
    let short = header.replacing("OrderID;", with: "")
    let rows = (1...3).map { row($0).replacing("CMD-\($0);", with: "").dropLast() + ";CMD-\($0)\n" }
    let draft = try draft(short + rows.joined())
    #expect(draft.column(.order) == nil)
    #expect(draft.doubts.contains { $0.hasPrefix("order: it may be column 10") }, "\(draft.doubts)")
    #expect(draft.column(.country)?.certainty == .certain)
  }

  @Test func aSecondHeaderInAnotherOrderIsUnderstood() throws {
    let other =
      "CPCustoID;AccountID;CPPclCode;SiteCode;StsCode;StsDesc;StsDate;OrderID;CsgZipCode;Country\n"
      + "E1;EM180619;991122334462;75A;LIV;Votre colis est livré;28/08/2026 11:42:10;CMD-2;75012;FR\n"
    #expect(try draft(header + row(1) + other).doubts == [])
  }

  @Test func daysThatMayBeMonthsAreADoubt() throws {
    let draft = try draft(header + row(1, "08/09/2026 11:42") + row(2, "07/09/2026 11:42"))
    #expect(draft.timeFormats == ["auto"])
    #expect(draft.doubts.count == 1)
    #expect(draft.doubts.first?.hasPrefix("date: no number over 12") == true)
  }

  @Test func aSecondFileTellsDayAndMonthApart() throws {
    let draft = try LayoutDraft(of: [
      sample(header + row(1, "08/09/2026 11:42") + row(2, "07/09/2026 11:42")),
      sample(header + row(3, "28/09/2026 11:42"), "B.csv"),
    ])
    #expect(draft.doubts == [])
  }

  @Test func monthsFirstAreRecognisedByADayOver12() throws {
    let draft = try draft(header + row(1, "09/28/2026 11:42") + row(2, "09/07/2026 11:42"))
    #expect(draft.timeFormats == ["MM/dd/yyyy HH:mm"])
  }

  @Test func anAccountThatNoColumnHasIsToBeWrittenIn() throws {
    let text = "Colis;Statut;Date\n991122334455;LIV;28/08/2026\n991122334462;LIV;29/08/2026\n"
    let draft = try draft(text)
    #expect(draft.column(.account)?.origin == .constant("TODO"))
    #expect(draft.column(.accountID)?.origin == .constant("TODO"))
    #expect(draft.path == nil)
    #expect(draft.doubts.contains { $0.hasPrefix("account:") })
    #expect(draft.doubts.contains { $0.hasPrefix("account-id:") })
  }

  @Test(arguments: [
    ("E1_EM180619_20260828.csv", "{account}_{account-id}_*"),
    ("in/TRK-E1-EM180619.csv", "*-{account}-{account-id}.*"),
    ("drop/E1/EM180619/A.csv", "{account}/{account-id}/*"),
    ("E1_EM180619/A.csv", "{account}_{account-id}/*"),
  ])
  func anAccountInThePathIsFound(path: String, pattern: String) throws {
    let text = "Colis;Statut;Date\n991122334455;LIV;28/08/2026\n991122334462;LIV;29/08/2026\n"
    let draft = try draft(text, path)
    #expect(draft.path == pattern)
    #expect(draft.column(.account)?.origin == .path)
    #expect(try draft.layout().path?.account(in: path)?.accountID == "EM180619")
  }

  @Test func aTrailerWhoseCountIsAnotherIsSkippedWithADoubt() throws {
    let draft = try draft(header + row(1) + row(2) + "FIN;4\n")
    #expect(draft.trailer == nil)
    #expect(draft.skip == ["FIN;"])
    #expect(draft.doubts.contains { $0.contains("closes the file with 4, but 2 rows") })
  }

  @Test func aTrailerThatNotAllFilesHaveIsSkipped() throws {
    let draft = try LayoutDraft(of: [
      sample(header + row(1) + row(2) + "FIN;2\n"), sample(header + row(3), "B.csv"),
    ])
    #expect(draft.trailer == nil)
    #expect(draft.skip == ["FIN"])
    #expect(draft.doubts.contains { $0.hasPrefix("trailer:") })
  }

  @Test func theEndOfAFileThatIsNotWholeIsNoTrailer() throws {
    let draft = try LayoutDraft(of: [
      sample(header + row(1) + row(2) + "FIN;2\nE1;EM", isWhole: false)
    ])
    #expect(draft.trailer == nil)
  }

  @Test func filesThatDifferAreADoubt() throws {
    let draft = try LayoutDraft(of: [
      sample(header + row(1) + row(2)),
      sample((header + row(3)).replacing(";", with: "|"), "B.csv"),
      sample((header + row(4)).replacing("StsDate", with: "When"), "C.csv"),
    ])
    #expect(draft.doubts.contains { $0 == "B.csv: its separator is \"|\", not \";\"" })
    #expect(draft.doubts.contains { $0 == "C.csv: its header lacks \"StsDate\"" })
  }

  @Test func aNameThatTheHeaderHasTwiceIsADoubt() throws {
    let text = (header + row(1)).split(separator: "\n").map { $0 + ";x" }.joined(separator: "\n")
      .replacing("Country;x", with: "Country;StsDate")
    #expect(try draft(text).doubts.contains { $0.contains("\"StsDate\" twice") })
  }

  @Test func numbersOfAnotherCarrierAreADoubt() throws {
    let draft = try draft(
      "PARCELNO;SCAN_CODE;DEPOT_CODE;SCAN_DATE_TIME;CONSIGNEE_ZIP;\n"
        + "05300000000011;13;0521;20260828114210;75012;\n")
    #expect(draft.isAnyNumber)
    #expect(draft.timeFormats == ["yyyyMMddHHmmss"])
    #expect(draft.column(.parcel)?.origin == .columns([.name("PARCELNO")]))
    #expect(draft.column(.site)?.origin == .columns([.name("DEPOT_CODE")]))
    #expect(draft.doubts.contains { $0.hasPrefix("parcel:") })
  }

  @Test func valuesThatContradictAColumnsNameAreADoubt() throws {
    let draft = try draft(header + row(1, "hier") + row(2, "demain"))
    #expect(draft.column(.date) == nil)
    #expect(draft.doubts.contains { $0.contains("\"StsDate\"") && $0.contains("\"hier\"") })
  }

  @Test func severalRecordsWithoutLineEndsAreADoubt() throws {
    let record =
      "E1EM180619  991122334509EXP 2026090109150031C 31000FRCMD-1047    Votre colis est en cours de livraison   "
    #expect(try draft(record + record).doubts.contains { $0.contains("several records") })
  }

  @Test func utf8ThatWasEncodedTwiceIsADoubt() throws {
    let twice = row(1).replacing("é", with: "Ã©").replacing("î", with: "Ã®")
    #expect(try draft(header + twice).doubts.contains { $0.contains("encoded twice") })
  }

  @Test(arguments: ["", "\n\n", "\u{0}\u{0}", "hello", "a;b;c\nd;e;f\n", "# only a comment\n"])
  func whatIsNoTrackingFileIsRefusedWithASentence(text: String) {
    #expect(throws: GuessFailure.self) { try draft(text) }
  }

  @Test func nothingToGuessFromIsRefused() {
    #expect(throws: GuessFailure.self) { try LayoutDraft(of: []) }
  }
}
