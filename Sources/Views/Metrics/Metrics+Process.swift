import ParcelStore

extension Metrics {
  /// What the running process has counted, and what it takes.
  public mutating func add(_ figures: ProcessSnapshot) {
    func bySource(_ value: (ProcessSnapshot.Source) -> Int64) -> [MetricFamily.Sample] {
      figures.sources.map { MetricFamily.Sample([("source", $0.name)], value($0)) }
    }
    counter("colisd_polls", "Polls that were begun.", bySource(\.polls))
    counter("colisd_poll_failures", "Polls that failed.", bySource(\.failedPolls))
    counter(
      "colisd_received_bytes", "Bytes of files that came from the server.", bySource(\.received))
    counter(
      "colisd_reconnects", "Connections after the first one of each poll.", bySource(\.reconnects))
    let rows = figures.rows
    counter(
      "colisd_rows", "Rows that were committed.",
      [
        ("new", rows.eventsNew), ("repeated", rows.eventsRepeated), ("held", rows.held),
        ("rejected", rows.rejected), ("skipped", rows.skipped),
      ].map { MetricFamily.Sample([("outcome", $0.0)], Int64($0.1)) })
    counter(
      "colisd_files_handled", "What became of files, each time that they were handled.",
      ProcessSnapshot.FileOutcome.allCases.map {
        MetricFamily.Sample([("outcome", $0.rawValue)], figures.files[$0] ?? 0)
      })
    add(
      MetricFamily(
        .histogram, "colisd_commit_lag_seconds",
        "Time from the first sighting of a file to the commit of its last row.",
        figures.sources.map {
          MetricFamily.Sample([("source", $0.name)], .distribution($0.lag))
        }))
    add(figures.webhooks)
    if let use = figures.use { add(use) }
  }

  /// The names are those of all programs that Prometheus' own libraries measure.
  private mutating func add(_ use: ProcessSnapshot.Use) {
    counter(
      "process_cpu_seconds", "Processor time, of user and system.",
      [MetricFamily.Sample([], .real(use.processorTime))])
    gauge("process_resident_memory_bytes", "Resident memory.", use.residentMemory)
    gauge("process_open_fds", "Open file descriptors.", use.openFiles)
    gauge("process_max_fds", "File descriptors that may be open.", use.mostFiles)
    gauge(
      "process_start_time_seconds", "When the process began: seconds since 1970.",
      [MetricFamily.Sample([], .real(use.startedAt))])
  }
}
