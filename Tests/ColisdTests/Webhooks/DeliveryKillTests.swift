import Foundation
import TestSupport
import Testing

/// The end of a daemon in the middle of delivering, at whatever moment.
@Suite(.serialized, .openSSH()) struct DeliveryKillTests {
  /// So many come again at most after a kill.
  private static let mostRepeated = 1_000

  /// Waits until a daemon has had its effect on a receiver.
  private func waits(
    forRequests count: Int, _ receiver: HTTPReceiver, _ daemon: Daemon
  ) async throws {
    try await eventually("\(count) requests came") {
      receiver.requests.count >= count || daemon.process.hasEnded
    }
    try #require(!daemon.process.hasEnded, "\(daemon.log)")
  }

  /// Lets a last daemon deliver what is left, to a receiver that is quick from now on.
  /// - Returns: all that came.
  private func finish(
    _ shop: Shop, _ receiver: HTTPReceiver, taken count: Int
  ) async throws -> [Delivery] {
    var settings = shop.settings
    settings.webhooks[0]["url"] = receiver.url(Shop.path("/ok"))
    try shop.workspace.configure(settings)
    let daemon = try await shop.start()
    try await receiver.waits(forTaken: count, within: .seconds(60))
    try await shop.waits(for: "all is saved") { $0.behind == 0 && $0.waiting == 0 }
    let status = try await daemon.end()
    #expect(status == Exit.done, "\(daemon.log)")
    return receiver.deliveries()
  }

  @Test func whateverMomentIsTheLastNothingIsLost() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      // Slow enough for twelve seconds of work, so that the last kill comes long before its end.
      let shop = try await Shop(OpenSSHServer.current, receiver, "/slow/50")
      let rows = [TrackingRow].fresh(parcels: 200)
      try await shop.addWithoutEndpoints(rows)
      try await shop.webhooks("replay", "shop", "--from", "1")
      var random = SeededGenerator(seed: 18)
      var kills = 0
      while kills < 6, receiver.idsTaken().count < rows.count {
        let daemon = try shop.workspace.start("run", environment: shop.environment)
        try await waits(forRequests: receiver.requests.count + 1, receiver, daemon)
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<1_200, using: &random)))
        #expect(try await daemon.end(SIGKILL) == Exit.killed)
        kills += 1
      }
      #expect(kills >= 3)
      let all = try await finish(shop, receiver, taken: rows.count)
      all.expectInOrder(try await shop.workspace.entries(), "\(kills) kills")
      #expect(all.repeated <= kills * Self.mostRepeated)
    }
  }

  @Test func atMostAThousandComeAgainAfterAKill() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver) {
        $0.webhooks[0]["concurrency"] = "8"
      }
      let rows = [TrackingRow].fresh(parcels: 600)
      try await shop.addWithoutEndpoints(rows)
      try await shop.webhooks("replay", "shop", "--from", "1")
      let daemon = try shop.workspace.start("run", environment: shop.environment)
      try await waits(forRequests: 1_800, receiver, daemon)
      #expect(try await daemon.end(SIGKILL) == Exit.killed)
      let all = try await finish(shop, receiver, taken: rows.count)
      all.expectInOrder(try await shop.workspace.entries())
      #expect(all.repeated <= Self.mostRepeated)
    }
  }

  @Test func atMostWhatIsUnderWayComesAgainAfterAnOrderlyEnd() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let concurrency = 4
      // 40 a second: there is enough for three rounds even where each end comes some seconds late.
      let shop = try await Shop(OpenSSHServer.current, receiver, "/slow/100") {
        $0.webhooks[0]["concurrency"] = "\(concurrency)"
      }
      let rows = [TrackingRow].fresh(parcels: 120)
      try await shop.addWithoutEndpoints(rows)
      try await shop.webhooks("replay", "shop", "--from", "1")
      var ends = 0
      while ends < 3 {
        let daemon = try shop.workspace.start("run", environment: shop.environment)
        try await waits(forRequests: receiver.requests.count + 40, receiver, daemon)
        #expect(try await daemon.timeToEnd() < .seconds(20))
        #expect(daemon.process.status == Exit.done, "\(daemon.log)")
        ends += 1
      }
      let all = try await finish(shop, receiver, taken: rows.count)
      all.expectInOrder(try await shop.workspace.entries())
      #expect(all.count - rows.count <= ends * concurrency)
    }
  }

  @Test func whicheverStepIsTheLastNothingIsLost() async throws {
    // Without TLS each request is a step that can be seen.
    try await HTTPReceiver.withReceiver { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver)
      let rows = [TrackingRow].fresh(parcels: 40)
      try await shop.addWithoutEndpoints(rows)
      let entries = try await shop.workspace.entries()
      try await shop.webhooks("replay", "shop", "--from", "1")
      // What follows the last request is no moment of a delivery.
      var length = 0
      let all = try await Faults.steps(of: shop.workspace) { environment in
        let daemon = try shop.workspace.start(
          "run", environment: environment.merging(shop.environment) { $1 })
        try await receiver.waits(forTaken: rows.count)
        let trace = try String(contentsOfFile: environment["FAULT_TRACE"] ?? "", encoding: .utf8)
        length = trace.split(separator: "\n").count
        try await shop.waits(for: "all is saved") { $0.behind == 0 && $0.waiting == 0 }
        #expect(try await daemon.end() == Exit.done)
      }
      let steps = Array(all.prefix(length))
      try #require(steps.count { $0.name == "send" } >= rows.count)

      var random = SeededGenerator(seed: 5)
      var kills = 0
      let rounds = 6
      for round in Effort(rounds: rounds) {
        try await shop.webhooks("replay", "shop", "--from", "1")
        let before = receiver.requests.count
        let share = (Double(round % rounds) + .random(in: 0..<1, using: &random)) / Double(rounds)
        let step = steps[min(Int(share * Double(steps.count)), steps.count - 1)]
        let fault = try await Faults.environment(.kill, at: step.number, in: shop.workspace)
        let daemon = try shop.workspace.start(
          "run", environment: fault.merging(shop.environment) { $1 })
        try await eventually("it is killed, or has delivered all") {
          daemon.process.hasEnded || receiver.idsTaken(from: before).count == rows.count
        }
        if daemon.process.hasEnded { kills += 1 }
        #expect(try await daemon.end(SIGKILL) == Exit.killed)

        let second = try await shop.start()
        try await eventually("the next one has delivered all") {
          receiver.idsTaken(from: before).count == rows.count
        }
        try await shop.waits(for: "all is saved") { $0.behind == 0 && $0.waiting == 0 }
        #expect(try await second.end() == Exit.done)
        let came = Array(receiver.deliveries().dropFirst(before))
        came.expectInOrder(entries, "killed at \(step)")
      }
      #expect(kills > rounds / 2)
      Figures.note("webhooks.steps", kills)
    }
  }
}
