import Foundation
import TestSupport
import Testing

/// What an endpoint hears of a parcel whose recipient's data was erased while it took nothing of it.
@Suite(.openSSH()) struct DeliveryErasureTests {
  @Test func anErasureComesAtOnceAndWhatWasRefusedComesAfterItWithoutTheData() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      // After the second refusal an entry waits for five minutes.
      let shop = try await Shop(OpenSSHServer.current, receiver, "/fail/2/500/-")
      let daemon = try await shop.start()
      let rows = [TrackingRow].fresh(parcels: 1, steps: 2)
      try shop.put(rows)
      try await shop.waits(for: "two tries are saved") { $0.failures.integer == 2 }
      let refused = receiver.deliveries()
      #expect(refused.allSatisfy { $0.message.data.order.string?.isEmpty == false })

      let erase = try await shop.workspace.run("erase", rows[0].parcel, "--yes")
      #expect(erase.status == Exit.done, "\(erase.standardError)")
      let erasure = try await receiver.waits(forTaken: 1).last
      #expect(erasure?.type == "parcel.erased" && erasure?.parcel == rows[0].parcel)
      try await shop.waits(for: "the others wait") { $0.waiting == 2 && $0.delivered == 1 }

      try await shop.webhooks("resume", "shop")
      let all = try await receiver.waits(forTaken: 3)
      #expect(try await daemon.end() == Exit.done)
      #expect(all.seqs == [1, 1, 3, 1, 2])
      let late = all.suffix(2)
      #expect(late.map(\.type) == ["parcel.event", "parcel.event"])
      for delivery in late {
        let data = delivery.message.data
        #expect(data.order == .null && data.postcode == .null, "\(delivery.message)")
      }
    }
  }
}
