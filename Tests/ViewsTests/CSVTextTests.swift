import ParcelStore
import SampleValues
import Testing
import TrackingFile
import Views

/// Lists as a French Excel opens them.
@Suite struct CSVTextTests {
  private func text(_ members: [(key: String, value: JSON)]) -> String {
    String(decoding: CSVText.bytes([.object(members)], titles: nil), as: UTF8.self)
  }

  @Test func itBeginsWithAMarkAndTitlesAndItsLinesEndWithCRLF() {
    let rows: [JSON] = [.object([("file", .string("é")), ("rows", .integer(5))])]
    #expect(
      CSVText.bytes(rows, titles: ["file", "rows"]) == [0xef, 0xbb, 0xbf]
        + Array("file;rows\r\né;5\r\n".utf8))
    #expect(CSVText.bytes(rows, titles: nil) == Array("é;5\r\n".utf8))
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+33 1", "'+33 1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
    (" =1", "' =1"),
    ("a=1", "a=1"), ("", ""), ("a;b", "\"a;b\""), ("a\"b", "\"a\"\"b\""),
    ("=HYPERLINK(\"x\";\"y\")", "\"'=HYPERLINK(\"\"x\"\";\"\"y\"\")\""), ("a\r\nb", "a\\r\\nb"),
  ])
  func whatBeginsLikeAFormulaIsHarmless(_ text: String, _ cell: String) {
    #expect(self.text([("label", .string(text))]) == cell + "\r\n")
    if text != "-1", text != "+33 1" {
      #expect(self.text([("order", .string(text))]) == cell + "\r\n")
    }
  }

  @Test func signsAreSignsAlsoWithAnAccentOnThem() {
    #expect(text([("label", .string("x\"\u{301};=1+1"))]) == "\"x\"\"\u{301};=1+1\"\r\n")
    #expect(text([("label", .string("=\u{301}1+1"))]) == "'=\u{301}1+1\r\n")
  }

  @Test(arguments: [
    "991122334455", "00123", "75012", "1E1", "3-4", "3/4", "1.5", "MAI-12", "JUIN 5", "10:30",
  ])
  func namesThatLookLikeNumbersOrDatesStayText(_ text: String) {
    for key in ["parcel", "order", "postcode", "account", "account_id", "code", "site"] {
      #expect(self.text([(key, .string(text))]) == "\"=\"\"\(text)\"\"\"\r\n", "\(key)")
    }
    #expect(
      self.text([("label", .string(text))]) == text + "\r\n", "elsewhere they are as they are")
  }

  @Test(arguments: ["CMD-10425", "AB1234567890", "EM180619", "B1000-XYZ", "-", "été"])
  func otherNamesAreAsTheyAre(_ text: String) {
    let cell = text == "-" ? "'-" : text
    #expect(self.text([("order", .string(text))]) == cell + "\r\n")
  }

  @Test func whatIsNoListIsNamesAndValues() {
    let value = JSON.object([
      ("running", .bool(true)), ("files", .object([("ingested", .integer(3))])),
      ("last_poll_at", JSON(utc: Samples.time)), ("error", .null),
      ("unmapped_codes", .array([.object([("code", .string("007")), ("count", .integer(2))])])),
    ])
    let text = String(decoding: CSVText.bytes(flattening: value).dropFirst(3), as: UTF8.self)
    #expect(
      text
        == "name;value\r\nrunning;true\r\nfiles.ingested;3\r\nlast_poll_at;2026-08-28 11:42:10\r\n"
        + "error;\r\nunmapped_codes.1.code;\"=\"\"007\"\"\"\r\nunmapped_codes.1.count;2\r\n")
  }

  @Test func timesAreThoseOfParisAndAbsentValuesEmpty() {
    let members: [(key: String, value: JSON)] = [
      ("ingested_at", JSON(utc: Samples.time)), ("latest", .null), ("near", .array([])),
      ("delivered", .bool(true)),
    ]
    #expect(text(members) == "2026-08-28 11:42:10;;[];true\r\n")
    TextForm.$current.withValue(TextForm(isUTC: true)) {
      #expect(text(members).hasPrefix("2026-08-28 09:42:10;"))
    }
  }

  @Test func listsHaveTheKeysOfTheirJSONAsTitles() {
    let files = String(decoding: LedgerList([Samples.file()]).csv.dropFirst(3), as: UTF8.self)
    #expect(files.hasPrefix("path;size;mtime;sha256;state;rows;events_new;"))
    let line = RejectedLine(file: "a.csv", line: 3, reason: .dateMalformed, raw: Array("=1;2".utf8))
    #expect(
      String(decoding: RejectList([line]).csv.dropFirst(3), as: UTF8.self)
        == "file;line;reason;raw;source\r\na.csv;3;date-malformed;\"'=1;2\";\r\n")
    let events = String(
      decoding: CSVText.bytes([Samples.event()].objects, titles: StoredEvent.keys), as: UTF8.self)
    #expect(events.contains(";\"=\"\"991122334455\"\"\";2026-08-28 11:42:10;second;"))
    #expect(
      String(decoding: RejectList([]).csv.dropFirst(3), as: UTF8.self)
        == "file;line;reason;raw;source\r\n")
  }
}
