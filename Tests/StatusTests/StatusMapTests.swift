import Carrier
import Status
import Testing

@Suite struct StatusMapTests {
  private func map(
    codes: [StatusMap.CodeRule] = [], labels: [StatusMap.LabelRule] = [],
    extending base: StatusMap? = nil
  ) throws -> StatusMap {
    try StatusMap(name: "annex", version: "3", codes: codes, labels: labels, extending: base)
  }

  private func label(
    _ text: String, _ match: StatusMap.LabelRule.Match, _ status: ParcelStatus,
    expectsDate: Bool = false
  ) -> StatusMap.LabelRule {
    .init(text: text, match: match, meaning: Meaning(status: status), expectsDate: expectsDate)
  }

  @Test func `a code decides before the label`() throws {
    let map = try map(
      codes: [.init(code: "RET", meaning: Meaning(status: .returning))],
      labels: [label("livré", .contains, .delivered)])
    let reading = map.meaning(code: "RET", label: "Votre colis a été livré")
    #expect(reading.meaning.status == .returning)
    #expect(reading.rule == "annex 3: code \"RET\"")
  }

  @Test func `a code that the map does not know leaves the label to decide`() throws {
    let map = try map(
      codes: [.init(code: "RET", meaning: Meaning(status: .returning))],
      labels: [label("livré", .contains, .delivered)])
    let reading = map.meaning(code: "RETX", label: "Votre colis a été livré")
    #expect(reading.meaning.status == .delivered)
    #expect(reading.rule == "annex 3: label contains \"livré\"")
  }

  @Test(arguments: ["LIV", "liv", " Liv ", "\tLIV\r\n", "\u{A0}LIV"])
  func `a code is matched whatever its letter case and the white space around it`(
    code: String
  ) throws {
    let map = try map(codes: [.init(code: "Liv ", meaning: Meaning(status: .delivered))])
    #expect(map.meaning(code: code, label: nil).meaning.status == .delivered)
  }

  @Test(arguments: ["LI", "LIVR", "L IV", "LÍV"])
  func `a code is matched as a whole`(code: String) throws {
    let map = try map(codes: [.init(code: "LIV", meaning: Meaning(status: .delivered))])
    #expect(map.meaning(code: code, label: nil) == .unmapped)
  }

  @Test func `a numeric code keeps its leading zeros`() throws {
    let map = try map(codes: [.init(code: "007", meaning: Meaning(status: .lost))])
    #expect(map.meaning(code: "007", label: nil).meaning.status == .lost)
    #expect(map.meaning(code: "7", label: nil) == .unmapped)
  }

  @Test func `the longest matching text wins in whatever order the rules stand`() throws {
    let rules = [
      label("colis", .contains, .announced),
      label("Votre colis a été livré", .prefix, .delivered),
      label("Votre colis", .prefix, .inTransit),
      label("livré au voisin puis perdu en route", .contains, .lost),
    ]
    for rules in [rules, rules.reversed()] {
      let map = try map(labels: rules)
      func status(_ label: String) -> ParcelStatus {
        map.meaning(code: nil, label: label).meaning.status
      }
      #expect(status("Un colis") == .announced)
      #expect(status("Votre colis avance") == .inTransit)
      #expect(status("Votre colis a été livré au voisin") == .delivered)
      #expect(status("Votre colis a été livré au voisin puis perdu en route") == .lost)
    }
  }

  @Test func `a text that has to start a label does not match inside it`() throws {
    let map = try map(labels: [label("rendez-vous", .prefix, .inTransit)])
    #expect(map.meaning(code: nil, label: "Votre rendez-vous") == .unmapped)
    #expect(map.meaning(code: nil, label: "RENDEZ-VOUS pris").meaning.status == .inTransit)
  }

  @Test func `ligatures and apostrophes count as the letters that people type`() throws {
    let map = try map(labels: [label("Mise en œuvre d'une ex æquo", .contains, .onHold)])
    for wording in ["MISE EN OEUVRE D’UNE EX AEQUO", "mise en Œuvre d‘une ex Æquo"] {
      #expect(map.meaning(code: nil, label: wording).meaning.status == .onHold)
    }
  }

  @Test(arguments: [
    ("Rendez-vous le 31/08/2026", "2026-08-31"),
    ("Rendez-vous le 29/02/2028 (matin)", "2028-02-29"),
    ("01/09/2026 : rendez-vous, sinon le 02/09/2026", "2026-09-01"),
    ("Rendez-vous le 31/02/2026", nil), ("Rendez-vous le 29/02/2026", nil),
    ("Rendez-vous le 00/08/2026", nil), ("Rendez-vous le 12/13/2026", nil),
    ("Rendez-vous le 31/08/26", nil), ("Rendez-vous", nil), ("Rendez-vous 131/08/20261", nil),
    ("Rendez-vous 131/08/2026 puis le 02/09/2026", "2026-09-02"),
  ])
  func `a rule that expects a date takes the label's first day, if the calendar has it`(
    wording: String, day: String?
  ) throws {
    let meaning = Meaning(status: .inTransit, reason: .appointment)
    let map = try map(
      codes: [.init(code: "RDV", meaning: meaning, expectsDate: true)],
      labels: [.init(text: "rendez-vous", match: .contains, meaning: meaning, expectsDate: true)])
    for code in [nil, "RDV"] {
      let read = map.meaning(code: code, label: wording).meaning
      #expect(read.expectedOn?.description == day)
      #expect(read.reason == .appointment)
    }
  }

  @Test func `a rule that expects no date takes none`() throws {
    let map = try map(labels: [label("livré", .contains, .delivered)])
    let reading = map.meaning(code: nil, label: "Livré le 31/08/2026")
    #expect(reading.meaning == Meaning(status: .delivered))
  }

  @Test func `a map that extends another asks its own rules first and keeps the others`() throws {
    let own = try map(
      codes: [.init(code: "liv", meaning: Meaning(status: .delivered, mode: .hand))],
      labels: [label("Nous avons tenté", .prefix, .onHold)],
      extending: try StatusMap(
        name: "base", version: "7",
        codes: [
          .init(code: "LIV", meaning: Meaning(status: .lost)),
          .init(code: "PCH", meaning: Meaning(status: .pickedUp)),
        ],
        labels: StatusMap.builtIn.labels))
    #expect(own.meaning(code: "LIV", label: nil).meaning.mode == .hand)
    #expect(own.meaning(code: "PCH", label: nil).rule == "base 7: code \"PCH\"")
    let failed = own.meaning(code: nil, label: "Nous avons tenté de livrer votre colis.")
    #expect(failed.meaning.status == .onHold)
    let waiting = own.meaning(code: nil, label: "Votre colis vous attend au relais")
    #expect(waiting.meaning.status == .readyForPickup)
    #expect(waiting.rule == "base 7: label contains \"vous attend au relais\"")
    #expect(own.version == "3+base.7")
    #expect(own.codes.map(\.code) == ["liv", "PCH"])
    #expect(own.labels.count == 1 + StatusMap.builtIn.labels.count)
  }

  @Test func `maps are equal when their rules are`() throws {
    let rules = [label("livré", .contains, .delivered)]
    #expect(try map(labels: rules) == map(labels: rules))
    #expect(try map(labels: rules) != map(labels: [label("livré", .contains, .lost)]))
  }
}
