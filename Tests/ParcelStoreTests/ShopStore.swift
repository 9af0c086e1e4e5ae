import Contract
import ParcelStore
import Testing
import Webhooks

/// A real store with an endpoint `shop` that has got nothing yet.
struct ShopStore {
  private let shared: SharedStore
  let store: any EventStore

  /// Makes one for the time of the body.
  /// - Parameters:
  ///   - rows: what the endpoint has to get.
  ///   - instant: when the endpoint had all that there was; nil: nobody knows the endpoint yet.
  static func with(
    _ kind: SharedStoreKind, _ rows: [Row] = [], caughtUpAt instant: Int64? = Samples.now,
    for access: StoreAccess = .writing, _ body: (ShopStore) async throws -> Void
  ) async throws {
    let shared = try await kind.make()
    let source = ShopStore(shared: shared, store: try await shared.open(for: access))
    if let instant { _ = try await source.store.takeEndpoint("shop", after: 0, at: instant) }
    if !rows.isEmpty { try await source.store.commit(rows) }
    try await body(source)
    // The file of the store goes with its last owner.
    withExtendedLifetime(shared) {}
  }

  /// The same store, as another process has it.
  func beside(for access: StoreAccess) async throws -> ShopStore {
    ShopStore(shared: shared, store: try await shared.open(for: access))
  }

  func record() async throws -> EndpointRecord {
    try #require(try await store.endpoints().first { $0.name == "shop" })
  }

  // MARK: Delivering

  /// Sends what can be sent now.
  func deliver(
    to shop: AnsweringShop, _ change: (inout Endpoint) -> Void = { _ in }
  ) async throws {
    try await deliverer(shop, change).runUntilQuiet()
  }

  /// Delivers for the time of the body, and ends as a stop of the daemon does.
  func delivering(
    to shop: AnsweringShop, _ change: (inout Endpoint) -> Void = { _ in },
    while body: () async throws -> Void
  ) async throws {
    let deliverer = try deliverer(shop, change)
    let task = Task { try await deliverer.run() }
    do {
      try await body()
    } catch {
      task.cancel()
      _ = await task.result
      throw error
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  private func deliverer(
    _ shop: AnsweringShop, _ change: (inout Endpoint) -> Void
  ) throws -> Deliverer {
    var endpoint = Endpoint(
      name: "shop", url: "https://shop.example.net/",
      secrets: [try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])
    endpoint.concurrency = 8
    change(&endpoint)
    return Deliverer(
      endpoint, store: store, contracts: { (ContractSet([]), 0) }, send: { _ in shop.take },
      now: shop.now, tell: shop.tell)
  }
}

extension [Row] {
  /// Of as many parcels, each with so many events: the first one of all parcels, then the second one of all, and so on.
  static func each(of parcels: Int, events: Int = 1) -> [Row] {
    (0..<events).flatMap { event in
      (0..<parcels).map { Row(parcel: "\(990_000_000_000 + $0)", site: "S\(event)") }
    }
  }
}
