import Carrier
import ParcelStore
import Status
import Views

/// A parcel's page.
package struct TimelinePage: Sendable {
  package let page: ParcelPage
  package let request: PageRequest

  package init(_ page: ParcelPage, _ request: PageRequest) {
    self.page = page
    self.request = request
  }

  private var language: Language { request.language }
  private var timeline: ParcelTimeline { page.timeline }

  /// `991 122 334 455`
  package var number: String { timeline.parcel.description.inGroups }

  package var context: PageContext {
    let current = timeline.current
    let isPlausible = current?.timelineEntry.isPlausible() == true
    return [
      "number": .text(number),
      "tone": .tone(current.map { Tone($0.meaning.status) } ?? .idle),
      "status": .text(
        current.map { language.full($0.meaning) }
          ?? language.choose("pas encore d’événement", "no events yet")),
      "since": .text(isPlausible ? current.flatMap { language.longTime($0.time) } : nil),
      "has_steps": .flag(!steps.isEmpty), "steps": .list(steps),
      "notes": .list(notes + MentionNotes(mentions: page.mentions, request: request).rows),
      "has_events": .flag(!timeline.events.isEmpty),
      "events": .list(
        timeline.events.reversed().map {
          EventRow(event: $0, request: request, decides: $0.seq == current?.seq).context
        }),
      "facts": .list(facts),
      "explain_url": .text(
        request.url(
          "parcels", timeline.parcel.description, "explain",
          query: [("account-id", timeline.account.accountID)])),
    ]
  }

  // MARK: How far it is

  private var steps: [PageContext] {
    guard let status = timeline.current?.meaning.status else { return [] }
    let usual: [ParcelStatus] = [.announced, .pickedUp, .inTransit, .outForDelivery, .delivered]
    let place: Int
    switch status {
    case .announced: place = 0
    case .pickedUp: place = 1
    case .inTransit, .onHold: place = 2
    case .outForDelivery, .deliveryFailed, .readyForPickup: place = 3
    case .delivered: place = 4
    case .returning, .returned, .lost, .damaged, .cancelled, .unmapped: return []
    }
    return usual.indices.map { index in
      let isNow = index == place
      let word = isNow ? language.word(status) : language.word(usual[index])
      let tone = isNow ? "now \(Tone(status).rawValue)" : index < place ? "done" : "later"
      return [
        "step_class": .text(tone), "step_now": .flag(isNow),
        "step_word": .text(word.capitalizedFirst),
      ]
    }
  }

  // MARK: What is known of it

  private var facts: [PageContext] {
    let details = timeline.details
    var facts: [PageContext] = []
    func add(_ word: String, _ fact: String?, url: String? = nil, isOutside: Bool = false) {
      guard let fact, !fact.isEmpty else { return }
      facts.append([
        "fact_word": .text(word), "fact": .text(fact), "fact_url": .text(url),
        "fact_outside": .flag(isOutside),
      ])
    }
    add(language.choose("Prévu le", "Expected on"), page.expectedOn.map(language.longDay))
    add(
      language.choose("À retirer jusqu’au", "Waits until"), page.pickupUntil.map(language.longDay))
    add(
      language.choose("Commande", "Order"), details.order,
      url: details.order.map { request.url("parcels", query: [("order", $0)]) })
    add(
      language.choose("Code postal", "Postcode"),
      [details.postcode, details.country].compactMap { $0 }.joined(separator: ", "),
      url: details.postcode.map { request.url("parcels", query: [("postcode", $0)]) })
    add(
      language.choose("Contrat", "Contract"), timeline.contract,
      url: timeline.contract.map { request.url("contracts", $0) })
    add("Service", timeline.service.map(language.word))
    add(language.choose("Compte", "Account"), timeline.account.description)
    add(
      language.choose("Chez le transporteur", "At the carrier’s"),
      page.trackingURL == nil ? nil : language.choose("Page de suivi publique", "Public page"),
      url: page.trackingURL, isOutside: true)
    return facts
  }

  // MARK: Notes

  private var notes: [PageContext] {
    var notes: [PageContext] = []
    if page.postcodeAgrees == false {
      notes.append([
        "note_tone": .tone(.warn),
        "note": .text(
          language.choose(
            "Le code postal demandé (\(page.asked?.postcode ?? "")) n’est pas celui de ce colis (\(timeline.details.postcode ?? "")).",
            "The postcode asked for (\(page.asked?.postcode ?? "")) is not that of this parcel (\(timeline.details.postcode ?? ""))."
          )),
        "note_advice": .text(language.choose("Est-ce un autre colis ?", "Is it another parcel?")),
      ])
    }
    for other in page.others {
      notes.append([
        "note_tone": .tone(.idle),
        "note": .text(
          language.choose(
            "Ce numéro est aussi connu sous un autre compte.",
            "This number is known under another account as well.")),
        "note_url": .text(
          request.url(
            "parcels", timeline.parcel.description, query: [("account-id", other.accountID)])),
        "note_link": .text(other.description),
      ])
    }
    return notes
  }
}

extension Language {
  /// `livré · boîte aux lettres`
  package func full(_ meaning: Meaning) -> String {
    let parts = [
      meaning.reason.map(word), meaning.mode.map(word), meaning.detail.map(detail),
    ].compactMap { $0 }
    return ([word(meaning.status)] + parts).joined(separator: " · ")
  }
}
