import Carrier
import ParcelStore
import Views

/// The sentence at the top: it works, or why not, and what to do.
package struct OverviewVerdict: Sendable {
  package let status: StatusReport?
  package let storeError: StoreError?
  /// How many things need somebody.
  package let todo: Int
  package let request: PageRequest

  /// A source that was not read for longer is a reason: seconds. Polls back off up to a quarter of an hour.
  private static let longest: Int64 = 3_600

  private var language: Language { request.language }

  private struct Reason {
    var text: String
    /// What a program or a server said, in English.
    var quote: String?
    var advice: String?
  }

  package var context: PageContext {
    let reasons = reasons
    let isBad = !reasons.isEmpty || isWaiting == nil && !isNew
    let tone: Tone = isBad ? .bad : isWaiting == true || isNew ? .warn : .good
    return [
      "tone": .tone(tone), "mark": .text(tone == .good ? "✓" : tone == .warn ? "…" : "!"),
      "headline": .text(headline(isBad)), "facts": .text(facts),
      "has_reasons": .flag(!reasons.isEmpty),
      "reasons": .list(
        reasons.map {
          ["reason": .text($0.text), "quote": .text($0.quote), "advice": .text($0.advice)]
        }),
    ]
  }

  /// Whether there is no store yet.
  private var isNew: Bool { storeError?.kind == .missing }

  /// Whether no poll has come to its end yet; nil: nothing is known of polls.
  private var isWaiting: Bool? { status.map { $0.sources.contains { $0.lastPoll == nil } } }

  private func headline(_ isBad: Bool) -> String {
    if isNew { return language.choose("Encore rien à montrer", "Nothing to show yet") }
    if storeError != nil {
      return language.choose("Les données ne peuvent pas être lues", "The store can’t be read")
    }
    if status?.writer == nil {
      return language.choose("Le dépôt n’est plus lu", "The drop is not being read")
    }
    if isBad {
      return status?.sources.contains { $0.isReachable == false } == true
        ? language.choose("Le dépôt ne peut pas être lu", "The drop can’t be read")
        : language.choose("Tout ne fonctionne pas", "Not everything works")
    }
    if isWaiting == true {
      return language.choose("La première lecture est en cours", "The first poll is under way")
    }
    guard todo > 0 else { return language.choose("Tout fonctionne", "Everything works") }
    let points = language.counted(
      todo, french: ("point à voir", "points à voir"),
      english: ("thing to look at", "things to look at"))
    return language.choose("La lecture fonctionne, \(points)", "Polling works, \(points)")
  }

  private var facts: String? {
    guard let polls = status?.polls else { return nil }
    let now = request.now
    var facts: [String] = []
    if let last = polls.lastSuccess {
      facts.append(
        language.choose("Dernière lecture réussie ", "Last good poll ")
          + language.ago(max(0, now - last))
          + " (\(language.time(last, now: now)))")
    } else {
      facts.append(language.choose("Jamais lu avec succès", "Never read with success"))
    }
    if let next = polls.next, next > now {
      facts.append(
        language.choose("prochaine dans ", "next in ") + language.span(next - now))
    }
    if let loaded = status?.rules.loadedAt {
      facts.append(
        language.choose("contrats lus le ", "contracts read ") + language.time(loaded, now: now))
    }
    return facts.joined(separator: " · ")
  }

  private var reasons: [Reason] {
    var reasons: [Reason] = []
    if let storeError {
      reasons.append(
        Reason(
          text: storeError.kind == .missing
            ? language.choose("Il n’y a pas encore de base.", "There is no store yet.")
            : language.choose("La base ne peut pas être lue.", "The store can’t be read."),
          quote: "\(storeError)"))
      if isNew { reasons.removeAll() }
    }
    guard let status else { return reasons }
    if status.writer == nil {
      reasons.append(
        Reason(
          text: language.choose(
            "Aucun colisd ne lit le dépôt.", "No colisd reads the drop."),
          advice: language.choose(
            "Démarrez-le : systemctl start colisd.", "Start it: systemctl start colisd.")))
    }
    reasons += status.sources.compactMap(reason)
    if let error = status.storeError {
      reasons.append(
        Reason(
          text: language.choose(
            "La dernière lecture a échoué sur cette machine.",
            "The last poll failed on this machine."),
          quote: error))
    }
    if let refusal = status.rules.refusal {
      reasons.append(
        Reason(
          text: language.choose(
            "Tous les contrats ne sont pas en vigueur.", "Not all contracts are in force."),
          quote: refusal,
          advice: language.choose(
            "Corrigez le fichier ; colisd le relit de lui-même.",
            "Mend the file; colisd reads it again by itself.")))
    }
    return reasons
  }

  private func reason(_ source: SourceState) -> Reason? {
    if source.isReachable == false {
      let retry =
        source.nextPoll.map {
          language.choose(
            "colisd réessaie de lui-même à \(language.clock($0)). ",
            "colisd tries again by itself at \(language.clock($0)). ")
        } ?? ""
      return Reason(
        text: language.choose(
          "Le serveur \(source.host) ne répond pas comme prévu.",
          "The server \(source.host) does not answer as it should."),
        quote: source.error,
        advice: retry
          + language.choose(
            "Pour chercher la cause : colisd check --connect.",
            "To look for the cause: colisd check --connect."))
    }
    guard let last = source.lastSuccess, request.now - last > Self.longest else { return nil }
    return Reason(
      text: language.choose(
        "Le dépôt \(source.name) n’a pas été lu depuis \(language.span(request.now - last)).",
        "The drop \(source.name) has not been read for \(language.span(request.now - last))."),
      advice: language.choose(
        "colisd status et journalctl -u colisd disent pourquoi.",
        "colisd status and journalctl -u colisd say why."))
  }
}
