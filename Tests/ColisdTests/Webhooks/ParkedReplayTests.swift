import Foundation
import TestSupport
import Testing

/// What an endpoint has refused for days is sent to it again once it takes it.
@Suite(.openSSH()) struct ParkedReplayTests {
  /// Fewer than make an outage when all are refused.
  private static let parcels = 3
  private static let rows = [TrackingRow].fresh(parcels: parcels, steps: 3)

  /// Lets each parcel's first entry be refused ten times, and waits until all the rest was taken.
  private func park(_ shop: Shop, _ receiver: HTTPReceiver, _ clock: DaemonClock) async throws {
    try shop.put(Self.rows)
    // Past each step of the schedule, and a tenth more.
    let steps = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    var time = Int(Date.now.timeIntervalSince1970)
    for (index, step) in steps.enumerated() {
      time += step * 12 / 10 + 10
      try clock.set(Moment(seconds: time))
      // The next step counts from when the answers are dealt with.
      try await shop.waits(for: "round \(index + 1) is saved") {
        $0.failures.integer ?? 0 >= (index + 1) * Self.parcels
      }
    }
    try await receiver.waits(forTaken: Self.rows.count - Self.parcels)
    try await shop.waits(for: "the rest is saved") {
      $0.parked.integer == Self.parcels && $0.behind == 0 && $0.waiting == 0
    }
  }

  @Test func allThatIsParkedArrivesInItsOrder() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/reject/EXP/10/422")
      let clock = try DaemonClock(
        of: shop.workspace, at: Moment(seconds: Int(Date.now.timeIntervalSince1970)))
      let daemon = try await shop.start(clock: clock)
      try await park(shop, receiver, clock)
      let entries = try await shop.workspace.entries()
      let firsts = Dictionary(grouping: entries, by: \.parcel).compactMap {
        $0.value.map(\.seq).min()
      }
      let parked = try await shop.workspace.json("webhooks", "parked", "shop").elements
      #expect(parked.compactMap(\.seq.integer) == firsts.sorted())
      #expect(parked.allSatisfy { $0.tries == 10 && $0.status == 422 && $0.answer == "ok" })

      let before = receiver.requests.count
      let replay = try await shop.webhooks("replay", "shop", "--parked")
      #expect(replay.lines == ["shop gets 9 entries of 3 parcels again"])
      try await receiver.waits(forTaken: Self.rows.count)
      try await shop.waits(for: "nothing is open") { $0.parked == 0 && $0.waiting == 0 }
      let again = Array(receiver.deliveries().dropFirst(before))
      #expect(again.count == Self.rows.count)
      again.expectInOrder(entries)
      // Each under the ID that it had before.
      let ids = Dictionary(grouping: receiver.deliveries(), by: \.seq).mapValues {
        Set($0.map(\.id))
      }
      #expect(ids.count == Self.rows.count && ids.values.allSatisfy { $0.count == 1 })

      let none = try await shop.webhooks("replay", "shop", "--parked")
      #expect(none.lines == ["shop has nothing parked"])
      let list = try await shop.webhooks("parked")
      #expect(list.standardOutput == "nothing is parked\n")
      #expect(receiver.requests.count == before + Self.rows.count)
      #expect(try await daemon.end() == Exit.done)
    }
  }
}
