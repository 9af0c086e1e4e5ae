import ParcelStore

/// Files as the pages show them.
package struct FileRows: Sendable {
  package let files: [LedgerFile]
  package let request: PageRequest

  package init(files: [LedgerFile], request: PageRequest) {
    self.files = files
    self.request = request
  }

  private var language: Language { request.language }

  package var rows: [PageContext] {
    let hasSources = Set(files.map(\.source)).count > 1
    return files.map { row($0, withSource: hasSources) }
  }

  private func row(_ file: LedgerFile, withSource: Bool) -> PageContext {
    let counts = file.counts
    let (remark, quote) = remark(file)
    let at = file.ingestedAt ?? file.goneAt
    return [
      "file_path": .text(file.path), "file_source": .text(withSource ? file.source : nil),
      "file_tone": .tone(Tone(file)), "file_state": .text(language.word(file)),
      "file_rows": .text(language.number(counts.rows)),
      "file_new": .text(language.number(counts.eventsNew)),
      "file_repeated": .text(language.number(counts.eventsRepeated)),
      "file_held": .text(language.number(counts.held)),
      "file_held_url": .text(counts.held > 0 ? request.url("held") : nil),
      "file_rejected": .text(language.number(counts.rejected)),
      "file_rejects_url": .text(
        counts.rejected > 0
          ? request.url(
            "rejects", query: [("file", file.path), ("source", withSource ? file.source : nil)])
          : nil),
      "file_at": .text(at.map { language.time($0, now: request.now) }),
      "file_remark": .text(remark), "file_quote": .text(quote),
      "file_hint": .text(hint(file)),
    ]
  }

  /// What is to be said of the file: in the page's language, and what stays English.
  private func remark(_ file: LedgerFile) -> (own: String?, rest: String?) {
    if let error = file.error { return language.remark(error) }
    if let place = file.abandonedPlace {
      return (
        language.choose(
          "à déplacer ou à supprimer à \(place), où aucun dépôt n’est plus configuré",
          "to be moved or deleted at \(place), where no source is configured any more"), nil
      )
    }
    if let error = file.postActionError { return language.remark(error) }
    if let who = file.dismissedBy {
      return (language.choose("écarté par \(who)", "dismissed by \(who)"), nil)
    }
    return (nil, nil)
  }

  private func hint(_ file: LedgerFile) -> String? {
    if file.isMostlyRejected {
      return language.choose(
        "La plupart des lignes sont illisibles : corrigez la disposition (layout), il est alors relu ; ou colisd files dismiss.",
        "Most of its lines could not be read: correct the layout, and it is read again; or colisd files dismiss."
      )
    }
    if file.state == .failed {
      return language.choose(
        "Après correction : colisd files retry ; sinon colisd files dismiss.",
        "Once mended: colisd files retry; otherwise colisd files dismiss.")
    }
    return nil
  }
}
