import Contract
import HTTPClient
import Logging
import ParcelStore
import Webhooks

/// Delivery to one endpoint of webhooks, with what operators hear of it.
struct EndpointDelivery: Sendable {
  /// What the endpoints of a process have in common.
  struct Shared: Sendable {
    let store: any EventStore
    let session: HTTPSession
    /// Those in force, with a number that changes when they do.
    let contracts: @Sendable () -> (ContractSet, revision: Int)
    let logger: Logger
    /// Nil: nobody asks for figures.
    var figures: ProcessFigures?
  }

  let endpoint: Endpoint
  /// Its place in the configuration.
  let place: Int
  let shared: Shared
  private let faults: UpkeepFaults

  init(_ endpoint: Endpoint, at place: Int, _ shared: Shared) {
    self.endpoint = endpoint
    self.place = place
    self.shared = shared
    faults = UpkeepFaults("delivery.failed", "delivery.recovered", to: shared.logger)
  }

  static func of(_ endpoints: [Endpoint], _ shared: Shared) -> [EndpointDelivery] {
    endpoints.enumerated().map { EndpointDelivery($1, at: $0, shared) }
  }

  /// Has endpoints begin here that the store does not know yet: what is stored from now on is for them.
  static func begin(
    _ endpoints: [Endpoint], in store: some EventStore
  ) async throws(StoreError) {
    let known = endpoints.isEmpty ? [] : Set(try await store.endpoints().map(\.name))
    for endpoint in endpoints where !known.contains(endpoint.name) {
      _ = try await store.takeEndpoint(endpoint.name, after: nil, at: currentTime())
    }
  }

  /// After a fault of the store it goes on after so long.
  private static let pause = Duration.seconds(5)
  /// The fault is over when there was none for so long.
  private static let calm = Duration.seconds(15)

  /// Until its task is cancelled, whatever becomes of the store.
  func run() async {
    while !Task.isCancelled {
      do {
        let deliverer = deliverer()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await deliverer.run() }
          group.addTask {
            try await Task.sleep(for: Self.calm)
            faults.succeeded()
          }
          try await group.waitForAll()
        }
      } catch {
        if Task.isCancelled { return }
        log(error)
      }
      try? await Task.sleep(for: Self.pause)
    }
  }

  /// Sends what can be sent now.
  func runUntilQuiet() async {
    do {
      try await deliverer().runUntilQuiet()
    } catch {
      if !Task.isCancelled { log(error) }
    }
  }

  private func log(_ error: any Error) {
    faults.log(
      error,
      ["endpoint": "\(endpoint.name)", "advice": "nothing is lost: it goes on by itself in 5 s"])
  }

  private func deliverer() -> Deliverer {
    let (endpoint, session) = (endpoint, shared.session)
    let (figures, place) = (shared.figures, place)
    let log = DeliveryLog(endpoint, shared.logger)
    return Deliverer(
      endpoint, store: shared.store, contracts: shared.contracts,
      send: { store in
        let sender = EndpointSender(endpoint, store: store, session: session)
        return { entry, standing in
          let start = ContinuousClock.now
          let end = await sender.send(entry, of: standing, at: currentTime())
          figures?.tried(place, for: .now - start)
          return end
        }
      },
      now: currentTime, tell: { log.write($0) })
  }
}
