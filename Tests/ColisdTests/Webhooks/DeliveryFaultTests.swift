import Foundation
import TestSupport
import Testing

/// Endpoints that are down, slow, or answer what they should not.
@Suite(.openSSH()) struct DeliveryFaultTests {
  private static let rows = [TrackingRow].fresh(parcels: 8, steps: 3)

  private func now() -> Moment { Moment(seconds: Int(Date.now.timeIntervalSince1970)) }

  /// Sets the clock further and further ahead until a condition holds, so that what waits for hours is due.
  private func passTime(
    _ clock: DaemonClock, hours: [Double] = [0.02, 0.5, 2, 5, 12, 24, 48, 72],
    until condition: () async throws -> Bool
  ) async throws {
    let start = now()
    for hour in hours {
      try clock.set(Moment(seconds: start.seconds + Int(hour * 3_600)))
      // What is due is looked for once a second. A step that a busy daemon misses is made up for by the next ones.
      let deadline = ContinuousClock.now + .seconds(2)
      while .now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    try await eventually("what waited comes", condition)
  }

  /// The failures are more than those that show the outage, and so many that they end while hours pass.
  @Test(arguments: [(503, 6), (500, 10)])
  func anOutageIsToldOnceAndItsEndAndNothingIsLost(_ status: Int, _ failures: Int) async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/fail/\(failures)/\(status)/-")
      let clock = try DaemonClock(of: shop.workspace, at: now())
      let daemon = try await shop.start(clock: clock)
      try shop.put(Self.rows)
      try await daemon.waits(for: "webhook.failed")
      let failing = try await shop.waits(for: "the outage is saved") { $0.state == "failing" }
      #expect(failing.outage.status.integer == status && failing.failures.integer ?? 0 > 0)
      #expect(!failing.outage.next_try_at.isNull && !failing.pending_since.isNull, "\(failing)")
      // One try a step, whatever waits: four or eight show the outage, and one may have come after five seconds.
      #expect(receiver.requests.count < failures)

      try await passTime(clock) { receiver.idsTaken().count == Self.rows.count }
      try await daemon.waits(for: "webhook.recovered")
      receiver.deliveries().expectInOrder(try await shop.workspace.entries())
      #expect(receiver.deliveries().repeated == 0)
      let state = try await shop.waits(for: "all is saved") { $0.behind == 0 && $0.waiting == 0 }
      #expect(state.state == "delivering" && state.parked == 0, "\(state)")
      #expect(state.delivered.integer == Self.rows.count, "\(state)")
      #expect(state.failures.integer == failures, "\(state)")
      #expect(try await daemon.end() == Exit.done)

      let failed = daemon.lines("webhook.failed")
      #expect(failed.count == 1 && daemon.lines("webhook.recovered").count == 1, "\(daemon.log)")
      for word in ["endpoint=shop", "https://127.0.0.1:\(receiver.port)", "\(status)"] {
        #expect(failed.first?.contains(word) == true, "\(word): \(failed)")
      }
    }
  }

  @Test func whatIsNeverTakenIsParkedAndItsParcelGoesOn() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/fail/10/500/-")
      let clock = try DaemonClock(of: shop.workspace, at: now())
      let daemon = try await shop.start(clock: clock)
      let rows = [TrackingRow].fresh(parcels: 1, steps: 2)
      try shop.put(rows)
      // Past each step of the schedule, and a tenth more.
      let steps = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
      var time = now().seconds
      for (index, step) in steps.enumerated() {
        time += step * 12 / 10 + 10
        try clock.set(Moment(seconds: time))
        try await eventually("try \(index + 1)") { receiver.requests.count > index }
        // The next step counts from when the answer is dealt with, and not from a later time.
        try await shop.waits(for: "try \(index + 1) is saved") {
          $0.failures.integer ?? 0 > index
        }
      }
      try await daemon.waits(for: "webhook.parked")
      let all = try await receiver.waits(forTaken: 1)
      let parked = try await shop.waits(for: "all is saved") { $0.parked == 1 && $0.behind == 0 }
      let delivery = try #require(parked.parked_deliveries.elements.first)
      #expect(delivery.parcel.string == rows[0].parcel && delivery.status == 500, "\(delivery)")
      #expect(delivery.tries == 10 && delivery.answer == "ok", "\(delivery)")
      #expect(all.prefix(10).allSatisfy { $0.seq == 1 } && all.last?.seq == 2)
      #expect(daemon.lines("webhook.parked").count == 1)
      #expect(daemon.lines("webhook.parked").first?.contains("seq=1") == true, "\(daemon.log)")

      try await shop.webhooks("replay", "shop", "--parcel", rows[0].parcel)
      try await receiver.waits(forTaken: 2)
      try await shop.waits(for: "nothing is parked") { $0.parked == 0 && $0.waiting == 0 }
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func anEndpointThatIsDownHoldsUpNeitherOthersNorTheIngest() async throws {
    let silent = try SilentPeer()
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let server = try OpenSSHServer.current
      let shop = try await Shop(server, [(receiver, "/ok"), (receiver, "/never")]) {
        $0.webhooks[1]["url"] = "https://127.0.0.1:\(silent.port)/\(Shop.word)"
        $0.webhooks[1]["timeout"] = "1s"
      }
      let daemon = try await shop.start()
      for file in 0..<3 {
        try shop.put(.fresh(parcels: 20, from: file * 20), as: "\(file).csv")
      }
      let all = try await receiver.waits(forTaken: 300)
      try await daemon.waits(for: "file.ingested", count: 3)
      all.expectInOrder(try await shop.workspace.entries())
      try await shop.waits(for: "it is failing", of: "second") { $0.state == "failing" }
      let state = try await shop.state(of: "second")
      #expect(state.delivered == 0 && state.position.integer ?? 0 < 300, "\(state)")
      #expect(try await daemon.timeToEnd() < .seconds(20))
      #expect(daemon.lines("webhook.failed").count == 1, "\(daemon.log)")
    }
  }

  /// An answer that is none, and what the outage says of it.
  struct BadAnswer: Sendable, CustomTestStringConvertible {
    var path: String
    /// Of the outage; nil: there was no whole head of an answer.
    var status: Int?
    var words: [String] = []
    /// Where there is a status, long enough for it to come from a busy machine.
    var timeout = "5s"

    var testDescription: String { path }

    static let all = [
      BadAnswer(path: "/trickle", status: 200),
      BadAnswer(path: "/breaks", status: 200),
      BadAnswer(path: "/nothing", status: nil),
      BadAnswer(path: "/nonsense", status: nil),
      BadAnswer(path: "/slow/5000", status: nil, timeout: "1s"),
      BadAnswer(path: "/status/302", status: 302, words: ["redirection"]),
    ]
  }

  @Test(arguments: BadAnswer.all)
  func anAnswerThatIsNoneIsAnOutage(_ bad: BadAnswer) async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, bad.path) {
        $0.webhooks[0]["timeout"] = bad.timeout
      }
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      let state = try await shop.waits(for: "the outage is saved") { $0.state == "failing" }
      #expect(state.outage.status.integer == bad.status, "\(state)")
      #expect(state.outage.reason.string?.isEmpty == false && state.delivered == 0, "\(state)")
      for word in bad.words { #expect(state.outage.reason.names(word), "\(state)") }
      #expect(try await daemon.timeToEnd() < .seconds(20))
      // Each at its own path: nothing is followed.
      #expect(receiver.requests.allSatisfy { $0.path == Shop.path(bad.path) })
      #expect(receiver.requests.count <= 8)
      shop.workspace.expectNoSecret(in: daemon.log, #_sourceLocation)
    }
  }

  @Test func anAnswerOfTenMegabytesIsNotReadToItsEnd() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/long/10000000")
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      // Its status says that it was taken.
      try await receiver.waits(forTaken: Self.rows.count)
      let state = try await shop.waits(for: "all is saved") { $0.behind == 0 }
      #expect(state.delivered.integer == Self.rows.count && state.failures == 0, "\(state)")
      #expect(try await daemon.end() == Exit.done)
      #expect(receiver.requests.count == Self.rows.count)
    }
  }

  @Test func anEndpointThatIsGoneIsStoppedUntilItIsResumed() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/fail/1/410/-") {
        $0.webhooks[0]["concurrency"] = "1"
      }
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      try await daemon.waits(for: "webhook.stopped")
      let stopped = try await shop.waits(for: "the end is saved") { $0.state == "stopped" }
      #expect(!stopped.stopped_at.isNull && stopped.behind.integer ?? 0 > 0, "\(stopped)")
      #expect(daemon.lines("webhook.stopped").count == 1)
      // Long enough for whatever would still come.
      try await Task.sleep(for: .seconds(2))
      #expect(receiver.requests.count == 1)

      try await shop.webhooks("resume", "shop")
      let all = try await receiver.waits(forTaken: Self.rows.count)
      let state = try await shop.waits(for: "all is saved") { $0.behind == 0 }
      #expect(state.state == "delivering" && state.stopped_at.isNull, "\(state)")
      all.expectInOrder(try await shop.workspace.entries())
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func aTryIsPutOffAsTheEndpointAsks() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let wait = 8
      let shop = try await Shop(OpenSSHServer.current, receiver, "/fail/1/503/\(wait)") {
        $0.webhooks[0]["concurrency"] = "1"
      }
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      let all = try await receiver.waits(forTaken: Self.rows.count)
      #expect(try await daemon.end() == Exit.done)
      // The schedule alone would have tried again after five seconds. Instants are in whole seconds.
      let gap = all[1].request.seconds - all[0].request.seconds
      #expect(gap >= Double(wait) - 1 && gap < 60, "\(gap)")
    }
  }

  @Test func aServerThatComesBackGetsAllThatWaitedAndIsNotFlooded() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let rate = 40
      let relay = try Relay(to: receiver.port)
      relay.close()
      let shop = try await Shop(OpenSSHServer.current, receiver) {
        $0.webhooks[0]["url"] = "https://127.0.0.1:\(relay.port)\(Shop.path("/ok"))"
        $0.webhooks[0]["rate"] = "\(rate)/s"
      }
      let clock = try DaemonClock(of: shop.workspace, at: now())
      let daemon = try await shop.start(clock: clock)
      try shop.put(Self.rows)
      try await daemon.waits(for: "webhook.failed")
      // It is away for hours, and more comes.
      try clock.set(now() + 3)
      try shop.put(.fresh(parcels: 8, from: 100), as: "b.csv")
      try await daemon.waits(for: "file.ingested", count: 2)
      try relay.open()
      let count = Self.rows.count + 40
      try await passTime(clock, hours: [4, 6, 10, 20, 40]) {
        receiver.idsTaken().count == count
      }
      try await daemon.waits(for: "webhook.recovered")
      receiver.deliveries().expectInOrder(try await shop.workspace.entries())
      let times = receiver.requests.map(\.seconds).sorted()
      let most = times.map { begin in times.count { begin..<begin + 1 ~= $0 } }.max()
      #expect(try #require(most) <= rate * 12 / 10, "in a second")
      #expect(try await daemon.end() == Exit.done)
      #expect(daemon.lines("webhook.failed").count == 1, "\(daemon.log)")
      relay.close()
    }
  }
}
