import Contract
import Foundation
import ParcelStore
import SampleValues
import Testing
import Views

@Suite struct MetricsTests {
  private func sample() -> Metrics {
    var metrics = Metrics()
    metrics.add(MetricFamily(.info, "x_build", "Version.", [.init([("version", "1.0")], 1)]))
    metrics.gauge("x_last_poll_timestamp_seconds", "When.", [.init([("source", "a b")], 7)])
    metrics.counter(
      "x_received_bytes", "How many.", [.init([("source", "a")], 3), .init([("source", "b")], 0)])
    metrics.gauge("x_nothing", "Not known.", nil)
    return metrics
  }

  @Test func prometheusReadsCountersByTheNamesOfTheirSamples() {
    #expect(
      sample().text(.prometheus) == """
        # HELP x_build_info Version.
        # TYPE x_build_info gauge
        x_build_info{version="1.0"} 1
        # HELP x_last_poll_timestamp_seconds When.
        # TYPE x_last_poll_timestamp_seconds gauge
        x_last_poll_timestamp_seconds{source="a b"} 7
        # HELP x_received_bytes_total How many.
        # TYPE x_received_bytes_total counter
        x_received_bytes_total{source="a"} 3
        x_received_bytes_total{source="b"} 0
        # HELP x_nothing Not known.
        # TYPE x_nothing gauge

        """)
  }

  @Test func openMetricsHasUnitsTypesOfItsOwnAndAnEnd() {
    #expect(
      sample().text(.openMetrics) == """
        # TYPE x_build info
        # HELP x_build Version.
        x_build_info{version="1.0"} 1
        # TYPE x_last_poll_timestamp_seconds gauge
        # UNIT x_last_poll_timestamp_seconds seconds
        # HELP x_last_poll_timestamp_seconds When.
        x_last_poll_timestamp_seconds{source="a b"} 7
        # TYPE x_received_bytes counter
        # UNIT x_received_bytes bytes
        # HELP x_received_bytes How many.
        x_received_bytes_total{source="a"} 3
        x_received_bytes_total{source="b"} 0
        # TYPE x_nothing gauge
        # HELP x_nothing Not known.
        # EOF

        """)
  }

  @Test func aHistogramIsCumulativeAndEndsWithAllThatCame() {
    var histogram = Histogram(bounds: [0.25, 1, 60])
    for value in [0.25, 0.5, 0.5, 61] { histogram.observe(value) }
    #expect(histogram.count == 4 && histogram.sum == 62.25)
    #expect(histogram.buckets.map(\.count) == [1, 3, 3, 4])
    var metrics = Metrics()
    metrics.add(
      MetricFamily(
        .histogram, "x_lag_seconds", "Lag.", [.init([("source", "a")], .distribution(histogram))]))
    #expect(
      metrics.text(.prometheus) == """
        # HELP x_lag_seconds Lag.
        # TYPE x_lag_seconds histogram
        x_lag_seconds_bucket{source="a",le="0.25"} 1
        x_lag_seconds_bucket{source="a",le="1.0"} 3
        x_lag_seconds_bucket{source="a",le="60.0"} 3
        x_lag_seconds_bucket{source="a",le="+Inf"} 4
        x_lag_seconds_sum{source="a"} 62.25
        x_lag_seconds_count{source="a"} 4

        """)
  }

  @Test func labelsAndHelpAreEscapedAsEachFormAsksForIt() {
    var metrics = Metrics()
    let value = "a\"b\\c\nd\u{1b}"
    metrics.gauge("x", #"A "word" and a \."#, [.init([("name", value)], 1)])
    let label = #"x{name="a\"b\\c\nd\\u{1B}"} 1"#
    #expect(metrics.text(.prometheus).contains("# HELP x A \"word\" and a \\\\.\n"))
    #expect(metrics.text(.openMetrics).contains("# HELP x A \\\"word\\\" and a \\\\.\n"))
    for format in [Metrics.Format.prometheus, .openMetrics] {
      #expect(metrics.text(format).contains("\n\(label)\n"), "\(metrics.text(format))")
    }
  }

  @Test(arguments: [
    (nil, false), ("", false), ("*/*", false), ("text/html,*/*;q=0.8", false),
    ("text/plain", false), ("application/openmetrics-text", true),
    ("application/openmetrics-text; version=1.0.0; charset=utf-8", true),
    ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true),
    ("text/plain;version=0.0.4;q=0.9, Application/OpenMetrics-Text;q=0.3", false),
    ("text/plain, application/openmetrics-text", true),
    ("application/openmetrics-text;q=0", false), ("application/openmetrics-text;q=x", false),
    ("application/openmetrics-text;version=0.0.1", false),
    (
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
      true
    ), (";;,=;q=", false),
  ])
  func theFormIsTheOneThatIsLikedBest(_ accept: String?, _ isOpenMetrics: Bool) {
    #expect(Metrics.Format(accept: accept) == (isOpenMetrics ? .openMetrics : .prometheus))
  }

  @Test func eachFormHasItsContentType() {
    #expect(Metrics.Format.prometheus.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(
      Metrics.Format.openMetrics.contentType
        == "application/openmetrics-text; version=1.0.0; charset=utf-8")
  }

  // MARK: The daemon's figures

  private func report() -> StatusReport {
    var source = SourceState(name: "drop", host: "sftp.example.net")
    (source.lastPoll, source.lastSuccess, source.nextPoll) = (10, 11, 12)
    source.isReachable = true
    var report = StatusReport(sources: [source])
    report.version = "1.2.3"
    report.writer = "process 7"
    report.workers = [KnownWorker(name: "process 7", since: 1, files: 2, lists: [])]
    report.rules.loadedAt = 9
    report.counts.held = 5
    report.figures.oldestHeldAt = 8
    report.feeds =
      ContractsReport(ContractSet([Samples.contract()]), FeedKnowledge(now: Samples.time)).feeds
    report.feeds[0].lastRowAt = 7
    report.webhooks = [endpoint()]
    return report
  }

  /// An endpoint that is down.
  private func endpoint(_ name: String = "shop") -> WebhookState {
    var state = WebhookState(name: name, server: "https://shop.example.net")
    var record = EndpointRecord(name: name, position: 20, since: 1)
    (record.delivered, record.failures, record.lastDelivery) = (19, 3, 13)
    state.record = record
    state.lastSeq = 25
    state.counts = OpenDeliveryCounts(waiting: 2, parked: 1)
    state.pendingSince = 14
    return state
  }

  private func snapshot() -> ProcessSnapshot {
    var snapshot = ProcessSnapshot(sources: ["drop"], webhooks: ["shop"])
    snapshot.sources[0].polls = 3
    snapshot.sources[0].lag.observe(65)
    snapshot.rows.eventsNew = 4
    snapshot.webhooks[0].durations.observe(0.02)
    snapshot.webhooks[0].durations.observe(70)
    snapshot.files[.failed] = 2
    snapshot.use = ProcessSnapshot.Use()
    snapshot.use?.startedAt = 1_787_910_130.5
    snapshot.use?.residentMemory = 4_096
    return snapshot
  }

  private func all() -> Metrics {
    var metrics = Metrics()
    metrics.add(report())
    metrics.add(snapshot())
    return metrics
  }

  @Test func theDaemonsAnswerHasBothTheStoresFiguresAndItsOwn() {
    let bytes = Metrics.bytes(status: report(), figures: snapshot(), format: .openMetrics)
    let text = String(decoding: bytes, as: UTF8.self)
    for line in [
      #"colisd_build_info{version="1.2.3"} 1"#, #"colisd_polls_total{source="drop"} 3"#,
      #"colisd_next_poll_timestamp_seconds{source="drop"} 12"#,
      "colisd_held_oldest_timestamp_seconds 8", #"colisd_rows_total{outcome="new"} 4"#,
      #"colisd_files_handled_total{outcome="failed"} 2"#,
      #"colisd_commit_lag_seconds_bucket{source="drop",le="60.0"} 0"#,
      #"colisd_commit_lag_seconds_bucket{source="drop",le="120.0"} 1"#,
      #"colisd_feeds{state="awaiting-first-file"} 1"#, #"colisd_feeds{state="silent"} 0"#,
      #"colisd_webhook_duration_seconds_bucket{endpoint="shop",le="0.025"} 1"#,
      #"colisd_webhook_duration_seconds_count{endpoint="shop"} 2"#,
      "process_resident_memory_bytes 4096", "process_start_time_seconds 1787910130.5",
    ] {
      #expect(text.contains("\n\(line)\n"), "\(line): \(text)")
    }
    #expect(text.hasSuffix("\n# EOF\n"))
  }

  @Test func noNameIsThereTwiceInEitherForm() {
    let families = all().families
    #expect(Set(families.map(\.name)).count == families.count)
    #expect(Set(families.map(\.queryName)).count == families.count)
    for family in families {
      let labels = family.samples.map { sample in
        sample.labels.map { "\($0.name)=\($0.value)" }
      }
      #expect(Set(labels).count == labels.count, "\(family.name)")
      #expect(family.help.hasSuffix("."), "\(family.name)")
      #expect(!family.name.hasSuffix("_total"), "\(family.name)")
    }
  }

  @Test func anEndpointHasItsFiguresWhileItIsConfigured() {
    var new = WebhookState(name: "erp", server: "https://erp.example.net")
    new.lastSeq = 25
    var stopped = endpoint("crm")
    stopped.record?.stoppedAt = 15
    stopped.pendingSince = nil
    var removed = endpoint("old")
    removed.server = nil
    var metrics = Metrics()
    metrics.add([endpoint(), new, stopped, removed])
    let text = metrics.text(.prometheus)
    for line in [
      #"deliveries_total{endpoint="shop"} 19"#, #"failures_total{endpoint="shop"} 3"#,
      #"waiting_deliveries{endpoint="shop"} 2"#, #"parked_deliveries{endpoint="shop"} 1"#,
      #"behind_entries{endpoint="shop"} 5"#, #"stopped{endpoint="shop"} 0"#,
      #"oldest_pending_timestamp_seconds{endpoint="shop"} 14"#,
      #"last_delivery_timestamp_seconds{endpoint="shop"} 13"#,
      // Nobody delivers to a new one, so it is not behind.
      #"deliveries_total{endpoint="erp"} 0"#, #"behind_entries{endpoint="erp"} 0"#,
      #"stopped{endpoint="crm"} 1"#,
    ] {
      #expect(text.contains("\ncolisd_webhook_\(line)\n"), "\(line): \(text)")
    }
    // What is not known, or waits for nobody, has no sample.
    #expect(!text.contains(#"oldest_pending_timestamp_seconds{endpoint="crm"}"#))
    #expect(!text.contains(#"last_delivery_timestamp_seconds{endpoint="erp"}"#))
    #expect(!text.contains(#"endpoint="old""#))
  }

  @Test func feedsThatDifferOnlyInTheAccountHaveOneSampleTheBrokenOne() {
    let feed = report().feeds[0]
    var broken = feed
    broken.account = "E2"
    broken.isBroken = true
    var metrics = Metrics()
    metrics.add([feed, broken])
    let samples = metrics.families.first { $0.name == "colisd_feed_broken" }?.samples ?? []
    #expect(samples.map(\.value) == [.integer(1)])
  }

  @Test func ofVeryManyFeedsAThousandHaveSamplesTheBrokenOnesFirst() {
    let feeds = (0..<1_200).map { index in
      var feed = report().feeds[0]
      feed.contract = "c\(index)"
      feed.isBroken = index >= 1_100
      return feed
    }
    var metrics = Metrics()
    metrics.add(feeds)
    func samples(_ name: String) -> [MetricFamily.Sample] {
      metrics.families.first { $0.name == name }?.samples ?? []
    }
    let broken = samples("colisd_feed_broken")
    #expect(broken.count == 1_000)
    #expect(broken.prefix(100).allSatisfy { $0.value == .integer(1) })
    #expect(samples("colisd_feeds").contains { $0.value == .integer(1_200) })
  }

  @Test func theDocumentationHasEveryMetricAsItIs() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../docs/metrics.md").standardized
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("| `") }.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().prefix(4)
        .map { $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces) }
    }
    let metrics = all().families.map { family in
      let unit = family.name.hasSuffix("_timestamp_seconds") ? "timestamp" : family.unit ?? ""
      let labels = family.samples.first?.labels.map(\.name) ?? ["none has a sample here"]
      return [
        family.queryName, family.kind.rawValue,
        family.name == "process_start_time_seconds" ? "timestamp" : unit,
        labels.joined(separator: ", "),
      ]
    }
    #expect(rows == metrics)
  }
}
