import Foundation
import TestSupport
import Testing

/// What a daemon delivers, and what it does not deliver again.
@Suite(.openSSH()) struct DeliveryTests {
  /// Starts a daemon with an endpoint, puts a file into the drop, and waits until all of it was taken.
  private func deliver(
    _ rows: [TrackingRow], to receiver: HTTPReceiver,
    _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> (shop: Shop, daemon: Daemon, deliveries: [Delivery]) {
    let shop = try await Shop(OpenSSHServer.current, receiver, "/ok", change)
    let daemon = try await shop.start()
    try shop.put(rows)
    return (shop, daemon, try await receiver.waits(forTaken: rows.count))
  }

  @Test func theEventsOfAFileComeOnceAndInOrder() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let rows = [TrackingRow].fresh(parcels: 20)
      let (shop, daemon, all) = try await deliver(rows, to: receiver)
      all.expectInOrder(try await shop.workspace.entries())
      let state = try await shop.waits(for: "all is saved") { $0.position == $0.last_seq }
      #expect(state.state == "delivering" && state.delivered.integer == rows.count, "\(state)")
      #expect(state.server.string == "https://127.0.0.1:\(receiver.port)")
      #expect(state.failures == 0 && state.waiting == 0 && state.behind == 0, "\(state)")
      #expect(state.pending_since.isNull && state.outage.isNull, "\(state)")
      #expect(try await daemon.end() == Exit.done)
      #expect(receiver.requests.count == rows.count, "none came twice")
      // Connections are kept.
      #expect(receiver.connections <= 8)
    }
  }

  @Test func aRequestHasItsHeadersAndItsBodyWhatIsKnown() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let rows = [TrackingRow].fresh(parcels: 1)
      let (shop, daemon, all) = try await deliver(rows, to: receiver)
      for delivery in all {
        let request = delivery.request
        #expect(request.method == "POST" && request.path == Shop.path("/ok"))
        #expect(request.headers["content-type"] == "application/json")
        #expect(delivery.id.wholeMatch(of: /msg_[0-9a-f]{32}/) != nil, "\(delivery.id)")
        let sent = Double(request.headers["webhook-timestamp"] ?? "") ?? 0
        #expect(abs(sent - Date.now.timeIntervalSince1970) < 60)
        #expect(delivery.message.keys == ["type", "timestamp", "data"])
        let data = delivery.message.data
        #expect(delivery.type == "parcel.event" && data.parcel.string == rows[0].parcel)
        #expect(data.account_id == "EM180619" && data.order == "CMD-1" && data.postcode == "75012")
        #expect(data.contract == "dupont" && data.is_first_of_status == true, "\(data)")
        #expect(!data.current_status.isNull && !data.label.isNull && data.site == "75A")
      }
      // Each event as `colisd events` prints it, with more beside.
      let printed = try await shop.workspace.events()
      for (event, delivery) in zip(printed, all) {
        let data = delivery.message.data
        #expect(event.keys.allSatisfy { data[$0] == event[$0] }, "\(event) \(data)")
      }
      #expect(all.last?.message.data.current_status == "delivered")
      #expect(try await daemon.end() == Exit.done)
    }
  }

  @Test func aRestartRepeatsNothingAndLosesNothing() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let (shop, daemon, _) = try await deliver(.fresh(parcels: 4), to: receiver)
      #expect(try await daemon.end() == Exit.done)
      // What comes while nobody delivers is delivered later.
      try await shop.addWithoutEndpoints(.fresh(parcels: 4, from: 10), as: "b.csv")
      #expect(receiver.requests.count == 20)
      let second = try await shop.start()
      try shop.put(.fresh(parcels: 4, from: 20), as: "c.csv")
      let all = try await receiver.waits(forTaken: 60)
      #expect(try await second.end() == Exit.done)
      all.expectInOrder(try await shop.workspace.entries())
      #expect(receiver.requests.count == 60)
    }
  }

  @Test func aDrainDelivers() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let (shop, daemon, _) = try await deliver(.fresh(parcels: 2), to: receiver)
      #expect(try await daemon.end() == Exit.done)
      try shop.put(.fresh(parcels: 4, from: 10), as: "b.csv")
      let drain = try await shop.workspace.run("--drain", environment: shop.environment)
      #expect(drain.status == Exit.done, "\(drain.standardError)")
      receiver.deliveries().expectInOrder(try await shop.workspace.entries())
      #expect(receiver.requests.count == 30)
    }
  }

  /// What comes from the run on with which it begins is for a new endpoint.
  @Test func aDrainSendsANewEndpointWhatItBrings() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver)
      try await shop.addWithoutEndpoints(.fresh(parcels: 2))
      try shop.put(.fresh(parcels: 4, from: 10), as: "b.csv")
      let drain = try await shop.workspace.run("--drain", environment: shop.environment)
      #expect(drain.status == Exit.done, "\(drain.standardError)")
      #expect(receiver.deliveries().seqs.sorted() == Array(11...30))
    }
  }

  @Test func twoSecretsSignEachRequest() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
      let shop = try await Shop(OpenSSHServer.current, receiver)
      var settings = shop.settings
      let first = settings.webhooks[0]["secret"] ?? ""
      settings.webhooks[0]["secret"] = "[\(first), \(try shop.workspace.secret("old", old))]"
      try shop.workspace.configure(settings)
      let daemon = try await shop.start()
      try shop.put(.fresh(parcels: 1))
      let kept = try await receiver.waits(forTaken: 5).map { KeptRequest($0.request) }
      #expect(try await daemon.end() == Exit.done)
      for secret in [Shop.secret, old] {
        #expect(try await kept.verified(by: secret).allSatisfy { $0 == "parcel.event" })
      }
    }
  }

  @Test func anErasureArrivesWithoutTheRecipientsData() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let rows = [TrackingRow].fresh(parcels: 2, steps: 2)
      let (shop, daemon, _) = try await deliver(rows, to: receiver) {
        // An erasure comes whatever is chosen.
        $0.webhooks[0]["status"] = "[announced, picked_up]"
      }
      let erase = try await shop.workspace.run("erase", rows[0].parcel, "--yes")
      #expect(erase.status == Exit.done, "\(erase.standardError)")
      let all = try await receiver.waits(forTaken: rows.count + 1)
      let erasure = try #require(all.last)
      #expect(erasure.type == "parcel.erased" && erasure.parcel == rows[0].parcel)
      let data = erasure.message.data
      #expect(data.order == .null && data.postcode == .null && data.keys.contains("order"))
      #expect(try await daemon.end() == Exit.done)
      #expect(all.count == rows.count + 1)
    }
  }
}
