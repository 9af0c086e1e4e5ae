import Foundation
import TestSupport
import Testing

/// What is said of an endpoint that has not got everything for more than an hour.
@Suite(.openSSH()) struct DeliveryLatenessTests {
  @Test func whatItHasRefusedIsNamedAsTheCause() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/fail/9/422/-")
      let daemon = try await shop.start()
      let rows = [TrackingRow].fresh(parcels: 1, steps: 1)
      try shop.put(rows)
      try await shop.waits(for: "the refusal is saved") { $0.waiting == 1 && $0.behind == 0 }
      #expect(try await daemon.end() == Exit.done)

      let later = Moment(seconds: Int(Date.now.timeIntervalSince1970) + 7_200)
      for command in ["status", "webhooks"] {
        let text = try await shop.workspace.run(command, at: later).standardOutput
        let line = text.split(separator: "\n").first { $0.contains("shop: late: ") } ?? ""
        for words in [
          "the first that was refused: \(rows[0].parcel), seq 1, again at ", "status 422",
          "colisd webhooks resume shop tries at once",
        ] {
          #expect(line.contains(words), "\(words): \(text)")
        }
        #expect(!text.contains("slowly"), "\(text)")
      }

      // What came since was not tried.
      try await shop.addWithoutEndpoints(.fresh(parcels: 1, from: 5), as: "b.csv")
      let both = try await shop.workspace.run("webhooks", at: later).standardOutput
      #expect(both.contains("status 422") && both.contains("slowly"), "\(both)")
    }
  }
}
