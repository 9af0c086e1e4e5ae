import Carrier
import ParcelStore
import Views

/// The first page: whether it works, what came today, what needs somebody, what to follow.
package struct OverviewPage: Sendable {
  package let request: PageRequest
  /// Nil: not even that can be read.
  package var status: StatusReport?
  package var contracts: ContractsReport?
  package var held: [HeldSummary] = []
  /// Those of today, the newest first.
  package var files: [LedgerFile] = []
  /// Whether there are more files of today.
  package var isCut = false
  /// Lists of parcels with how many there are, and whether there may be more.
  package var follow: [(list: ReadyList, count: Int, isMore: Bool)] = []
  /// Why the store can't be read.
  package var storeError: StoreError?

  private static let filesShown = 12
  private static let mostFeeds = 20

  package init(_ request: PageRequest) { self.request = request }

  private var language: Language { request.language }

  package var context: PageContext {
    let todo = OverviewTodo(page: self).rows
    let feeds = contracts.map { FeedRows(report: $0, request: request).rows(of: feedsShown($0)) }
    let isEmpty = status?.counts.files.values.reduce(0, +) == 0
    var context: PageContext = [
      "has_figures": .flag(storeError == nil), "figures": .list(figures),
      "welcome": .flag(storeError?.kind == .missing || storeError == nil && isEmpty),
      "no_store": .flag(storeError != nil), "has_todo": .flag(!todo.isEmpty),
      "todo": .list(todo),
      "follow": .list(
        follow.map { entry in
          [
            "follow_url": .text(
              request.url(PageLink("parcels", query: entry.list.query(now: request.now)))),
            "follow_word": .text(entry.list.word(language)),
            "follow_count": .text(
              language.number(entry.count) + (entry.isMore ? " +" : "")),
          ]
        }),
      "files_url": .text(request.url("files")), "has_files": .flag(!files.isEmpty),
      "files": .list(
        FileRows(files: Array(files.prefix(Self.filesShown)), request: request).rows),
      "more_files": .text(moreFiles), "has_feeds": .flag(feeds?.isEmpty == false),
      "feeds": .list(feeds ?? []),
      "more_feeds": .text(moreFeeds),
      "contracts_url": .text(request.url("contracts")),
      "has_sources": .flag(status?.sources.count ?? 0 > 1), "sources": .list(sources),
    ]
    context.add(
      OverviewVerdict(
        status: status, storeError: storeError, todo: todo.count, request: request
      ).context)
    return context
  }

  /// Those that need somebody come first.
  private func feedsShown(_ report: ContractsReport) -> ArraySlice<FeedLine> {
    guard report.feeds.count > Self.mostFeeds else { return report.feeds[...] }
    let urgent = report.feeds.filter(FeedRows.needsSomebody)
    let others = report.feeds.lazy.filter { !FeedRows.needsSomebody($0) }
    return (urgent + others.prefix(Self.mostFeeds)).prefix(Self.mostFeeds)
  }

  private var moreFeeds: String? {
    guard let contracts, contracts.feeds.count > Self.mostFeeds else { return nil }
    let more = language.counted(
      contracts.feeds.count - Self.mostFeeds, french: ("autre service", "autres services"),
      english: ("more service", "more services"))
    return language.choose("Et \(more).", "And \(more).")
  }

  private var moreFiles: String? {
    guard files.count > Self.filesShown else { return nil }
    let count = files.count - Self.filesShown
    let more = language.number(count) + (isCut ? " +" : "")
    return language.choose(
      "Et \(more) \(count == 1 ? "autre" : "autres") aujourd’hui.", "And \(more) more today.")
  }

  // MARK: Figures

  private var figures: [PageContext] {
    guard let counts = status?.counts else { return [] }
    let read = files.filter { $0.ingestedAt != nil && !$0.isArchive }
    var figures: [PageContext] = []
    func add(_ word: String, _ figure: String, url: String? = nil) {
      figures.append([
        "figure_word": .text(word), "figure": .text(figure), "figure_url": .text(url),
      ])
    }
    let more = isCut ? " +" : ""
    add(
      language.choose("événements aujourd’hui", "events today"),
      language.number(read.reduce(0) { $0 + $1.counts.eventsNew }) + more)
    let last = read.compactMap(\.ingestedAt).max().map(language.clock)
    add(
      language.choose("fichiers lus aujourd’hui", "files read today")
        + (last.map { language.choose(", le dernier à \($0)", ", the last at \($0)") } ?? ""),
      language.number(read.count) + more, url: request.url("files"))
    add(
      language.choose(
        "délai médian du fichier aux colis",
        "median time from file to parcels"),
      medianLag.map(language.span) ?? "–")
    add(
      language.choose("lignes retenues", "held rows"), language.number(counts.held),
      url: request.url("held"))
    add(
      language.choose("lignes rejetées", "rejected lines"), language.number(counts.rejected),
      url: request.url("rejects"))
    add(
      language.choose("colis en tout", "parcels in all"), language.number(counts.parcels),
      url: request.url("parcels"))
    return figures
  }

  /// How long the files of today took from when they were first seen until they were read: seconds.
  private var medianLag: Int64? {
    let lags = files.compactMap { file -> Int64? in
      guard let read = file.ingestedAt, let seen = file.seenAt else { return nil }
      return max(0, read - seen)
    }.sorted()
    return lags.isEmpty ? nil : lags[lags.count / 2]
  }

  // MARK: Several sources

  private var sources: [PageContext] {
    (status?.sources ?? []).map { source in
      let word: String
      let tone: Tone
      switch source.isReachable {
      case true?: (word, tone) = (language.choose("joignable", "reachable"), .good)
      case false?: (word, tone) = (language.choose("injoignable", "out of reach"), .bad)
      case nil: (word, tone) = (language.choose("pas encore lu", "not read yet"), .idle)
      }
      let when =
        source.lastSuccess.map {
          language.choose("Dernière lecture réussie : ", "Last good poll: ")
            + language.time($0, now: request.now)
        } ?? language.choose("Jamais lu.", "Never read.")
      return [
        "source_tone": .tone(tone), "source_state": .text(word), "source_name": .text(source.name),
        "source_host": .text(source.host), "source_when": .text(when),
        "source_error": .text(source.error),
      ]
    }
  }
}
