import SampleValues
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
        2026-08-28  Votre c…     5  …a.csv:3

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

  @Test func timesLoseTheirSecondsBeforeWordsAreLost() {
    var table = Table(["parcel", "status", "since", "order"], least: ["order"])
    table.add(["991122334455", "out_for_delivery", "2026-08-28T11:42:10+02:00", "CMD-1042"])
    func text(_ columns: Int) -> [Substring] {
      TextForm.$current.withValue(TextForm(columns: columns)) { table.text }
        .split(separator: "\n").dropFirst().map { $0 }
    }
    #expect(
      text(67) == ["991122334455  out_for_delivery  2026-08-28T11:42:10+02:00  CMD-1042"])
    #expect(text(66) == ["991122334455  out_for_delivery  2026-08-28 11:42          CMD-1042"])
    #expect(text(58) == ["991122334455  out_for_delivery  2026-08-28 11:42  CMD-1042"])
    #expect(text(57) == ["991122334455  out_for_delivery  2026-08-28 11:42"])
    #expect(text(44) == ["991122334455  out_for_delivery"])
  }

  @Test func ofAPathTheEndIsShown() {
    var table = Table(["file", "error"], least: ["error", "file"])
    table.add(["/var/spool/colisprive/out/TRK_20260828_070000.csv", "it was cut off in the middle"])
    let text = TextForm.$current.withValue(TextForm(columns: 44)) { table.text }
    #expect(text.contains("…K_20260828_070000.csv  it was cut off in t…"), "\(text)")
  }

  @Test func laterPagesKeepTheWidthsOfTheFirst() {
    func page(_ cells: [String], isFirst: Bool) -> String {
      var table = Table(["a", "b"], hasHeader: isFirst, least: ["b"])
      table.add(cells.map { $0 })
      return table.text
    }
    for columns in [nil, 20] as [Int?] {
      var form = TextForm(columns: columns)
      form.widths = TableWidths()
      TextForm.$current.withValue(form) {
        #expect(page(["longer", "x"], isFirst: true) == "a       b\nlonger  x\n")
        #expect(page(["1", "y"], isFirst: false) == "1       y\n")
        #expect(page(["longest", "y"], isFirst: false) == "longest  y\n", "pushed to the right")
        let long = page(["1", "twenty and more characters"], isFirst: false)
        #expect(
          long
            == (columns == nil ? "1       twenty and more characters\n" : "1       twenty and …\n"))
      }
    }
  }

  @Test func sentencesAreFoldedBetweenWords() {
    let text = """
      rule      sample 1: code "EXP" (./status-map.yaml:18:8) as the map of the day says
      page      https://example.net/a-long-address-that-is-whole/and-can-be-copied?x=1
        Nothing to do: live since yesterday evening, the last row came today

      """
    let folded = TextForm.$current.withValue(TextForm(columns: 40)) { TextForm.folded(text) }
    #expect(
      folded == """
        rule      sample 1: code "EXP"
                  (./status-map.yaml:18:8) as
                  the map of the day says
        page      https://example.net/a-long-address-that-is-whole/and-can-be-copied?x=1
          Nothing to do: live since yesterday
            evening, the last row came today

        """)
    #expect(TextForm.folded(text) == text, "only on a terminal")
  }
}
