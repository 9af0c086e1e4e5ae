import ParcelStore
import SampleValues
import Testing
import Webhooks

@Suite struct SignatureTests {
  private static let body = Array(#"{"test": 2432232314}"#.utf8)
  private static let store = Incarnation("36206d94ba79248a")

  private static func id(
    _ endpoint: String = "shop", _ store: Incarnation? = store, _ seq: Int64 = 7
  ) throws -> MessageID {
    MessageID(endpoint: endpoint, store: try #require(store), seq: seq)
  }

  private static func values(_ signature: Signature) -> [String: String] {
    Dictionary(signature.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// The vector that the libraries of Standard Webhooks are tested with.
  @Test func thePublishedVectorHolds() throws {
    let signature = Signature.standard(
      "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, Self.body,
      try WebhookSecret(Samples.secretText))
    #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  /// The one of Sendcloud's documentation.
  @Test func sendcloudsVectorHolds() {
    #expect(
      Signature.sendcloud(Array(#"{"key": "value"}"#.utf8), key: "secretkey")
        == "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a")
  }

  @Test func duringARotationBothSecretsSign() throws {
    var endpoint = try Samples.endpoint()
    endpoint.secrets.append(try WebhookSecret(Samples.otherSecretText))
    let signature = endpoint.signature(try Self.id(), at: 1_614_265_330, of: Self.body)
    #expect(
      signature.headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
    #expect(
      signature.headers.map(\.value) == [
        "msg_67a896889330f32bac86893901c0c52b", "1614265330",
        "v1,qrJoEV1rvcKAq3WoNURkpgsC4Mgnq+y4znKqCiB6W4k= "
          + "v1,H4py6/j82yj41LF1cewbC6bbU9fV8vCTJH2eqWYBbVE=",
      ])
  }

  @Test func sendcloudsFormHasItsHeaderTooByTheTextOfTheFirstSecret() throws {
    var endpoint = try Samples.endpoint(.sendcloud)
    endpoint.secrets.append(try WebhookSecret(Samples.otherSecretText))
    let headers = Self.values(
      endpoint.signature(try Self.id(), at: 1_614_265_330, of: Self.body))
    #expect(
      headers["sendcloud-signature"]
        == "80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c")
    #expect(headers["webhook-signature"]?.split(separator: " ").count == 2)
  }

  @Test func eachTryIsSignedAnewUnderTheSameID() throws {
    let endpoint = try Samples.endpoint()
    let first = Self.values(endpoint.signature(try Self.id(), at: 1, of: Self.body))
    let second = Self.values(endpoint.signature(try Self.id(), at: 2, of: Self.body))
    #expect(first["webhook-id"] == second["webhook-id"])
    #expect(first["webhook-signature"] != second["webhook-signature"])
  }

  @Test func anIDBelongsToOneEntryOfOneStoreForOneEndpoint() throws {
    let ids: Set<MessageID> = [
      try Self.id(), try Self.id("shop", Self.store, 8), try Self.id("shop2"),
      try Self.id("shop", Incarnation("36206d94ba79248b")), .ofTest(), .ofTest(),
      // What would be the same without what stands between the parts.
      try Self.id("7 shop"), try Self.id("shop", Incarnation("7")),
      try Self.id("a", Incarnation("77"), 7), try Self.id("a", Incarnation("7"), 77),
    ]
    #expect(ids.count == 10)
    // A dot would let one signed text be read as another one.
    for id in ids {
      #expect(id.description.wholeMatch(of: /(msg|test)_[0-9a-f]+/) != nil)
    }
    #expect(!ids.contains { $0.description.contains("shop") })
  }
}
