import Foundation
import TestSupport
import Testing

/// Endpoints whose names are never resolved.
@Suite(.openSSH()) struct DeliveryNameTests {
  @Test func aResolverThatHangsHoldsUpNeitherOthersNorTheEnd() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let shop = try await Shop(OpenSSHServer.current, [(receiver, "/never"), (receiver, "/ok")]) {
        $0.webhooks[0]["url"] = receiver.url(Shop.path("/never"), host: "shop.test")
        $0.webhooks[0]["timeout"] = "60s"
      }
      let names = try shop.workspace.folder.write("names", "never")
      let environment = [
        "LD_PRELOAD": try await Faults.library("names"), "NAMES_FILE": names,
      ]
      let first = try await shop.start(environment: environment)
      try shop.put(.fresh(parcels: 20))
      let all = try await receiver.waits(forTaken: 100)
      try await first.waits(for: "file.ingested")
      all.expectInOrder(try await shop.workspace.entries())
      #expect(try await first.timeToEnd() < .seconds(20))
      #expect(first.lines("webhook.failed").isEmpty, "\(first.log)")

      var settings = shop.settings
      settings.webhooks[0]["timeout"] = "1s"
      try shop.workspace.configure(settings)
      let second = try await shop.start(environment: environment)
      let state = try await shop.waits(for: "the outage is saved") { $0.state == "failing" }
      #expect(state.outage.reason.names("the name was not resolved in time"), "\(state)")
      #expect(state.outage.status.isNull && state.delivered == 0 && state.parked == 0, "\(state)")
      try shop.put(.fresh(parcels: 20, from: 20), as: "b.csv")
      try await receiver.waits(forTaken: 200)
      #expect(try await second.timeToEnd() < .seconds(20))
      #expect(receiver.requests.allSatisfy { $0.path == Shop.path("/ok") })
    }
  }
}
