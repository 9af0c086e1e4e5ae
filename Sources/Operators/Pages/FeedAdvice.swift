import Carrier
import Contract
import Views

/// What to do next about a feed, in the words of a page.
package struct FeedAdvice: Sendable, Hashable {
  package var text: String
  /// What a contract's own sentence adds, in English.
  package var detail: String?

  package init(_ text: String, detail: String? = nil) {
    self.text = text
    self.detail = detail
  }

  /// - Parameters:
  ///   - page: its contract; nil: it can't be read, or there is none any more.
  ///   - now: seconds since 1970.
  package init(on line: FeedLine, of page: ContractPage?, in language: Language, now: Int64) {
    let service = page?.services.first { $0.service.kind == line.service }
    let requested = page?.contract.requested.map { language.day($0, now: now) }
    let last = line.lastRowAt.map { language.time($0, now: now) }
    switch line.state {
    case .live where line.isUnwatched:
      self.init(
        language.choose(
          "Le dépôt n’est pas lu en ce moment : personne ne peut dire si des lignes sont arrivées.",
          "The drop is not being read, so nobody can say whether rows have come."))
    case .live: self.init(language.choose("Rien à faire.", "Nothing to do."))
    case .incomplete:
      let problem = page?.contract.problems.first
      let own = problem.flatMap(language.sentence)
      self.init(
        language.choose(
          "Corrigez le contrat ; ses lignes sont retenues jusque-là.",
          "Mend the contract; its rows are held until then.") + (own.map { " " + $0 } ?? ""),
        detail: own == nil ? problem?.message ?? service?.service.conflict : nil)
    case .subscriptionRequired:
      self.init(
        language.choose(
          "Prenez un abonnement qui permet ses propres contrats (lite, growth ou premium) et écrivez-le sous subscription, avec active: true.",
          "Take a subscription that allows own contracts (lite, growth or premium), and write it under subscription, with active: true."
        ))
    case .advisorToInform: self.init(toInform: service?.feed, requested, in: language)
    case .awaitingFirstFile:
      let since = requested.map { language.choose(" depuis le \($0)", " since \($0)") } ?? ""
      self.init(
        language.choose(
          "Attendez le premier fichier, demandé\(since) ; le service informatique du transporteur doit activer la transmission.",
          "Wait for the first file, asked for\(since); the carrier’s IT department has to switch the transmission on."
        ))
    case .silent:
      let since = last.map { language.choose(" depuis le \($0)", " since \($0)") } ?? ""
      self.init(
        language.choose(
          "Interrogez votre conseiller Colis Privé : rien n’est venu\(since), plus longtemps que convenu ou que d’habitude.",
          "Ask your Colis Privé sales advisor: nothing came\(since), longer than agreed or usual."),
        detail: language == .english ? service?.feed.evidence : nil)
    case .reconfigurationRequired:
      let former = service?.former.first?.record.account.description ?? "–"
      self.init(
        language.choose(
          "Prévenez votre conseiller Colis Privé que le compte a changé (avant : \(former)), puis écrivez ce jour sous tracking.requested. Les lignes du nouveau compte sont retenues jusque-là.",
          "Tell your Colis Privé sales advisor that the account has changed (before: \(former)), then write that day under tracking.requested. Rows of the new account are held until then."
        ))
    case .removed:
      self.init(
        language.choose(
          "Ce service n’est plus dans aucun contrat, mais ses lignes arrivent et sont retenues : remettez-le dans un contrat, ou écartez-les avec colisd held discard.",
          "This service is in no contract any more, but its rows come and are held: put it back into a contract, or discard them with colisd held discard."
        ))
    }
  }

  private init(toInform feed: Feed?, _ requested: String?, in language: Language) {
    if let requested {
      self.init(
        language.choose(
          "Rien à faire avant le \(requested), le jour écrit sous tracking.requested.",
          "Nothing to do until \(requested), the day under tracking.requested."))
    } else if feed?.hasStopped == true {
      self.init(
        language.choose(
          "Des lignes sont déjà venues et sont retenues : écrivez sous tracking.requested le jour où le conseiller a été prévenu.",
          "Rows came before and are held: write the day on which the advisor was told under tracking.requested."
        ))
    } else {
      self.init(
        language.choose(
          "Prévenez votre conseiller Colis Privé que le contrat est actif, puis écrivez ce jour sous tracking.requested.",
          "Tell your Colis Privé sales advisor that the contract is active, then write that day under tracking.requested."
        ))
    }
  }
}
