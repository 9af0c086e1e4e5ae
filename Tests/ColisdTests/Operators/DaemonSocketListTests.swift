import Foundation
import TestSupport
import Testing

/// Lists, refusals and figures over the daemon's socket are those of users who may read the store.
@Suite(.openSSH()) struct DaemonSocketListTests {
  @Test func refusalsAndLimitsAreSaidInTheSameWords() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let staff = try Staff(of: answering)
    for arguments in [
      ["events", "--source", "nix"], ["events", "--after", "nix:3"], ["events", "--limit", "3"],
      ["events", "--limit", "1000"], ["events", "--parcel", "991122334455", "--limit", "2"],
      ["parcels", "--limit", "5"], ["parcels", "--limit", "all", "--csv"],
      ["parcels", "--status", "lost", "--csv"], ["parcels", "--order", "NIX", "--json"],
      ["rejects", "--limit", "2"], ["held", "--rows", "--limit", "2"],
      ["held", "--rows", "--account-id", "NIX"],
      ["parcel", "991122334455", "993300510024"], ["parcel", "999999999999", "991122334455"],
      ["explain", "99112233445575012"], ["status", "--check"],
      ["webhooks"], ["webhooks", "--csv"], ["webhooks", "parked"], ["webhooks", "parked", "--csv"],
      ["webhooks", "parked", "nobody"],
    ] {
      let own = try await answering.workspace.run(arguments)
      let asked = try await staff.run(arguments)
      #expect(asked.status == own.status, "\(arguments): \(asked.standardError)")
      if arguments == ["status", "--check"] {
        // The age is another one a second later.
        #expect(asked.standardOutput.hasPrefix("ok   "), "\(asked.standardOutput)")
      } else {
        #expect(asked.standardOutput == own.standardOutput, "\(arguments)")
        #expect(asked.standardError == own.standardError, "\(arguments)")
      }
    }
    let history = try await staff.run(["contracts", "history", "dupont"])
    #expect(history.status == Exit.refused && history.standardError.contains("sudo"))
    try await answering.end()
  }

  @Test func statusIsTheSameForScripts() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let staff = try Staff(of: answering)
    let own = try await answering.workspace.json("status", "--check")
    let json = try JSONValue(try await staff.run(["status", "--check", "--json"]).standardOutput)
    #expect(json.keys == own.keys && json.check.keys == own.check.keys)
    #expect(json.check.ok == true && json.events == own.events)
    let csv = try await staff.run(["status", "--check", "--csv"])
    #expect(csv.status == Exit.done)
    let names = csv.standardOutput.split(separator: "\r\n").compactMap {
      $0.split(separator: ";").first
    }
    #expect(names.filter { $0.hasSuffix("name") && !$0.contains(".") }.count == 1)
    #expect(names.contains("events") && names.contains("check.ok"))
    let metrics = try await staff.run(["status", "--metrics"])
    #expect(metrics.status == Exit.done, "\(metrics.standardError)")
    // What stands in the store, and what only the process knows.
    for name in ["colisd_events", "process_resident_memory_bytes"] {
      #expect(metrics.standardOutput.contains("\n\(name) "), "\(name)")
    }
    try await answering.end()
  }

  @Test func listsOfManyPagesComeWhole() async throws {
    let server = try OpenSSHServer.current
    let count = 2_345
    let rows = (0..<count).map { TrackingRow(parcel: $0, step: $0 % 3) }
    // Lines with a date that is none.
    let others = (0..<1_200).map {
      "E1;EM180619;990000000001;CMD-1;LIV;label \($0);x;75A;75012;FR\n"
    }
    try server.drop.write("a.csv", rows.file() + Array(others.joined().utf8))
    let answering = try await AnsweringDaemon(server)
    let staff = try Staff(of: answering)
    for arguments in [
      ["parcels", "--limit", "all", "--json"], ["parcels", "--limit", "all", "--csv"],
      ["parcels", "--limit", "2000", "--json"], ["parcels", "--limit", "5000", "--csv"],
      ["rejects", "--json"], ["rejects", "--csv"], ["rejects", "--limit", "700", "--csv"],
      ["events"], ["files", "--csv"],
    ] {
      let own = try await answering.workspace.run(arguments)
      let asked = try await staff.run(arguments)
      #expect(asked.status == Exit.done, "\(arguments): \(asked.standardError)")
      #expect(asked.standardOutput == own.standardOutput, "\(arguments)")
      #expect(asked.standardError == own.standardError, "\(arguments)")
    }
    let table = try await staff.run(["parcels", "--limit", "all"])
    #expect(table.lines.count == count + 1)
    #expect(table.lines.filter { $0.hasPrefix("parcel ") }.count == 1)
    try await answering.end()
  }

  @Test func whatIsParkedComesWhole() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let staff = try Staff(of: answering)
    // As it is left when two endpoints are configured no more.
    try await answering.workspace.changeStore(
      """
      INSERT INTO endpoint(name, position, since, caught_up_at, epoch)
        VALUES('erp', 9, 1, 1, 1), ('shop', 9, 1, 1, 1)
      """,
      """
      INSERT INTO open_delivery
        WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 1103)
        SELECT 'shop', seq, '991122334455', 1, 1787910130, 10, 422, 'it answered with status 422',
          'no ' || seq FROM n
      """,
      """
      INSERT INTO open_delivery SELECT 'erp', seq, parcel, 1, 9, 10, NULL, 'no answer', NULL
        FROM open_delivery WHERE seq < 4
      """)
    try await eventually("they are known") {
      try await answering.get("/api/v1/webhooks").elements.count == 2
    }
    for (arguments, said) in [
      (["--json"], ""), (["--csv"], ""), (["--limit", "700", "--csv"], "700 of 1106; --limit\n"),
      (["--limit", "4"], "4 of 1106; --limit\n"), (["erp", "--limit", "2"], "2 of 3; --limit\n"),
      (["erp", "--limit", "3"], ""), (["shop", "--json"], ""),
    ] {
      let own = try await answering.workspace.run(["webhooks", "parked"] + arguments)
      let asked = try await staff.run(["webhooks", "parked"] + arguments)
      #expect(asked.status == Exit.done && own.standardError == said, "\(arguments)")
      #expect(asked.standardOutput == own.standardOutput, "\(arguments)")
      #expect(asked.standardError == said, "\(arguments): \(asked.standardError)")
    }
    let all = try await answering.workspace.json("webhooks", "parked").elements
    #expect(all.count == 1_106 && all.prefix(3).allSatisfy { $0.endpoint == "erp" })
    let page = try await answering.get("/api/v1/webhooks/shop/parked?limit=5&cursor=7.shop")
    #expect(page.elements == Array(all[10..<15]))
    try await answering.expect(.api, "every-answer-is-as-described")
    try await answering.end()
  }

  @Test func aBusyDaemonIsNoBugOfTheCommand() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let staff = try Staff(of: answering)
    let output = answering.workspace.folder.file("followed")
    var others: [RunningProcess] = []
    defer { for other in others { other.kill() } }
    try await eventually(within: .seconds(60), "the places of followers are taken") {
      // One more each time, as this command may have had a place that one of them wanted.
      if others.count < 3 {
        others.append(
          try Visitor.follow.start(
            [answering.url, "--clients", "64"], home: answering.workspace.folder.path,
            output: output + "\(others.count)"))
        try await Task.sleep(for: .seconds(2))
      }
      let refused = try await staff.run(
        ["events", "--follow", "--after", "1000000"], within: .seconds(2))
      guard refused.status != Staff.timeIsOver else { return false }
      #expect(refused.status == Exit.unreachable, "\(refused.standardError)")
      #expect(refused.standardError.contains("try again"), "\(refused.standardError)")
      return true
    }
    #expect(try await staff.run(["events", "--limit", "1"]).status == Exit.done)
    try await answering.end()
  }
}
