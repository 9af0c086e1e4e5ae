import Carrier
import ParcelStore

/// What the daemon is doing, and how much the store holds.
public struct StatusReport: Sendable {
  /// When sources were, and will be, polled: seconds since 1970.
  public struct Polls: Sendable {
    public var last: Int64?
    /// The oldest of the sources' last listings; nil: one of the sources was never listed.
    public var lastSuccess: Int64?
    /// Nil while no daemon is running.
    public var next: Int64?

    public init() {}
  }

  /// The contracts in force.
  public struct Rules: Sendable {
    /// When they were read: seconds since 1970.
    public var loadedAt: Int64?
    /// Why those that were read last are not in force.
    public var error: String?
    /// What of the contracts can't be read now.
    public var unreadable: [String] = []

    public init() {}

    /// Why not all contracts of the folder are in force.
    package var refusal: String? {
      error ?? (unreadable.isEmpty ? nil : unreadable.joined(separator: "; "))
    }
  }

  /// Of colisd; nil: it does not matter.
  public var version: String?
  /// The process that polls for the store; nil: none does.
  public var writer: String?
  /// Those that share the work; nil: in a store like this only one polls.
  public var workers: [KnownWorker]?
  /// In the order of the configuration.
  public var sources: [SourceState]
  public var polls = Polls()
  /// Why the last poll failed, where the cause was not the source.
  public var storeError: String?
  public var rules = Rules()
  /// Which store the positions of followers belong to; nil: there is no store yet.
  public var incarnation: Incarnation?
  public var counts = StoreCounts()
  public var figures = StoreFigures()
  public var skipped = SkippedList([])
  public var abandoned: [AbandonedPlace] = []
  public var unmapped: [UnmappedWording] = []
  public var feeds: [FeedLine] = []
  /// In the order of the configuration.
  public var webhooks: [WebhookState] = []

  public init(sources: [SourceState]) {
    self.sources = sources
    polls.last = sources.compactMap(\.lastPoll).max()
    polls.lastSuccess = sources.oldest?.lastSuccess
    storeError = sources.compactMap(\.storeError).first
  }

  // MARK: For scripts

  public var json: JSON { .object(members) }

  /// The members of the object, to which others may be added.
  public var members: [(key: String, value: JSON)] {
    [
      ("running", .bool(writer != nil)), ("last_poll_at", JSON(utc: polls.last)),
      ("last_success_at", JSON(utc: polls.lastSuccess)), ("next_poll_at", JSON(utc: polls.next)),
      ("source", sources.worst?.json ?? .null),
      ("sources", .array(sources.map(\.listed))),
      ("store_id", JSON(incarnation?.description)),
      (
        "files",
        .object(FileState.allCases.map { ($0.rawValue, JSON(counts.files[$0] ?? 0)) })
      ),
      ("lost_files", JSON(counts.lostFiles)),
      ("events", JSON(counts.events)), ("parcels", JSON(counts.parcels)),
      ("held", JSON(counts.held)), ("rejected", JSON(counts.rejected)), ("skipped", skipped.json),
      (
        "post_actions",
        .object([
          ("pending", JSON(counts.pendingPostActions)), ("failed", JSON(counts.failedPostActions)),
          ("error", JSON(counts.postActionError)),
          ("abandoned", .array(abandoned.map(\.json))),
        ])
      ),
      (
        "unmapped_codes",
        .array(
          unmapped.map(\.json))
      ),
      ("feeds", feeds.json), ("store_error", JSON(storeError)),
      (
        "configuration",
        .object([("loaded_at", JSON(utc: rules.loadedAt)), ("error", JSON(rules.refusal))])
      ), ("workers", workers.map { .array($0.map(\.json)) } ?? .null),
      ("webhooks", .array(webhooks.map(\.summary))),
    ]
  }

  /// What can be known from the store, in Prometheus' text format: for node_exporter's textfile collector.
  public var metrics: String {
    var metrics = Metrics()
    metrics.add(self)
    return metrics.text(.prometheus)
  }

  // MARK: For people

  public var text: String {
    func time(_ seconds: Int64?) -> String? { seconds.map { TextForm.time($0) } }
    let files = FileState.allCases.compactMap { state in
      counts.files[state].map { "\($0) \(state.rawValue)" }
    }.joined(separator: ", ")
    let sources =
      sources.count > 1
      ? sources.map { singleLine($0.line) }.joined(separator: "\n              ")
      : sources.first?.text ?? "-"
    let running = (workers ?? []).isEmpty ? writer.map { "yes (\($0))" } : "yes"
    let names = (workers ?? []).map { "worker        \(singleLine($0.line))\n" }.joined()
    var text = """
      running       \(running ?? "no")
      \(names)\
      source        \(sources)
      last poll     \(time(polls.last) ?? "never")
      last success  \(time(polls.lastSuccess) ?? "never")
      next poll     \(time(polls.next) ?? "-")
      files         \(files.isEmpty ? "none" : files)
      events        \(counts.events) of \(counts.parcels) parcels
      held          \(counts.held) rows
      rejected      \(counts.rejected) lines

      """
    if let sentence = skipped.sentence { text += "skipped       \(singleLine(sentence))\n" }
    if let storeError { text += "store         \(singleLine(storeError))\n" }
    if let sentence = counts.lostSentence { text += "lost files    \(singleLine(sentence))\n" }
    if let sentence = counts.postActionSentence {
      text += "post-actions  \(singleLine(sentence))\n"
    }
    for place in abandoned { text += "post-actions  \(singleLine(place.sentence))\n" }
    if let error = rules.error {
      text += "contracts     refused, the former ones stay in force: \(singleLine(error))\n"
    } else {
      for problem in rules.unreadable { text += "contracts     \(singleLine(problem))\n" }
    }
    for state in webhooks where !state.faults.isEmpty {
      let sentence = "\(state.name): " + state.faults.joined(separator: "; ")
      text += "webhook       \(singleLine(sentence))\n"
    }
    for entry in unmapped.prefix(20) {
      let name = [entry.wording.code, entry.wording.label].compactMap { $0 }.joined(separator: " ")
      let noun = entry.events == 1 ? "event" : "events"
      text += "unmapped      \(singleLine(name)) (\(entry.events) \(noun))\n"
    }
    return text + "\n" + feeds.text
  }
}

extension StoreCounts {
  /// That files are gone of which not all rows are in the store; nil when there are none.
  public var lostSentence: String? {
    guard lostFiles > 0 else { return nil }
    let (files, they) =
      lostFiles == 1 ? ("1 file was", "it was") : ("\(lostFiles) files were", "they were")
    return "\(files) gone from the drop before \(they) read: \(firstLostFile ?? "")"
      + "\(lostFiles > 1 ? " and others" : ""); ask the carrier for \(lostFiles == 1 ? "it" : "them"), "
      + "or run colisd files dismiss; colisd files --state gone lists \(lostFiles == 1 ? "it" : "them")"
  }

  /// That files can't be moved or deleted on the server, and why; nil when all could.
  public var postActionSentence: String? {
    guard failedPostActions > 0 else { return nil }
    let files = failedPostActions == 1 ? "1 file" : "\(failedPostActions) files"
    return "\(files) could not be moved or deleted on the server: \(postActionError ?? "")"
  }
}
