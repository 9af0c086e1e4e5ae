import Carrier
import GRDB
import ParcelStore

// Endpoints of webhooks, and what they have not taken.
extension SQLiteEventStore {
  public func endpoints() async throws(StoreError) -> [EndpointRecord] {
    try await read("list the endpoints") { try EndpointRows($0).endpoints() }
  }

  public func openDeliveries(
    of endpoint: String, parked: Bool, after seq: Int64, limit: Int
  ) async throws(StoreError) -> [OpenDelivery] {
    try await read("list what \(endpoint) has not taken") {
      try EndpointRows($0).open(of: endpoint, parked: parked, after: seq, limit: limit)
    }
  }

  public func openDeliveryCounts(
    of endpoint: String
  ) async throws(StoreError) -> OpenDeliveryCounts {
    try await read("count what \(endpoint) has not taken") {
      try EndpointRows($0).counts(of: endpoint)
    }
  }

  public func takeEndpoint(
    _ name: String, after seq: Int64?, at now: Int64
  ) async throws(StoreError) -> EndpointRecord {
    try await write("begin to deliver to \(name)") {
      try EndpointRows($0).take(name, after: seq, at: now)
    }
  }

  public func save(
    _ progress: DeliveryProgress, of endpoint: String, epoch: Int64
  ) async throws(StoreError) -> Bool {
    try await write("note what was delivered to \(endpoint)") {
      try EndpointRows($0).save(progress, of: endpoint, epoch: epoch)
    }
  }

  public func replay(
    _ endpoint: String, from seq: Int64, at now: Int64
  ) async throws(StoreError) -> Bool {
    try await write("have \(endpoint) begin again at \(seq)") {
      try EndpointRows($0).replay(endpoint, from: seq, at: now)
    }
  }

  public func replay(
    _ endpoint: String, _ seqs: [ParcelNumber: [Int64]], at now: Int64
  ) async throws(StoreError) -> Int {
    try await write("have \(endpoint) get \(seqs.count == 1 ? "a parcel" : "parcels") again") {
      try EndpointRows($0).replay(endpoint, seqs, at: now)
    }
  }

  public func resume(_ endpoint: String, at now: Int64) async throws(StoreError) -> Bool {
    try await write("have \(endpoint) asked again") {
      try EndpointRows($0).resume(endpoint, at: now)
    }
  }
}
