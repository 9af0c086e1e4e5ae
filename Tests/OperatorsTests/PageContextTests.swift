import Operators
import SampleValues
import Testing

@Suite struct PageContextTests {
  @Test func whatIsAbsentIsFalseAndIsNotLookedForFurtherOut() {
    let context: PageContext = ["order": .text(nil), "code": .text("")]
    #expect(context.child(named: "order") as? Bool == false)
    #expect(context.child(named: "code") as? Bool == false)
    #expect(context.child(named: "other") == nil)
  }

  @Test func marksThatMisleadAreSeen() {
    let context: PageContext = ["text": .text("a\u{202E}b\u{0}c\nd")]
    #expect(context.text("text")?.contains("a\\u{202E}b") == true)
    #expect(context.text("text")?.contains("\\nd") == true)
    let lines: PageContext = ["text": .lines("a\nb\u{202E}")]
    #expect(lines.text("text") == "a\nb\\u{202E}")
  }

  /// A quote with an accent on it is one `Character`, which Mustache does not know.
  @Test(arguments: ["<", ">", "&", "\"", "'"])
  func signsOfHTMLAreEscapedAlsoWithAnAccentOnThem(_ sign: String) {
    for text in ["\(sign)\u{301}x", "\u{0D4E}\(sign)x", "\(sign)\u{1F3FD}"] {
      let html = Samples.html(
        .error, ["headline": .text(text), "has_advice": .flag(false)], Samples.request())
      let heading = html.split(separator: "<h1>").last?.split(separator: "</h1>").first ?? ""
      #expect(heading.contains("&"), "\(text): \(heading)")
      #expect(!heading.unicodeScalars.contains { "<>\"'".unicodeScalars.contains($0) })
    }
  }

  @Test func textWithoutSignsStaysAsItIs() {
    #expect(setApart("été à l’agence") == "été à l’agence")
    #expect(setApart("l'été <b>") == "l'été <b>")
    #expect(setApart("\"\u{301}") == "\"\u{2060}\u{301}")
  }

  @Test func linksAreEncoded() {
    #expect(PageLink("parcels", "a/b?c#d").text == "/parcels/a%2Fb%3Fc%23d")
    #expect(PageLink("parcels", "..").text == "/parcels/%2E%2E")
    #expect(PageLink("files", "a.csv").text == "/files/a.csv")
    #expect(PageLink().text == "/")
    #expect(
      PageLink("parcels", query: [("order", "é &"), ("site", nil)]).text
        == "/parcels?order=%C3%A9%20%26")
  }

  @Test func aPagerLeadsToTheStartAndOn() throws {
    let request = Samples.request(.english, query: [("lang", "en")])
    let list = PageLink("rejects", query: [("file", "a.csv")])
    let pager = try #require(Pager(list, cursor: "1.2", next: "3.4").context(request))
    #expect(pager.text("first_url") == "/rejects?file=a.csv&lang=en")
    #expect(pager.text("next_url") == "/rejects?file=a.csv&cursor=3.4&lang=en")
    #expect(Pager(list, cursor: nil, next: nil).context(request) == nil)
  }
}
