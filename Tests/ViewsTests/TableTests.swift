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
