import Carrier
import Contract
import Operators
import ParcelStore
import SampleValues
import Status
import Testing
import TrackingFile

@Suite struct LanguageTests {
  @Test(
    arguments: [
      (nil, .french), ("", .french), ("en", .english), ("fr", .french),
      ("en-GB, fr;q=0.8", .english),
      ("fr;q=0.5, en;q=0.7", .english), ("de, en;q=0.3", .english), ("de-DE, de", .french),
      ("en;q=0, fr;q=0.1", .french), ("EN-us", .english), ("*", .french), ("en;q=x", .french),
    ] as [(String?, Language)])
  func theBrowsersLikingDecides(_ header: String?, _ language: Language) {
    #expect(Language(acceptLanguage: header) == language)
  }

  @Test func aLanguageThatIsAskedForComesBeforeTheBrowsersAndStays() {
    let request = PageRequest(
      path: ["parcels"], query: [("order", "A&B"), ("lang", "en")], acceptLanguage: "fr", now: 0)
    #expect(request.language == .english)
    #expect(request.url("held") == "/held?lang=en")
    #expect(request.urlInOtherLanguage == "/parcels?order=A%26B&lang=fr")
    let silent = Samples.request(.english)
    #expect(silent.url("held") == "/held")
    let unknown = PageRequest(
      path: [], query: [("lang", "xx")], acceptLanguage: "en", now: 0)
    #expect(unknown.language == .english && !unknown.isLanguageAsked)
  }

  @Test func numbersAreGrouped() {
    #expect(Language.french.number(12_480) == "12\u{202F}480")
    #expect(Language.english.number(1_234_567) == "1,234,567")
    #expect(Language.french.number(999) == "999")
    #expect(Language.english.number(-1_000) == "-1,000")
  }

  @Test func pricesAreWrittenAsInTheirCountry() {
    #expect(Language.french.price("0.00 EUR") == "0,00\u{a0}€")
    #expect(Language.english.price("0.00 EUR") == "0.00 EUR")
  }

  @Test func zeroIsSingularInFrenchOnly() {
    #expect(Language.french.rows(0) == "0 ligne")
    #expect(Language.english.rows(0) == "0 rows")
    #expect(Language.french.rows(2) == "2 lignes")
    #expect(Language.english.rows(1) == "1 row")
  }

  @Test func timesAreThoseOfParis() {
    let time = Samples.time
    #expect(Language.french.time(time, now: time) == "28 août 11:42")
    #expect(Language.english.time(time, now: time) == "28 Aug 11:42")
    let later = time + 200 * 86_400
    #expect(Language.french.time(time, now: later) == "28 août 2026 11:42")
    #expect(
      Language.french.longTime(EventTime(seconds: time, precision: .second))
        == "vendredi 28 août 2026, 11:42")
    #expect(
      Language.english.longTime(EventTime(seconds: time, precision: .day))
        == "Friday 28 August 2026")
    #expect(Language.french.time(EventTime.missing, now: time) == "sans date")
    // 2026-02-01T00:05 in Paris is still January in UTC.
    #expect(Language.french.time(1_769_900_700, now: time) == "1er févr. 00:05")
  }

  @Test(
    arguments: [
      (-5, "0 s"), (42, "42 s"), (60, "1 min"), (72, "1 min 12 s"), (720, "12 min"),
      (7_200, "2 h"), (518_400, "6 jours"),
    ] as [(Int64, String)])
  func spansAreShort(_ seconds: Int64, _ text: String) {
    #expect(Language.french.span(seconds) == text)
  }

  @Test func everythingHasAWordInBothLanguages() {
    for language in Language.allCases {
      let words =
        ParcelStatus.allCases.map { language.word($0) }
        + StatusReason.allCases.map { language.word($0) }
        + DeliveryMode.allCases.map { language.word($0) }
        + FeedState.allCases.map { language.word($0) }
        + ServiceKind.allCases.map { language.word($0) }
        + HoldReason.allCases.flatMap { [language.word($0), language.advice($0)] }
        + FileState.allCases.flatMap { [language.word($0), language.meaning($0)] }
        + MalformedLine.Reason.allCases.map { language.word($0) }
        + DecisionReason.allCases.map { language.sentence($0) }
        + PageFrame.Section.allCases.map { language.word($0) }
      #expect(words.allSatisfy { !$0.isEmpty })
    }
    // One word must not stand for two statuses.
    for language in Language.allCases {
      #expect(Set(ParcelStatus.allCases.map { language.word($0) }).count == 14)
    }
  }
}
