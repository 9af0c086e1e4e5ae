import Carrier
import Contract
import ParcelStore

/// What the store and the lease tell of the daemon.
struct StatusView {
  private let writer: String?
  private let host: String
  private let counts: StoreCounts
  private let skipped: [SkippedSummary]
  private let unmapped: [UnmappedWording]
  private let contracts: ContractsView
  /// Seconds since 1970.
  private let lastPoll: Int64?
  private let lastSuccess: Int64?
  private let nextPoll: Int64?
  private let rulesLoaded: Int64?
  private let error: String?
  /// Why the last poll failed, where that did not lie at the source.
  private let ownError: String?
  /// Why the rules that were read last are not in force.
  private let rulesError: String?
  /// What of the contracts can't be read now.
  private let unreadable: [ConfigurationProblem]
  /// Nil before the first poll.
  private let isReachable: Bool?

  init(_ configuration: Configuration, _ store: any EventStore) async throws {
    writer = configuration.storeWriter
    host = configuration.source.host
    counts = try await store.counts()
    skipped = try await store.skipped()
    unmapped = try await store.unmapped()
    let (contracts, unreadable) = try await ContractsView.lenient(configuration, store)
    self.contracts = contracts
    self.unreadable = unreadable
    func time(_ key: String) async throws -> Int64? {
      try await store.note(key).flatMap { Int64($0) }
    }
    lastPoll = try await time(PollNotes.lastPoll)
    lastSuccess = try await time(PollNotes.lastSuccess)
    nextPoll = writer == nil ? nil : try await time(PollNotes.nextPoll)
    rulesLoaded = try await time(RulesNotes.loadedAt)
    rulesError = try await store.note(RulesNotes.error)
    error = try await store.note(PollNotes.error)
    ownError = try await store.note(PollNotes.ownError)
    isReachable = try await store.note(PollNotes.isReachable).map { $0 == "yes" }
  }

  /// Why not all contracts of the folder are in force.
  private var refusal: String? {
    rulesError
      ?? (unreadable.isEmpty ? nil : unreadable.map(\.description).joined(separator: "; "))
  }

  var json: JSON {
    func time(_ seconds: Int64?) -> JSON { JSON(seconds.map { WallClock.utc(seconds: $0) }) }
    return .object([
      ("running", .bool(writer != nil)), ("last_poll_at", time(lastPoll)),
      ("last_success_at", time(lastSuccess)), ("next_poll_at", time(nextPoll)),
      (
        "source",
        .object([
          ("host", .string(host)), ("reachable", JSON(isReachable)), ("error", JSON(error)),
        ])
      ),
      (
        "files",
        .object(
          FileState.allCases.map { ($0.rawValue, .integer(Int64(counts.files[$0] ?? 0))) })
      ),
      ("events", .integer(Int64(counts.events))), ("parcels", .integer(Int64(counts.parcels))),
      ("held", .integer(Int64(counts.held))), ("rejected", .integer(Int64(counts.rejected))),
      ("skipped", .array(skipped.map(\.json))),
      (
        "post_actions",
        .object([
          ("pending", .integer(Int64(counts.pendingPostActions))),
          ("failed", .integer(Int64(counts.failedPostActions))),
          ("error", JSON(counts.postActionError)),
        ])
      ),
      (
        "unmapped_codes",
        .array(
          unmapped.map {
            .object([
              ("code", JSON($0.wording.code)), ("label", JSON($0.wording.label)),
              ("count", .integer(Int64($0.events))),
            ])
          })
      ),
      ("feeds", contracts.feedsJSON),
      ("store_error", JSON(ownError)),
      (
        "configuration",
        .object([("loaded_at", time(rulesLoaded)), ("error", JSON(refusal))])
      ),
    ])
  }

  /// See `Metrics`.
  var metrics: String {
    var metrics = Metrics()
    metrics.add("colisd_running", "1 while a process writes to the store.", writer == nil ? 0 : 1)
    metrics.add(
      "colisd_last_success_timestamp_seconds", "When the drop was listed last.", lastSuccess)
    metrics.add(
      "colisd_configuration_refused", "1 while the contracts read last are not in force.",
      refusal == nil ? 0 : 1)
    metrics.add("colisd_events", "Events in the store.", Int64(counts.events))
    metrics.add("colisd_parcels", "Parcels in the store.", Int64(counts.parcels))
    metrics.add("colisd_held_rows", "Rows that may not come in yet.", Int64(counts.held))
    metrics.add(
      "colisd_skipped_rows", "Rows of unknown accounts that were counted and not kept.",
      Int64(skipped.rows))
    metrics.add("colisd_rejected_rows", "Lines that could not be read.", Int64(counts.rejected))
    metrics.add(
      "colisd_files", "Files of the ledger by state.",
      FileState.allCases.map { ([("state", $0.rawValue)], Int64(counts.files[$0] ?? 0)) })
    metrics.add(
      "colisd_post_actions_pending", "Files that are to be moved or deleted on the server.",
      Int64(counts.pendingPostActions))
    metrics.add(
      "colisd_post_actions_failed",
      "Files of which the last try to move or delete them on the server failed.",
      Int64(counts.failedPostActions))
    metrics.add(contracts)
    return metrics.text
  }

  var text: String {
    func time(_ seconds: Int64?) -> String? { seconds.map { WallClock.utc(seconds: $0) } }
    let files = FileState.allCases.compactMap { state in
      counts.files[state].map { "\($0) \(state.rawValue)" }
    }.joined(separator: ", ")
    var text = """
      running       \(writer.map { "yes (\($0))" } ?? "no")
      source        \(host)\(error.map { ": \(singleLine($0))" } ?? "")
      last poll     \(time(lastPoll) ?? "never")
      last success  \(time(lastSuccess) ?? "never")
      next poll     \(time(nextPoll) ?? "-")
      files         \(files.isEmpty ? "none" : files)
      events        \(counts.events) of \(counts.parcels) parcels
      held          \(counts.held) rows
      rejected      \(counts.rejected) lines

      """
    if let sentence = skipped.sentence { text += "skipped       \(singleLine(sentence))\n" }
    if let ownError { text += "store         \(singleLine(ownError))\n" }
    if let sentence = counts.postActionSentence {
      text += "post-actions  \(singleLine(sentence))\n"
    }
    if let rulesError {
      text += "contracts     refused, the former ones stay in force: \(singleLine(rulesError))\n"
    } else {
      for problem in unreadable { text += "contracts     \(singleLine(problem.description))\n" }
    }
    for entry in unmapped.prefix(20) {
      let name = [entry.wording.code, entry.wording.label].compactMap { $0 }.joined(separator: " ")
      text += "unmapped      \(singleLine(name)) (\(entry.events) events)\n"
    }
    return text + "\n" + contracts.text
  }
}
