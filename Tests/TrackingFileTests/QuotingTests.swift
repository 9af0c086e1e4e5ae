import Testing
import TrackingFile

struct QuotingTests {
  @Test(
    arguments: [
      ("\"Livre\"", "Livre"), ("\"a;b\"", "a;b"), ("\"dit \"\"oui\"\"\"", "dit \"oui\""),
      ("\"ligne 1\nligne 2\"", "ligne 1\nligne 2"), ("\"a\r\nb\"", "a\r\nb"),
      ("\"\"\"\"", "\""), ("\"\"", nil), ("  \" Livre \"  ", "Livre"), ("\";\"\"\n;\"", ";\"\n;"),
      // A quote inside an unquoted field is a character like any other.
      ("24\" de large", "24\" de large"), ("l\"\"eau", "l\"\"eau"),
    ] as [(String, String?)])
  func whatStandsBetweenQuotesIsText(written: String, text: String?) {
    let reading = Reading(Sample.file([Sample.row(label: written), Sample.row(country: "BE")]))
    #expect(reading.failure == nil)
    #expect(reading.malformed.isEmpty)
    #expect(reading.rows.map(\.label) == [text, "Livre"])
    let lines = written.split(separator: "\n", omittingEmptySubsequences: false).count
    let hasCR = written.contains("\r\n")
    #expect(reading.rows.map(\.line) == [2, 2 + lines + (hasCR ? 1 : 0)])
    #expect(reading.rows.first?.raw == Array(Sample.row(label: written).utf8))
  }

  @Test
  func everyFieldMayBeQuotedTheLastAndTheFirstToo() {
    let line = Sample.row().split(separator: ";").map { "\"\($0)\"" }.joined(separator: ";")
    let quoted = Reading(Sample.file([line]))
    let plain = Reading(Sample.file([Sample.row()]))
    #expect(quoted.malformed.isEmpty)
    #expect(quoted.rows.map(\.country) == plain.rows.map(\.country))
    #expect(quoted.rows.map(\.account) == plain.rows.map(\.account))
    #expect(quoted.rows.map(\.time) == plain.rows.map(\.time))
  }

  @Test
  func textAfterAClosingQuoteCostsTheLine() {
    let bad = Sample.row(label: "\"Livre\" hier")
    let reading = Reading(Sample.file([Sample.row(), bad, Sample.row()]))
    #expect(
      reading.malformed == [
        BadLine(line: 3, reason: .textAfterQuote, raw: Array(bad.utf8))
      ])
    #expect(reading.rows.map(\.line) == [2, 4])
  }

  @Test(arguments: [0, 1, 3, 127, 128, 200, 2_500])
  func aQuoteThatIsNeverClosedCostsOneLineAndWhatFollowsIsReadHoweverMuchItIs(following: Int) {
    let bad = Sample.row(label: "\"Livre")
    let lines = [Sample.row(), bad] + Array(repeating: Sample.row(), count: following)
    let reading = Reading(Sample.file(lines))
    #expect(reading.failure == nil)
    #expect(
      reading.malformed == [
        BadLine(line: 3, reason: .quoteNotClosed, raw: Array(bad.utf8))
      ])
    #expect(reading.rows.map(\.line) == [2] + Array(4..<4 + following))
  }

  @Test
  func ofTwoStrayQuotesTheFirstCostsItsLineARecordOfWrongLinesIsNotMadeUp() {
    let bad = Sample.row(label: "\"Livre")
    let reading = Reading(Sample.file([bad, Sample.row(), bad, Sample.row()]))
    // From the first quote to the second is one field, and text follows it.
    #expect(reading.reasons == [.textAfterQuote, .quoteNotClosed])
    #expect(reading.malformed.map(\.line) == [2, 4])
    #expect(reading.rows.map(\.line) == [3, 5])
  }

  private static func stray(_ number: Int, _ label: String, day: Int) -> String {
    Sample.row(order: "CMD-\(number)", label: label, date: "\(day)/08/2026 10:00:00")
  }

  @Test
  func rowsBetweenTwoStrayQuotesAreNoTextEachOfTheseLinesIsAReject() {
    let first = Self.stray(1, "\"Le Relais fermé", day: 28)
    let last = Self.stray(3, "chez Tabac\"", day: 29)
    let around = Self.stray(4, "y", day: 28)
    for between in [[], [Self.stray(2, "x", day: 28)], ["", "x", Self.stray(2, "x", day: 31)]] {
      let lines = [around, first] + between + [last, around]
      let reading = Reading(Sample.file(lines))
      #expect(reading.rows.map(\.line) == [2, lines.count + 1])
      #expect(
        reading.malformed.map(\.line) == (3...lines.count).filter { lines[$0 - 2] != "" })
      #expect(Set(reading.reasons) == [.quoteNotClosed])
      #expect(reading.malformed.first?.raw == Array(first.utf8))
    }
  }

  @Test
  func aTextOverSeveralLinesStaysOneWhereverItsColumnStands() {
    let label = "\"un\n a;b;c;d;e;f;g;h;i \nE1;EM180619;991122334455\n28/08/2026\""
    #expect(Reading(Sample.file([Sample.row(label: label)])).malformed.isEmpty)
    let names = "CPCustoID;AccountID;CPPclCode;StsCode;StsDate"
    let row = "E1;EM180619;991122334455;LIV;28/08/2026"
    let last = Reading("\(names);StsDesc\n\(row);\"un\ndeux\"\n\(row);\"a;b\nc\"\n")
    #expect(last.malformed.isEmpty && last.rows.map(\.label) == ["un\ndeux", "a;b\nc"])
    let first = Reading("StsDesc;\(names)\n\"un\ndeux\";\(row)\n\"a\nb;c\";\(row)\n")
    #expect(first.malformed.isEmpty && first.rows.map(\.label) == ["un\ndeux", "a\nb;c"])
  }

  @Test
  func aFieldMayHaveManyLinesButARecordNotMoreThanTheLimit() {
    func reading(lines: Int) -> Reading {
      let label = Array(repeating: "x", count: lines).joined(separator: "\n")
      return Reading(Sample.file([Sample.row(label: "\"\(label)\""), Sample.row()]))
    }
    let most = Layout.mostLinesOfRecord
    #expect(reading(lines: most).malformed.isEmpty)
    #expect(reading(lines: most).rows.map(\.line) == [2, 2 + most])
    let tooMany = reading(lines: most + 1)
    #expect(tooMany.malformed.first?.reason == .quoteNotClosed)
    #expect(tooMany.rows.map(\.line) == [2 + most + 1])
  }

  @Test
  func linesThatEachOpenAQuoteAnewAreReadInBoundedMemoryAndTime() {
    // At its start such a line opens a quote, and inside of one it closes and opens another.
    let line = "z\"q;\"\"\"w"
    let lines = Array(repeating: line, count: 4_000)
    let reading = Reading(Sample.file(lines + [Sample.row()]))
    #expect(reading.malformed.count == lines.count)
    #expect(Set(reading.reasons).isSubset(of: [.quoteNotClosed, .fieldCount]))
    #expect(reading.malformed.map(\.line) == Array(2..<2 + lines.count))
    #expect(reading.rows.map(\.line) == [2 + lines.count])
  }

  @Test
  func withoutQuotingInTheLayoutAQuoteIsACharacterLikeAnyOther() throws {
    let layout = try Sample.layout(quote: nil)
    let reading = Reading(Sample.file([Sample.row(label: "\"Livre\"")]), layout)
    #expect(reading.rows.map(\.label) == ["\"Livre\""])
  }
}
