import Carrier
import Operators
import ParcelStore
import SampleValues
import Testing
import Views

/// What is wrong is said in the language of the page.
@Suite struct ProblemWordTests {
  private func list(_ name: String, _ value: String, _ language: Language = .french) -> PageContext
  {
    let query = [(name: name, value: value)]
    var page = ParcelsPage(Samples.request(language, path: ["parcels"], query: query))
    do {
      var reader = QueryReader(query)
      _ = try ParcelsQuestion(&reader, now: Samples.time)
        .filter(now: Samples.time, pickupDays: 8)
    } catch {
      page.fault = Problem(error)
    }
    return page.context
  }

  @Test(arguments: [
    ("since", "soon", "Depuis : « soon » n’est pas une date."),
    ("stuck", "soon", "Sans nouvelle depuis : « soon » n’est pas une durée."),
    ("postcode", "Paris", "Code postal : « Paris » n’est pas un code postal"),
    (
      "status", "delivred",
      "Statut : « delivred » n’est pas un statut. Vouliez-vous dire delivered ?"
    ),
    ("order", " ", "Commande : le champ n’a que des espaces."),
  ])
  func aFilterIsCalledAsItsFieldIs(_ name: String, _ value: String, _ sentence: String) {
    let context = list(name, value)
    #expect(context.text("problem_quote")?.hasPrefix(sentence) == true)
    #expect(context.text("problem_lang") == nil)
    let wrong = context.rows("fields").filter {
      if case .flag(true) = $0["field_wrong"] { true } else { false }
    }
    #expect(wrong.map { $0.text("field_name") } == (name == "status" ? [] : [name]))
  }

  @Test func whatHasNoSentenceOfOursIsMarkedAsEnglish() {
    let request = Samples.request(.french, path: ["files"])
    let context = ErrorPage(Problem(400, "cursor: \"x\" is no cursor of a file"), request).context
    #expect(context.text("quote_lang") == "en")
  }

  @Test func whatIsNotKnownIsSaidInFrench() {
    func quote(_ error: NotFound, _ language: Language = .french) -> PageContext {
      ErrorPage(Problem(error), Samples.request(language, path: ["parcels", "1"])).context
    }
    let parcel = NotFound(
      "no parcel", .parcel(Samples.parcel, accountID: nil, rejected: 2))
    #expect(
      quote(parcel).text("quote")
        == "Aucun colis 991122334455 n’est connu. Mais 2 lignes avec ce numéro n’ont pas pu être lues."
    )
    #expect(quote(parcel).text("quote_lang") == nil)
    let contract = NotFound(contract: "duppont", among: ["dupont", "other"])
    #expect(
      quote(contract).text("quote")
        == "Il n’y a pas de contrat « duppont ». Vouliez-vous dire dupont ?")
    #expect(
      contract.description == "no contract duppont; did you mean dupont? There are dupont, other")
    #expect(
      quote(contract, .english).text("quote")
        == "There is no contract “duppont”. Did you mean dupont?")
  }

  @Test(
    arguments: [
      (
        "its last 7 bytes have no line end yet, or an open quote; they are read once the file was unchanged for 60 s",
        "ses 7 derniers octets n’ont pas encore de fin de ligne", nil
      ),
      (
        "not a tracking file: its header has no column", "ce n’est pas un fichier de suivi :",
        "its header has no column"
      ),
      (
        "the trailer declares 5 lines, but 4 were read",
        "la fin du fichier annonce 5 lignes, mais 4", nil
      ),
      ("permission denied", nil, "permission denied"),
    ] as [(String, String?, String?)])
  func remarksOnFilesAreFrench(_ error: String, _ own: String?, _ rest: String?) {
    let found = Language.french.remark(error)
    #expect(own.map { found.own?.hasPrefix($0) == true } ?? (found.own == nil))
    #expect(found.rest == rest)
    #expect(Language.english.remark(error).own == error)
  }

  @Test(arguments: ["48h", "48H", " 48 h", "2d", "2j", "2 J"])
  func spansAreReadAsTheyAreTyped(_ text: String) throws {
    var question = ParcelsQuestion(names: .parameters)
    question.stuck = text
    let filter = try question.filter(now: 1_000_000, pickupDays: 8)
    #expect(filter.quiet?.lowerBound == 827_200)
    #expect(AskedTime(text, now: 1_000_000)?.seconds == 827_200)
  }
}
