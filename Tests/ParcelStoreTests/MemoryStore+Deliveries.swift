import Carrier
import ParcelStore

/// Endpoints of webhooks, and what they have not taken.
extension MemoryStore {
  func endpoints() async throws(StoreError) -> [EndpointRecord] {
    endpointRows.values.sorted {
      Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8))
    }
  }

  func openDeliveries(
    of endpoint: String, parked: Bool, after seq: Int64, limit: Int
  ) async throws(StoreError) -> [OpenDelivery] {
    let rows = (openRows[endpoint] ?? [:]).values
    return Array(
      rows.filter { $0.isParked == parked && $0.seq > seq }.sorted { $0.seq < $1.seq }
        .prefix(max(0, limit)))
  }

  func openDeliveryCounts(
    of endpoint: String
  ) async throws(StoreError) -> OpenDeliveryCounts {
    let rows = (openRows[endpoint] ?? [:]).values
    let parked = rows.count { $0.isParked }
    return OpenDeliveryCounts(waiting: rows.count - parked, parked: parked)
  }

  func takeEndpoint(
    _ name: String, after seq: Int64?, at now: Int64
  ) async throws(StoreError) -> EndpointRecord {
    let position = max(0, min(seq ?? sequence, sequence))
    var row =
      endpointRows[name] ?? EndpointRecord(name: name, position: position, since: now)
    row.epoch += 1
    endpointRows[name] = row
    return row
  }

  func save(
    _ progress: DeliveryProgress, of endpoint: String, epoch: Int64
  ) async throws(StoreError) -> Bool {
    guard var row = endpointRows[endpoint], row.epoch == epoch else { return false }
    row.position = progress.position
    row.caughtUpAt = progress.caughtUpAt ?? row.caughtUpAt
    row.stoppedAt = progress.stoppedAt
    row.outage = progress.outage
    row.delivered += progress.delivered
    row.failures += progress.failures
    row.lastDelivery = progress.lastDelivery ?? row.lastDelivery
    endpointRows[endpoint] = row
    for seq in progress.closed { openRows[endpoint]?[seq] = nil }
    for var delivery in progress.open {
      if erasures.contains(where: { $0.number == delivery.parcel }) { delivery.fault?.answer = nil }
      openRows[endpoint, default: [:]][delivery.seq] = delivery
    }
    return true
  }

  func replay(
    _ endpoint: String, from seq: Int64, at now: Int64
  ) async throws(StoreError) -> Bool {
    guard let position = endpointRows[endpoint]?.position, position >= seq else { return false }
    askAgain(endpoint)
    endpointRows[endpoint]?.position = max(0, seq - 1)
    endpointRows[endpoint]?.caughtUpAt = now
    openRows[endpoint] = openRows[endpoint]?.filter { $0.key < seq }
    return true
  }

  func replay(
    _ endpoint: String, _ seqs: [ParcelNumber: [Int64]], at now: Int64
  ) async throws(StoreError) -> Int {
    guard let position = endpointRows[endpoint]?.position else { return 0 }
    var (rows, count) = (openRows[endpoint] ?? [:], 0)
    for (parcel, seqs) in seqs {
      let again = Set(seqs).filter { $0 <= position || rows[$0] != nil }
      guard !again.isEmpty else { continue }
      count += again.count
      for seq in again { rows[seq] = OpenDelivery(seq: seq, parcel: parcel, state: .behind) }
      let inOrder = rows.values.filter { $0.parcel == parcel && !$0.isParked }.map(\.seq).sorted()
      for seq in inOrder {
        let isErasure = erasures.contains { $0.seq == seq }
        rows[seq]?.state = seq == inOrder.first || isErasure ? .waiting(until: now) : .behind
      }
    }
    guard count > 0 else { return 0 }
    endpointRows[endpoint]?.epoch += 1
    openRows[endpoint] = rows
    return count
  }

  func resume(_ endpoint: String, at now: Int64) async throws(StoreError) -> Bool {
    guard endpointRows[endpoint] != nil else { return false }
    askAgain(endpoint)
    for (seq, delivery) in openRows[endpoint] ?? [:] {
      if case .waiting = delivery.state { openRows[endpoint]?[seq]?.state = .waiting(until: now) }
    }
    return true
  }

  private func askAgain(_ endpoint: String) {
    endpointRows[endpoint]?.epoch += 1
    endpointRows[endpoint]?.stoppedAt = nil
    endpointRows[endpoint]?.outage = nil
  }

  func eraseAnswers(of number: ParcelNumber) {
    for (endpoint, rows) in openRows {
      for row in rows.values where row.parcel == number {
        openRows[endpoint]?[row.seq]?.fault?.answer = nil
      }
    }
  }
}
