import Carrier
import Contract
import ParcelStore
import Views

/// What needs somebody, the most urgent first.
package struct OverviewTodo: Sendable {
  package let page: OverviewPage

  private static let codesShown = 3
  private static let feedsShown = 20
  private static let webhooksShown = 20

  private var language: Language { page.request.language }
  private var request: PageRequest { page.request }

  package var rows: [PageContext] {
    guard let status = page.status, page.storeError == nil else { return [] }
    return feeds(isBroken: true) + files(status.counts) + webhooks(status.webhooks)
      + feeds(isBroken: false) + held + rejects(status.counts)
      + codes(status.unmapped) + skipped(status.skipped) + abandoned(status.abandoned)
  }

  private func feeds(isBroken: Bool) -> [PageContext] {
    guard let report = page.contracts else { return [] }
    let rows = FeedRows(report: report, request: request)
    return Array(
      report.feeds.lazy.filter { $0.isBroken == isBroken }.compactMap(rows.todo)
        .prefix(Self.feedsShown))
  }

  private func webhooks(_ states: [WebhookState]) -> [PageContext] {
    Array(WebhookRows(states: states, request: request).todo.prefix(Self.webhooksShown))
  }

  private func row(
    _ tone: Tone, _ chip: String, _ what: String, url: String? = nil, detail: String? = nil
  ) -> PageContext {
    [
      "todo_tone": .tone(tone), "todo_chip": .text(chip), "todo_what": .text(what),
      "todo_url": .text(url), "todo_detail": .text(detail), "todo_quote": .flag(false),
      "message": .flag(false),
    ]
  }

  private func files(_ counts: StoreCounts) -> [PageContext] {
    var rows: [PageContext] = []
    if let failed = counts.files[.failed], failed > 0 {
      rows.append(
        row(
          .bad, language.word(FileState.failed), language.files(failed),
          url: request.url("files", query: [("state", "failed")]),
          detail: language.choose(
            "Leurs lignes manquent : la page des fichiers dit pourquoi.",
            "Their rows are missing: the page of files says why.")))
    }
    if counts.lostFiles > 0 {
      rows.append(
        row(
          .bad, language.choose("perdu", "lost"), language.files(counts.lostFiles),
          url: request.url("files", query: [("state", "gone")]),
          detail: language.choose(
            "Disparition du dépôt avant la fin de la lecture (\(counts.firstLostFile ?? "–")). À redemander au transporteur.",
            "Gone from the drop before all of it was read (\(counts.firstLostFile ?? "–")). Ask the carrier for what is missing."
          )))
    }
    if counts.failedPostActions > 0 {
      var row = row(
        .warn, language.choose("après lecture", "after reading"),
        language.files(counts.failedPostActions),
        detail: language.choose(
          "Impossible à déplacer ou à supprimer sur le serveur.",
          "Could not be moved or deleted on the server."))
      row["todo_quote"] = .text(counts.postActionError)
      rows.append(row)
    }
    return rows
  }

  /// One for each reason.
  private var held: [PageContext] {
    HoldReason.allCases.compactMap { reason in
      let entries = page.held.filter { $0.reason == reason }
      guard !entries.isEmpty else { return nil }
      let count = entries.reduce(0) { $0 + $1.rows }
      let accounts = entries.prefix(3).map(\.account.description).joined(separator: ", ")
      let more = entries.count > 3 ? " …" : ""
      return row(
        .warn, language.word(reason),
        language.counted(
          count, french: ("ligne retenue", "lignes retenues"), english: ("held row", "held rows"))
          + ", \(accounts)\(more)", url: request.url("held"), detail: language.advice(reason))
    }
  }

  private func rejects(_ counts: StoreCounts) -> [PageContext] {
    guard counts.rejected > 0 else { return [] }
    return [
      row(
        .warn, language.choose("illisible", "unreadable"),
        language.counted(
          counts.rejected, french: ("ligne rejetée", "lignes rejetées"),
          english: ("rejected line", "rejected lines")), url: request.url("rejects"),
        detail: language.choose(
          "Avec leur texte et la raison.", "With their text and the reason."))
    ]
  }

  private func codes(_ wordings: [UnmappedWording]) -> [PageContext] {
    var rows = wordings.prefix(Self.codesShown).map { entry in
      let name = [entry.wording.code, entry.wording.label].compactMap { $0 }
        .joined(separator: " ").prefix(160)
      return row(
        .warn, language.choose("code inconnu", "unknown code"),
        "\(name.isEmpty ? "–" : name), \(language.events(entry.events))",
        url: request.url("unmapped"),
        detail: language.choose(
          "Une entrée prête pour la table des statuts.", "An entry ready for the status map."))
    }
    let more = wordings.count - rows.count
    if more > 0 {
      rows.append(
        row(
          .warn, language.choose("code inconnu", "unknown code"),
          language.choose("\(language.number(more)) de plus", "\(language.number(more)) more"),
          url: request.url("unmapped")))
    }
    return rows
  }

  private func skipped(_ list: SkippedList) -> [PageContext] {
    guard list.rows > 0 else { return [] }
    return [
      row(
        .idle, language.choose("non gardé", "not kept"),
        language.choose(
          "\(language.rows(list.rows)) de comptes inconnus",
          "\(language.rows(list.rows)) of unknown accounts"), url: request.url("held"))
    ]
  }

  private func abandoned(_ places: [AbandonedPlace]) -> [PageContext] {
    places.map { place in
      row(
        .warn, language.choose("après lecture", "after reading"), language.files(place.files),
        detail: language.choose(
          "À déplacer ou à supprimer à \(place.place), où aucun dépôt n’est plus configuré : configurez-le à nouveau, ou supprimez-les là-bas.",
          "To be moved or deleted at \(place.place), where no source is configured any more: configure it again, or remove them there."
        ))
    }
  }
}
