import Testing
import Views

@Suite struct TableTests {
  @Test func columnsAreAlignedAndAbsentValuesAreADash() {
    var table = Table(["name", "rows", "error"], numbers: [1])
    table.add(["a", "5", nil])
    table.add(["longer", "1000", "no"])
    #expect(table.text == "name    rows  error\na          5  -\nlonger  1000  no\n")
  }

  @Test func noLineEndsWithABlank() {
    var table = Table(["a", "b"])
    table.add(["1", ""])
    #expect(table.text == "a  b\n1\n")
  }

  @Test func aLaterPageHasNoHeader() {
    var table = Table(["a", "b"], hasHeader: false)
    table.add(["1", "2"])
    #expect(table.text == "1  2\n")
  }
}

extension TableTests {
  private func table(_ columns: Int?, least: [String] = ["label", "from"]) -> String {
    var table = Table(["when", "label", "rows", "from"], numbers: [2], least: least)
    table.add(["2026-08-28", "Votre colis a été livré", "5", "out/a.csv:3"])
    return TextForm.$current.withValue(TextForm(columns: columns)) { table.text }
  }

  @Test func withoutATerminalNothingIsShortened() {
    #expect(
      table(nil) == """
        when        label                    rows  from
        2026-08-28  Votre colis a été livré     5  out/a.csv:3

        """)
    #expect(table(nil) == table(54), "where all fits neither")
  }

  @Test func theLeastImportantColumnIsShortenedFirst() {
    #expect(
      table(50) == """
        when        label                rows  from
        2026-08-28  Votre colis a été …     5  out/a.csv:3

        """)
    #expect(
      table(36) == """
        when        label     rows  from
        2026-08-28  Votre c…     5  out/a.c…

        """)
  }

  @Test(arguments: 12...60)
  func noLineIsWiderThanTheTerminal(_ columns: Int) {
    for line in table(columns).split(separator: "\n") {
      #expect(line.count <= columns, "\(line)")
      #expect(line.hasPrefix("when") || line.hasPrefix("2026-08-28"), "\(line)")
    }
  }

  @Test func timesAreThoseOfParisUnlessUTCIsWanted() {
    #expect(TextForm.time(Samples.time) == "2026-08-28T11:42:10+02:00")
    TextForm.$current.withValue(TextForm(isUTC: true)) {
      #expect(TextForm.time(Samples.time) == "2026-08-28T09:42:10Z")
    }
  }
}
