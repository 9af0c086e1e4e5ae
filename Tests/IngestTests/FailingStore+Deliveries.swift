import Carrier
import ParcelStore

/// Endpoints of webhooks, as long as its process lives.
extension FailingStore {
  func endpoints() async throws(StoreError) -> [EndpointRecord] { try await store.endpoints() }

  func openDeliveries(
    of endpoint: String, parked: Bool, after seq: Int64, limit: Int
  ) async throws(StoreError) -> [OpenDelivery] {
    try await store.openDeliveries(of: endpoint, parked: parked, after: seq, limit: limit)
  }

  func openDeliveryCounts(
    of endpoint: String
  ) async throws(StoreError) -> OpenDeliveryCounts {
    try await store.openDeliveryCounts(of: endpoint)
  }

  func takeEndpoint(
    _ name: String, after seq: Int64?, at now: Int64
  ) async throws(StoreError) -> EndpointRecord {
    try await write { () async throws(StoreError) in
      try await store.takeEndpoint(name, after: seq, at: now)
    }
  }

  func save(
    _ progress: DeliveryProgress, of endpoint: String, epoch: Int64
  ) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in
      try await store.save(progress, of: endpoint, epoch: epoch)
    }
  }

  func replay(
    _ endpoint: String, from seq: Int64, at now: Int64
  ) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in
      try await store.replay(endpoint, from: seq, at: now)
    }
  }

  func replay(
    _ endpoint: String, _ seqs: [ParcelNumber: [Int64]], at now: Int64
  ) async throws(StoreError) -> Int {
    try await write { () async throws(StoreError) in
      try await store.replay(endpoint, seqs, at: now)
    }
  }

  func resume(_ endpoint: String, at now: Int64) async throws(StoreError) -> Bool {
    try await write { () async throws(StoreError) in try await store.resume(endpoint, at: now) }
  }
}
