import Carrier
import Status
import Testing

/// Words that are in a label but are not so.
@Suite struct DenialTests {
  private func status(_ label: String) -> ParcelStatus {
    StatusMap.builtIn.meaning(code: nil, label: label).meaning.status
  }

  @Test(arguments: LabelRow.all.filter { $0.meaning.status == .delivered })
  func `what is not delivered, not yet or only perhaps, never counts as delivered`(row: LabelRow) {
    let words = row.label.replacing(". Retour possible sous 14 jours", with: "")
    let denied = [
      ("a été", "n'a pas été"), ("a été", "n’a pas encore été"), ("a été", "n'a jamais été"),
      ("a été", "sera"), ("a été", "va être"), ("a été", "n'a pas pu être"), ("a été", "doit être"),
      ("est livré", "n'est pas livré"), ("is ", "is niet "), ("is ", "is nog niet "),
      ("is ", "wordt binnenkort "), ("has been", "has not been"), ("has been", "hasn't been"),
      ("has been", "will be"), ("has been", "could not be"), ("has been", "is not yet"),
      ("Livraison", "Non : pas de livraison"),
    ].filter { words.contains($0.0) }.map { words.replacing($0.0, with: $0.1) }
    #expect(!denied.isEmpty)
    for label in denied { #expect(status(label) != .delivered, "\(label)") }
  }

  @Test(arguments: [
    "Votre colis n'est pas disponible au relais", "Colis non disponible en point relais",
    "Votre colis sera disponible au relais demain", "Votre colis n'est pas perdu",
    "Aucun incident", "Livraison sans incident", "Le colis peut être refusé",
    "Si votre colis est endommagé", "Retour à l'expéditeur possible sous 14 jours",
    "If your parcel is undelivered", "Pakket nog niet bezorgd", "Parcel will be delivered",
    "Parcel may not be delivered", "Votre colis n'a pas encore été collecté",
  ])
  func `what is denied or only possible is not known`(label: String) {
    #expect(StatusMap.builtIn.meaning(code: nil, label: label) == .unmapped)
  }

  @Test(arguments: [
    ("Votre colis n'a pas pu être livré. Il est disponible au relais", ParcelStatus.deliveryFailed),
    ("Non distribuable - retour à l'expéditeur", .returning),
    // As the ranks say, though the parcel waits at the pick-up point by now.
    ("Votre colis n'a pas été livré mais il est disponible au relais", .deliveryFailed),
    ("Bonjour. Votre colis a été livré.", .delivered),
    ("LIVRE", .delivered), ("Colis livré le 28/08/2026", .delivered),
    ("Votre colis a été livré, retour possible sous 14 jours", .delivered),
    ("Livré au point relais", .readyForPickup),
    ("Refusé, en cours de retour", .returning),
    ("Endommagé, destinataire absent", .damaged),
    ("Livraison impossible : destinataire absent", .deliveryFailed),
  ])
  func `the first sentence that says something decides, by the rule that says most`(
    label: String, expected: ParcelStatus
  ) {
    #expect(status(label) == expected)
  }

  @Test func `a map of one's own does not count what is denied either`() throws {
    let map = try StatusMap(
      name: "annex", version: "1", codes: [],
      labels: [
        .init(text: "remis", match: .contains, meaning: Meaning(status: .delivered)),
        .init(text: "non remis", match: .contains, meaning: Meaning(status: .onHold)),
      ])
    #expect(map.meaning(code: nil, label: "Colis remis").meaning.status == .delivered)
    #expect(map.meaning(code: nil, label: "Pas remis") == .unmapped)
    #expect(map.meaning(code: nil, label: "Colis non remis").meaning.status == .onHold)
  }
}

@Suite struct CodePrefixTests {
  private func map() throws -> StatusMap {
    let base = try StatusMap(
      name: "base", version: "1",
      codes: [
        .init(code: "STATUT_LIVRER", match: .beginning, meaning: Meaning(status: .delivered)),
        .init(code: "STATUT_X1", meaning: Meaning(status: .lost)),
      ], labels: [])
    return try StatusMap(
      name: "annex", version: "1",
      codes: [
        .init(code: "statut_", match: .beginning, meaning: Meaning(status: .inTransit)),
        .init(code: "STATUT_NONLIV_", match: .beginning, meaning: Meaning(status: .deliveryFailed)),
        .init(
          code: "STATUT_NONLIV_REFUS", meaning: Meaning(status: .deliveryFailed, reason: .refused)),
      ],
      labels: [.init(text: "livré", match: .contains, meaning: Meaning(status: .delivered))],
      extending: base)
  }

  @Test(arguments: [
    ("STATUT_NONLIV_REFUS", ParcelStatus.deliveryFailed), ("Statut_NonLiv_ABS", .deliveryFailed),
    ("STATUT_COLLECTE", .inTransit), ("STATUT_X1", .lost), ("STATUT_X12", .inTransit),
    // A map's own rule comes before the longer one of the map that it extends.
    ("STATUT_LIVRER_BAL", .inTransit), ("ETAT_1", .delivered),
  ])
  func `a whole code decides, then the longest beginning, then the label`(
    code: String, expected: ParcelStatus
  ) throws {
    #expect(try map().meaning(code: code, label: "livré").meaning.status == expected)
  }

  @Test func `the same beginning twice is refused, beside a whole code it is not`() throws {
    func rules(_ second: StatusMap.CodeRule.Match) throws {
      _ = try StatusMap(
        name: "m", version: "1",
        codes: [
          .init(code: "A", match: .beginning, meaning: Meaning(status: .lost)),
          .init(code: "a ", match: second, meaning: Meaning(status: .damaged)),
        ], labels: [])
    }
    try rules(.whole)
    #expect(throws: StatusMapError.self) { try rules(.beginning) }
  }
}
