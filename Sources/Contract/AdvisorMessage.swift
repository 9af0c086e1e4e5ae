import Carrier

/// A message in French, ready to copy, by which a merchant asks its Colis Privé sales advisor to have
/// the carrier's IT department see to the transmission of tracking updates.
///
/// It lacks nothing but the sender's name, for which `[Votre nom]` stands. Lines have at most 72
/// columns, unless the contract's name is longer.
///
/// ```swift
/// let message = AdvisorMessage(
///   activationOf: NamedService(
///     .relay, contract: "Mon contrat", account: "E1", accountID: "EM180619"))
/// print(message.text)
/// ```
public struct AdvisorMessage: Hashable, Sendable {
  public let subject: String
  /// Lines that end with LF, but the last, which has no end.
  public let body: String

  /// Subject and body, for a clipboard.
  public var text: String { "Objet : \(subject)\n\n\(body)" }

  /// Asks to switch the transmission on for a contract that became active.
  public init(activationOf service: NamedService) {
    self.init(
      subject: "Activation du suivi Colis Privé : \(service.inline)",
      opening: """
        Notre contrat Colis Privé est désormais activé sur notre plateforme
        d'expédition pour le service suivant :
        """,
      facts: service.facts + service.accountFacts,
      request: """
        Pourriez-vous en informer le département informatique de Colis Privé,
        afin qu'il active pour ce compte la transmission des mises à jour de
        suivi via le serveur SFTP ?

        Merci de nous prévenir dès que ce sera fait.
        """)
  }

  /// Asks to configure the transmission again after the account or its ID changed.
  public init(reconfigurationOf service: NamedService, former: AccountPair) {
    let request = """
      Pourriez-vous en informer le département informatique de Colis Privé,
      afin qu'il configure à nouveau, pour ce nouveau compte, la transmission
      des mises à jour de suivi via le serveur SFTP ?

      Merci de nous prévenir dès que ce sera fait.
      """
    self.init(
      subject: "Suivi Colis Privé à reconfigurer : \(service.inline)",
      opening: """
        Le compte ou l'ID de compte de notre contrat Colis Privé a changé pour
        le service suivant :
        """,
      facts: service.facts + [
        ("Ancien compte", former.account), ("Ancien ID de compte", former.accountID),
        ("Nouveau compte", service.account), ("Nouvel ID de compte", service.accountID),
      ],
      request: request)
  }

  /// Asks why nothing comes any more, and to configure the transmission again if necessary.
  /// - Parameter lastDay: the day on which the last updates came.
  public init(silenceOf service: NamedService, lastDay: CalendarDay) {
    self.init(
      subject: "Suivi Colis Privé interrompu : \(service.inline)",
      opening: """
        Les dernières mises à jour de suivi nous sont parvenues le
        \(lastDay.inFrench). Depuis, nous n'en recevons plus pour
        le service suivant :
        """,
      facts: service.facts + service.accountFacts,
      request: Self.inquiry(into: "interruption"))
  }

  /// Asks why nothing came under a new account although its transmission was asked for.
  /// - Parameter requested: the day on which the advisor was informed of the account.
  public init(absenceOf service: NamedService, requested: CalendarDay) {
    self.init(
      subject: "Suivi Colis Privé toujours attendu : \(service.inline)",
      opening: """
        Nous vous avons informé le \(requested.inFrench)
        du nouveau compte ci-dessous. Depuis, aucune mise à jour de suivi ne
        nous est parvenue pour ce compte :
        """,
      facts: service.facts + service.accountFacts,
      request: Self.inquiry(into: "absence"))
  }

  /// Asks the carrier's IT department to look after a transmission.
  /// - Parameter fault: a feminine noun: what the cause is asked of.
  private static func inquiry(into fault: String) -> String {
    """
    Pourriez-vous demander au département informatique de Colis Privé de
    vérifier, pour ce compte, la transmission des mises à jour de suivi via
    le serveur SFTP et, si nécessaire, de l'activer ou de la configurer à
    nouveau ?

    Merci de nous indiquer la cause de cette \(fault).
    """
  }

  private init(
    subject: String, opening: String, facts: [(name: String, value: String)], request: String
  ) {
    let list = facts.map { "  \($0.name) : \(oneLine($0.value))" }.joined(separator: "\n")
    self.subject = oneLine(subject)
    body = """
      Bonjour,

      \(opening)

      \(list)

      \(request)

      Cordialement,

      [Votre nom]
      """
  }
}

extension NamedService {
  /// The lines of a message that name the service.
  fileprivate var facts: [(String, String)] {
    let name = contract.map(oneLine) ?? ""
    return (name.isEmpty ? [] : [("Contrat", name)]) + [("Service", kind.inFrench)]
  }

  /// The lines that name its account.
  fileprivate var accountFacts: [(String, String)] {
    [("Compte", account), ("ID de compte", accountID)]
  }

  /// The account for a sentence.
  fileprivate var inline: String { "compte \(account), ID de compte \(accountID)" }
}

/// A text that users wrote, without the line breaks that would end a subject or a line of the list.
private func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

extension ServiceKind {
  /// The service as the carrier's form in French names it.
  fileprivate var inFrench: String {
    switch self {
    case .homeFR: "Livraison à domicile en France"
    case .homeBE: "Livraison à domicile en Belgique"
    case .relay: "Livraison en point relais (B2C, France vers France)"
    case .returns: "Retours (France vers France)"
    }
  }
}

extension CalendarDay {
  /// `vendredi 20 novembre 2026`
  fileprivate var inFrench: String {
    let weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
    let months = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    return "\(weekdays[weekday]) \(day == 1 ? "1er" : "\(day)") \(months[month - 1]) \(year)"
  }
}
