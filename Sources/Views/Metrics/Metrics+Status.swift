import Contract
import ParcelStore

extension Metrics {
  /// What can be known from the store and the configuration.
  public mutating func add(_ status: StatusReport) {
    func bySource(_ value: (SourceState) -> Int64?) -> [MetricFamily.Sample] {
      status.sources.compactMap { source in
        value(source).map { MetricFamily.Sample([("source", source.name)], $0) }
      }
    }
    let version = status.version.map { [MetricFamily.Sample([("version", $0)], 1)] }
    add(MetricFamily(.info, "colisd_build", "The version of colisd.", version ?? []))
    gauge("colisd_running", "1 while a process polls for the store.", status.writer == nil ? 0 : 1)
    gauge(
      "colisd_workers", "Processes that share the work on a store on PostgreSQL.",
      status.workers.map { Int64($0.count) })
    gauge(
      "colisd_claimed_files", "Files that a worker has claimed and not read to their end.",
      status.workers.map { workers in workers.reduce(0) { $0 + Int64($1.files) } })
    gauge(
      "colisd_last_poll_timestamp_seconds", "When the source was polled last.",
      bySource(\.lastPoll))
    gauge(
      "colisd_last_success_timestamp_seconds", "When the source was listed last.",
      bySource(\.lastSuccess))
    gauge(
      "colisd_next_poll_timestamp_seconds", "When the source is polled next.", bySource(\.nextPoll))
    gauge(
      "colisd_source_reachable",
      "1 when the last look at the source succeeded, 0 when it failed there.",
      bySource { $0.isReachable.map { $0 ? 1 : 0 } })
    gauge(
      "colisd_configuration_loaded_timestamp_seconds",
      "When the contracts in force were read.", status.rules.loadedAt)
    gauge(
      "colisd_configuration_refused", "1 while the contracts read last are not in force.",
      status.rules.refusal == nil ? 0 : 1)
    addRows(status)
    addFiles(status.counts)
    addStore(status.figures)
    add(status.feeds)
    add(status.webhooks)
  }

  private mutating func addRows(_ status: StatusReport) {
    let counts = status.counts
    gauge("colisd_events", "Events in the store.", Int64(counts.events))
    gauge("colisd_parcels", "Parcels in the store.", Int64(counts.parcels))
    gauge("colisd_held_rows", "Rows that may not come in yet.", Int64(counts.held))
    gauge(
      "colisd_held_oldest_timestamp_seconds",
      "When the oldest of the rows that may not come in yet came.",
      counts.held == 0 ? nil : status.figures.oldestHeldAt)
    gauge(
      "colisd_skipped_rows", "Rows of unknown accounts that were counted and not kept.",
      Int64(status.skipped.rows))
    gauge("colisd_rejected_rows", "Lines that could not be read.", Int64(counts.rejected))
    gauge(
      "colisd_unmapped_codes", "Codes and labels that the status map does not know.",
      Int64(status.figures.unmappedCodes))
    gauge(
      "colisd_unmapped_events", "Events of codes and labels that the status map does not know.",
      Int64(status.figures.unmappedEvents))
  }

  private mutating func addFiles(_ counts: StoreCounts) {
    gauge(
      "colisd_files", "Files of the ledger by state.",
      FileState.allCases.map {
        MetricFamily.Sample([("state", $0.rawValue)], Int64(counts.files[$0] ?? 0))
      })
    gauge(
      "colisd_files_lost", "Files that were gone from the drop before all their rows were in.",
      Int64(counts.lostFiles))
    gauge(
      "colisd_post_actions_pending", "Files that are to be moved or deleted on the server.",
      Int64(counts.pendingPostActions))
    gauge(
      "colisd_post_actions_failed",
      "Files of which the last try to move or delete them on the server failed.",
      Int64(counts.failedPostActions))
  }

  private mutating func addStore(_ figures: StoreFigures) {
    gauge("colisd_store_size_bytes", "Bytes of the store's files.", figures.size)
    gauge(
      "colisd_store_free_bytes", "Bytes of the store that the next data will use.", figures.free)
    gauge(
      "colisd_erasures_unfinished",
      "Erasures of which not all held rows, rejected lines and copies of files were looked at.",
      Int64(figures.erasures.unfinished))
    gauge(
      "colisd_erasure_files_pending",
      "Files with lines that came again after an erasure, and that are still in copies.",
      Int64(figures.erasures.files))
    gauge(
      "colisd_store_rewrite_owed",
      "1 while erased data may still stand in free pages of the store's files.",
      figures.erasures.isRewriteOwed ? 1 : 0)
  }

  // MARK: Feeds

  /// So many feeds have samples of their own: those that somebody should look at first.
  static let mostFeeds = 1_000

  /// The feeds: how each stands, and when its last row came.
  public mutating func add(_ feeds: [FeedLine]) {
    let shown = Self.shown(feeds)
    func labels(_ line: FeedLine) -> [(String, String)] {
      [
        ("contract", line.contract), ("service", line.service.rawValue),
        ("account_id", line.accountID ?? ""),
      ]
    }
    gauge(
      "colisd_feeds", "Feeds by the state that they are in.",
      FeedState.allCases.map { state in
        MetricFamily.Sample(
          [("state", state.rawValue)], Int64(feeds.count { $0.state == state }))
      })
    gauge(
      "colisd_feed_state", "Which state a feed is in: 1 for that one.",
      shown.map { MetricFamily.Sample(labels($0) + [("state", $0.state.rawValue)], 1) })
    gauge(
      "colisd_feed_broken", "1 where a feed that has brought rows brings none or has them held.",
      shown.map { MetricFamily.Sample(labels($0), $0.isBroken ? 1 : 0) })
    gauge(
      "colisd_feed_last_row_timestamp_seconds", "When the last row of a feed came.",
      shown.compactMap { line in
        line.lastRowAt.map { MetricFamily.Sample(labels(line), $0) }
      })
  }

  /// The feeds that have samples, the broken ones first; of those that differ only in the account, which is no
  /// label, the first.
  private static func shown(_ feeds: [FeedLine]) -> [FeedLine] {
    var names: Set<[String]> = []
    var shown: [FeedLine] = []
    for line in feeds.filter(\.isBroken) + feeds.filter({ !$0.isBroken }) {
      guard shown.count < mostFeeds else { break }
      let name = [line.contract, line.service.rawValue, line.accountID ?? ""]
      if names.insert(name).inserted { shown.append(line) }
    }
    return shown
  }
}
