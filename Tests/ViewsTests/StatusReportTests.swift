import Contract
import ParcelStore
import SampleValues
import Testing
import Views

@Suite struct StatusReportTests {
  private func report() -> StatusReport {
    var source = SourceState(name: "drop", host: "sftp.example.net")
    source.isReachable = true
    source.lastPoll = Samples.time
    source.lastSuccess = Samples.time
    var report = StatusReport(sources: [source])
    report.writer = "process 7"
    report.incarnation = Incarnation("0123456789ab")
    report.counts.events = 60
    report.counts.parcels = 11
    report.counts.files = [.ingested: 10, .failed: 1]
    report.unmapped = [UnmappedWording(wording: Wording(code: "X9", label: nil), events: 2)]
    return report
  }

  @Test func theJSONHasTheKeysThatUsersScriptAgainst() {
    #expect(
      report().json.text
        == #"{"running":true,"last_poll_at":"2026-08-28T09:42:10Z","#
        + #""last_success_at":"2026-08-28T09:42:10Z","next_poll_at":null,"#
        + #""source":{"host":"sftp.example.net","reachable":true,"error":null},"#
        + #""sources":[{"name":"drop","host":"sftp.example.net","reachable":true,"error":null,"#
        + #""last_success_at":"2026-08-28T09:42:10Z","next_poll_at":null}],"#
        + #""store_id":"0123456789ab","#
        + #""files":{"settling":0,"ingesting":0,"ingested":10,"failed":1,"held":0,"gone":0,"#
        + #""dismissed":0},"lost_files":0,"#
        + #""events":60,"parcels":11,"held":0,"rejected":0,"skipped":[],"#
        + #""post_actions":{"pending":0,"failed":0,"error":null,"abandoned":[]},"#
        + #""unmapped_codes":[{"code":"X9","label":null,"count":2}],"feeds":[],"store_error":null,"#
        + #""configuration":{"loaded_at":null,"error":null},"workers":null,"webhooks":[]}"#)
  }

