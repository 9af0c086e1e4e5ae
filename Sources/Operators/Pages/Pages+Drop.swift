import Carrier
import Contract
import ParcelStore
import Status
import TrackingFile
import Views

// Files, and what of them could not come in.
extension Pages {
  private static let filesOfPage = 50

  /// The ledger of files, the newest first.
  package func files(_ request: PageRequest) async throws -> PageAnswer {
    let language = request.language
    var query = QueryReader(request.query)
    let words = FileState.allCases.map(\.rawValue).joined(separator: ", ")
    let state = try query.value("state", "state: there are \(words)") { FileState(rawValue: $0) }
    let cursor = try query.value("cursor", "cursor of a file") { Int64($0) }
    let store = try desk.store
    let found = try await store.newestFiles(
      state: state, before: cursor.map { FileID(rawValue: $0) }, limit: Self.filesOfPage + 1)
    let counts = try await store.counts()
    let shown = Array(found.prefix(Self.filesOfPage))
    let list = PageLink("files", query: [("state", state?.rawValue)])
    let next = found.count > shown.count ? shown.last.map { "\($0.id.rawValue)" } : nil
    var frame = PageFrame(request, .files, title: language.word(PageFrame.Section.files))
    frame.data = PageLink("api", "v1", "files", query: [("state", state?.rawValue)])
    return page(
      .files, frame,
      [
        "state_meaning": .text(state.map(language.meaning)),
        "states": .list(states(counts, state, request)),
        "notes": .list(notes(counts, request)), "has_files": .flag(!shown.isEmpty),
        "files": .list(FileRows(files: shown, request: request).rows),
        "pager": .part(Pager(list, cursor: cursor.map(String.init), next: next).context(request)),
      ])
  }

  private func states(
    _ counts: StoreCounts, _ chosen: FileState?, _ request: PageRequest
  ) -> [PageContext] {
    let language = request.language
    let all = counts.files.values.reduce(0, +)
    let first: PageContext = [
      "state_url": .text(request.url("files")), "state_word": .text(language.choose("tous", "all")),
      "state_count": .text(language.number(all)), "state_current": .flag(chosen == nil),
    ]
    return [first]
      + FileState.allCases.map { state in
        [
          "state_url": .text(request.url("files", query: [("state", state.rawValue)])),
          "state_word": .text(language.word(state)),
          "state_count": .text(language.number(counts.files[state] ?? 0)),
          "state_current": .flag(state == chosen),
        ]
      }
  }

  private func notes(_ counts: StoreCounts, _ request: PageRequest) -> [PageContext] {
    let language = request.language
    var notes: [PageContext] = []
    if counts.lostFiles > 0 {
      notes.append([
        "note_tone": .tone(.bad),
        "note": .text(
          language.choose(
            "\(language.files(counts.lostFiles)) : disparition du dépôt avant la fin de la lecture (\(counts.firstLostFile ?? "")).",
            "\(language.files(counts.lostFiles)): gone from the drop before all of it was read (\(counts.firstLostFile ?? ""))."
          )),
        "note_advice": .text(
          language.choose(
            "À redemander au transporteur ; ou colisd files dismiss.",
            "Ask the carrier for what is missing; or colisd files dismiss.")),
      ])
    }
    if counts.failedPostActions > 0 {
      notes.append([
        "note_tone": .tone(.warn),
        "note": .text(
          language.choose(
            "\(language.files(counts.failedPostActions)) : impossible à déplacer ou à supprimer sur le serveur.",
            "\(language.files(counts.failedPostActions)): could not be moved or deleted on the server."
          )),
        "note_quote": .text(counts.postActionError),
      ])
    }
    return notes
  }

  /// Rows that may not come in yet.
  func held(_ request: PageRequest) async throws -> PageAnswer {
    let list = try await desk.held()
    var frame = PageFrame(request, .held, title: request.language.word(PageFrame.Section.held))
    frame.data = PageLink("api", "v1", "held")
    return page(.held, frame, HeldRows(list: list, request: request).context)
  }

