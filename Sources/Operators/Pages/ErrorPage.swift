/// Why a page can't be shown.
package struct ErrorPage: Sendable {
  package let problem: Problem
  package let request: PageRequest

  package init(_ problem: Problem, _ request: PageRequest) {
    self.problem = problem
    self.request = request
  }

  private var isAboutParcel: Bool {
    problem.status == 404 && request.path.first == "parcels" && request.path.count > 1
  }

  private var isTokenWrong: Bool { problem.status == 401 && problem.wanted != nil }

  /// Where the token leads; nil: to the overview, also where the form would become too long.
  private var next: String? {
    let link = PageLink(path: request.path, query: request.query.map { ($0.name, $0.value) }).text
    return problem.status == 401 && link != "/" && link.utf8.count <= 2_000 ? link : nil
  }

  package var context: PageContext {
    let language = request.language
    return [
      "tone": .tone(problem.status >= 500 ? .bad : .warn), "mark": "!",
      "headline": .text(headline(language)),
      "quote": .text(problem.status == 401 ? nil : language.sentence(problem) ?? problem.detail),
      "quote_lang": .text(language.foreign(problem)),
      "has_advice": .flag(!advice(language).isEmpty),
      "advice_list": .list(advice(language).map { ["advice": .text($0)] }),
      "token_form": .flag(problem.status == 401), "token_wrong": .flag(isTokenWrong),
      "next": .text(next),
    ]
  }

  private func headline(_ language: Language) -> String {
    switch problem.status {
    case 400: language.choose("Cette demande ne peut pas être lue", "This request can’t be read")
    case 401:
      isTokenWrong
        ? language.choose("Ce n’est pas le jeton", "This is not the token")
        : language.choose("Un jeton est nécessaire", "A token is needed")
    case 403: language.choose("Accès refusé", "Not allowed here")
    case 404:
      isAboutParcel
        ? language.choose("Ce colis est inconnu", "This parcel is not known")
        : language.choose("Il n’y a rien ici", "There is nothing here")
    case 503: language.choose("Pas disponible en ce moment", "Not available at this moment")
    case 500...: language.choose("Une erreur de colisd", "A bug in colisd")
    default: language.choose("Cette demande est refusée", "This request is refused")
    }
  }

  private func advice(_ language: Language) -> [String] {
    switch problem.status {
    case 401:
      [
        language.choose(
          "Saisissez le jeton de http.token, que connaît la personne qui gère colisd. Le navigateur s’en souvient pendant 30 jours.",
          "Enter the token of http.token, which whoever runs colisd knows. The browser remembers it for 30 days."
        )
      ]
    case 403:
      [
        language.choose(
          "Demandez par localhost ou par une adresse de cette machine, ou ajoutez ce nom sous http.hosts.",
          "Ask by localhost or by an address of this machine, or add this name under http.hosts.")
      ]
    case 404 where isAboutParcel:
      [
        language.choose(
          "Vérifiez le numéro : 12 lettres et chiffres, avec ou sans espaces ; le code postal peut suivre.",
          "Check the number: 12 letters and digits, with or without spaces; the postcode may follow."
        ),
        language.choose(
          "Cherchez par commande ou par code postal, en haut de la page.",
          "Search by order or postcode, at the top of the page."),
        language.choose(
          "Le transporteur ne l’a peut-être pas encore annoncé, ou ses lignes sont retenues ou rejetées : voyez ces pages.",
          "The carrier may not have announced it yet, or its rows are held or rejected: see those pages."
        ),
      ]
    case 503:
      [
        language.choose(
          "Réessayez dans un instant. Si cela dure : colisd status et journalctl -u colisd disent pourquoi.",
          "Try again in a moment. If it lasts: colisd status and journalctl -u colisd say why.")
      ]
    case 500...:
      [
        language.choose(
          "Le journal en dit plus : journalctl -u colisd.",
          "The log says more: journalctl -u colisd.")
      ]
    default: []
    }
  }
}
