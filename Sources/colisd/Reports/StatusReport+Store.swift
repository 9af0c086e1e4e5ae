import ParcelStore
import Views

extension StatusReport {
  /// Reads all of it.
  static func read(
    _ configuration: Configuration, _ store: any EventStore
  ) async throws -> StatusReport {
    var report = try await readPolls(configuration, store)
    report.incarnation = try await store.incarnation()
    report.counts = try await store.counts()
    report.skipped = SkippedList(try await store.skipped())
    report.unmapped = try await store.unmapped()
    report.rules.loadedAt = try await store.time(RulesNotes.loadedAt)
    report.rules.error = try await store.note(RulesNotes.error)
    let contracts = try await ContractsReport.readLeniently(configuration, store)
    report.rules.unreadable = contracts.unreadable.map(\.description)
    report.feeds = contracts.report.feeds
    return report
  }

  /// Reads only how the polls went.
  /// - Parameter store: nil: there is none yet.
  static func readPolls(
    _ configuration: Configuration, _ store: (any EventStore)?
  ) async throws -> StatusReport {
    var report = StatusReport(source: SourceState(host: configuration.source.host))
    report.writer = configuration.storeWriter
    guard let store else { return report }
    report.source.isReachable = try await store.note(PollNotes.isReachable).map { $0 == "yes" }
    report.source.error = try await store.note(PollNotes.error)
    report.storeError = try await store.note(PollNotes.ownError)
    report.polls.last = try await store.time(PollNotes.lastPoll)
    report.polls.lastSuccess = try await store.time(PollNotes.lastSuccess)
    if report.writer != nil { report.polls.next = try await store.time(PollNotes.nextPoll) }
    return report
  }
}

extension EventStore {
  /// An instant that was noted: seconds since 1970.
  fileprivate func time(_ key: String) async throws -> Int64? {
    try await note(key).flatMap { Int64($0) }
  }
}
