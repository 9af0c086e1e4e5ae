import Testing
import Views

@Suite struct JSONTests {
  @Test func keysKeepTheirOrderAndAbsentValuesAreNull() {
    let value = JSON.object([
      ("b", .array([.integer(1), .bool(true), .null])), ("a", JSON(String?.none)),
      ("time", JSON(utc: 0)), ("never", JSON(utc: nil)),
    ])
    #expect(
      value.text
        == #"{"b":[1,true,null],"a":null,"time":"1970-01-01T00:00:00Z","never":null}"#)
  }

  @Test(arguments: [
    ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#), ("\u{1b}\u{7f}", #""\u001b\u007f""#),
    ("\u{202e}", #""\u202e""#), ("\u{e0001}", #""\udb40\udc01""#), ("é東😀", "\"é東😀\""),
    ("Livré à Nîmes ÀÿÃ", "\"Livré à Nîmes ÀÿÃ\""),
    ("é\u{85}\"", #""é\u0085\"""#),
  ])
  func stringsAreEscapedAsTheRFCAndTerminalsWant(_ text: String, _ json: String) {
    #expect(JSON.string(text).text == json)
  }
}
