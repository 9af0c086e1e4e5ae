import Testing
import TrackingFile

/// What people, spreadsheets and old systems put around values and lines is no reject.
struct BlankTests {
  private static let blanks = [
    "\u{a0}", "\u{202f}", "\u{2009}", "\u{200b}", "\u{feff}", "\u{2060}", "\u{3000}", " \u{a0}\t",
  ]

  @Test(arguments: blanks)
  func blanksOfEveryKindAroundAValueDoNotCount(blank: String) {
    for field in 0..<10 {
      var fields = Sample.row(label: "Livré").split(separator: ";").map(String.init)
      let plain = Reading(Sample.file([fields.joined(separator: ";")])).rows.first
      fields[field] = blank + fields[field] + blank
      let line = fields.joined(separator: ";")
      for line in [line, fields.map { "\"\($0)\"" }.joined(separator: ";")] {
        var row = Reading(Sample.file([line])).rows.first
        row?.raw = plain?.raw ?? []
        #expect(row == plain, "field \(field)")
      }
    }
  }

  @Test(arguments: blanks)
  func andNoneWithinAParcelNumber(blank: String) {
    let number = "991\(blank)122\(blank)334\(blank)455"
    let reading = Reading(
      Sample.file([Sample.row(parcel: number), Sample.row(parcel: number + "75012")]))
    #expect(reading.rows.map(\.parcel) == ["991122334455", "991122334455"])
  }

  @Test
  func theNoBreakSpaceOfWindows1252IsOneAndAPartOfÀIsNone() {
    func bytes(_ text: String) -> [UInt8] {
      text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
    let line = bytes(
      Sample.row(
        account: "\u{a0}E1", parcel: "991\u{a0}122\u{a0}334\u{a0}455\u{a0}",
        label: "\u{a0}Livré\u{a0}", date: "28/08/2026 11:42:10\u{a0}"))
    let reading = Reading(Array(Sample.header.utf8) + line)
    #expect(reading.rows.map(\.label) == ["Livré"])
    #expect(reading.rows.map(\.parcel) == ["991122334455"])
    #expect(Reading(Sample.file([Sample.row(label: "voilà")])).rows.map(\.label) == ["voilà"])
  }

  @Test
  func aSpreadsheetsFormulaForATextIsTheText() {
    let plain = Sample.row().split(separator: ";").map(String.init)
    let forms = [
      plain.map { "=\"\($0)\"" }, plain.map { "\"=\"\"\($0)\"\"\"" },
      plain.map { " =\"\($0) \" " },
    ]
    let expected = Reading(Sample.file([Sample.row()])).rows.first
    for form in forms {
      var row = Reading(Sample.file([form.joined(separator: ";")])).rows.first
      row?.raw = expected?.raw ?? []
      #expect(row == expected)
    }
    #expect(Reading(Sample.file([Sample.row(order: "=1+2")])).rows.map(\.order) == ["=1+2"])
  }

  @Test
  func aByteOrderMarkMayStandBeforeAnyLine() {
    let mark = "\u{feff}"
    let text =
      mark + mark + Sample.header + mark + Sample.row() + "\n" + mark + "\n" + mark + Sample.header
      + Sample.row(label: "\"a\"") + "\n" + mark + "\"E1\"" + Sample.row().dropFirst(2) + "\n"
      + mark
    let reading = Reading(text)
    #expect(reading.failure == nil && reading.malformed.isEmpty)
    #expect(reading.rows.map(\.line) == [2, 5, 6])
  }

  @Test(arguments: ["\u{1a}", "\u{1a}\n", "\u{1a}\r\n", "\0\0\0", "\u{1a}\0\0", "\n\u{1a}"])
  func ctrlZAndNULsAtTheEndAreNoRow(mark: String) {
    for end in ["\r\n", ""] where !(end.isEmpty && mark.utf8.contains(0x0a)) {
      let reading = Reading(Sample.header + Sample.row() + end + mark)
      #expect(reading.failure == nil && reading.malformed.isEmpty)
      #expect(reading.rows.map(\.country) == ["FR"])
    }
  }

  @Test(arguments: ["sep=;", "\"SEP=;\""])
  func aFirstLineThatTellsExcelTheSeparatorIsPassedOver(line: String) {
    let reading = Reading("\u{feff}\(line)\r\n" + Sample.file([Sample.row(), line, Sample.row()]))
    #expect(reading.failure == nil && reading.malformed.isEmpty)
    #expect(reading.rows.map(\.line) == [3, 5])
    #expect(Reading("sep=,\n" + Sample.file([Sample.row()])).failure?.mayHeal == false)
  }
}
