import Foundation
import TestSupport
import Testing

/// What an endpoint is sent of what there is, and in which form.
@Suite(.openSSH()) struct DeliveryChoiceTests {
  @Test func eachEndpointGetsWhatItChooses() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let paths = ["/changes", "/delivered", "/namur", "/bare"]
      let shop = try await Shop(OpenSSHServer.current, paths.map { (receiver, $0) }) {
        $0.webhooks[0]["only-changes"] = "true"
        $0.webhooks[1]["status"] = "[delivered]"
        $0.webhooks[2]["contract"] = "[boutique-namur]"
        $0.webhooks[3]["personal-data"] = "false"
      }
      let daemon = try await shop.start()
      // Of the third step a second scan, which changes nothing.
      var rows = [TrackingRow].fresh(parcels: 2)
      var again = rows[5]
      again.date.replaceSubrange(again.date.index(again.date.endIndex, offsetBy: -2)..., with: "59")
      again.label += " (2)"
      rows.insert(again, at: 6)
      rows += [TrackingRow].fresh(parcels: 1, from: 7).under("B1", "BE204417")
      try shop.put(rows)
      let bare = try await receiver.waits(forTaken: rows.count, at: Shop.path("/bare"))
      let changes = try await receiver.waits(
        forTaken: rows.count - 1, at: Shop.path("/changes"))
      let delivered = try await receiver.waits(forTaken: 3, at: Shop.path("/delivered"))
      let namur = try await receiver.waits(forTaken: 5, at: Shop.path("/namur"))
      for name in ["shop", "second", "third", "fourth"] {
        try await shop.waits(for: "\(name) has all", of: name) { $0.behind == 0 }
      }
      #expect(try await daemon.end() == Exit.done)
      #expect(receiver.requests.count == 2 * rows.count - 1 + 3 + 5)

      #expect(changes.allSatisfy { $0.message.data.label.string?.hasSuffix("(2)") == false })
      #expect(delivered.allSatisfy { $0.message.data.status == "delivered" })
      #expect(namur.allSatisfy { $0.message.data.contract == "boutique-namur" })
      for delivery in bare {
        let data = delivery.message.data
        for key in ["order", "postcode", "label", "occurred_text"] {
          #expect(data[key] == .null, "\(key): \(data)")
        }
        #expect(!data.status.isNull && !data.code.isNull)
      }
      // The same entry is another message to each endpoint.
      let ids = [bare, changes, delivered, namur].flatMap { $0.map(\.id) }
      #expect(Set(ids).count == ids.count)
    }
  }

  @Test func whatHappenedLongAgoIsNotSent() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver) {
        $0.webhooks[0]["max-age"] = "1h"
      }
      let daemon = try await shop.start()
      // Of the day before, and of now.
      let (old, now) = (Date.now.addingTimeInterval(-86_400), Date.now.addingTimeInterval(-60))
      let rows = [old, now].enumerated().map { number, date in
        var row = TrackingRow(parcel: number, step: 0)
        row.date = Paris.text(date)
        return row
      }
      try shop.put(rows)
      let all = try await receiver.waits(forTaken: 1)
      try await shop.waits(for: "it has all") { $0.behind == 0 && $0.last_seq == 2 }
      #expect(try await daemon.end() == Exit.done)
      #expect(all.map(\.parcel) == [rows[1].parcel] && receiver.requests.count == 1)
    }
  }

  @Test func theFormOfSendcloudIsSignedAsSendcloudDoes() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver) {
        $0.webhooks[0]["format"] = "sendcloud"
      }
      let daemon = try await shop.start()
      let rows = [TrackingRow].fresh(parcels: 1)
      try shop.put(rows)
      let all = try await receiver.waits(forTaken: rows.count)
      #expect(try await daemon.end() == Exit.done)
      for delivery in all {
        let message = delivery.message
        #expect(message.action == "parcel_status_changed", "\(message)")
        #expect(message.parcel.tracking_number.string == rows[0].parcel)
        #expect(message.parcel.order_number == "CMD-1")
        #expect(message.parcel.status.id.integer != nil)
        let code = try await run(
          "/usr/bin/openssl", arguments: ["dgst", "-sha256", "-hmac", Shop.secret, "-r"],
          input: delivery.request.body)
        let digits = code.standardOutput.prefix { $0 != " " }
        #expect(delivery.request.headers["sendcloud-signature"] == String(digits))
      }
      #expect(all.last?.message.parcel.status == .object(["id": 11, "message": "Delivered"]))
    }
  }

  @Test func aTemplateSaysWhatIsSent() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver) {
        $0.webhooks[0]["format"] = "{ template: chat.json.mustache }"
      }
      try shop.workspace.folder.write(
        "chat.json.mustache", #"{"text": "{{data.parcel}}: {{data.label}}", "of": "{{type}}"}"#)
      let daemon = try await shop.start()
      let rows = [TrackingRow].fresh(parcels: 1)
      try shop.put(rows)
      let all = try await receiver.waits(forTaken: rows.count)
      #expect(try await daemon.end() == Exit.done)
      for (row, delivery) in zip(rows, all) {
        #expect(delivery.request.headers["content-type"] == "application/json")
        #expect(delivery.message.text.string == "\(row.parcel): \(row.label)")
        #expect(delivery.message.of == "parcel.event")
      }
    }
  }
}
