import Foundation
import TestSupport
import Testing

/// A feed that was live and brings nothing is a signal.
@Suite(.openSSH()) struct SilenceTests {
  /// A Wednesday; 72 hours of business days later it is Monday, 10:00.
  private static let wednesday = "2026-09-02T10:00:00+02:00"
  /// After 73 of them.
  private static let monday = "2026-09-07T11:05:00+02:00"
  private static let labels =
    #"{contract="dupont",service="home-fr",account_id="EM180619"}"#

  /// A workspace in which all is well, with rows on that Wednesday.
  private func live(_ server: OpenSSHServer) async throws -> (Workspace, Moment) {
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let wednesday = try Moment(Self.wednesday)
    let drain = try await workspace.drain(at: wednesday)
    #expect(drain.lines("contract.live").count == 1)
    return (workspace, wednesday)
  }

  @Test func nothingFor73HoursOfBusinessDaysIsSilence() async throws {
    let server = try OpenSSHServer.current
    let (workspace, wednesday) = try await live(server)
    // Sunday evening: four days, but 62 hours of business days. Then the last hour that is agreed.
    for hours in [109, 24 * 5 - 1] {
      let drain = try await workspace.drain(at: wednesday + hours)
      #expect(drain.lines("contract.silent").isEmpty, "after \(hours) hours")
      #expect(try await workspace.feed(of: "dupont", at: wednesday + hours) == "live")
      let check = try await workspace.run("check", "--feeds", at: wednesday + hours)
      #expect(check.status == Exit.done, "\(check.standardOutput)")
    }

    let monday = try Moment(Self.monday)
    let drain = try await workspace.drain(at: monday)
    #expect(drain.lines("contract.silent").count == 1)
    let line = try #require(drain.lines("contract.silent").first)
    for word in [
      "contract=dupont", "service=home-fr", "account=E1", "account_id=EM180619",
      "since 2026-09-02T10:00:", "73 hours of business days", "72 are agreed",
    ] { #expect(line.contains(word), "\(word): \(line)") }
    let again = try await workspace.drain(at: monday + 1)
    #expect(again.lines("contract.silent").isEmpty, "told once")
    try await expectSilent(workspace, at: monday)

    // Rows come again.
    try server.drop.write("b.csv", TrackingRow.samples(5, from: 10).file())
    let healed = try await workspace.drain(at: monday + 2)
    #expect(healed.lines("contract.live").count == 1)
    #expect(try await workspace.feed(of: "dupont", at: monday + 3) == "live")
    let check = try await workspace.run("check", "--feeds", at: monday + 3)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    let history = try await workspace.json("contracts", "history", "dupont").elements
    #expect(
      history.map { $0.services.elements.first?.feed }
        == ["awaiting-first-file", "live", "silent", "live"])
    #expect(history.last?.cause == "home-fr: rows came again")
  }

  /// What each command says of the silent feed.
  private func expectSilent(
    _ workspace: Workspace, at moment: Moment, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let status = try await workspace.json(["status"], at: moment)
    let feed = status.feeds.elements.first { $0.account_id == "EM180619" }
    #expect(feed?.feed == "silent", sourceLocation: sourceLocation)
    let text = try await workspace.run("status", at: moment).lines
    #expect(
      text.contains {
        let words = $0.split(separator: " ")
        return words.prefix(2) == ["dupont", "home-fr"] && words.contains("silent")
      }, "\(text)", sourceLocation: sourceLocation)

    let check = try await workspace.run("check", "--feeds", at: moment)
    #expect(check.status == Exit.incomplete, sourceLocation: sourceLocation)
    let errors = check.lines.filter { $0.hasPrefix("error ") }
    #expect(errors.count == 1, sourceLocation: sourceLocation)
    for word in ["dupont home-fr is silent", "nothing came since 2026-09-02T10:00:"] {
      #expect(errors.first?.contains(word) == true, "\(errors)", sourceLocation: sourceLocation)
    }
    let json = try await workspace.run("check", "--feeds", "--json", at: moment)
    #expect(json.status == Exit.incomplete, sourceLocation: sourceLocation)
    let value = try JSONValue(json.standardOutput)
    #expect(value.ok == false, sourceLocation: sourceLocation)
    let plain = try await workspace.run("check", at: moment)
    #expect(plain.status == Exit.done, "only --feeds asks", sourceLocation: sourceLocation)

    let contract = try await workspace.contract("dupont", at: moment)
    let message = contract.services.elements.first?.message.string ?? ""
    let shown = try await workspace.run("contracts", "show", "dupont", at: moment).standardOutput
    for word in ["interrompu", "E1", "EM180619", "mercredi 2 septembre 2026", "SFTP"] {
      #expect(message.contains(word), "\(message)", sourceLocation: sourceLocation)
      #expect(shown.contains(word), "\(shown)", sourceLocation: sourceLocation)
    }
  }

  @Test func theMetricsAreTextThatPrometheusReads() async throws {
    let server = try OpenSSHServer.current
    let (workspace, wednesday) = try await live(server)
    let well = try await workspace.run("status", "--metrics", at: wednesday + 1)
    #expect(well.lines.contains("colisd_feed_broken\(Self.labels) 0"), "\(well.standardOutput)")
    let monday = try Moment(Self.monday)
    try await workspace.drain(at: monday)
    let metrics = try await workspace.run("status", "--metrics", at: monday)
    #expect(metrics.status == Exit.done)
    #expect(metrics.standardOutput.hasSuffix("\n"))
    #expect(metrics.lines.contains("colisd_feed_broken\(Self.labels) 1"))
    #expect(metrics.lines.contains("# TYPE colisd_feed_broken gauge"))
    #expect(metrics.lines.contains { $0.hasPrefix("# HELP colisd_feed_broken ") })
    let state = #"colisd_feed_state\#(Self.labels.dropLast()),state="silent"} 1"#
    #expect(metrics.lines.contains(state), "\(metrics.standardOutput)")
    let last = "colisd_feed_last_row_timestamp_seconds\(Self.labels) \(wednesday.seconds)"
    #expect(metrics.lines.contains { $0.hasPrefix(last.dropLast(2)) }, "\(metrics.standardOutput)")

    // HELP, TYPE, then the samples of this name, each with labels of its own.
    let sample = try Regex(#"[a-z_]+(\{[a-z_]+="[^"\\\n]*"(,[a-z_]+="[^"\\\n]*")*\})? -?[0-9]+"#)
    var names: [Substring] = []
    var samples: Set<Substring> = []
    var lines = metrics.lines[...]
    while let help = lines.popFirst() {
      guard help.hasPrefix("#") else {
        #expect(try sample.wholeMatch(in: help) != nil, "\(help)")
        #expect(help.prefix { $0 != "{" && $0 != " " } == names.last, "\(help)")
        let isNew = samples.insert(help[..<(help.lastIndex(of: " ") ?? help.endIndex)]).inserted
        #expect(isNew, "\(help)")
        continue
      }
      let words = help.split(separator: " ", maxSplits: 3)
      #expect(words.count == 4 && words[1] == "HELP" && !names.contains(words[2]), "\(help)")
      let kind = words[2].hasSuffix("_total") ? "counter" : "gauge"
      #expect(lines.popFirst() == "# TYPE \(words[2]) \(kind)")
      names.append(words[2])
    }
    #expect(names.count > 8)
  }

  @Test(arguments: [#"a\r\nb"#, #"a\"\u0301b"#, #"a\\\u0301"#])
  func labelsOfMetricsAreEscapedByScalars(_ id: String) async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    let yaml = ContractText().yaml
    try workspace.put("id: \"\(id)\"\n" + yaml, as: "neuf")
    try await workspace.drain()
    let metrics = try await workspace.run("status", "--metrics")
    let samples = metrics.standardOutput.split(separator: "\n").filter { !$0.hasPrefix("#") }
    // Scalar by scalar, as Prometheus reads it.
    let sample = try Regex(
      #"[a-z_]+(\{[a-z_]+="([^"\\\n]|\\[\\"n])*"(,[a-z_]+="([^"\\\n]|\\[\\"n])*")*\})? -?[0-9]+"#
    ).matchingSemantics(.unicodeScalar)
    for line in samples { #expect(try sample.wholeMatch(in: line) != nil, "\(line)") }
    #expect(samples.contains { $0.contains("EM990001") })
  }

  @Test func theDaemonNoticesSilenceAndItsEnd() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    let wednesday = try Moment(Self.wednesday)
    let clock = try DaemonClock(of: workspace, at: wednesday)
    try server.drop.write("a.csv", TrackingRow.samples(5).file())
    let daemon = try workspace.start("run", environment: try await clock.environment())
    try await daemon.waits(for: "contract.live")
    try clock.set(wednesday + 109)
    let polls = try await workspace.json("status").last_success_at
    try await eventually("a poll on Sunday") {
      try await workspace.json("status").last_success_at != polls
    }
    #expect(daemon.lines("contract.silent").isEmpty)
    try clock.set(Moment(Self.monday))
    try await daemon.waits(for: "contract.silent")
    // Hours later it still is, and it is not logged again.
    try clock.set(wednesday + (24 * 5 + 5))
    try server.drop.write("b.csv", TrackingRow.samples(5).under("B1", "BE204417").file())
    try await daemon.waits(for: "file.ingested", count: 2)
    try server.drop.write("c.csv", TrackingRow.samples(5, from: 10).file())
    try await daemon.waits(for: "contract.live", count: 3)
    #expect(daemon.lines("contract.silent").count == 1)
    #expect(daemon.lines("contract.live").last?.contains("contract=dupont") == true)
    #expect(try await daemon.end() == Exit.done)
  }

  @Test func aContractMayAgreeOnALongerSilence() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    var contract = ContractText()
    contract.silence = "5d"
    try workspace.put(contract)
    try server.drop.write("a.csv", [TrackingRow].stranger(5).file())
    let wednesday = try Moment(Self.wednesday)
    try await workspace.drain(at: wednesday)
    try await workspace.drain(at: wednesday + (24 * 7 - 1))
    #expect(try await workspace.feed(at: wednesday + (24 * 7 - 1)) == "live")
    try await workspace.drain(at: wednesday + (24 * 7 + 1))
    #expect(try await workspace.feed(at: wednesday + (24 * 7 + 1)) == "silent")
  }

  @Test func aDailyRhythmThatBreaksIsSilenceWithItsEvidence() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try workspace.removeContract("comptoir-nantes")
    // Four weeks from a Monday on: rows at 08:50 on each of the twenty business days.
    let first = try Moment("2026-09-07T08:50:00+02:00")
    for day in 0..<26 where day % 7 < 5 {
      try server.drop.write("day\(day).csv", TrackingRow.samples(2, from: day * 10).file())
      try await workspace.drain(at: first + day * 24)
    }
    // The weekend is no break, and until noon of Monday there is patience.
    let monday = first + 28 * 24
    for hours in [-24, 1, 3] {
      let drain = try await workspace.drain(at: monday + hours)
      #expect(drain.lines("contract.silent").isEmpty, "\(drain.standardError)")
      #expect(try await workspace.feed(of: "dupont", at: monday + hours) == "live")
    }
    // Noon has passed; what nobody has looked at since is not silent.
    #expect(try await workspace.feed(of: "dupont", at: monday + 4) == "live")
    let drain = try await workspace.drain(at: monday + 4)
    #expect(try await workspace.drain(at: monday + 5).lines("contract.silent").isEmpty, "once")
    #expect(drain.lines("contract.silent").count == 1)
    let line = try #require(drain.lines("contract.silent").first)
    for word in [
      "rows usually come by 09:00", "on each of the last 20 business days", "always by then",
      "none had come by 12:50 on 2026-10-05", "the last ones came on 2026-10-02 at 08:50",
    ] { #expect(line.contains(word), "\(word): \(line)") }
    let check = try await workspace.run("check", "--feeds", at: monday + 5)
    #expect(check.status == Exit.incomplete)
    #expect(check.standardOutput.contains("rows usually come by 09:00"), "\(check.standardOutput)")

    try server.drop.write("late.csv", TrackingRow.samples(2, from: 900).file())
    let late = try await workspace.drain(at: monday + 6)
    #expect(late.lines("contract.live").count == 1)
    #expect(try await workspace.feed(of: "dupont", at: monday + 7) == "live")
  }

  @Test func whatNobodyLookedForIsNoSilenceOfTheCarriers() async throws {
    let server = try OpenSSHServer.current
    let (workspace, wednesday) = try await live(server)
    try server.drop.write("b.csv", TrackingRow.samples(5, from: 10).file())
    // colisd was off for twelve days.
    let late = wednesday + 12 * 24
    let check = try await workspace.run("check", "--feeds", at: late)
    #expect(check.status == Exit.unreachable, "\(check.standardOutput)")
    let errors = check.lines.filter { $0.hasPrefix("error ") }
    #expect(errors.count == 1, "\(errors)")
    for word in [" days ago, at 2026-09-02T10:00:", "start colisd"] {
      #expect(errors.first?.contains(word) == true, "\(errors)")
    }
    #expect(try await workspace.feed(of: "dupont", at: late) == "live")
    let shown = try await workspace.run("contracts", "show", "dupont", at: late).standardOutput
    #expect(shown.contains("Start colisd") && !shown.contains("advisor"), "\(shown)")
    let metrics = try await workspace.run("status", "--metrics", at: late)
    #expect(metrics.lines.contains("colisd_feed_broken\(Self.labels) 0"))
    // A look that fails is none.
    let port = try closedPort()
    try await workspace.configure(Settings(server, port: port))
    let failed = try await workspace.drain(at: late, Exit.unreachable)
    #expect(failed.lines("contract.silent").isEmpty)
    #expect(try await workspace.feed(of: "dupont", at: late) == "live")
    // What was there all the time comes in.
    try await workspace.configure(Settings(server))
    let drain = try await workspace.drain(at: late)
    #expect(drain.lines("contract.silent").isEmpty, "\(drain.standardError)")
    #expect(try await workspace.run("check", "--feeds", at: late).status == Exit.done)
  }

  @Test func withAllWellTheCheckOfFeedsIsGood() async throws {
    let server = try OpenSSHServer.current
    let (workspace, wednesday) = try await live(server)
    let check = try await workspace.run("check", "--feeds", at: wednesday + 1)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(check.lines.allSatisfy { $0.hasPrefix("ok ") }, "\(check.standardOutput)")
    for feed in [
      "dupont home-fr is live", "dupont returns is awaiting-first-file",
      "maison-lyon home-fr is advisor-to-inform",
    ] { #expect(check.standardOutput.contains(feed), "\(check.standardOutput)") }
  }

  @Test func beforeTheFirstDrainTheCheckOfFeedsIsGood() async throws {
    let workspace = try await Workspace(OpenSSHServer.current)
    try workspace.removeContract("comptoir-nantes")
    let check = try await workspace.run("check", "--feeds")
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }
}
