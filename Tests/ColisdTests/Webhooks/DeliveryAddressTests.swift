import Foundation
import TestSupport
import Testing

/// Who is connected to: by which name and address, with which certificate, and through no proxy.
@Suite(.openSSH()) struct DeliveryAddressTests {
  private static let rows = [TrackingRow].fresh(parcels: 8, steps: 3)

  @Test(arguments: [(TestCertificate.Kind.expired, "expired"), (.otherName, "name")])
  func aCertificateThatIsNotGoodIsNamed(_ kind: TestCertificate.Kind, _ word: String) async throws {
    try await HTTPReceiver.withReceiver(kind) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver)
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      let state = try await shop.waits(for: "the outage is saved") { $0.state == "failing" }
      #expect(state.outage.reason.names(word) && state.outage.status.isNull, "\(state)")
      let text = try await shop.webhooks()
      #expect(text.standardOutput.contains(word), "\(text.standardOutput)")
      #expect(try await daemon.end() == Exit.done)
      #expect(receiver.requests.isEmpty)
    }
  }

  @Test func aNameThatLeadsToLoopbackIsRefusedUnlessThatIsAllowed() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver) {
        $0.webhooks[0]["url"] = receiver.url(Shop.path("/ok"), host: "localhost")
        $0.webhooks[0]["allow-networks"] = nil
      }
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      let state = try await shop.waits(for: "the outage is saved") { $0.state == "failing" }
      #expect(state.outage.reason.names("loopback", "; allow-networks can allow it"), "\(state)")
      #expect(try await daemon.end() == Exit.done)
      #expect(receiver.connections == 0)
    }
  }

  /// A proxy would read it, and send it on to anywhere.
  @Test func withoutTLSItIsSentByNoProxy() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver)
      let proxy = try SilentPeer()
      let daemon = try await shop.start(environment: [
        "http_proxy": "http://127.0.0.1:\(proxy.port)",
        "all_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": "",
      ])
      try shop.put(Self.rows)
      try await receiver.waits(forTaken: Self.rows.count)
      #expect(try await daemon.end() == Exit.done)
    }
  }

  /// What a name led to when it was looked at says nothing of where it leads later.
  @Test func aNameThatLeadsElsewhereLaterIsRefusedThen() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      // It keeps no connection, so each request needs one of its own.
      let shop = try await Shop(OpenSSHServer.current, receiver) {
        $0.webhooks[0]["url"] = receiver.url(Shop.path("/once"), host: "shop.test")
        $0.webhooks[0]["allow-networks"] = "[\"127.0.0.1/32\"]"
      }
      let names = try shop.workspace.folder.write("names", "127.0.0.1")
      let daemon = try await shop.start(
        environment: ["LD_PRELOAD": try await Faults.library("names"), "NAMES_FILE": names])
      try shop.put(Self.rows)
      try await receiver.waits(forTaken: Self.rows.count)
      try Data("127.0.0.2".utf8).write(to: URL(filePath: names), options: .atomic)
      // An address is remembered for ten seconds.
      try await Task.sleep(for: .seconds(11))
      try shop.put([TrackingRow].fresh(parcels: 2, from: 50), as: "b.csv")
      let state = try await shop.waits(for: "the outage is saved") { $0.state == "failing" }
      #expect(state.outage.reason.names("127.0.0.2"), "\(state)")
      #expect(state.outage.reason.names("loopback"), "\(state)")
      #expect(try await daemon.end() == Exit.done)
      #expect(receiver.requests.count == Self.rows.count)
    }
  }
}
