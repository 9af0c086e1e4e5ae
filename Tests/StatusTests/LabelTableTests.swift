import Status
import Testing
import TrackingFile

/// One label as the carrier's public pages show it, and what it means.
struct LabelRow: Sendable, CustomTestStringConvertible {
  var label: String
  var meaning: Meaning

  var testDescription: String { label }

  init(_ label: String, _ meaning: Meaning) {
    self.label = label
    self.meaning = meaning
  }

  static let all: [LabelRow] = [
    LabelRow(
      "Votre colis est en cours de préparation par l'expéditeur. Il nous sera confié prochainement.",
      Meaning(status: .announced)),
    LabelRow(
      "Votre colis est pris en charge par Colis Privé. Il va être expédié vers notre agence"
        + " régionale de distribution.",
      Meaning(status: .pickedUp)),
    LabelRow(
      "Votre colis est arrivé sur notre agence régionale de distribution.",
      Meaning(status: .inTransit, detail: "arrived_at_depot")),
    LabelRow(
      "Votre colis est en cours de distribution par le livreur", Meaning(status: .outForDelivery)),
    LabelRow("Nous avons tenté de livrer votre colis.", Meaning(status: .deliveryFailed)),
    LabelRow(
      "Votre rendez-vous est confirmé. le 31/08/2026",
      Meaning(
        status: .inTransit, reason: .appointment,
        expectedOn: CalendarDay(year: 2026, month: 8, day: 31))),
    LabelRow(
      "Votre colis va être prochainement déposé en Point Relais. le 30/08/2026",
      Meaning(
        status: .inTransit, detail: "to_pickup_point",
        expectedOn: CalendarDay(year: 2026, month: 8, day: 30))),
    LabelRow("Votre colis vous attend au relais", Meaning(status: .readyForPickup)),
    LabelRow(
      "Votre colis a été livré en boîte aux lettres",
      Meaning(status: .delivered, mode: .letterbox)),
    LabelRow(
      "Votre Colis a été livré avec signature", Meaning(status: .delivered, mode: .signature)),
    LabelRow("Votre colis est retourné à l'expéditeur", Meaning(status: .returned)),
    LabelRow(
      "Jouw pakket wordt klaargemaakt door de webshop en wordt ons weldra bezorgd.",
      Meaning(status: .announced)),
    LabelRow(
      "Jouw pakket is aangekomen op het nationaal platform van Colis Privé en vertrekt weldra.",
      Meaning(status: .pickedUp)),
    LabelRow(
      "Jouw pakket is toegekomen bij onze regionale bezorgpartner.", Meaning(status: .inTransit)),
    LabelRow("Jouw pakket is onderweg naar jou.", Meaning(status: .outForDelivery)),
  ]
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
      String(label.map { ["é": "e", "à": "a", "ê": "e", "î": "i", "è": "e"][$0] ?? $0 })
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
    #expect(reading.rule?.hasPrefix("built-in 1: label starts with \"") == true)
  }

  @Test func `a public label is known without its closing full stop`() {
    for row in LabelRow.all where row.label.hasSuffix(".") {
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

  @Test func `the built-in map has no codes and one rule for each row`() {
    #expect(StatusMap.builtIn.codes.isEmpty)
    #expect(StatusMap.builtIn.labels.count == LabelRow.all.count)
  }

  @Test(
    arguments: [
      (nil, nil), ("", ""), (" ", "\t"), ("ZZZ", nil), ("ZZZ", "Votre colis fait une pause"),
      (nil, "Votre"), (nil, "colis a été livré en boîte aux lettres"),
    ] as [(String?, String?)])
  func `what no rule knows is unmapped and names no rule`(code: String?, label: String?) {
    #expect(StatusMap.builtIn.meaning(code: code, label: label) == .unmapped)
  }
}
