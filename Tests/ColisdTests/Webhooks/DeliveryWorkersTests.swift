import Foundation
import TestSupport
import Testing

/// Several daemons on one store: one of them delivers to an endpoint.
@Suite(.openSSH(), .postgreSQLSchemas) struct DeliveryWorkersTests {
  /// Two daemons, of which the first one delivers.
  private struct Team {
    let shared: SharedDrop
    let workspaces: [Workspace]
    let daemons: [Daemon]
    let receiver: HTTPReceiver

    /// - Parameter lease: nil: the shortest that there is.
    init(
      _ server: OpenSSHServer, _ receiver: HTTPReceiver, _ path: String, lease: String? = nil
    ) async throws {
      self.receiver = receiver
      let url = receiver.url(Shop.path(path))
      shared = try await SharedDrop(server) {
        $0.webhooks = [Shop.section("shop", url, "{ env: WEBHOOK_SECRET }")]
        if let lease { $0.workers["lease"] = lease }
      }
      workspaces = [try await shared.workspace(), try await shared.workspace()]
      for workspace in workspaces { for text in [Shop.secret, Shop.word] { workspace.hide(text) } }
      let environment = [
        "SSL_CERT_FILE": receiver.certificate?.authority ?? "", "WEBHOOK_SECRET": Shop.secret,
      ]
      let first = try workspaces[0].start("run", environment: environment)
      try await Self.waits(for: "the first one delivers", workspaces[0], first) {
        !$0.isNull && $0.state.string != "new"
      }
      daemons = [first, try workspaces[1].start("run", environment: environment)]
      try await workspaces[0].waits(forWorkers: 2)
    }

    private static func waits(
      for what: String, _ workspace: Workspace, _ daemon: Daemon,
      _ isRight: (JSONValue) -> Bool
    ) async throws {
      try await eventually(what) {
        if daemon.process.hasEnded { throw TestSupportError("colisd ended: \(daemon.log)") }
        return isRight(try await Self.state(workspace))
      }
    }

    private static func state(_ workspace: Workspace) async throws -> JSONValue {
      let environment = ["WEBHOOK_SECRET": Shop.secret]
      let result = try await workspace.run("webhooks", "--json", environment: environment)
      guard result.status == Exit.done else { return .null }
      return try JSONValue(result.standardOutput).elements.first ?? .null
    }

    func state() async throws -> JSONValue { try await Self.state(workspaces[1]) }

    func put(_ rows: [TrackingRow], as name: String) throws {
      let new = try workspaces[0].folder.write("new.csv", rows.file())
      try FileManager.default.moveItem(atPath: new, toPath: shared.server.drop.file(name))
    }

    /// Waits until the receiver is asked again.
    /// - Parameter few: so many more requests do not count.
    func timeUntilMoreIsSent(than few: Int) async throws -> Duration {
      let (asked, start) = (receiver.requests.count, ContinuousClock.now)
      try await eventually("the other one delivers") { receiver.requests.count > asked + few }
      return .now - start
    }

    /// The longest time in which nothing came: seconds, by the receiver's clock.
    var longestPause: Double {
      let times = receiver.requests.map(\.seconds).sorted()
      return zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
    }

    /// Waits until all was taken and saved.
    func waitsForAll(_ count: Int) async throws -> [Delivery] {
      try await receiver.waits(forTaken: count, within: .seconds(60))
      try await eventually("all is saved") {
        let state = try await state()
        return state.behind == 0 && state.waiting == 0
      }
      return receiver.deliveries()
    }
  }

  @Test func oneOfTwoDeliversAndTheOtherGoesOnWhenItEnds() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      // Whoever loses its lease on a busy machine would have some come twice.
      let team = try await Team(OpenSSHServer.current, receiver, "/ok", lease: "20s")
      try team.put(.fresh(parcels: 20), as: "a.csv")
      _ = try await team.waitsForAll(100)
      #expect(receiver.requests.count == 100, "only one of them delivers")
      #expect(try await team.daemons[0].end() == Exit.done, "\(team.daemons[0].log)")
      try team.put(.fresh(parcels: 20, from: 50), as: "b.csv")
      let all = try await team.waitsForAll(200)
      all.expectInOrder(try await team.workspaces[1].entries())
      #expect(all.count == 200)
      #expect(try await team.daemons[1].end() == Exit.done, "\(team.daemons[1].log)")
    }
  }

  @Test func aKilledOneIsFollowedWithinTheLease() async throws {
    try await withBusyTeam(parcels: 160) { team, count in
      #expect(try await team.daemons[0].end(SIGKILL) == Exit.killed)
      // What it had under way may still come.
      #expect(try await team.timeUntilMoreIsSent(than: 4) < SharedDrop.lease + .seconds(10))
      let all = try await team.waitsForAll(count)
      all.expectInOrder(try await team.workspaces[1].entries())
      #expect(all.repeated <= 1_000)
      #expect(try await team.daemons[1].end() == Exit.done, "\(team.daemons[1].log)")
    }
  }

  @Test func oneThatWasStoppedForAWhileMovesNothingBack() async throws {
    try await withBusyTeam(parcels: 200) { team, count in
      team.daemons[0].process.signal(SIGSTOP)
      // What it had under way may still come.
      _ = try await team.timeUntilMoreIsSent(than: 4)
      // Its lease of three seconds was renewed up to a second before.
      let pause = team.longestPause
      #expect(pause > 1 && pause < 30, "\(pause)")
      try await team.receiver.waits(forTaken: 300)

      // It has answers in hand that it had no time to save.
      team.daemons[0].process.signal(SIGCONT)
      var positions: [Int] = []
      try await eventually(within: .seconds(60), "all is saved") {
        let state = try await team.state()
        positions.append(state.position.integer ?? 0)
        return state.behind == 0 && state.waiting == 0 && state.position == state.last_seq
      }
      #expect(positions == positions.sorted(), "\(positions)")
      let all = team.receiver.deliveries()
      all.expectInOrder(try await team.workspaces[1].entries())

      // Only one of them delivers what comes then. Both would send a hundred requests; some come twice where a lease
      // runs out on a busy machine.
      try team.put(.fresh(parcels: 10, from: 500), as: "b.csv")
      let later = try await team.waitsForAll(count + 50)
      let more = later.count - all.count
      #expect(more >= 50 && more < 100, "\(more)")
      for daemon in team.daemons {
        let status = try await daemon.end()
        #expect(status == Exit.done, "\(daemon.log)")
      }
    }
  }

  /// Runs a test while the first daemon is in the middle of its deliveries.
  /// - Parameter body: is given how many they are.
  private func withBusyTeam(
    parcels: Int, _ body: (Team, _ count: Int) async throws -> Void
  ) async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      // At 80 a second there is work for some seconds, however late the test goes on.
      let team = try await Team(OpenSSHServer.current, receiver, "/slow/50")
      let rows = [TrackingRow].fresh(parcels: parcels)
      try team.put(rows, as: "a.csv")
      try await receiver.waits(forTaken: 40)
      try await body(team, rows.count)
    }
  }
}
