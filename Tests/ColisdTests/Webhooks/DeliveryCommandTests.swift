import Foundation
import TestSupport
import Testing

/// Where an endpoint begins, and what commands do to it beside a running daemon.
@Suite(.openSSH()) struct DeliveryCommandTests {
  private static let rows = [TrackingRow].fresh(parcels: 3)

  /// A shop whose store has some events, and no endpoint in its configuration yet.
  private func withEvents(_ receiver: HTTPReceiver) async throws -> Shop {
    let shop = try await Shop(OpenSSHServer.current, receiver)
    try await shop.addWithoutEndpoints(Self.rows)
    return shop
  }

  @Test func aNewEndpointBeginsAtNowAndAReplayBringsAll() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await withEvents(receiver)
      let daemon = try await shop.start()
      try shop.put(.fresh(parcels: 2, from: 10), as: "b.csv")
      let new = try await receiver.waits(forTaken: 10)
      try await shop.waits(for: "it has all") { $0.behind == 0 && $0.delivered == 10 }
      #expect(receiver.requests.count == 10)
      #expect(new.allSatisfy { $0.seq ?? 0 > Self.rows.count })

      try await shop.webhooks("replay", "shop", "--from", "1")
      let all = try await receiver.waits(forTaken: 10 + Self.rows.count)
      try await shop.waits(for: "it has all again") { $0.behind == 0 && $0.delivered == 35 }
      all.expectInOrder(try await shop.workspace.entries())
      #expect(try await daemon.end() == Exit.done)
      // What came again came under its old ID.
      #expect(receiver.deliveries().repeated == 10)
    }
  }

  @Test func aReplayLetsAnEndpointBeginBeforeNow() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await withEvents(receiver)
      try await shop.webhooks("replay", "shop", "--from", "6")
      let daemon = try await shop.start()
      let all = try await receiver.waits(forTaken: Self.rows.count - 5)
      try await shop.waits(for: "it has all") { $0.behind == 0 }
      #expect(try await daemon.end() == Exit.done)
      #expect(Set(all.seqs) == Set(6...Self.rows.count))
      #expect(receiver.requests.count == Self.rows.count - 5)
    }
  }

  @Test func aReplayOfAParcelBringsThatAlone() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await withEvents(receiver)
      let daemon = try await shop.start()
      let parcel = Self.rows[1].parcel
      try await shop.webhooks("replay", "shop", "--parcel", parcel)
      let all = try await receiver.waits(forTaken: 5)
      try await shop.waits(for: "it has all") { $0.waiting == 0 && $0.delivered == 5 }
      #expect(try await daemon.end() == Exit.done)
      all.expectInOrder(try await shop.workspace.entries().filter { $0.parcel == parcel })
      #expect(receiver.requests.count == 5)
    }
  }

  @Test func whatIsNotThereIsNotReplayed() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await withEvents(receiver)
      try await shop.webhooks("replay", "nobody", "--from", "1", status: Exit.notFound)
      try await shop.webhooks("replay", "shop", status: Exit.usage)
      #expect(try await shop.state().state == "new")
      #expect(receiver.requests.isEmpty)
    }
  }

  @Test func aTestTriesAnEndpointOut() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver)
      try await shop.webhooks("test", "shop")
      let delivery = try #require(receiver.deliveries().first)
      #expect(delivery.type == "webhook.test" && delivery.message.data.endpoint == "shop")
      #expect(try await [KeptRequest(delivery.request)].verified() == ["webhook.test"])
      try await shop.webhooks("test", "nobody", status: Exit.notFound)
      #expect(receiver.requests.count == 1)
    }
  }

  @Test func aTestSaysWhatTheEndpointAnswers() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/status/503")
      let result = try await shop.webhooks("test", "shop", status: Exit.unreachable)
      #expect((result.standardOutput + result.standardError).contains("503"))
    }
  }
}
