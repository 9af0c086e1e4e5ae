import Testing
import Views

/// What every output keeps from a terminal.
@Suite struct EscapingTests {
  @Test(arguments: [
    ("\u{1b}[31m", "\\u{1B}[31m"), ("a\u{202e}b", "a\\u{202E}b"), ("a\nb\tc", "a\\nb\\tc"),
    ("\r\u{301}", "\\r\u{301}"), ("\u{85}\u{2028}", "\\u{0085}\\u{2028}"),
  ])
  func aLineHasNothingUnsafe(_ text: String, _ line: String) {
    #expect(singleLine(text) == line)
  }

  @Test func accentsAndOtherScriptsStay() {
    let text = "Livré à Liège, 東京, e\u{301}"
    #expect(singleLine(text) == text)
  }

  @Test func wholeLinesKeepTheirLineFeeds() {
    #expect(wholeLines("a\r\nb\u{7}\n") == "a\\r\nb\\u{07}\n")
  }

  @Test func aTableEscapesItsCells() {
    var table = Table(["name"])
    table.add(["\u{9b}31m"])
    #expect(table.text == "name\n\\u{009B}31m\n")
  }
}
