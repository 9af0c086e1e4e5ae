import Carrier
import Contract
import Testing

struct AdvisorMessageTests {
  /// The three messages about a service.
  private static func messages(
    _ service: ServiceKind, contract: String? = "Mon contrat Colis Privé"
  ) throws -> [AdvisorMessage] {
    let service = NamedService(service, contract: contract, account: "E1", accountID: "EM180619")
    return [
      AdvisorMessage(activationOf: service),
      AdvisorMessage(
        reconfigurationOf: service,
        former: try #require(AccountPair(account: "D0", accountID: "EM770031"))),
      AdvisorMessage(silenceOf: service, lastDay: try #require(CalendarDay("2026-09-23"))),
    ]
  }

  @Test
  func theActivationWordForWord() throws {
    let message = try Self.messages(.homeFR)[0]
    #expect(
      message.text == """
        Objet : Activation du suivi Colis Privé : compte E1, ID de compte EM180619

        Bonjour,

        Notre contrat Colis Privé est désormais activé sur notre plateforme
        d'expédition pour le service suivant :

          Contrat : Mon contrat Colis Privé
          Service : Livraison à domicile en France
          Compte : E1
          ID de compte : EM180619

        Pourriez-vous en informer le département informatique de Colis Privé,
        afin qu'il active pour ce compte la transmission des mises à jour de
        suivi via le serveur SFTP ?

        Merci de nous prévenir dès que ce sera fait.

        Cordialement,

        [Votre nom]
        """)
    #expect(message.text == "Objet : \(message.subject)\n\n\(message.body)")
  }

  @Test
  func theReconfigurationNamesTheOldAndTheNewAccount() throws {
    let message = try Self.messages(.relay)[1]
    #expect(
      message.body.contains(
        """

          Contrat : Mon contrat Colis Privé
          Service : Livraison en point relais (B2C, France vers France)
          Ancien compte : D0
          Ancien ID de compte : EM770031
          Nouveau compte : E1
          Nouvel ID de compte : EM180619

        """))
    #expect(message.subject.contains("compte E1, ID de compte EM180619"))
    #expect(message.body.contains("configure à nouveau"))
  }

  @Test(arguments: [
    ("2026-11-20", "vendredi 20 novembre 2026"), ("2026-05-01", "vendredi 1er mai 2026"),
    ("2026-08-02", "dimanche 2 août 2026"), ("2027-02-28", "dimanche 28 février 2027"),
    ("2026-12-31", "jeudi 31 décembre 2026"), ("2026-09-23", "mercredi 23 septembre 2026"),
  ])
  func theSilenceNamesTheLastDayAsFrenchWritesIt(day: String, text: String) throws {
    let message = AdvisorMessage(
      silenceOf: NamedService(.returns, contract: nil, account: "R2", accountID: "EM180620"),
      lastDay: try #require(CalendarDay(day)))
    #expect(message.body.contains("parvenues le\n\(text). Depuis"))
    #expect(message.subject.contains("compte R2, ID de compte EM180620"))
  }

  @Test(arguments: [
    (ServiceKind.homeFR, "Livraison à domicile en France"),
    (.homeBE, "Livraison à domicile en Belgique"),
    (.relay, "Livraison en point relais (B2C, France vers France)"),
    (.returns, "Retours (France vers France)"),
  ])
  func eachNamesItsServiceInFrenchThePairAndWhatIsAskedOfWhom(service: ServiceKind, name: String)
    throws
  {
    for message in try Self.messages(service) {
      #expect(message.body.contains("\n  Service : \(name)\n"))
      #expect(message.body.contains("ompte : E1\n"))
      #expect(message.body.contains("ID de compte : EM180619\n"))
      let prose = message.body.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(prose.contains("département informatique de Colis Privé"))
      #expect(prose.contains("la transmission des mises à jour de suivi via le serveur SFTP"))
      #expect(prose.contains("Pourriez-vous"))
      #expect(message.body.hasPrefix("Bonjour,\n"))
      #expect(message.body.hasSuffix("\n\n[Votre nom]"))
      // Nothing else is left to be filled in.
      #expect(message.text.count { $0 == "[" } == 1)
    }
  }

  @Test
  func theLinesAreShortAndNoneEndsWithASpaceOrHoldsAnotherSpaceThanTheUsual() throws {
    for service in ServiceKind.allCases {
      for message in try Self.messages(service) {
        #expect(!message.subject.contains("\n"))
        for line in message.text.split(separator: "\n", omittingEmptySubsequences: false) {
          #expect(line.count <= 76)
          #expect(line.last != " ")
          #expect(!line.contains { $0.isWhitespace && $0 != " " })
        }
        for line in message.body.split(separator: "\n") { #expect(line.count <= 72) }
      }
    }
  }

  @Test(arguments: [nil, "", " \n"])
  func aContractWithoutANameIsNotNamed(name: String?) throws {
    for message in try Self.messages(.homeFR, contract: name) {
      #expect(!message.body.contains("Contrat :"))
      #expect(message.body.contains("suivant :\n\n  Service : "))
    }
  }

  @Test
  func lineBreaksInWhatUsersWroteBreakNoLine() {
    let message = AdvisorMessage(
      activationOf: NamedService(
        .homeFR, contract: "Mon\r\n  contrat\u{2028}Privé", account: "E1\nBcc: x",
        accountID: "EM180619"))
    #expect(message.body.contains("\n  Contrat : Mon contrat Privé\n"))
    #expect(message.subject.hasSuffix("compte E1 Bcc: x, ID de compte EM180619"))
    #expect(message.body.contains("\n  Compte : E1 Bcc: x\n"))
  }
}
