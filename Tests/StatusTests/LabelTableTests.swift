import Carrier
import Foundation
import Status
import Testing

/// One label as the carrier's public pages show it, and what it means.
struct LabelRow: Sendable, CustomTestStringConvertible {
  var label: String
  var meaning: Meaning

  var testDescription: String { label }

  init(_ label: String, _ meaning: Meaning) {
    self.label = label
    self.meaning = meaning
  }

  /// The rows of the table in docs/status-map.md, so that it says what the map does.
  static let all: [LabelRow] = {
    let page = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/status-map.md").standardizedFileURL
    let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n")
    guard let head = lines.firstIndex(of: "| label | meaning |") else { return [] }
    return lines[(head + 2)...].prefix { $0.hasPrefix("| ") }.map { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return LabelRow(cells[0], Meaning(words: cells[1].components(separatedBy: ", ")))
    }
  }()
}

extension Meaning {
  /// A status, and in any order its reason, mode, detail and expected day.
  fileprivate init(words: [String]) {
    self.init(status: ParcelStatus(name: words[0]) ?? .unmapped)
    for word in words.dropFirst() {
      if let day = CalendarDay(word) {
        expectedOn = day
      } else if let reason = StatusReason(name: word) {
        self.reason = reason
      } else if let mode = DeliveryMode(name: word) {
        self.mode = mode
      } else {
        detail = word
      }
    }
  }
}

/// The ways in which files write one and the same label.
enum Spelling: CaseIterable {
  case asIs, upperCase, lowerCase, withoutAccents, decomposed, curlyApostrophe, primeApostrophe
  case manySpaces, noBreakSpaces, softHyphens

  func write(_ label: String) -> String {
    switch self {
    case .asIs: label
    case .upperCase: label.uppercased()
    case .lowerCase: label.lowercased()
    case .withoutAccents:
      String(label.map { ["é": "e", "à": "a", "ê": "e", "î": "i", "è": "e", "É": "E"][$0] ?? $0 })
    case .decomposed:
      String(
        label.flatMap { character -> [Character] in
          ["é": ["e\u{301}"], "à": ["a\u{300}"], "ê": ["e\u{302}"], "î": ["i\u{302}"]][character]
            ?? [character]
        })
    case .curlyApostrophe: String(label.map { $0 == "'" ? "’" : $0 })
    case .primeApostrophe: String(label.map { $0 == "'" ? "´" : $0 })
    case .manySpaces: "  \t" + String(label.flatMap { $0 == " " ? [$0, "\t", $0] : [$0] }) + "\r\n"
    case .noBreakSpaces: String(label.map { $0 == " " ? "\u{A0}" : $0 })
    case .softHyphens: "\u{FEFF}" + String(label.flatMap { [$0, "\u{AD}"] })
    }
  }
}

@Suite struct LabelTableTests {
  @Test(arguments: LabelRow.all, Spelling.allCases)
  func `the built-in map knows every public label in every spelling`(
    row: LabelRow, spelling: Spelling
  ) {
    let reading = StatusMap.builtIn.meaning(code: nil, label: spelling.write(row.label))
    #expect(reading.meaning == row.meaning)
    #expect(reading.rule?.hasPrefix("built-in 2: label contains \"") == true)
  }

  @Test func `a public label is known without its closing full stop`() throws {
    let rows = LabelRow.all.filter { $0.label.hasSuffix(".") }
    try #require(!rows.isEmpty)
    for row in rows {
      let label = String(row.label.dropLast())
      #expect(StatusMap.builtIn.meaning(code: nil, label: label).meaning == row.meaning)
    }
  }

  @Test func `a later sentence that mentions another status does not decide`() {
    let label =
      "Nous avons tenté de livrer votre colis. Sans réponse, votre colis est retourné à l'expéditeur."
    #expect(
      StatusMap.builtIn.meaning(code: nil, label: label).meaning.status == .deliveryFailed)
  }

  @Test func `the built-in map has no codes, and the page a table`() {
    #expect(StatusMap.builtIn.codes.isEmpty)
    #expect(LabelRow.all.count >= 70)
  }

  @Test(
    arguments: [
      (nil, nil), ("", ""), (" ", "\t"), ("ZZZ", nil), ("ZZZ", "Votre colis fait une pause"),
      (nil, "Votre"), (nil, "Votre livreur"),
    ] as [(String?, String?)])
  func `what no rule knows is unmapped and names no rule`(code: String?, label: String?) {
    #expect(StatusMap.builtIn.meaning(code: code, label: label) == .unmapped)
  }
}
