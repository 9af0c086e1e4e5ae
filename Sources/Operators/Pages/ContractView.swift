import Carrier
import Contract
import Views

/// A contract's page.
package struct ContractView: Sendable {
  package let page: ContractPage
  package let report: ContractsReport
  package let request: PageRequest

  package init(_ page: ContractPage, _ report: ContractsReport, _ request: PageRequest) {
    self.page = page
    self.report = report
    self.request = request
  }

  private var language: Language { request.language }

  package var title: String { page.contract.name ?? page.contract.id }

  package var context: PageContext {
    let contract = page.contract
    return [
      "contract_title": .text(title), "contract_facts": .text(facts),
      "contract_parcels_url": .text(request.url("parcels", query: [("contract", contract.id)])),
      "contracts_url": .text(request.url("contracts")),
      "has_problems": .flag(!contract.problems.isEmpty),
      "problems": .list(
        contract.problems.map {
          [
            "problem": .text(language.sentence($0) ?? $0.message),
            "problem_lang": .text(
              language == .french && language.sentence($0) == nil ? "en" : nil),
          ]
        }),
      "services": .list(page.services.map(service)),
    ]
  }

  private var facts: String {
    let contract = page.contract
    let plan = contract.plan?.rawValue ?? language.choose("aucun", "none")
    let active = contract.isActive ? "" : language.choose(" (inactif)", " (not active)")
    var facts = [
      language.choose("Identifiant \(contract.id)", "Id \(contract.id)"),
      language.choose("abonnement \(plan)\(active)", "plan \(plan)\(active)"),
    ]
    if let requested = contract.requested {
      let day = language.day(requested, now: request.now)
      facts.append(language.choose("suivi demandé le \(day)", "tracking requested on \(day)"))
    }
    return facts.joined(separator: " · ")
  }

  private func service(_ shown: ContractPage.Service) -> PageContext {
    let line = report.feeds.first {
      $0.contract == page.contract.id && $0.service == shown.service.kind
    }
    var context: PageContext = [
      "service_word": .text(language.word(shown.service.kind).capitalizedFirst),
      "feed_tone": .tone(Tone(shown.feed.state)),
      "feed_state": .text(language.word(shown.feed.state)),
      "service_facts": .list(facts(shown)), "methods": .list(shown.service.methods.map(method)),
      "message": .part(shown.feed.message.map(FeedRows.part)),
    ]
    if let line {
      let advice = FeedAdvice(on: line, of: page, in: language, now: request.now)
      context.add([
        "feed_step": .text(advice.text), "feed_step_detail": .text(advice.detail),
      ])
    }
    return context
  }

  private func facts(_ shown: ContractPage.Service) -> [PageContext] {
    func fact(_ word: String, _ text: String) -> PageContext {
      ["fact_word": .text(word), "fact": .text(text)]
    }
    func time(_ seconds: Int64?) -> String {
      seconds.map { language.time($0, now: request.now) } ?? "–"
    }
    return [
      fact(
        language.choose("Compte", "Account"),
        "\(shown.service.account ?? "–") / \(shown.service.accountID ?? "–")"),
      fact(language.choose("Première ligne", "First row"), time(shown.record?.firstRowAt)),
      fact(language.choose("Dernière ligne", "Last row"), time(shown.record?.lastRowAt)),
    ]
      + shown.former.map { former in
        let known =
          former.admitsKnown
          ? language.choose(
            " ; les lignes de colis connus entrent", "; rows of known parcels come in") : ""
        let last = time(former.record.lastRowAt)
        return fact(
          language.choose("Compte d’avant", "Account before"),
          "\(former.record.account), \(language.choose("dernière ligne", "last row")) \(last)\(known)"
        )
      }
  }

  private func method(_ method: ShippingMethod) -> PageContext {
    let missing = method.missing.map(language.word).joined(separator: ", ")
    return [
      "method": .text(method.name),
      "method_missing": .text(
        missing.isEmpty ? nil : language.choose("il manque : \(missing)", "missing: \(missing)")),
      "method_tone": .tone(method.isEnabled ? .good : .warn),
      "method_state": .text(
        method.isEnabled
          ? language.choose(
            "possible, étiquette \(language.price(method.labelPrice))",
            "enabled, label \(method.labelPrice)")
          : language.choose("impossible", "disabled")),
    ]
  }
}
