import Logging
import ServiceLifecycle

/// Delivers to the endpoints of webhooks as long as the daemon runs, to each by itself.
struct DeliveryService: Service {
  let deliveries: [EndpointDelivery]

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        for delivery in deliveries { group.addTask { await delivery.run() } }
      }
    }
  }
}
