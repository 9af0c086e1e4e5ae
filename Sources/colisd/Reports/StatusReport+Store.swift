import ParcelStore
import Views

extension StatusReport {
  /// Reads all of it.
  /// - Parameter reading: of whoever asks again and again.
  static func read(
    _ configuration: Configuration, _ store: any StoreReader,
    _ reading: ContractsReading = ContractsReading()
  ) async throws -> StatusReport {
    var report = try await readFigures(configuration, store)
    report.incarnation = try await store.incarnation()
    report.unmapped = try await store.unmapped()
    report.abandoned = try await store.abandonedPlaces()
    let contracts = try await ContractsReport.readLeniently(configuration, store, reading)
    report.rules.unreadable = contracts.unreadable.map(\.description)
    report.feeds = contracts.report.feeds
    report.webhooks = try await WebhookList.read(configuration, store).states
    return report
  }

  /// Reads what `Metrics` shows but for the feeds: what takes no longer in a large store.
  static func readFigures(
    _ configuration: Configuration, _ store: any StoreReader
  ) async throws -> StatusReport {
    var report = try await readPolls(configuration, store)
    report.counts = try await store.counts()
    report.figures = try await store.figures()
    report.skipped = SkippedList(try await store.skipped())
    report.rules.loadedAt = try await store.time(RulesNotes.loadedAt)
    report.rules.error = try await store.readNote(RulesNotes.error)
    return report
  }

  /// Reads only how the polls went.
  /// - Parameter store: nil: there is none yet.
  static func readPolls(
    _ configuration: Configuration, _ store: (any StoreReader)?
  ) async throws -> StatusReport {
    let known = try await store?.sources() ?? []
    var report = StatusReport(
      sources: configuration.sources.map { source in
        SourceState(name: source.name, host: source.host, known.first { $0.name == source.name })
      })
    report.version = Colisd.version
    report.writer = await configuration.storeWriter()
    report.workers = try await store?.workers()
    if report.writer != nil {
      report.polls.next = report.sources.compactMap(\.nextPoll).min()
    } else {
      for index in report.sources.indices { report.sources[index].nextPoll = nil }
    }
    return report
  }
}

extension StoreReader {
  /// An instant that was noted: seconds since 1970.
  fileprivate func time(_ key: String) async throws -> Int64? {
    try await readNote(key).flatMap { Int64($0) }
  }
}
