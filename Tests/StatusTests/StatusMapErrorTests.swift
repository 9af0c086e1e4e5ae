import Carrier
import Status
import Testing

@Suite struct StatusMapErrorTests {
  private func fault(
    name: String = "annex", version: String = "1", codes: [StatusMap.CodeRule] = [],
    labels: [StatusMap.LabelRule] = []
  ) -> StatusMapError? {
    #expect(throws: StatusMapError.self) {
      try StatusMap(name: name, version: version, codes: codes, labels: labels)
    }
  }

  private let delivered = Meaning(status: .delivered)
  private let lost = Meaning(status: .lost)

  @Test func `a map needs a name and a version`() {
    #expect(fault(name: " ")?.description == "name: is empty; give the map a name")
    #expect(fault(version: "")?.description == "version: is empty; give the map a version")
    #expect(fault(version: "")?.place == .map)
  }

  @Test func `an empty code or text is refused with its place`() {
    #expect(
      fault(codes: [.init(code: "LIV", meaning: delivered), .init(code: " ", meaning: lost)])?
        .place == .code(1))
    let text = fault(labels: [.init(text: "\u{AD} ", match: .contains, meaning: delivered)])
    #expect(text?.place == .label(0))
    #expect(text?.reason == "has no text, so it would match every label")
  }

  @Test func `a code given twice is refused, whatever its letter case`() {
    let same = fault(codes: [
      .init(code: "LIV", meaning: delivered), .init(code: "liv ", meaning: delivered),
    ])
    #expect(same?.place == .code(1))
    #expect(
      same?.description
        == "code \"liv \": is the same as the rule before it, code \"LIV\"; leave one out")
    let other = fault(codes: [
      .init(code: "LIV", meaning: delivered), .init(code: "liv", meaning: lost),
    ])
    #expect(other?.reason.hasPrefix("contradicts the rule before it, code \"LIV\"") == true)
  }

  @Test func `a label text given twice is refused, whatever its spelling`() {
    let same = fault(labels: [
      .init(text: "Livré à l'accueil", match: .prefix, meaning: delivered),
      .init(text: "LIVRE A  L’ACCUEIL", match: .prefix, meaning: delivered),
    ])
    #expect(same?.place == .label(1))
    #expect(
      same?.description
        == "label starts with \"LIVRE A  L’ACCUEIL\": is the same as the rule before it,"
        + " label starts with \"Livré à l'accueil\"; leave one out")
    let other = fault(labels: [
      .init(text: "livré", match: .prefix, meaning: delivered),
      .init(text: "livré", match: .contains, meaning: lost),
    ])
    #expect(other?.reason.hasPrefix("contradicts the rule before it") == true)
  }

  @Test func `a rule that contradicts itself is refused`() {
    let mode = fault(codes: [.init(code: "X", meaning: Meaning(status: .lost, mode: .hand))])
    #expect(mode?.reason == "has the mode hand, but only delivered has a mode, not lost")
    let unmapped = fault(labels: [.init(text: "x", match: .prefix, meaning: .unmapped)])
    #expect(unmapped?.reason.hasPrefix("means unmapped") == true)
    let day = CalendarDay(year: 2026, month: 8, day: 31)
    let fixed = fault(codes: [
      .init(code: "X", meaning: Meaning(status: .inTransit, expectedOn: day))
    ])
    #expect(fixed?.reason.hasPrefix("has the fixed day 2026-08-31") == true)
  }
}
