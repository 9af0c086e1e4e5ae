import Carrier
import ParcelStore
import Status
import Views

/// Why a parcel's events say what they say.
package struct ExplanationPage: Sendable {
  package let explanation: ParcelExplanation
  package let request: PageRequest

  package init(_ explanation: ParcelExplanation, _ request: PageRequest) {
    self.explanation = explanation
    self.request = request
  }

  private var language: Language { request.language }

  package var context: PageContext {
    let timeline = explanation.timeline
    let gaps = explanation.repeats?.gaps
    return [
      "number": .text(timeline.parcel.description.inGroups),
      "parcel_url": .text(
        request.url(
          "parcels", timeline.parcel.description,
          query: [("account-id", timeline.account.accountID)])),
      "verdict": .text(timeline.current.map { language.full($0.meaning) }),
      "map": .text(map),
      "notes": .list(MentionNotes(mentions: explanation.mentions, request: request).rows),
      "has_events": .flag(!explanation.events.isEmpty),
      "events": .list(explanation.events.reversed().map(row)), "gaps": .text(gaps),
    ]
  }

  private var map: String? {
    explanation.map.map { map in
      language.choose(
        "Table des statuts \(map.name), version \(map.version), en vigueur depuis le \(language.time(map.since, now: request.now)).",
        "Status map \(map.name), version \(map.version), in force since \(language.time(map.since, now: request.now))."
      )
    }
  }

  private func row(_ explained: ExplainedEvent) -> PageContext {
    let decides = explained.decision == .decides
    var row = EventRow(event: explained.event, request: request, decides: decides).context
    row.add([
      "event_decision": .text(language.sentence(explained.decision)),
      "event_facts": .list(facts(explained)),
    ])
    return row
  }

  private func facts(_ explained: ExplainedEvent) -> [PageContext] {
    let event = explained.event
    var facts: [PageContext] = []
    func add(_ word: String, _ text: String?, lang: String? = nil) {
      guard let text, !text.isEmpty else { return }
      facts.append(["cause_word": .text(word), "cause": .text(text), "cause_lang": .text(lang)])
    }
    add(
      language.choose("Libellé", "Label"), event.wording.label,
      lang: EventRow.language(of: event.wording.label, in: language))
    add("Code", event.wording.code)
    if event.wording.code == nil, event.wording.label == nil {
      add(language.choose("Libellé", "Label"), language.choose("aucun", "none"))
    }
    let line = language.choose("ligne", "line")
    add(language.choose("Fichier", "File"), "\(event.origin.file), \(line) \(event.origin.line)")
    add(language.choose("Dépôt", "Source"), event.origin.source)
    add(language.choose("Disposition", "Layout"), explained.layout)
    add(
      language.choose("Reçu", "Received"),
      "\(language.time(event.receivedAt, now: request.now)), seq \(event.seq)")
    add(language.choose("Heure du fichier", "Time in the file"), event.timeText)
    if let rule = explained.rule {
      add(language.choose("Règle", "Rule"), "\(rule.text) (\(rule.place))", lang: "en")
    } else {
      let isUnmapped = event.meaning.status == .unmapped
      add(
        language.choose("Règle", "Rule"),
        isUnmapped
          ? language.choose("aucune", "none")
          : language.choose("plus dans la table d’aujourd’hui", "not in today’s map"))
    }
    if let other = explained.otherMeaning {
      add(
        language.choose("Table configurée", "Configured map"),
        language.full(other) + language.choose(" ; voyez colisd remap", "; see colisd remap"))
    }
    let timeline = explanation.timeline
    let gate = [timeline.contract, timeline.service.map(language.word)].compactMap { $0 }
    add(
      language.choose("Admis par", "Admitted by"),
      gate.isEmpty ? nil : gate.joined(separator: ", "))
    add(language.choose("Répété par", "Came again in"), explanation.repeats?.text(of: event))
    return facts
  }
}