  private static let rejectsOfPage = 50

  /// Lines that could not be read.
  func rejects(_ request: PageRequest) async throws -> PageAnswer {
    let language = request.language
    let (file, source) = (request["file"], request["source"])
    var query = QueryReader(request.query)
    let cursor = try query.value("cursor", "cursor of a line") { RejectCursor($0) }
    let store = try desk.store
    if let source { try await SourceNames(store).expect(source) }
    let found = try await RejectPage.read(
      store, file: file, source: source, after: cursor, limit: Self.rejectsOfPage)
    let hasSources = source != nil || Set(found.lines.map(\.source)).count > 1
    let filter = [("file", file), ("source", source)]
    let count = try await store.counts().rejected
    let pager = Pager(
      PageLink("rejects", query: filter), cursor: cursor?.description,
      next: found.next?.description)
    var frame = PageFrame(
      request, .rejects, title: language.choose("Lignes rejetées", "Rejected lines"))
    frame.data = PageLink("api", "v1", "rejects", query: filter)
    return page(
      .rejects, frame,
      [
        "rejects_summary": .text(
          language.choose(
            "\(language.rows(count)) en tout. Une ligne rejetée est mise de côté sans arrêter son fichier ; colisd check FICHIER dit si un fichier corrigé ou une autre disposition se lit.",
            "\(language.number(count)) in all. A rejected line is put aside without stopping its file; colisd check FILE says whether a corrected file or another layout can be read."
          )),
        "file_filter": .text(file ?? source), "all_url": .text(request.url("rejects")),
        "has_rejects": .flag(!found.lines.isEmpty),
        "rejects": .list(
          found.lines.map { line in
            [
              "reject_file": .text(line.file),
              "reject_source": .text(hasSources ? line.source : nil),
              "reject_line": .text(language.number(line.line)),
              "reject_reason": .text(language.word(line.reason)),
              "reject_word": .text(line.reason.rawValue),
              "reject_raw": .text(TextEncoding.auto.decode(line.raw[...])),
            ]
          }), "pager": .part(pager.context(request)),
      ])
  }

  private static let codesOfPage = 100

  /// Codes and labels that the status map does not know.
  func unmapped(_ request: PageRequest) async throws -> PageAnswer {
    let language = request.language
    let all = try await desk.store.unmapped()
    let shown = all.prefix(Self.codesOfPage)
    var draft = StatusMapDraft()
    for entry in all {
      draft.add(code: entry.wording.code, label: entry.wording.label, count: entry.events)
    }
    let yaml = String(draft.entriesYAML.drop { $0 == "\n" })
    var frame = PageFrame(request, .unmapped, title: language.word(PageFrame.Section.unmapped))
    frame.data = PageLink("api", "v1", "unmapped")
    return page(
      .unmapped, frame,
      [
        "has_codes": .flag(!all.isEmpty),
        "codes": .list(
          shown.map { entry in
            [
              "code": .text(entry.wording.code), "code_label": .text(entry.wording.label),
              "code_lang": .text(
                EventRow.language(of: entry.wording.label, in: language) ?? language.rawValue),
              "code_count": .text(language.number(entry.events)),
            ]
          }),
        "more_codes": .text(
          all.count > shown.count
            ? language.choose(
              "Le reste (\(language.number(all.count - shown.count))) est dans les entrées ci-dessous.",
              "And \(language.number(all.count - shown.count)) more, in the entries below.") : nil),
        "draft": .lines(yaml),
        "draft_lines": .text(String(min(40, max(4, yaml.count { $0 == "\n" } + 1)))),
        "statuses": .list(
          ParcelStatus.allCases.filter { $0 != .unmapped }.map {
            ["status_value": .text($0.name), "status_word": .text(language.word($0))]
          }),
      ])
  }
}
