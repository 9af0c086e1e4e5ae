import ParcelStore
import Views

/// How an endpoint of webhooks stands, and what to do about it, in the words of a page.
package struct WebhookAdvice: Sendable, Hashable {
  /// A word of the state, and its colour.
  package let word: String
  package let tone: Tone
  package let text: String
  /// What the last try met, in English.
  package let detail: String?
  /// What to do about those that are parked, where the text is about something else.
  package private(set) var parked: String?
  /// Whether somebody has to do or know something.
  package let needsSomebody: Bool

  private init(
    _ tone: Tone, _ word: String, _ text: String, detail: String? = nil, needsSomebody: Bool = true
  ) {
    self.tone = tone
    self.word = word
    self.text = text
    self.detail = detail
    self.needsSomebody = needsSomebody
  }

  /// - Parameter now: seconds since 1970.
  package init(on webhook: WebhookState, in language: Language, now: Int64) {
    switch webhook.phase {
    case .unconfigured:
      self.init(
        .idle, language.choose("plus configuré", "not configured"),
        language.choose(
          "Plus dans la configuration : rien ne lui est envoyé. Remis sous ce nom, il reprend là où il s’est arrêté.",
          "No more in the configuration: nothing is sent to it. Put back under this name it goes on where it has stopped."
        ), needsSomebody: false)
      // Nobody would send them again.
      return
    case .new:
      self.init(
        .idle, language.choose("nouveau", "new"),
        language.choose(
          "Rien ne lui est encore envoyé : cela commence dès que colisd tourne avec cette configuration (systemctl restart colisd).",
          "Nothing is sent to it yet: that begins once colisd runs with this configuration (systemctl restart colisd)."
        ), needsSomebody: false)
    case .stopped: self.init(stopped: webhook, in: language, now: now)
    case .failing: self.init(failing: webhook, in: language, now: now)
    case .delivering: self.init(delivering: webhook, in: language, now: now)
    }
    let parked = Self.parked(webhook, in: language)
    if text != parked { self.parked = parked }
  }

  private init(stopped webhook: WebhookState, in language: Language, now: Int64) {
    let at = webhook.record?.stoppedAt.map { language.time($0, now: now) } ?? "–"
    self.init(
      .bad, language.choose("arrêté", "stopped"),
      language.choose(
        "Il a répondu 410 le \(at) : rien ne lui est plus envoyé, tout est gardé. S’il doit reprendre : colisd webhooks resume \(webhook.name).",
        "It answered with 410 on \(at): nothing is sent to it any more, all is kept. If it is to go on: colisd webhooks resume \(webhook.name)."
      ))
  }

  private init(failing webhook: WebhookState, in language: Language, now: Int64) {
    let outage = webhook.record?.outage
    let since = outage.map { language.time($0.since, now: now) } ?? "–"
    let next = outage.map { language.time($0.nextAt, now: now) } ?? "–"
    let tries = language.counted(
      outage?.tries ?? 0, french: ("essai", "essais"), english: ("try", "tries"))
    self.init(
      .bad, language.choose("en panne", "failing"),
      language.choose(
        "Il ne prend rien depuis le \(since) (\(tries), le prochain le \(next)). Une fois réparé, ce qui attend part de lui-même, dans l’ordre ; colisd webhooks resume \(webhook.name) essaie aussitôt.",
        "It has taken nothing since \(since) (\(tries), the next one on \(next)). Once it is mended, what waits goes out by itself, in order; colisd webhooks resume \(webhook.name) tries at once."
      ), detail: outage?.fault.reason)
  }

  private init(delivering webhook: WebhookState, in language: Language, now: Int64) {
    if webhook.isLate, let since = webhook.pendingSince.map({ language.time($0, now: now) }) {
      let causes = [
        Self.refusal(webhook, in: language, now: now), Self.slowness(webhook, in: language),
      ].compactMap { $0 }
      self.init(
        .warn, language.choose("en retard", "late"),
        language.choose(
          "Quelque chose attend depuis le \(since). ", "Something has waited since \(since). ")
          + causes.joined(separator: " "), detail: webhook.refused?.fault?.reason)
    } else if let parked = Self.parked(webhook, in: language) {
      self.init(.warn, language.choose("mis de côté", "parked"), parked)
    } else {
      self.init(
        .good, language.choose("envoie", "delivering"),
        language.choose("Rien à faire.", "Nothing to do."), needsSomebody: false)
    }
  }

  /// What it has refused and is sent again; nil: nothing.
  private static func refusal(
    _ webhook: WebhookState, in language: Language, now: Int64
  ) -> String? {
    guard let first = webhook.refused else { return nil }
    let tries = language.counted(
      first.tries, french: ("essai", "essais"), english: ("try", "tries"))
    let next: String
    if case .waiting(let until) = first.state {
      let time = language.time(until, now: now)
      next = language.choose(", le prochain le \(time)", ", the next one on \(time)")
    } else {
      next = ""
    }
    return language.choose(
      "Il a refusé une entrée du colis \(first.parcel) (\(tries)\(next)). Une fois la cause corrigée, colisd webhooks resume \(webhook.name) réessaie aussitôt.",
      "It has refused an entry of parcel \(first.parcel) (\(tries)\(next)). Once the cause is mended, colisd webhooks resume \(webhook.name) tries at once."
    )
  }

  /// Why something that it has not refused is late; nil: nothing is.
  private static func slowness(_ webhook: WebhookState, in language: Language) -> String? {
    guard webhook.isSlow else { return nil }
    return language.choose(
      "Si colisd tourne, il répond lentement, ou rate est trop bas.",
      "If colisd runs, it answers slowly, or rate is too low.")
  }

  /// What to do about those that are parked; nil: none is.
  private static func parked(_ webhook: WebhookState, in language: Language) -> String? {
    guard webhook.counts.parked > 0 else { return nil }
    let count = language.counted(
      webhook.counts.parked, french: ("entrée mise de côté", "entrées mises de côté"),
      english: ("entry is parked", "entries are parked"))
    return language.choose(
      "\(count) après le dernier essai. Une fois la cause corrigée : colisd webhooks replay \(webhook.name) --parked.",
      "\(count) after the last try. Once the cause is mended: colisd webhooks replay \(webhook.name) --parked."
    )
  }
}
