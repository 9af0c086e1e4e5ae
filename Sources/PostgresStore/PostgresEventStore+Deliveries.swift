import Carrier
import ParcelStore
import Postgres

// Endpoints of webhooks, and what they have not taken.
extension PostgresEventStore {
  public func endpoints() async throws(StoreError) -> [EndpointRecord] {
    try await ask("list the endpoints", EndpointRows.endpoints).map { EndpointRecord(row: $0) }
  }

  public func openDeliveries(
    of endpoint: String, parked: Bool, after seq: Int64, limit: Int
  ) async throws(StoreError) -> [OpenDelivery] {
    let asked = EndpointRows.open(of: endpoint, parked: parked, after: seq, limit: limit)
    return try await ask("list what \(endpoint) has not taken", asked.sql, asked.values)
      .compactMap { OpenDelivery(row: $0) }
  }

  public func openDeliveryCounts(
    of endpoint: String
  ) async throws(StoreError) -> OpenDeliveryCounts {
    let row = try await ask(
      "count what \(endpoint) has not taken",
      "SELECT waiting, parked FROM open_delivery_count WHERE endpoint = $1", [.text(endpoint)]
    ).first
    return row.map {
      OpenDeliveryCounts(waiting: Int($0.integer(0)), parked: Int($0.integer(1)))
    } ?? OpenDeliveryCounts()
  }

  public func takeEndpoint(
    _ name: String, after seq: Int64?, at now: Int64
  ) async throws(StoreError) -> EndpointRecord {
    try await writeBeside("begin to deliver to \(name)") { db in
      try await EndpointRows(db).take(name, after: seq, at: now)
    }
  }

  public func save(
    _ progress: DeliveryProgress, of endpoint: String, epoch: Int64
  ) async throws(StoreError) -> Bool {
    try await writeBeside("note what was delivered to \(endpoint)") { db in
      try await EndpointRows(db).save(progress, of: endpoint, epoch: epoch)
    }
  }

  public func replay(
    _ endpoint: String, from seq: Int64, at now: Int64
  ) async throws(StoreError) -> Bool {
    try await writeBeside("have \(endpoint) begin again at \(seq)") { db in
      try await EndpointRows(db).replay(endpoint, from: seq, at: now)
    }
  }

  public func replay(
    _ endpoint: String, _ seqs: [ParcelNumber: [Int64]], at now: Int64
  ) async throws(StoreError) -> Int {
    try await writeBeside("have \(endpoint) get \(seqs.count == 1 ? "a parcel" : "parcels") again")
    {
      db in
      try await EndpointRows(db).replay(endpoint, seqs, at: now)
    }
  }

  public func resume(_ endpoint: String, at now: Int64) async throws(StoreError) -> Bool {
    try await writeBeside("have \(endpoint) asked again") { db in
      try await EndpointRows(db).resume(endpoint, at: now)
    }
  }

  /// Writes without waiting for a commit of this process, which may take long; but not while somebody wants to be alone,
  /// who erases or moves the store. On another timeline all epochs are over first: what is delivered from there on names
  /// the store that it is then.
  private func writeBeside<T: Sendable>(
    _ operation: String, _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws(StoreError) -> T {
    try await writeAside(operation) { db in
      let answers = try await db.run([
        PostgresStatement(Writer.Company.shared.lock), PostgresStatement(StoreChange.select),
        PostgresStatement(Schema.newTimeline),
      ])
      try Schema.refuseNewer(answers[1])
      return try await body(db)
    }
  }
}
