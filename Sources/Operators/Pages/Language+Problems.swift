import Status
import Views

// What is wrong with a request, in the words of a page.
extension Language {
  /// How the form of filters calls a parameter.
  package func label(_ key: String) -> String {
    switch key {
    case "order": choose("Commande", "Order")
    case "postcode": choose("Code postal", "Postcode")
    case "account-id": choose("ID du compte", "Account ID")
    case "site": choose("Agence", "Site")
    case "since": choose("Depuis", "Since")
    case "until": choose("Jusqu’au", "Until")
    case "stuck": choose("Sans nouvelle depuis", "Without news for")
    case "pickup-due": choose("Retrait échu d’ici", "Pick-up due within")
    case "status": choose("Statut", "Status")
    case "contract": choose("Contrat", "Contract")
    case "open": choose("En cours seulement", "Open ones only")
    default: key
    }
  }

  /// Its sentence in this language; nil: it has none but its own.
  package func sentence(_ problem: Problem) -> String? {
    switch problem.cause {
    case .question(let kind): sentence(kind)
    case .missing(let kind): sentence(kind)
    case nil: nil
    }
  }

  /// The language of what the page says of a problem, where it is another one than its own.
  package func foreign(_ problem: Problem) -> String? {
    self == .french && sentence(problem) == nil ? "en" : nil
  }

  private func about(_ key: String, _ text: String, _ french: String, _ english: String) -> String {
    choose(
      "\(label(key)) : « \(text) » n’est pas \(french)", "\(label(key)): “\(text)” is no \(english)"
    )
  }

  private func sentence(_ kind: QuestionFault.Kind) -> String {
    switch kind {
    case .noTime(let key, let text):
      about(
        key, text, "une date. Écrivez 2026-08-28, ou une durée comme 72h ou 3j.",
        "time. Write 2026-08-28, or an age such as 72h or 3d.")
    case .noAge(let key, let text, let example):
      about(
        key, text,
        "une durée. Écrivez un nombre et s, m, h ou j, comme \(example.replacing("d", with: "j")).",
        "span of time. Write a number and s, m, h or d, such as \(example).")
    case .noPostcode(let text):
      about(
        "postcode", text, "un code postal : il a des chiffres (75012, B1000, L1234).",
        "postcode: it has digits (75012, B1000, L1234).")
    case .noStatus(let text, let nearest):
      about("status", text, "un statut.", "status.") + didYouMean(nearest)
    case .empty(let key):
      choose(
        "\(label(key)) : le champ n’a que des espaces.", "\(label(key)): there are only blanks.")
    case .exclude(let key, let statuses):
      choose(
        "\(label(key)) ne va pas avec ce statut, mais seulement avec : \(words(statuses)).",
        "\(label(key)) does not go with this status, but only with: \(words(statuses)).")
    case .sinceAfterUntil:
      choose(
        "\(label("since")) est après \(label("until")) : il n’y a rien entre les deux.",
        "\(label("since")) is after \(label("until")): nothing can be between them.")
    case .noContract(let id, let nearest):
      choose("Il n’y a pas de contrat « \(id) ».", "There is no contract “\(id)”.")
        + didYouMean(nearest)
    case .noNumber(let text): noNumber(text)
    }
  }

  private func sentence(_ kind: NotFound.Kind) -> String {
    switch kind {
    case .parcel(let number, let accountID, let rejected):
      noParcel("\(number)", accountID) + unread(rejected)
    case .number(let text): noNumber(text)
    case .file(let file, let source):
      choose("Aucun fichier \(file) n’est connu", "No file \(file) is known")
        + (source.map { choose(" du dépôt \($0)", " of the source \($0)") } ?? "") + "."
    case .source(let name, let nearest):
      choose("Le dépôt \(name) n’a jamais été lu.", "No source \(name) was ever polled.")
        + didYouMean(nearest)
    case .contract(let id, let nearest):
      choose("Il n’y a pas de contrat « \(id) ».", "There is no contract “\(id)”.")
        + didYouMean(nearest)
    }
  }

  private func noParcel(_ number: String, _ accountID: String?) -> String {
    let under =
      accountID.map { choose(" sous l’ID du compte \($0)", " under the account ID \($0)") } ?? ""
    return choose(
      "Aucun colis \(number) n’est connu\(under).", "No parcel \(number) is known\(under).")
  }

  /// What is known of it although it is not known.
  private func unread(_ lines: Int) -> String {
    guard lines > 0 else { return "" }
    let count = counted(lines, french: ("ligne", "lignes"), english: ("line", "lines"))
    return choose(
      " Mais \(count) avec ce numéro \(lines < 2 ? "n’a pas pu être lue" : "n’ont pas pu être lues").",
      " But \(count) with this number could not be read.")
  }

  private func noNumber(_ text: String) -> String {
    choose(
      "« \(text) » n’est pas un numéro de colis : il a 12 lettres et chiffres, et le code postal peut suivre (75012, B1000, L1234).",
      "“\(text)” is no parcel number: it has 12 letters and digits, and the postcode may follow (75012, B1000, L1234)."
    )
  }

  private func didYouMean(_ name: String?) -> String {
    name.map { choose(" Vouliez-vous dire \($0) ?", " Did you mean \($0)?") } ?? ""
  }

  private func words(_ statuses: Set<ParcelStatus>) -> String {
    ParcelStatus.allCases.filter(statuses.contains).map(word).joined(separator: ", ")
  }
}

extension Problem {
  /// Whether it is about a parameter.
  func isAbout(_ name: String) -> Bool {
    if case .question(let kind) = cause { kind.key == name } else { detail.hasPrefix("\(name):") }
  }
}