  @Test func theTextIsForPeople() {
    #expect(
      report().text == """
        running       yes (process 7)
        source        sftp.example.net
        last poll     2026-08-28T11:42:10+02:00
        last success  2026-08-28T11:42:10+02:00
        next poll     -
        files         10 ingested, 1 failed
        events        60 of 11 parcels
        held          0 rows
        rejected      0 lines
        unmapped      X9 (2 events)

        no contracts

        """)
  }

  @Test func whatIsWrongIsNamed() {
    var report = report()
    report.sources[0].error = "refused\u{1b}"
    report.storeError = "the disk is full"
    report.rules.unreadable = ["a.yaml:1:1: no"]
    report.counts.failedPostActions = 2
    report.counts.postActionError = "denied"
    report.counts.lostFiles = 2
    report.counts.firstLostFile = "a.csv"
    for line in [
      "source        sftp.example.net: refused\\u{1B}\n", "store         the disk is full\n",
      "post-actions  2 files could not be moved or deleted on the server: denied\n",
      "contracts     a.yaml:1:1: no\n",
      "lost files    2 files were gone from the drop before they were read: a.csv and others; ask the "
        + "carrier for them, or run colisd files dismiss; colisd files --state gone lists them\n",
    ] {
      #expect(report.text.contains(line), "\(report.text)")
    }
    #expect(
      report.json.text.hasSuffix(#""error":"a.yaml:1:1: no"},"workers":null,"webhooks":[]}"#))
    report.rules.error = "b.yaml: no"
    #expect(
      report.text.contains("contracts     refused, the former ones stay in force: b.yaml: no"))
  }

  @Test func theFiguresHaveTheirNames() {
    let names = report().metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
      $0.split(separator: " ")[2]
    }
    #expect(
      names == [
        "colisd_build_info", "colisd_running", "colisd_workers", "colisd_claimed_files",
        "colisd_last_poll_timestamp_seconds", "colisd_last_success_timestamp_seconds",
        "colisd_next_poll_timestamp_seconds",
        "colisd_source_reachable", "colisd_configuration_loaded_timestamp_seconds",
        "colisd_configuration_refused", "colisd_events", "colisd_parcels", "colisd_held_rows",
        "colisd_held_oldest_timestamp_seconds", "colisd_skipped_rows", "colisd_rejected_rows",
        "colisd_unmapped_codes", "colisd_unmapped_events", "colisd_files", "colisd_files_lost",
        "colisd_post_actions_pending", "colisd_post_actions_failed", "colisd_store_size_bytes",
        "colisd_store_free_bytes", "colisd_erasures_unfinished", "colisd_erasure_files_pending",
        "colisd_store_rewrite_owed", "colisd_feeds", "colisd_feed_state", "colisd_feed_broken",
        "colisd_feed_last_row_timestamp_seconds", "colisd_webhook_deliveries_total",
        "colisd_webhook_failures_total", "colisd_webhook_waiting_deliveries",
        "colisd_webhook_parked_deliveries", "colisd_webhook_behind_entries",
        "colisd_webhook_stopped", "colisd_webhook_oldest_pending_timestamp_seconds",
        "colisd_webhook_last_delivery_timestamp_seconds",
      ])
    #expect(report().metrics.contains("\ncolisd_files{state=\"ingested\"} 10\n"))
    #expect(report().metrics.contains("\ncolisd_events 60\n"))
  }

  @Test func aFeedsFiguresNameContractServiceAndAccount() {
    var report = report()
    report.feeds =
      ContractsReport(ContractSet([Samples.contract()]), FeedKnowledge(now: Samples.time)).feeds
    let labels = #"contract="dupont",service="home-fr",account_id="EM180619""#
    #expect(
      report.metrics.contains(
        "\ncolisd_feed_state{\(labels),state=\"awaiting-first-file\"} 1\n"))
    #expect(report.metrics.contains("\ncolisd_feed_broken{\(labels)} 0\n"))
  }

  @Test func anOldPollSaysWhatIsWrong() {
    var report = report()
    #expect(PollAge(report, longest: 900, now: Samples.time + 900).isGood)
    report.sources[0].error = "connection refused"
    report.writer = nil
    let age = PollAge(report, longest: 900, now: Samples.time + 901)
    #expect(!age.isGood)
    #expect(
      age.text
        == "error  the last good poll was 15 min ago, at 2026-08-28T11:42:10+02:00, and 15 min are "
        + "allowed; the last error: connection refused; no daemon runs: start colisd\n")
    #expect(age.json.text.hasSuffix(#","age":901,"max_age":900}"#))
  }

  private func several() -> StatusReport {
    var sources = ["a", "b", "c"].map { SourceState(name: $0, host: "\($0).example.net") }
    for (index, age) in [100, 2_000, 50].enumerated() {
      sources[index].isReachable = true
      sources[index].lastSuccess = Samples.time - Int64(age)
      sources[index].lastPoll = Samples.time - 10
    }
    sources[1].isReachable = false
    sources[1].error = "connection refused"
    var report = StatusReport(sources: sources)
    report.writer = "process 7"
    return report
  }

  @Test func ofSeveralSourcesTheOneThatWasNotReadForLongestCounts() {
    let report = several()
    #expect(report.polls.lastSuccess == Samples.time - 2_000)
    #expect(report.polls.last == Samples.time - 10)
    #expect(report.json.text.contains(#""source":{"host":"b.example.net","reachable":false"#))
    let age = PollAge(report, longest: 900, now: Samples.time)
    #expect(!age.isGood)
    #expect(age.sentence.hasPrefix("the last good poll of source b was 33 min ago"))
    #expect(age.sentence.hasSuffix("the last error: connection refused"))
    var mended = report
    mended.sources[1].lastSuccess = nil
    mended = StatusReport(sources: mended.sources)
    #expect(
      PollAge(mended, longest: 900, now: Samples.time).sentence
        .hasPrefix("source b was never polled with success"))
    for line in ["source        a (a.example.net), last", "              b (b.example.net), last"] {
      #expect(report.text.contains(line), "\(report.text)")
    }
    #expect(
      report.metrics.contains("colisd_last_success_timestamp_seconds{source=\"c\"} "))
    #expect(report.metrics.contains("colisd_source_reachable{source=\"b\"} 0\n"))
  }

  @Test func aClockThatWasSetBackMakesNoPollTooOld() {
    let age = PollAge(report(), longest: 900, now: Samples.time - 5_000)
    #expect(age.text.hasPrefix("ok     the last good poll was 0 s ago"))
  }

  @Test func aDropThatWasNeverPolledIsNamed() {
    let age = PollAge(
      StatusReport(sources: [SourceState(name: "h", host: "h")]), longest: 900, now: Samples.time)
    #expect(age.sentence == "the drop of h was never polled; no daemon runs: start colisd")
    #expect(age.json.text.contains(#""age":null"#))
  }

  @Test func aCheckNamesEachFinding() {
    let report = CheckReport(
      [
        .init(what: "layout", isGood: true, text: "colisprive version 1"),
        .init(what: "feed", isGood: false, text: "dupont home-fr is silent"),
        .init(what: "contracts", isGood: false, text: "a.yaml:1:1: no"),
      ], isGood: false)
    #expect(
      report.text == """
        ok     layout: colisprive version 1
        error  feed: dupont home-fr is silent
        error  a.yaml:1:1: no

        """)
    #expect(
      report.json.text.hasPrefix(
        #"{"ok":false,"findings":[{"what":"layout","ok":true,"text":"colisprive version 1"},"#))
  }

  @Test(
    arguments: [
      (0, "0 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (172_800, "2 days"),
    ] as [(Int64, String)])
  func spansAreSpokenInOneUnit(_ seconds: Int64, _ text: String) {
    #expect(spokenAge(seconds) == text)
  }
}
